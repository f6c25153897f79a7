"""Who may have the restricted formation meet as a crisis cell: three authorities, and nobody else."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from django.utils import timezone

from cops.users.models import User
from governance.models import Designation, Formation, SeatRule

Authority = SeatRule.Convener


@dataclass(frozen=True, slots=True)
class Holder:
    """Who holds an authority's seat that day, as the roster names them."""

    name: str
    function: str = ""
    civility: str = ""


def restricted_formation() -> Formation | None:
    """The formation that gathers as a crisis cell; one query."""
    return Formation.objects.filter(kind=Formation.Kind.RESTRICTED).select_related("council").first()


def holders(formation: Formation, on: date) -> Mapping[str, Holder]:
    """Authority → the titular of its seat that day; one whose seat is vacant is missing. One query."""
    rules = SeatRule.objects.filter(formation=formation).in_force(on).order_by().values("pk")
    mandates = (
        Designation.objects.in_force(on)
        .filter(seat__rule__in=rules, quality=Designation.Quality.TITULAR)
        .exclude(seat__rule__convenes="")
        .select_related("person", "seat__rule")
        .order_by("pk")
    )
    return {
        row.seat.rule.convenes: Holder(str(row.person), row.function, row.person.civility) for row in mandates
    }


def own_authority(user: User, on: date | None = None) -> str:
    """The authority whose seat the user holds that day as titular, "" for everybody else; one query."""
    if not user.is_authenticated or not user.is_active:
        return ""
    mandates = (
        Designation.objects.of_user(user)
        .in_force(on or timezone.localdate())
        .filter(quality=Designation.Quality.TITULAR, seat__rule__formation__kind=Formation.Kind.RESTRICTED)
        .exclude(seat__rule__convenes="")
        .order_by("pk")
    )
    return mandates.values_list("seat__rule__convenes", flat=True).first() or ""
