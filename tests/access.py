"""Who reaches what: a decision for every address × role × method.

`tests/test_access.py` sends every request of this table and fails where the answer differs, and where an
address of the site is missing from it.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from actions.models import Action, ActionYear
from cops.audit.models import ImportBatch
from cops.documents.models import Attachment, Document, Rendering
from cops.mail.models import AccessLink, Message
from cops.users.models import SavedView, User
from governance.models import Attendance, Commune, Designation, Formation, Meeting, Organisation, Person

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
    meeting: Meeting  # of the member's formation
    person_without_account: Person
    commune: Commune
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

ROUTES = [
    # cops.desk
    Route("home", EVERYBODY_LOGGED_IN, NOT_ALLOWED),
    Route("search", EVERYBODY_LOGGED_IN, NOT_ALLOWED),
    Route("search", EVERYBODY_LOGGED_IN, NOT_ALLOWED, query="?q=pilote", of="with results"),
    Route("search", EVERYBODY_LOGGED_IN, NOT_ALLOWED, query="?q=pilote&dans=actions", of="of one kind"),
    Route("search", EVERYBODY_LOGGED_IN, NOT_ALLOWED, query="?q=a%00", of="that cannot be"),
    Route("components", STAFF, NOT_ALLOWED),
    Route("components", STAFF, NOT_ALLOWED, query="?etat=erreurs", of="with errors"),
    # cops.audit
    Route(
        "history",
        "login 403 403 403 200 200",
        NOT_ALLOWED,
        arguments=lambda world: ["action", world.own_action.pk],
    ),
    Route(
        "history",
        "login 403 403 403 404 404",
        NOT_ALLOWED,
        arguments=lambda world: ["action", 999_999],
        of="of what is not there",
    ),
    Route(
        "history_undo",
        "login 403 403 403 302 403",
        "login 403 403 403 302 403",
        arguments=lambda world: ["action", world.own_action.pk, 1],
        of="of a deed that is not there",
    ),
    # contracts
    Route("contract_list", READERS, NOT_ALLOWED),
    Route("contract_detail", READERS, NOT_ALLOWED, arguments=lambda world: [world.own_action.contract.code]),
    Route(
        "contract_detail",
        "login 403 403 404 404 404",
        NOT_ALLOWED,
        arguments=lambda world: ["cops-1900"],
        of="that does not exist",
    ),
    Route("contract_create", STAFF, STAFF),
    *(
        Route(name, STAFF, STAFF, arguments=lambda world: [world.own_action.contract.code])
        for name in ("contract_edit", "amendment_create")
    ),
    *(
        Route(
            name,
            STAFF,
            "login 403 403 403 302 302",
            arguments=lambda world: [world.own_action.contract.code],
        )
        for name in ("contract_signatories", "contract_plan")
    ),
    Route(
        "amendment_edit",
        "login 403 403 403 404 404",
        "login 403 403 403 404 404",
        arguments=lambda world: [world.own_action.contract.code, 99],
        of="that does not exist",
    ),
    # governance
    Route("formation_list", READERS, NOT_ALLOWED),
    Route("formation_detail", READERS, NOT_ALLOWED, arguments=lambda world: [world.formation.code]),
    *(
        Route(name, ADMINISTRATORS, NOT_ALLOWED, arguments=lambda world: [world.formation.code])
        for name in ("formation_manage", "seat_rule_list", "roster_template")
    ),
    *(
        Route(name, ADMINISTRATORS, ADMINISTRATORS, arguments=lambda world: [world.formation.code])
        for name in ("formation_edit", "seat_rule_create", "roster_import")
    ),
    Route("group_create", ADMINISTRATORS, ADMINISTRATORS),
    *(
        Route(name, ADMINISTRATORS, ADMINISTRATORS, arguments=lambda world: [world.designation.seat.rule_id])
        for name in ("seat_rule_edit", "seat_rule_change", "seat_rule_end", "designation_create")
    ),
    *(
        Route(name, ADMINISTRATORS, ADMINISTRATORS, arguments=lambda world: [world.designation.pk])
        for name in ("designation_edit", "designation_end", "designation_replace")
    ),
    Route("roster_export", READERS, NOT_ALLOWED, arguments=lambda world: [world.formation.code, "xlsx"]),
    Route(
        "roster_pdf",
        NOT_ALLOWED,
        "login 403 403 302 302 302",
        arguments=lambda world: [world.formation.code],
    ),
    Route(
        "roster_preview",
        "login 404 404 404 404 200",
        "login 404 404 404 404 302",
        arguments=lambda world: [world.roster.pk],
    ),
    Route(
        "person_detail", "login 404 404 200 200 200", NOT_ALLOWED, arguments=lambda world: [world.person.pk]
    ),
    Route(
        "meeting_detail", "login 404 404 200 200 200", NOT_ALLOWED, arguments=lambda world: [world.meeting.pk]
    ),
    Route("meeting_list", READERS, NOT_ALLOWED),
    *(
        Route("meeting_list_export", READERS, NOT_ALLOWED, arguments=lambda world, form=form: [form], of=form)
        for form in ("xlsx", "ods", "csv")
    ),
    Route("meeting_create", STAFF, STAFF),
    *(
        Route(name, STAFF, "login 403 403 403 302 302", arguments=lambda world: [world.meeting.pk])
        for name in ("agenda_edit", "attendance_edit", "guest_list")
    ),
    Route("meeting_edit", STAFF, STAFF, arguments=lambda world: [world.meeting.pk]),
    Route("attendance_counts", STAFF, NOT_ALLOWED, arguments=lambda world: [world.meeting.pk]),
    *(
        Route(name, NOT_ALLOWED, "login 403 403 403 302 302", arguments=lambda world: [world.meeting.pk])
        for name in ("attendance_list_update", "attendance_sheet")
    ),
    Route(
        "meeting_step",
        NOT_ALLOWED,
        "login 403 403 403 302 302",
        arguments=lambda world: [world.meeting.pk],
        data={"step": "cancel"},
    ),
    Route(
        "meeting_step",
        NOT_ALLOWED,
        "login 403 403 403 404 404",
        arguments=lambda world: [world.meeting.pk],
        data={"step": "convene"},
        of="that its page does not offer",
    ),
    # governance: organisations
    Route("organisation_create", STAFF, STAFF),
    *(
        Route(name, STAFF, STAFF, arguments=lambda world: [world.organisation.pk])
        for name in ("organisation_edit", "organisation_rename")
    ),
    *(
        Route(name, STAFF, "login 403 403 403 302 302", arguments=lambda world: [world.organisation.pk])
        for name in ("organisation_names", "organisation_delete")
    ),
    # governance: people
    Route("person_list", READERS, NOT_ALLOWED),
    *(
        Route("person_list_export", READERS, NOT_ALLOWED, arguments=lambda world, form=form: [form], of=form)
        for form in ("xlsx", "ods", "csv")
    ),
    Route(
        "person_list_export",
        "login 403 403 302 302 302",
        NOT_ALLOWED,
        arguments=lambda world: ["csv"],
        query="?organisme=aucun",
        of="with a bad filter of people",
    ),
    Route("person_create", STAFF, STAFF),
    Route("person_edit", STAFF, STAFF, arguments=lambda world: [world.person.pk]),
    Route(
        "person_delete",
        STAFF,
        "login 403 403 403 302 302",
        arguments=lambda world: [world.person.pk],
    ),
    Route("person_account", ADMINISTRATORS, ADMINISTRATORS, arguments=lambda world: [world.person.pk]),
    Route(
        "person_account",
        ADMINISTRATORS,
        ADMINISTRATORS,
        arguments=lambda world: [world.person_without_account.pk],
        of="of a person without",
    ),
    Route(
        "person_account_unlink",
        NOT_ALLOWED,
        "login 403 403 403 403 302",
        arguments=lambda world: [world.person.pk],
    ),
    # governance: communes
    Route("commune_list", READERS, NOT_ALLOWED),
    Route("commune_create", ADMINISTRATORS, ADMINISTRATORS),
    Route("commune_edit", ADMINISTRATORS, ADMINISTRATORS, arguments=lambda world: [world.commune.pk]),
    Route(
        "commune_delete",
        ADMINISTRATORS,
        "login 403 403 403 403 302",
        arguments=lambda world: [world.commune.pk],
    ),
    # actions
    Route("action_list", "login 403 200 200 200 200", NOT_ALLOWED),
    Route(
        "action_detail",
        "login 404 200 200 200 200",
        NOT_ALLOWED,
        arguments=lambda world: [world.own_action.pk],
        of="of the lead",
    ),
    Route(
        "action_detail",
        "login 404 404 404 200 200",
        NOT_ALLOWED,
        arguments=lambda world: [world.confidential_action.pk],
        of="confidential",
    ),
    *(
        Route(
            name,
            "login 403 200 200 200 200",
            NOT_ALLOWED,
            arguments=lambda world, form=form: [form],
            of=form,
        )
        for name in ("action_list_export", "organisation_list_export")
        for form in ("xlsx", "ods", "csv")
    ),
    Route(
        "action_list_export",
        "login 403 302 302 302 302",
        NOT_ALLOWED,
        arguments=lambda world: ["csv"],
        query="?annee=douze",
        of="with a bad filter",
    ),
    Route("organisation_list", "login 403 200 200 200 200", NOT_ALLOWED),
    Route(
        "organisation_detail",
        "login 404 200 200 200 200",
        NOT_ALLOWED,
        arguments=lambda world: [world.organisation.pk],
        of="of the lead",
    ),
    Route(
        "organisation_detail",
        "login 404 404 404 200 200",
        NOT_ALLOWED,
        arguments=lambda world: [world.confidential_action.lead_id],
        of="confidential",
    ),
    Route("action_create", AGENTS, AGENTS),
    Route("action_bulk", AGENTS, AGENTS, query="?toutes=oui", of="all"),
    Route(
        "action_bulk_undo",
        "login 403 403 403 404 403",
        "login 403 403 403 404 403",
        arguments=lambda world: [1],
        of="never done",
    ),
    Route("action_carry", AGENTS, AGENTS, arguments=lambda world: [world.own_action.contract.code]),
    *(
        Route(name, AGENTS, AGENTS, arguments=lambda world: [world.own_action.pk])
        for name in ("action_copy", "action_edit")
    ),
    *(
        Route(name, AGENTS, "login 403 403 403 302 403", arguments=lambda world: [world.own_action.pk])
        for name in ("action_years", "action_indicators", "action_funding")
    ),
    Route(
        "action_year_place",
        AGENTS,
        AGENTS,
        arguments=lambda world: [world.year.action_id, world.year.year],
    ),
    Route("import_upload", AGENTS, AGENTS),
    Route(
        "import_preview",
        ITS_AGENT,
        "login 404 404 404 302 404",
        arguments=lambda world: [world.batch.pk],
    ),
    Route(
        "import_undo",
        "login 404 404 404 302 404",
        "login 404 404 404 302 404",
        arguments=lambda world: [world.batch.pk],
        of="that was not applied",
    ),
    Route("import_kept", NOTHING_YET, NOT_ALLOWED, arguments=lambda world: [world.batch.pk]),
    Route("import_errors", ITS_AGENT, NOT_ALLOWED, arguments=lambda world: [world.batch.pk]),
    Route("workbook_export", AGENTS, NOT_ALLOWED, arguments=lambda world: [world.own_action.contract.code]),
    Route("workbook_template", AGENTS, NOT_ALLOWED),
    # evaluation
    Route("evaluation_list", READERS, NOT_ALLOWED),
    Route(
        "evaluation_year",
        READERS,
        NOT_ALLOWED,
        arguments=lambda world: [world.own_action.contract.code, world.year.year],
    ),
    Route(
        "evaluation_pdf",
        NOT_ALLOWED,
        "login 403 403 302 302 302",
        arguments=lambda world: [world.own_action.contract.code, world.year.year],
    ),
    *(
        Route(
            "evaluation_export",
            READERS,
            NOT_ALLOWED,
            arguments=lambda world, form=form: [world.own_action.contract.code, world.year.year, form],
            of=form,
        )
        for form in ("xlsx", "ods", "csv", "json")
    ),
    # cops.documents
    Route(
        "rendering_detail",
        ITS_AGENT,
        NOT_ALLOWED,
        arguments=lambda world: [world.rendering.pk],
        of="of the agent",
    ),
    Route(
        "rendering_detail",
        "login 404 404 200 404 404",
        NOT_ALLOWED,
        arguments=lambda world: [world.member_rendering.pk],
        of="of the member",
    ),
    Route("rendering_progress", ITS_AGENT, NOT_ALLOWED, arguments=lambda world: [world.rendering.pk]),
    Route(
        "document_download",
        "login 404 404 404 200 200",
        NOT_ALLOWED,
        arguments=lambda world: [world.document.pk],
        of="of the service",
    ),
    Route(
        "document_download",
        "login 404 404 200 200 200",
        NOT_ALLOWED,
        arguments=lambda world: [world.member_document.pk],
        of="of the member",
    ),
    Route(
        "document_download",
        "login 404 200 200 200 200",
        NOT_ALLOWED,
        arguments=lambda world: [world.attachment.document_id],
        of="attached to the lead's action",
    ),
    *(
        Route(
            "attachment_create",
            STAFF,
            STAFF,
            arguments=lambda world, key=key, of=of: [key, of(world).pk],
            of=key,
        )
        for key, of in (
            ("action", lambda world: world.own_action),
            ("reunion", lambda world: world.meeting),
            ("contrat", lambda world: world.own_action.contract),
        )
    ),
    Route(
        "attachment_create",
        "login 403 403 403 404 404",
        "login 403 403 403 404 404",
        arguments=lambda world: ["compte", world.account.pk],
        of="of what carries none",
    ),
    *(
        Route(name, STAFF, STAFF, arguments=lambda world: [world.attachment.pk])
        for name in ("attachment_edit", "attachment_replace")
    ),
    *(
        Route(name, NOT_ALLOWED, "login 403 403 403 302 302", arguments=lambda world: [world.attachment.pk])
        for name in ("attachment_withdraw", "attachment_restore")
    ),
    # cops.mail: accounts and invitations
    Route("account_list", ADMINISTRATORS, NOT_ALLOWED),
    Route("account_create", ADMINISTRATORS, ADMINISTRATORS),
    Route("account_edit", ADMINISTRATORS, ADMINISTRATORS, arguments=lambda world: [world.account.pk]),
    *(
        Route(
            name,
            NOT_ALLOWED,
            "login 403 403 403 403 302",
            arguments=lambda world: [world.account.pk],
        )
        for name in ("account_invite", "account_deactivate", "account_reactivate")
    ),
    Route(
        "accept_invitation",
        EVERYBODY,
        EVERYBODY,
        other=NOBODY,
        arguments=lambda world: [world.token],
    ),
    Route(
        "accept_invitation",
        "410 410 410 410 410 410",
        "410 410 410 410 410 410",
        other=NOBODY,
        arguments=lambda world: ["inconnu"],
        of="that does not exist",
    ),
    # governance: convocations and answers
    *(
        Route(name, STAFF, STAFF, arguments=lambda world: [world.meeting.pk])
        for name in ("meeting_convoke", "meeting_notify", "meeting_cancel")
    ),
    Route(
        "convocation_letter",
        "login 403 403 403 200 200",
        NOT_ALLOWED,
        arguments=lambda world: [world.meeting.pk],
    ),
    Route(
        "meeting_calendar",
        "login 404 404 200 200 200",
        NOT_ALLOWED,
        arguments=lambda world: [world.meeting.pk],
    ),
    Route(
        "convocation_resend",
        NOT_ALLOWED,
        "login 403 403 403 302 302",
        arguments=lambda world: [world.meeting.pk, world.convened.pk],
    ),
    Route(
        "attendance_reply",
        "login 404 404 200 200 200",
        "login 404 404 200 200 200",
        arguments=lambda world: [world.meeting.pk, world.convened.pk],
        of="of the member",
    ),
    Route(
        "attendance_reply",
        "login 404 404 404 200 200",
        "login 404 404 404 200 200",
        arguments=lambda world: [world.meeting.pk, world.other_convened.pk],
        of="of somebody else",
    ),
    Route(
        "convocation_reply",
        EVERYBODY,
        EVERYBODY,
        other=NOBODY,
        arguments=lambda world: [world.reply_token],
    ),
    Route(
        "convocation_reply",
        "410 410 410 410 410 410",
        "410 410 410 410 410 410",
        other=NOBODY,
        arguments=lambda world: ["inconnu"],
        of="that does not exist",
    ),
    # cops.mail: messages
    Route("message_list", STAFF, NOT_ALLOWED),
    Route("message_list", STAFF, NOT_ALLOWED, query="?etat=failed&q=elue", of="narrowed down"),
    Route("message_retry_failed", NOT_ALLOWED, "login 403 403 403 302 302"),
    *(
        Route(name, NOT_ALLOWED, "login 403 403 403 302 302", arguments=lambda world: [world.message.pk])
        for name in ("message_send_again", "message_consider_sent")
    ),
    # cops.users: saved views
    Route(
        "saved_view_create",
        EVERYBODY_LOGGED_IN,
        "login 302 302 302 302 302",
        query="?path=/actions/&query=annee%3D2012",
        data={"path": "/actions/", "query": "annee=2012", "name": "Ma vue"},
    ),
    Route(
        "saved_view_create",
        "login 404 404 404 404 404",
        "login 404 404 404 404 404",
        query="?path=//example.org/",
        data={"path": "//example.org/", "name": "Ailleurs"},
        of="elsewhere",
    ),
    Route(
        "saved_view_delete",
        NOT_ALLOWED,
        "login 404 404 404 302 404",
        arguments=lambda world: [world.saved_view.pk],
    ),
    # cops.users: pages of allauth, where PUT is what POST is and OPTIONS names the methods
    Route(
        "account_login",
        "200 302 302 302 302 302",
        "200 302 302 302 302 302",
        other="405 302 302 302 302 302",
        but={"PUT": "200 302 302 302 302 302", "OPTIONS": "200 302 302 302 302 302"},
    ),
    Route(
        "account_logout",
        EVERYBODY_LOGGED_IN,
        "login login login login login login",
        other=NOBODY,
        but={"OPTIONS": EVERYBODY},
    ),
    Route(
        "account_reset_password",
        EVERYBODY,
        EVERYBODY,
        other=NOBODY,
        but={"PUT": EVERYBODY, "OPTIONS": EVERYBODY},
    ),
    Route(
        "account_reset_password_from_key",
        EVERYBODY,
        EVERYBODY,
        other=EVERYBODY,
        arguments=lambda world: ["1", "abc-def"],
        of="with a key that does not exist",
    ),
    *(
        Route(name, EVERYBODY, NOBODY, other=NOBODY, but={"OPTIONS": EVERYBODY})
        for name in (
            "account_inactive",
            "account_reset_password_done",
            "account_reset_password_from_key_done",
        )
    ),
    *(
        Route(
            name,
            EVERYBODY_LOGGED_IN,
            EVERYBODY_LOGGED_IN,
            but={"PUT": EVERYBODY_LOGGED_IN, "OPTIONS": EVERYBODY_LOGGED_IN},
        )
        for name in ("account_reauthenticate", "account_change_password")
    ),
    Route("mfa_index", EVERYBODY_LOGGED_IN, NOT_ALLOWED, but={"OPTIONS": EVERYBODY_LOGGED_IN}),
    *(
        Route(name, CONFIRM_FIRST, CONFIRM_FIRST, other=CONFIRM_FIRST)
        for name in (
            "mfa_authenticate",
            "mfa_reauthenticate",
            "mfa_activate_totp",
            "mfa_generate_recovery_codes",
        )
    ),
    *(
        Route(name, NOTHING_YET, NOTHING_YET, other=NOTHING_YET)
        for name in ("mfa_deactivate_totp", "mfa_download_recovery_codes")
    ),
    Route("mfa_view_recovery_codes", NOTHING_YET, NOT_ALLOWED, but={"OPTIONS": EVERYBODY_LOGGED_IN}),
]
