"""The request of somebody who is logged in, for the type checker."""

from django.http import HttpRequest

from cops.users.models import User


class UserRequest(HttpRequest):
    """A request as views get it: LoginRequiredMiddleware lets nobody else through."""

    user: User
