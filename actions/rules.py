"""Who may read, change, import and export actions."""

import rules

from actions.models import Action
from cops.users.models import User
from cops.users.rules import is_agent
from governance.rules import is_reader


@rules.predicate
def leads_an_action(user: User) -> bool:
    """Whether the user is the contact person of an action."""
    return user.is_authenticated and Action.objects.filter(contact__user=user).exists()


rules.add_perm("actions.view_actions", is_reader | leads_an_action)
rules.add_perm("actions.import_actions", is_agent)
rules.add_perm("actions.export_actions", is_agent)
rules.add_perm("actions.change_actions", is_agent)
