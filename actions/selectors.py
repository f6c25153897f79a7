"""Reading one action with all its years, for its sheet."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from django.db.models import Q, QuerySet
from django.utils import timezone

from actions.history import History, history_of
from actions.models import (
    Action,
    ActionYear,
    CountingUnit,
    Funding,
    Indicator,
    IndicatorValue,
    Transition,
)
from actions.statuses import Badge, status_badge
from contracts.plan import Timeline
from contracts.selectors import timeline
from cops.lib.french import datetime_fr, money, number, sort_key
from cops.lib.periods import Period
from cops.users.models import User

TRANSITIONS_SHOWN = 50
_CENT = Decimal("0.01")


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure in words; where it is not known, « n.d. » and why."""

    text: str
    reason: str = ""


@dataclass(frozen=True, slots=True)
class YearLine:
    """An action in one year."""

    year: int
    is_planned: bool
    badge: Badge
    reason: str
    objective: str  # only where it differs from the action's
    lead: str  # likewise
    budget: Figure
    cost: Figure
    planned_count: Figure
    actual_count: Figure
    cost_per_unit: Figure
    comment: str
    impact: str


@dataclass(frozen=True, slots=True)
class IndicatorLine:
    """An indicator with what was aimed at and reached in each year of the sheet."""

    name: str
    nature: str
    direction: str
    unit: str
    baseline: Figure
    cells: tuple["IndicatorCell", ...]


@dataclass(frozen=True, slots=True)
class IndicatorCell:
    """One year of an indicator; not followed in a year for which it has no row."""

    year: int
    is_followed: bool
    target: Figure
    value: Figure


@dataclass(frozen=True, slots=True)
class FundingLine:
    """What a funder, or all of them, was asked, granted and paid."""

    funder: str
    requested: str
    granted: str
    paid: str


@dataclass(frozen=True, slots=True)
class FundingYear:
    year: int
    lines: tuple[FundingLine, ...]
    total: FundingLine


@dataclass(frozen=True, slots=True)
class TransitionLine:
    when: str
    by: str
    year: int
    before: Badge
    after: Badge
    reason: str
    decision: str


@dataclass(frozen=True, slots=True)
class Sheet:
    """All that the sheet of an action shows."""

    action: Action
    axis: str
    objective: str
    lead: str
    contact: str
    partners: tuple[str, ...]
    communes: tuple[str, ...]
    unit: str
    period: str
    continued: tuple[Action, ...]
    continued_by: tuple[Action, ...]
    years: tuple[YearLine, ...]
    indicators: tuple[IndicatorLine, ...]
    funding: tuple[FundingYear, ...]
    funding_total: FundingLine | None
    transitions: tuple[TransitionLine, ...]
    history: History

    @property
    def years_caption(self) -> str:
        counted = f" (quantités en {self.unit})" if self.unit else ""
        return f"Programmation, réalisation et coût{counted}"

    @property
    def has_remarks(self) -> bool:
        return any(row.comment or row.impact for row in self.years)


def readable_actions(reader: User) -> QuerySet[Action]:
    """Actions in the reader's scope with what `sheet_of` needs of them."""
    return Action.objects.visible_to(reader).select_related("contract", "objective__axis", "lead", "contact")


def sheet_of(action: Action, *, reader: User) -> Sheet:
    """The sheet of one of `readable_actions`.

    At most 22 queries, whatever the number of years.
    """
    years = list(
        ActionYear.objects.filter(action=action).select_related("objective", "lead").order_by("year")
    )
    funding = list(Funding.objects.filter(action_year__action=action).select_related("action_year", "funder"))
    kin = _kin(action, reader)
    axis, objective = _wording(action, timeline(action.contract), [row.year for row in years])
    return Sheet(
        action=action,
        axis=axis,
        objective=objective,
        lead=action.lead.name,
        contact=str(action.contact) if action.contact and reader.is_staff_member else "",
        partners=_in_french(action.partners.values_list("name", flat=True).order_by()),
        communes=_in_french(action.communes.values_list("name", flat=True).order_by()),
        unit=str(CountingUnit(action.counting_unit).label) if action.counting_unit else "",
        period=_period(action.starts_on, action.ends_on),
        continued=tuple(related for related in kin if related.pk == action.continues_id),
        continued_by=tuple(related for related in kin if related.continues_id == action.pk),
        years=tuple(_year_line(action, row) for row in years),
        indicators=_indicator_lines(action, years),
        funding=_funding_years(funding),
        funding_total=_funding_line("Toutes les années", funding) if funding else None,
        transitions=_transitions(action, with_people=reader.is_staff_member),
        history=history_of(action, with_people=reader.is_staff_member),
    )


def _kin(action: Action, reader: User) -> list[Action]:
    """The actions that this one continues or that continue it, if the reader may read them."""
    related = Q(pk=action.continues_id) | Q(continues=action)
    return list(Action.objects.visible_to(reader).filter(related).select_related("contract"))


def _in_french(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted(names, key=sort_key))


def _wording(action: Action, plan: Timeline, years: Sequence[int]) -> tuple[str, str]:
    """Axis and objective as worded in the action's last year (the contract's last, if it has none)."""
    year = max(years or plan.years(), default=plan.starts.year)
    number = action.objective.axis.number
    wording = plan.last_wording(action.objective.code, year)
    return (
        f"Axe {number} – {plan.last_axis_title(number, year)}",
        f"{action.objective.code} – {wording.title}" if wording else action.objective.code,
    )


def _period(starts_on: date | None, ends_on: date | None) -> str:
    return Period(starts_on, ends_on).french if starts_on or ends_on else ""


# --- years ------------------------------------------------------------------------------------------------


def _year_line(action: Action, row: ActionYear) -> YearLine:
    return YearLine(
        year=row.year,
        is_planned=row.is_planned,
        badge=status_badge(row.status),
        reason=row.get_reason_display(),
        objective=row.objective.code if row.objective_id != action.objective_id else "",
        lead=row.lead.name if row.lead_id != action.lead_id else "",
        budget=_amount(row.planned_budget),
        cost=_amount(row.actual_cost),
        planned_count=_count(action, row.planned_count),
        actual_count=_count(action, row.actual_count),
        cost_per_unit=_cost_per_unit(action, row),
        comment=row.comment,
        impact=row.impact,
    )


def _amount(value: Decimal | None) -> Figure:
    return Figure(money(value), "" if value is not None else "non renseigné")


def _count(action: Action, value: int | None) -> Figure:
    if value is None:
        return Figure(number(value), "non renseignée" if action.counting_unit else "sans unité de compte")
    return Figure(number(value))


def cost_per_unit(cost: Decimal | None, count: int | None) -> Decimal | None:
    """Cost divided by count in euros, to the cent, ties away from zero; None over nothing or the unknown."""
    if cost is None or not count:
        return None
    return (cost / count).quantize(_CENT, ROUND_HALF_UP)


def _cost_per_unit(action: Action, row: ActionYear) -> Figure:
    value = cost_per_unit(row.actual_cost, row.actual_count) if action.counting_unit else None
    if value is not None:
        return Figure(money(value))
    if not action.counting_unit:
        return Figure(money(None), "sans unité de compte")
    if row.actual_cost is None:
        return Figure(money(None), "coût inconnu")
    return Figure(money(None), "quantité inconnue" if row.actual_count is None else "quantité nulle")


# --- indicators and funding ---------------------------------------------------------------------------------


def _indicator_lines(action: Action, years: Sequence[ActionYear]) -> tuple[IndicatorLine, ...]:
    indicators = sorted(Indicator.objects.filter(action=action).order_by(), key=_nature_then_name)
    values = {
        (row.indicator_id, row.action_year_id): row
        for row in IndicatorValue.objects.filter(indicator__action=action).order_by()
    }
    return tuple(
        IndicatorLine(
            name=indicator.name,
            nature=indicator.get_nature_display(),
            direction=indicator.get_direction_display(),
            unit=indicator.unit,
            baseline=_measure(indicator.baseline, "pas de valeur de référence"),
            cells=tuple(_cell(year.year, values.get((indicator.pk, year.pk))) for year in years),
        )
        for indicator in indicators
    )


def _nature_then_name(indicator: Indicator) -> tuple[int, tuple[object, ...]]:
    return ["output", "result", "impact"].index(indicator.nature), sort_key(indicator.name)


def _cell(year: int, row: IndicatorValue | None) -> IndicatorCell:
    if row is None:
        return IndicatorCell(year, False, Figure(""), Figure(""))
    target, value = _measure(row.target, "sans cible"), _measure(row.value, "non renseignée")
    return IndicatorCell(year, True, target, value)


def _measure(value: Decimal | None, reason: str) -> Figure:
    return Figure(number(value), "" if value is not None else reason)


def _funding_years(rows: Iterable[Funding]) -> tuple[FundingYear, ...]:
    by_year: dict[int, list[Funding]] = {}
    for row in rows:
        by_year.setdefault(row.action_year.year, []).append(row)
    return tuple(
        FundingYear(
            year,
            tuple(
                _funding_line(row.funder.name, [row])
                for row in sorted(of_year, key=lambda row: sort_key(row.funder.name))
            ),
            _funding_line(f"Total {year}", of_year),
        )
        for year, of_year in sorted(by_year.items())
    )


def _funding_line(label: str, rows: Sequence[Funding]) -> FundingLine:
    return FundingLine(
        label,
        money(_sum(row.requested for row in rows)),
        money(_sum(row.granted for row in rows)),
        money(_sum(row.paid for row in rows)),
    )


def _sum(amounts: Iterable[Decimal | None]) -> Decimal | None:
    """The sum of the known amounts; None where none is known."""
    known = [amount for amount in amounts if amount is not None]
    return sum(known, Decimal(0)) if known else None


# --- changes of status --------------------------------------------------------------------------------------


def _transitions(action: Action, *, with_people: bool) -> tuple[TransitionLine, ...]:
    rows = (
        Transition.objects.filter(action_year__action=action)
        .select_related("action_year", "by", "decision__meeting__formation")
        .order_by("-at", "-pk")[:TRANSITIONS_SHOWN]
    )
    return tuple(_transition_line(row, with_people=with_people) for row in rows)


def _transition_line(row: Transition, *, with_people: bool) -> TransitionLine:
    return TransitionLine(
        when=datetime_fr(timezone.localtime(row.at)),
        by=str(row.by) if with_people and row.by else "",
        year=row.action_year.year,
        before=status_badge(row.from_status),
        after=status_badge(row.to_status),
        reason=row.get_reason_display(),
        decision=str(row.decision) if row.decision else "",
    )
