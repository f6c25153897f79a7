"""Who may attach papers. Partners may not: what they would send as evidence would be lists of people."""

import rules

from cops.users.rules import is_staff_member

rules.add_perm("documents.attach", is_staff_member)
