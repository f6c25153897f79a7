"""Who sits, meets and decides."""

from governance.models.councils import Council, Designation, Formation, Seat, SeatRule
from governance.models.meetings import Decision, Meeting
from governance.models.organisations import (
    Commune,
    CommuneMembership,
    Organisation,
    OrganisationName,
    Person,
)

__all__ = [
    "Commune",
    "CommuneMembership",
    "Council",
    "Decision",
    "Designation",
    "Formation",
    "Meeting",
    "Organisation",
    "OrganisationName",
    "Person",
    "Seat",
    "SeatRule",
]
