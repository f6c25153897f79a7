"""What a decision is: an address, what it points at, and the answer for each role."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from actions.models import Action, ActionYear
from cops.audit.models import ImportBatch
from cops.documents.models import Attachment, Document, Rendering
from cops.mail.models import AccessLink, Message
from cops.users.models import SavedView, User
from governance.models import (
    Attendance,
    Commune,
    Designation,
    Formation,
    LogEntry,
    Meeting,
    Organisation,
    Person,
)

ROLES = ("anonymous", "stranger", "lead", "member", "agent", "administrator")
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")

# An answer is a status, or « login »: sent to log in first.
LOGIN = "login"


@dataclass(frozen=True)
class World:
    """What the addresses of the table point at."""

    own_action: Action  # the lead's
    confidential_action: Action  # of the same contract, somebody else's
    year: ActionYear
    formation: Formation  # the member's
    designation: Designation  # of the member
    organisation: Organisation  # the lead's
    person: Person  # the member
    person_without_account: Person
    commune: Commune
    meeting: Meeting  # of the member's formation
    log_entry: LogEntry  # of a crisis cell of that formation
    batch: ImportBatch  # the agent's
    roster: ImportBatch  # the administrator's, of the member's formation
    rendering: Rendering  # the agent's
    member_rendering: Rendering
    document: Document  # of the service
    member_document: Document
    attachment: Attachment  # to the lead's action, for its readers
    saved_view: SavedView  # the agent's
    account: User
    link: AccessLink
    token: str
    message: Message  # that may not have left
    convened: Attendance  # the member, to the meeting
    other_convened: Attendance  # somebody else
    reply_token: str  # the member's link


Arguments = Callable[[World], list[Any]]


@dataclass(frozen=True)
class Route:
    """One address with what each role gets, in the order of ROLES.

    HEAD is answered like GET. `other` is for PUT, PATCH, DELETE and OPTIONS, but for those in `but`.
    """

    name: str
    get: str
    post: str
    other: str = "login 405 405 405 405 405"
    arguments: Arguments = field(default=lambda world: [])
    query: str = ""
    data: dict[str, Any] = field(default_factory=dict)
    of: str = ""
    but: dict[str, str] = field(default_factory=dict)

    def __str__(self) -> str:
        return f"{self.name} ({self.of})" if self.of else self.name

    def expected(self, role: str, method: str) -> str:
        """The answer decided for the role."""
        decided = {"GET": self.get, "HEAD": self.get, "POST": self.post} | self.but
        answers = decided.get(method, self.other).split()
        assert len(answers) == len(ROLES), f"{self}: one answer for each role"
        return answers[ROLES.index(role)]


# In the order of ROLES:      anonymous stranger lead member agent administrator
EVERYBODY_LOGGED_IN = "login 200 200 200 200 200"
READERS = "login 403 403 200 200 200"
STAFF = "login 403 403 403 200 200"
AGENTS = "login 403 403 403 200 403"
ADMINISTRATORS = "login 403 403 403 403 200"
ITS_AGENT = "login 404 404 404 200 404"
NOT_ALLOWED = "login 405 405 405 405 405"
EVERYBODY = "200 200 200 200 200 200"
NOBODY = "405 405 405 405 405 405"
CONFIRM_FIRST = "login 302 302 302 302 302"  # who came in some time ago types the password again
NOTHING_YET = "login 404 404 404 404 404"  # the cast has no second factor
