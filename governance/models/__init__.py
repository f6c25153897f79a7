"""Who sits, meets and decides."""

from governance.models.councils import Council, Designation, Formation, Seat, SeatRule
from governance.models.crises import CrisisCell, LogEntry
from governance.models.decisions import Decision, FollowUp
from governance.models.meetings import (
    AgendaItem,
    Attendance,
    Convocation,
    ConvocationMessage,
    Meeting,
    Minutes,
)
from governance.models.organisations import (
    Commune,
    CommuneMembership,
    Organisation,
    OrganisationName,
    Person,
)

__all__ = [
    "AgendaItem",
    "Attendance",
    "Commune",
    "CommuneMembership",
    "Convocation",
    "ConvocationMessage",
    "Council",
    "CrisisCell",
    "Decision",
    "Designation",
    "FollowUp",
    "Formation",
    "LogEntry",
    "Meeting",
    "Minutes",
    "Organisation",
    "OrganisationName",
    "Person",
    "Seat",
    "SeatRule",
]
