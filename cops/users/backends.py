"""How people log in."""

from typing import Any

from allauth.account.auth_backends import AuthenticationBackend


class LoginBackend(AuthenticationBackend):
    """Checks passwords and grants nothing: rights are predicates (`rules.py` of each room), not rows.

    Django's own look-up would cost two queries on every page for each account that lacks a right.
    """

    def get_user_permissions(self, user_obj: Any, obj: Any = None) -> set[str]:
        return set()

    def get_group_permissions(self, user_obj: Any, obj: Any = None) -> set[str]:
        return set()

    def get_all_permissions(self, user_obj: Any, obj: Any = None) -> set[str]:
        return set()
