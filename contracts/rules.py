"""Who may read, enter and amend contracts."""

import rules

from cops.users.rules import is_staff_member
from governance.rules import is_reader

rules.add_perm("contracts.view_contracts", is_reader)
rules.add_perm("contracts.change_contracts", is_staff_member)
