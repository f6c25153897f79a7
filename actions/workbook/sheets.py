"""The four sheets of the workbook: their columns, what each holds, and the typed row each gives."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import Enum
from typing import Any, Literal, NamedTuple, TypeVar, Union

from django.db import models

from actions.models import (
    Action,
    ActionYear,
    CountingUnit,
    Direction,
    Funding,
    Indicator,
    IndicatorValue,
    Nature,
    Reason,
    Status,
)
from actions.models.programming import COUNT_MAX
from actions.workbook import cells
from actions.workbook.cells import Code, Name, Parser, Percentage, Raw
from cops.lib.french import squash
from cops.lib.tables import Cell
from governance.models import Organisation, Person


class Missing(Enum):
    """Why a typed row has no value for a column (an empty cell is None)."""

    ABSENT = "absent"  # the file has no such column
    FAULTY = "faulty"  # the cell cannot be read; its fault is reported


ABSENT: Literal[Missing.ABSENT] = Missing.ABSENT
FAULTY: Literal[Missing.FAULTY] = Missing.FAULTY

T = TypeVar("T")
Given = Union[T, Missing, None]  # noqa: UP007 - a generic alias
Required = Union[T, Missing]  # noqa: UP007

STATUS_CODES: Mapping[str, str] = {
    "realisee": Status.DONE.value,
    "partielle": Status.PARTIAL.value,
    "en_cours": Status.IN_PROGRESS.value,
    "reportee": Status.POSTPONED.value,
    "abandonnee": Status.DROPPED.value,
    "non_realisee": Status.NOT_DONE.value,
}
REASON_CODES: Mapping[str, str] = {
    "financement": Reason.FUNDING.value,
    "pilote": Reason.LEAD.value,
    "personnel": Reason.STAFFING.value,
    "partenaire": Reason.PARTNER.value,
    "public": Reason.AUDIENCE.value,
    "juridique": Reason.LEGAL.value,
    "calendrier": Reason.SCHEDULE.value,
    "decision": Reason.DECISION.value,
    "doublon": Reason.DUPLICATE.value,
    "contexte": Reason.CONTEXT.value,
    "besoin": Reason.NEED_GONE.value,
    "technique": Reason.TECHNICAL.value,
    "autre": Reason.OTHER.value,
}
UNIT_CODES: Mapping[str, str] = {
    "personnes": CountingUnit.PEOPLE.value,
    "familles": CountingUnit.FAMILIES.value,
    "participations": CountingUnit.ATTENDANCES.value,
    "interventions": CountingUnit.INTERVENTIONS.value,
    "equipements": CountingUnit.FACILITIES.value,
}
NATURE_CODES: Mapping[str, str] = {
    "realisation": Nature.OUTPUT.value,
    "resultat": Nature.RESULT.value,
    "impact": Nature.IMPACT.value,
}
DIRECTION_CODES: Mapping[str, str] = {"hausse": Direction.UP.value, "baisse": Direction.DOWN.value}
CALENDAR_CODES: Mapping[str, str] = {
    "civil": Action.Calendar.CIVIL.value,
    "scolaire": Action.Calendar.SCHOOL.value,
}


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its heading, the field it fills in the row (and in the model, for plain values), how a cell
    is read, what an empty cell stores, for required ones what is expected, and its codes if it has some."""

    name: str
    field: str
    parse: Parser
    empty: Any = None
    required: str = ""
    codes: Mapping[str, str] | None = None

    def write(self, value: Any) -> Cell:
        """A stored value as the export writes it and as the preview shows it."""
        if value is None or value == "":
            return None
        if self.codes is not None:
            return next(code for code, identifier in self.codes.items() if identifier == value)
        if isinstance(value, bool):
            return "oui" if value else "non"
        if isinstance(value, str):
            return squash(value)  # text typed on a page may have several lines; in files it has one
        return _shortest(value) if isinstance(value, Decimal) else value


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet: its name, its columns in the order of the export, its natural key, the type of its rows."""

    name: str
    columns: tuple[Column, ...]
    key: tuple[str, ...]
    row: Any

    @property
    def index(self) -> int:
        """Its place in the workbook."""
        return SHEETS.index(self)


def _shortest(number: Decimal) -> Cell:
    """The same on both databases: 5 for 5.0000, 7.2 for 7.2000. Beyond the digits that a spreadsheet's number
    can hold, text."""
    shortest = number.normalize()
    if len(shortest.as_tuple().digits) > cells.SPREADSHEET_DIGITS:
        return f"{shortest:f}".replace(".", ",")
    return int(number) if number == number.to_integral_value() else shortest


class ActionRow(NamedTuple):
    number: int
    cells: list[Raw]
    contract: Required[str]
    objective: Required[Code]
    reference: Required[Name]
    title: Required[str]
    description: Given[str]
    audience: Given[str]
    lead: Required[Name]
    partners: Given[tuple[Name, ...]]
    communes: Given[tuple[Code, ...]]
    counting_unit: Given[str]
    starts_on: Given[date]
    ends_on: Given[date]
    diagnosis: Given[str]
    contact: Given[str]
    calendar: Given[str]
    is_confidential: Given[bool]
    continues: Given[tuple[str, Name]]


class YearRow(NamedTuple):
    number: int
    cells: list[Raw]
    contract: Required[str]
    reference: Required[Name]
    year: Required[int]
    objective: Given[Code]
    lead: Given[Name]
    is_planned: Required[bool]
    status: Given[str]
    reason: Given[str]
    comment: Given[str]
    planned_budget: Given[Decimal]
    actual_cost: Given[Decimal]
    planned_count: Given[int]
    actual_count: Given[int]
    impact: Given[str]


class ValueRow(NamedTuple):
    number: int
    cells: list[Raw]
    contract: Required[str]
    reference: Required[Name]
    name: Required[Name]
    nature: Required[str]
    unit: Given[str]
    direction: Required[str]
    baseline: Given[Decimal | Percentage]
    year: Required[int]
    target: Given[Decimal | Percentage]
    value: Given[Decimal | Percentage]


class FundingRow(NamedTuple):
    number: int
    cells: list[Raw]
    contract: Required[str]
    reference: Required[Name]
    year: Required[int]
    funder: Required[Name]
    requested: Given[Decimal]
    granted: Given[Decimal]
    paid: Given[Decimal]


def _length(model: type[models.Model], field: str) -> int:
    stored = model._meta.get_field(field)
    assert isinstance(stored, models.CharField)
    return stored.max_length or cells.TEXT_MAX


def _limit(model: type[models.Model], field: str) -> Decimal:
    stored = model._meta.get_field(field)
    assert isinstance(stored, models.DecimalField)
    return Decimal(10) ** ((stored.max_digits or 0) - (stored.decimal_places or 0))


def _coded(
    name: str, field: str, codes: Mapping[str, str], subject: str, required: str = "", empty: str = ""
) -> Column:
    return Column(name, field, cells.code(codes, subject), empty, required, codes)


_text = cells.text()
_year = cells.year(1900, 2200)
_amount = cells.amount(_limit(ActionYear, "planned_budget"))
_count = cells.count(COUNT_MAX)
_measure = cells.measure(_limit(IndicatorValue, "value"))
_organisation = cells.organisation(_length(Organisation, "name"))

_CONTRACT = Column("contrat", "contract", cells.contract_code, required="le code d’un contrat (cops-2009)")
_REFERENCE = Column(
    "reference",
    "reference",
    cells.reference(_length(Action, "reference")),
    required="la référence d’une action (1.1-01)",
)
_YEAR = Column("annee", "year", _year, required="une année (2012)")

ACTIONS = Sheet(
    "actions",
    (
        _CONTRACT,
        Column("objectif", "objective", cells.plan_code, required="le code d’un objectif (1.1)"),
        _REFERENCE,
        Column("intitule", "title", cells.text(_length(Action, "title")), "", "l’intitulé de l’action"),
        Column("description", "description", _text, ""),
        Column("public", "audience", _text, ""),
        Column("pilote", "lead", _organisation, required="le nom de l’organisme pilote"),
        Column("partenaires", "partners", cells.organisations(_length(Organisation, "name"))),
        Column("communes", "communes", cells.commune_codes),
        _coded("unite", "counting_unit", UNIT_CODES, "Unité de compte attendue"),
        Column("debut", "starts_on", cells.day),
        Column("fin", "ends_on", cells.day),
        Column("constat", "diagnosis", _text, ""),
        Column("contact", "contact", cells.address(_length(Person, "email"))),
        _coded(
            "calendrier",
            "calendar",
            CALENDAR_CODES,
            "Calendrier attendu",
            empty=Action.Calendar.CIVIL.value,
        ),
        Column("confidentielle", "is_confidential", cells.yes_no, False),
        Column("poursuit", "continues", cells.continued_action(_length(Action, "reference"))),
    ),
    ("contrat", "reference"),
    ActionRow,
)
YEARS = Sheet(
    "programmation",
    (
        _CONTRACT,
        _REFERENCE,
        _YEAR,
        Column("objectif", "objective", cells.plan_code),
        Column("pilote", "lead", _organisation),
        Column("prevue", "is_planned", cells.yes_no, required="oui ou non"),
        _coded("statut", "status", STATUS_CODES, "Statut attendu"),
        _coded("motif", "reason", REASON_CODES, "Motif attendu"),
        Column("commentaire", "comment", _text, ""),
        Column("budget_prevu", "planned_budget", _amount),
        Column("cout_reel", "actual_cost", _amount),
        Column("quantite_prevue", "planned_count", _count),
        Column("quantite_realisee", "actual_count", _count),
        Column("impact", "impact", _text, ""),
    ),
    ("contrat", "reference", "annee"),
    YearRow,
)
VALUES = Sheet(
    "indicateurs",
    (
        _CONTRACT,
        _REFERENCE,
        Column(
            "indicateur",
            "name",
            cells.exact_name(_length(Indicator, "name")),
            required="le nom de l’indicateur",
        ),
        _coded("nature", "nature", NATURE_CODES, "Nature attendue", "realisation, resultat ou impact"),
        Column("unite", "unit", cells.text(_length(Indicator, "unit")), ""),
        _coded("sens", "direction", DIRECTION_CODES, "Sens attendu", "hausse ou baisse"),
        Column("valeur_reference", "baseline", _measure),
        _YEAR,
        Column("cible", "target", _measure),
        Column("valeur", "value", _measure),
    ),
    ("contrat", "reference", "indicateur", "annee"),
    ValueRow,
)
FUNDINGS = Sheet(
    "financements",
    (
        _CONTRACT,
        _REFERENCE,
        _YEAR,
        Column("financeur", "funder", _organisation, required="le nom de l’organisme financeur"),
        Column("demande", "requested", cells.amount(_limit(Funding, "requested"))),
        Column("accorde", "granted", cells.amount(_limit(Funding, "granted"))),
        Column("verse", "paid", cells.amount(_limit(Funding, "paid"))),
    ),
    ("contrat", "reference", "annee", "financeur"),
    FundingRow,
)
SHEETS = (ACTIONS, YEARS, VALUES, FUNDINGS)
