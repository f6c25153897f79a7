"""Who is a member of the council today: what reading rights follow from."""

from datetime import date

from django.utils import timezone

from cops.users.models import User
from governance.models import Person


def is_member(user: User, on: date | None = None) -> bool:
    """Whether the user holds a designation on any formation that day (today unless told); one query.

    Asked anew at each request: a mandate that ended yesterday opens nothing today.
    """
    if not user.is_authenticated or not user.is_active:
        return False
    return Person.objects.of_user(user).seated(on or timezone.localdate()).exists()
