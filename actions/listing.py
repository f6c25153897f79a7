"""The list of actions: what a reader may see, each action as it stood in the year shown, in a total order."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import (
    Case,
    Expression,
    F,
    FilteredRelation,
    OrderBy,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Length

from actions.models import Action, ActionYear, Status
from contracts.models import Contract
from contracts.plan import Timeline
from contracts.selectors import timelines
from cops.audit.lists import sort_asked
from cops.lib.collation import in_french
from cops.lib.french import sort_key, squash
from cops.users.models import User
from governance.models import Commune, Organisation

NOT_LISTED = ("description", "diagnosis", "audience", "search_text", "contract__search_text")
DEFAULT_ORDER = "reference"
_LATEST_CONTRACT_FIRST = (F("contract__starts_on").desc(), F("contract__code"))
_BY_REFERENCE = (F("reference_key"), F("reference"))


def listed_actions(user: User, year: int | None = None) -> QuerySet[Action]:
    """Actions that `user` may read, each with `listed_*`: how it stands in the year shown.

    With a `year`: only actions programmed that year, with that year's objective and lead, as its report lists
    them. Without: every action with its own objective and lead, and the status and figures of the last year
    it was programmed (none if it never was). One query; long texts are left in the database.
    """
    shown = Q(years__year=year) if year else Q(years__year=_last_year())
    of_year = "shown__" if year else ""
    actions = Action.objects.visible_to(user).annotate(
        shown=FilteredRelation("years", condition=shown),
        listed_year=F("shown__year"),
        listed_status=F("shown__status"),
        listed_is_planned=F("shown__is_planned"),
        listed_budget=F("shown__planned_budget"),
        listed_cost=F("shown__actual_cost"),
        listed_reason=F("shown__reason"),
        listed_planned_count=F("shown__planned_count"),
        listed_actual_count=F("shown__actual_count"),
        listed_lead=F(f"{of_year}lead__name"),
        listed_lead_id=F(f"{of_year}lead_id"),
        listed_objective=F(f"{of_year}objective__code"),
        listed_axis=F(f"{of_year}objective__axis__number"),
    )
    if year:
        actions = actions.filter(listed_year__isnull=False)
    return actions.select_related("contract").defer(*NOT_LISTED)


def _last_year() -> Subquery:
    years = ActionYear.objects.filter(action=OuterRef("pk")).order_by("-year")
    return Subquery(years.values("year")[:1])


def _status_rank() -> Case:
    """Statuses in the order of the vocabulary, what is not reported after them."""
    return Case(
        *(When(listed_status=status, then=Value(rank)) for rank, status in enumerate(Status.values)),
        When(listed_year__isnull=False, then=Value(len(Status))),
        default=None,
    )


def _orders() -> dict[str, Sequence[Expression | F]]:
    return {
        "reference": _BY_REFERENCE,
        "intitule": (in_french("title"),),
        "objectif": (F("listed_axis"), Length("listed_objective"), F("listed_objective")),
        "pilote": (in_french("listed_lead"),),
        "annee": (F("listed_year"),),
        "statut": (_status_rank(),),
        "budget": (F("listed_budget"),),
        "cout": (F("listed_cost"),),
    }


ORDERS = frozenset(_orders())
SORTS = [
    ("reference", "Référence"),
    ("intitule", "Intitulé"),
    ("objectif", "Objectif"),
    ("pilote", "Pilote"),
    ("-annee", "Année, la plus récente d’abord"),
    ("statut", "Statut"),
    ("-budget", "Budget prévu, le plus élevé d’abord"),
    ("-cout", "Coût réel, le plus élevé d’abord"),
]


def in_order(actions: QuerySet[Action], key: str, *, is_descending: bool = False) -> QuerySet[Action]:
    """The listed actions sorted by one of ORDERS; what is unknown comes last either way.

    References are sorted within their contract, the latest contract first; they decide between equals.
    """
    chosen = [OrderBy(expression, descending=is_descending, nulls_last=True) for expression in _orders()[key]]
    tie = (*_LATEST_CONTRACT_FIRST, *_BY_REFERENCE, F("pk"))
    if key == DEFAULT_ORDER:
        return actions.order_by(*_LATEST_CONTRACT_FIRST, *chosen, F("pk"))
    return actions.order_by(*chosen, *tie)


@dataclass(frozen=True, slots=True)
class Place:
    """Where an action stands in a list: neighbours as (pk, reference, title), rank from 1, length."""

    previous: tuple[int, str, str] | None
    next: tuple[int, str, str] | None
    rank: int
    length: int


def place_in(actions: QuerySet[Action], pk: int) -> Place | None:
    """The place of an action in an ordered list; None if it is not in it. One query."""
    rows = list(actions.values_list("pk", "reference", "title"))
    index = next((index for index, row in enumerate(rows) if row[0] == pk), None)
    if index is None:
        return None
    return Place(
        previous=rows[index - 1] if index else None,
        next=rows[index + 1] if index + 1 < len(rows) else None,
        rank=index + 1,
        length=len(rows),
    )


def sort_of(text: str) -> tuple[str, bool]:
    """The key and direction of a sort as an address gives it (`-cout`); the default for an unknown one."""
    return sort_asked(text, ORDERS, default=DEFAULT_ORDER)


def sorts_to_choose(asked: str) -> list[tuple[str, str]]:
    """SORTS, and the order that an address asks for where the heads of the columns alone give it."""
    labels = dict(SORTS)
    key, is_descending = sort_of(asked)
    if asked in labels or asked != f"{'-' * is_descending}{key}":
        return SORTS
    usual = labels.get(key) or labels[f"-{key}"]
    return [*SORTS, (asked, f"{usual.partition(',')[0]}, ordre inverse")]


@dataclass(frozen=True, slots=True)
class Facets:
    """What the actions that a reader sees can be narrowed down by."""

    contracts: Sequence[Contract]
    timelines: dict[int, Timeline]
    years: Sequence[int]
    leads: Sequence[tuple[int, str]]
    communes: Sequence[Commune]

    def usual_contract(self, on: date) -> str:
        """The code of the contract that a list shows where its address names none: the one in force that day,
        else the latest that has begun. Empty where there is no choice.

        >>> Facets([], {}, [], [], []).usual_contract(date(2012, 1, 1))
        ''
        """
        if len(self.contracts) < 2:
            return ""
        latest_first = sorted(self.contracts, key=lambda row: row.starts_on, reverse=True)
        in_force = [row for row in latest_first if self.timelines[row.pk].in_force(on)]
        begun = [row for row in latest_first if row.starts_on <= on]
        return next(row.code for row in (*in_force, *begun, *latest_first))


def facets(user: User, contract: str = "") -> Facets:
    """The contracts, years, leads and communes to choose from; seven queries.

    :param contract: the code of one to offer beside those that have actions: a new one has none yet. Asking
        for it costs two more queries at most.
    """
    actions = Action.objects.visible_to(user)
    programmed = ActionYear.objects.visible_to(user).order_by()
    contracts = list(Contract.objects.filter(pk__in=actions.values("contract")))
    code = squash(contract)  # as codes are stored: no NUL either, which PostgreSQL refuses
    if code and all(code != known.code for known in contracts):
        contracts += Contract.objects.visible_to(user).filter(code=code)
    leads = Organisation.objects.filter(
        Q(pk__in=actions.values("lead")) | Q(pk__in=programmed.values("lead"))
    ).values_list("pk", "name")
    return Facets(
        contracts=contracts,
        timelines=timelines(contracts),
        years=sorted(programmed.values_list("year", flat=True).distinct(), reverse=True),
        leads=sorted(leads, key=lambda lead: sort_key(lead[1])),
        communes=sorted(Commune.objects.all(), key=lambda commune: sort_key(commune.name)),
    )
