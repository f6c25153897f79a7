"""Who sits in the demonstration: invented people with addresses that lead nowhere.

Addresses end in « demo.example » (RFC 2606), telephone numbers begin with 01 99 00, which the regulator keeps
for works of fiction (Arcep, décision n° 2018-0881).
"""

import unicodedata
from dataclasses import dataclass
from datetime import date, timedelta

from actions.models import Action
from cops.desk.demonstration.accounts import LEAD, MEMBER
from cops.lib.civility import Civility
from cops.users.models import User
from governance.models import Designation, Organisation, Person, Seat

LAST_NAME = "Exemple (fictif)"
ACT = "Désignation fictive de démonstration"
MANDATE_START = date(2020, 9, 1)
Quality = Designation.Quality

# Functional mailboxes, which convocations go to before anybody's own address.
MAILBOXES = {
    "Police nationale": "commissariat@demo.example",
    "Gendarmerie nationale": "compagnie@demo.example",
    "LogemLoiret": "agence@demo.example",
}


@dataclass(frozen=True, slots=True)
class Sitting:
    """Somebody on a seat: of which formation and rule, and of which commune where each has one."""

    first_name: str
    function: str
    formation: str
    rule: str
    organisation: str = ""
    commune: str = ""
    quality: Quality = Quality.TITULAR
    days_left: int | None = None


# Seats that nobody is named for are left vacant on purpose.
SITTINGS = (
    Sitting("Prune", "Présidente", "restricted", "Président de l’AME", "AME"),
    Sitting("Basile", "Préfet", "restricted", "Préfet ou son représentant"),
    Sitting("Denis", "Sous-préfet", "restricted", "Préfet ou son représentant", quality=Quality.SUBSTITUTE),
    Sitting("Justine", "Procureure", "restricted", "Procureur de la République ou son représentant"),
    Sitting("Maud", "Adjointe au maire", "restricted", "Élu de Montargis"),
    Sitting("Ariane", "Collaboratrice", "restricted", "Élu de Montargis", quality=Quality.ASSISTANT),
    Sitting("Anselme", "Adjoint au maire", "restricted", "Élu d’Amilly"),
    Sitting("Irène", "Commissaire", "restricted", "Représentant de la Police nationale", "Police nationale"),
    Sitting(
        "Gilles",
        "Commandant de compagnie",
        "restricted",
        "Représentant de la Gendarmerie nationale",
        "Gendarmerie nationale",
    ),
    Sitting(
        "Lise",
        "Directrice d’agence",
        "restricted",
        "Représentant d’Hamoval et de LogemLoiret",
        "LogemLoiret",
        days_left=45,
    ),
    Sitting("Prune", "Présidente", "plenary", "Président de l’AME", "AME"),
    Sitting("Basile", "Préfet", "plenary", "Préfet ou son représentant"),
    Sitting("Justine", "Procureure", "plenary", "Procureur de la République ou son représentant"),
    Sitting("Maud", "Adjointe au maire", "plenary", "Élu représentant la commune", commune="Montargis"),
    Sitting("Anselme", "Adjoint au maire", "plenary", "Élu représentant la commune", commune="Amilly"),
    Sitting("Hortense", "Maire", "plenary", "Élu représentant la commune", commune="Pannes"),
    Sitting("Lise", "Directrice d’agence", "plenary", "Bailleurs sociaux", "LogemLoiret"),
)
MEN = ("Basile", "Denis", "Anselme", "Gilles", "Paul")
NAMES = tuple(dict.fromkeys(row.first_name for row in SITTINGS))


@dataclass(frozen=True, slots=True)
class People:
    """The people of the demonstration, once stored."""

    lead: Person

    def give_lead_their_actions(self) -> None:
        """The demonstration lead is the contact of the actions of one association."""
        action = Action.objects.select_related("lead").get(contract__code="cops-2009", reference="1.2-01")
        self.lead.organisation = action.lead
        self.lead.save()
        for own in Action.objects.filter(lead=action.lead):
            own.contact = self.lead
            own.save()


def load_people(today: date) -> People:
    """Store the people and their designations on seats that were never filled."""
    for name, mailbox in MAILBOXES.items():
        _give_mailbox(name, mailbox)
    taken = set(Designation.objects.values_list("seat", flat=True))
    for row in SITTINGS:
        seat = _seat(row)
        if seat.pk not in taken:
            _designate(row, seat, today)
    return People(person(LEAD.full_name.split()[0], account=LEAD.email))


def person(first_name: str, *, organisation: Organisation | None = None, account: str = "") -> Person:
    """Somebody of that first name, stored where nobody is; `account` is the address of their account."""
    number = NAMES.index(first_name) if first_name in NAMES else 90
    values = {
        "civility": Civility.MONSIEUR if first_name in MEN else Civility.MADAME,
        "organisation": organisation,
        "email": account or f"{_plain(first_name)}@demo.example",
        "phone": f"01 99 00 10 {number:02}",
    }
    found, is_new = Person.objects.get_or_create(last_name=LAST_NAME, first_name=first_name, defaults=values)
    if is_new and account:
        found.user = User.objects.get(email=account)
        found.save()
    return found


def _give_mailbox(name: str, mailbox: str) -> None:
    organisation = Organisation.objects.filter(name=name, mailbox="").first()
    if organisation:
        organisation.mailbox = mailbox
        organisation.save()


def _seat(row: Sitting) -> Seat:
    seats = Seat.objects.filter(rule__formation__kind=row.formation, rule__label=row.rule)
    return seats.filter(commune__name=row.commune).get() if row.commune else seats.get(number=1)


def _designate(row: Sitting, seat: Seat, today: date) -> None:
    where = Organisation.objects.filter(name=row.organisation).first()
    account = MEMBER.email if row.first_name == MEMBER.full_name.split()[0] else ""
    Designation.objects.create(
        seat=seat,
        person=person(row.first_name, organisation=where, account=account),
        quality=row.quality,
        function=row.function,
        organisation=where,
        act=ACT,
        starts_on=MANDATE_START,
        ends_on=today + timedelta(days=row.days_left) if row.days_left else None,
    )


def _plain(name: str) -> str:
    decomposed = unicodedata.normalize("NFD", name.lower())
    return "".join(sign for sign in decomposed if sign.isascii())
