"""A working group of the demonstration."""

from datetime import date, timedelta

from cops.desk.demonstration.council import ACT, person
from cops.users.models import User
from governance.models import Council, Designation, Formation, Seat
from governance.seating import save_formation

CODE = "groupe-transports-demo"
MEMBERS = {"Irène": "Commissaire", "Maud": "Adjointe au maire", "Hortense": "Maire"}


def load_group(today: date, *, by: User) -> None:
    """Create the group with its members where there is none; it has met for half a year."""
    if Formation.objects.filter(kind=Formation.Kind.GROUP).exists():
        return
    starts_on = today - timedelta(days=180)
    formation = Formation(
        council=Council.objects.get(code="cispd"),
        code=CODE,
        name="Groupe « Transports » (fictif)",
        kind=Formation.Kind.GROUP,
        purpose="Prépare les actions de tranquillité dans les transports (groupe fictif de démonstration).",
        starts_on=starts_on,
        notice_days=8,
    )
    formation.full_clean()
    save_formation(formation, by=by)
    rule = formation.seat_rules.get()
    for number, (first_name, function) in enumerate(MEMBERS.items(), start=1):
        seat, _ = Seat.objects.get_or_create(rule=rule, number=number)
        Designation.objects.create(
            seat=seat, person=person(first_name), function=function, act=ACT, starts_on=starts_on
        )
