"""Who may read contracts."""

import rules

from governance.rules import is_reader

rules.add_perm("contracts.view_contracts", is_reader)
