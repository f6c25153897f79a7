"""Who is a member of the council, and of one of its formations, today: what reading rights follow from."""

from datetime import date

from django.utils import timezone

from cops.users.models import User
from governance.models import Designation, Formation, Person


def is_member(user: User, on: date | None = None) -> bool:
    """Whether the user holds a designation on any formation that day (today unless told); one query.

    Asked anew at each request: a mandate that ended yesterday opens nothing today.
    """
    if not user.is_authenticated or not user.is_active:
        return False
    return Person.objects.of_user(user).seated(on or timezone.localdate()).exists()


def reads_attendance(user: User, formation: Formation) -> bool:
    """Whether the user may read how often people came: the service, and who sits there today; one query.

    Of a confidential group nobody does: it keeps no list of people.
    """
    if formation.is_confidential:
        return False
    own = Designation.objects.of_user(user).in_force(timezone.localdate())
    return user.is_staff_member or own.filter(seat__rule__formation=formation).exists()
