"""Who works here: predicates that the other rooms build upon."""

import rules

from cops.users.models import User


@rules.predicate
def is_agent(user: User) -> bool:
    return bool(user.is_authenticated and user.is_agent)


@rules.predicate
def is_administrator(user: User) -> bool:
    return bool(user.is_authenticated and user.is_administrator)


is_staff_member = is_agent | is_administrator

rules.add_perm("users.manage_accounts", is_administrator)
