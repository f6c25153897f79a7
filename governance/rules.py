"""Who may read what of the council."""

import rules

from cops.users.models import User
from cops.users.rules import is_administrator, is_staff_member
from governance.access import is_member


@rules.predicate
def is_council_member(user: User) -> bool:
    return is_member(user)


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
# The letters of convocation, kept for the service.
rules.add_perm("documents.read_convocation", is_staff_member)
# The attendance sheets to sign, printed by the service.
rules.add_perm("documents.read_attendance", is_staff_member)
