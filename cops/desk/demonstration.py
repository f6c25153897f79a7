"""The demonstration: invented people, accounts and figures, which say that they are invented."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from actions.models import Action
from actions.workbook import import_workbook, read_workbook
from cops.desk.demonstration_meetings import load_meetings
from cops.users.models import User
from governance.models import Designation, Organisation, Person, Seat

WORKBOOK: Path = settings.BASE_DIR / "fixtures" / "demo-2009-2014.xlsx"
PASSWORD = "demonstration-ouverte"  # noqa: S105 - printed at each start; the production profile refuses it
MANDATE_START = date(2020, 9, 1)


@dataclass(frozen=True, slots=True)
class Account:
    """A demonstration account, one for each role."""

    email: str
    full_name: str
    role: User.Role
    shows: str


ACCOUNTS = (
    Account("agent@demo.example", "Agnès Exemple", User.Role.AGENT, "agent : saisit, importe, évalue"),
    Account(
        "administrateur@demo.example",
        "Adam Exemple",
        User.Role.ADMINISTRATOR,
        "administrateur : gère les comptes",
    ),
    Account("membre@demo.example", "Maud Exemple", User.Role.NONE, "membre du CISPD : lit plans et rapports"),
    Account("pilote@demo.example", "Paul Exemple", User.Role.NONE, "pilote : lit ses actions"),
)
MEMBER, LEAD = ACCOUNTS[2], ACCOUNTS[3]

# Rules of the restricted formation with a demonstration titular; the others are left vacant on purpose.
TITULARS = {
    "Président de l’AME": ("Prune", "Président", "AME"),
    "Préfet ou son représentant": ("Basile", "Préfet", ""),
    "Procureur de la République ou son représentant": ("Justine", "Procureure", ""),
    "Élu de Montargis": ("Maud", "Adjointe au maire", ""),
    "Élu d’Amilly": ("Anselme", "Adjoint au maire", ""),
    "Représentant de la Police nationale": ("Irène", "Commissaire", "Police nationale"),
    "Représentant de la Gendarmerie nationale": (
        "Gilles",
        "Commandant de compagnie",
        "Gendarmerie nationale",
    ),
    "Représentant d’Hamoval et de LogemLoiret": ("Lise", "Directrice d’agence", "LogemLoiret"),
}


@transaction.atomic
def load_demonstration() -> None:
    """Store the demonstration where it is not there yet; what somebody changed since is left as it is."""
    for account in ACCOUNTS:
        _account(account)
    _titulars()
    load_meetings(timezone.localdate())
    if not Action.objects.exists():
        plan = import_workbook(read_workbook(WORKBOOK.read_bytes(), WORKBOOK.name))
        if plan.faults:
            raise ValueError(f"the demonstration workbook has a fault: {plan.faults[0]}")
        _leads()


def _account(account: Account) -> None:
    if not User.objects.filter(email=account.email).exists():
        User.objects.create_user(account.email, PASSWORD, full_name=account.full_name, role=account.role)


def _person(first_name: str, *, organisation: Organisation | None = None, email: str = "") -> Person:
    values = {"organisation": organisation, "email": email}
    person, _ = Person.objects.get_or_create(
        last_name="Exemple (fictif)", first_name=first_name, defaults=values
    )
    if email and person.user is None:
        person.user = User.objects.get(email=email)
        person.save()
    return person


def _titulars() -> None:
    for label, (first_name, function, organisation) in TITULARS.items():
        seat = Seat.objects.get(rule__formation__kind="restricted", rule__label=label)
        if seat.designations.exists():
            continue
        email = MEMBER.email if first_name == MEMBER.full_name.split()[0] else ""
        where = Organisation.objects.filter(name=organisation).first()
        Designation.objects.create(
            seat=seat,
            person=_person(first_name, organisation=where, email=email),
            function=function,
            organisation=where,
            act="Désignation fictive de démonstration",
            starts_on=MANDATE_START,
        )


def _leads() -> None:
    """The demonstration lead is the contact of the actions of one association."""
    action = Action.objects.select_related("lead").get(contract__code="cops-2009", reference="1.2-01")
    contact = _person("Paul", organisation=action.lead, email=LEAD.email)
    for own in Action.objects.filter(lead=action.lead):
        own.contact = contact
        own.save()
