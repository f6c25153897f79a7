"""Who may see how the pages are made."""

import rules

from cops.users.rules import is_staff_member

rules.add_perm("desk.view_components", is_staff_member)
