"""Who may read what of the council."""

import rules
from django.utils import timezone

from cops.documents.models import Document, Rendering
from cops.users.models import User
from cops.users.rules import is_administrator, is_staff_member
from governance.access import is_member
from governance.crises.conveners import own_authority
from governance.models import Designation, Formation, Meeting
from governance.roster import formation_code


@rules.predicate
def is_council_member(user: User) -> bool:
    return is_member(user)


@rules.predicate
def sits_in_restricted(user: User) -> bool:
    """Whether the user sits today in the formation that gathers as a crisis cell."""
    mandates = Designation.objects.of_user(user).in_force(timezone.localdate())
    return mandates.filter(seat__rule__formation__kind=Formation.Kind.RESTRICTED).exists()


@rules.predicate
def is_convener(user: User) -> bool:
    """The holder of one of the three seats that may have the restricted formation meet as a crisis cell."""
    return own_authority(user) != ""


@rules.predicate
def may_read_roster(user: User, document: Document | None = None) -> bool:
    """Whether the formation of a roster made for the user is still open to them today; three queries."""
    made = Rendering.objects.filter(document=document, requested_by=user).first() if document else None
    if made is None or not is_member(user):
        return False
    code = formation_code(made.subject)
    return Formation.objects.visible_to(user).filter(code=code).exists()


is_reader = is_staff_member | is_council_member

rules.add_perm("governance.view_composition", is_reader)
# Formations, their rules and seats, who is designated; rosters imported.
rules.add_perm("governance.manage_composition", is_administrator)
# Meetings with all that belongs to them: agenda, convocations, attendance, minutes, decisions.
rules.add_perm("governance.change_meetings", is_staff_member)
rules.add_perm("governance.change_organisations", is_staff_member)
rules.add_perm("governance.change_people", is_staff_member)
rules.add_perm("governance.change_communes", is_administrator)
rules.add_perm("governance.link_accounts", is_administrator)
# The service opens a cell and keeps its logbook for the authority that convenes; an authority for itself.
rules.add_perm("governance.open_crisis_cell", is_staff_member | is_convener)
rules.add_perm("governance.keep_logbook", is_staff_member | is_convener)
rules.add_perm("documents.read_roster", is_staff_member | may_read_roster)
rules.add_perm("documents.read_crisis_report", is_staff_member | sits_in_restricted)
# The letters of convocation, kept for the service.
rules.add_perm("documents.read_convocation", is_staff_member)
# The attendance sheets to sign, printed by the service.
rules.add_perm("documents.read_attendance", is_staff_member)


@rules.predicate
def reads_its_meeting(user: User, document: Document) -> bool:
    """Whether a document made of a meeting is of one that the user may read today."""
    subjects = Rendering.objects.filter(document=document).values_list("subject", flat=True)
    keys = [subject.rpartition("/")[2] for subject in subjects]
    return Meeting.objects.visible_to(user).filter(pk__in=[key for key in keys if key.isdecimal()]).exists()


rules.add_perm("documents.read_minutes", is_staff_member | reads_its_meeting)
rules.add_perm("documents.read_meeting_pack", is_staff_member | reads_its_meeting)
