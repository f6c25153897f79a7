"""The axes of one year, or the years of a whole contract, set side by side in tables and charts."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from cops.lib.french import number
from evaluation import wording
from evaluation.figures import Totals, UnitCost
from evaluation.report import AxisReport, YearReport
from evaluation.review import ContractReview
from evaluation.tables import TOTAL, Cell, Notes, Row, Table, number_heading
from evaluation.wording import Measure

WHOLE = "Ensemble du contrat"


@dataclass(frozen=True, slots=True)
class Part:
    """One axis or one year with its figures; `label` names it in a chart, the rest in a table."""

    label: str
    short: str
    totals: Totals
    title: str = ""
    href: str = ""


@dataclass(frozen=True, slots=True)
class Comparison:
    """The parts and the whole; `each` (« axe ») and `when` (« en 2012 ») complete sentences."""

    parts: Sequence[Part]
    whole: Totals
    each: str
    when: str
    is_whole_drawn: bool  # beside years, a sum of all of them would leave the bars of each too short

    def columns(self) -> list[Totals]:
        """The whole, then the parts, as tables have them."""
        return [self.whole, *(part.totals for part in self.parts)]

    def bars(self) -> list[tuple[str, Totals]]:
        """The parts, then the whole, as charts have them."""
        parts = [(part.label, part.totals) for part in self.parts]
        return [*parts, (WHOLE, self.whole)] if self.is_whole_drawn else parts

    def covers(self) -> str:
        """What a chart shows: « pour chaque axe et pour l’ensemble du contrat »."""
        whole = " et pour l’ensemble du contrat" if self.is_whole_drawn else ""
        return f"pour chaque {self.each}{whole}"


def axis_anchor(axis: AxisReport) -> str:
    """Where the axis stands in its report."""
    return f"axe-{axis.number}"


def axes_of(report: YearReport) -> Comparison:
    """The axes of one year."""
    parts = [
        Part(
            f"Axe {axis.number} – {axis.title}",
            f"Axe {axis.number}",
            axis.totals,
            axis.title,
            f"#{axis_anchor(axis)}",
        )
        for axis in report.axes
    ]
    return Comparison(parts, report.totals, "axe", f" en {report.year}", True)


def years_of(review: ContractReview) -> Comparison:
    """The years of a contract."""
    parts = [Part(str(one.year), str(one.year), one.totals) for one in review.years]
    return Comparison(parts, review.totals, "année", ", année par année", False)


# --- tables -------------------------------------------------------------------------------------------------


def side_by_side(compared: Comparison, key: str, caption: str, measures: Iterable[Measure]) -> Table:
    """A row per figure, a column for the contract and one per axis or year."""
    notes = Notes()
    rows = [
        Row(Cell(measure.label), [notes.measure(measure, totals) for totals in compared.columns()])
        for measure in measures
    ]
    return Table(key, caption, _headings(compared, "Chiffre"), rows, notes.listed(), "by-axis")


def part_by_part(compared: Comparison, key: str, caption: str, measures: Sequence[Measure]) -> Table:
    """The same, a row per axis or year and a column per figure: amounts find their room."""
    notes = Notes()
    rows = [
        Row(
            Cell(part.short, href=part.href, detail=part.title),
            [notes.measure(measure, part.totals) for measure in measures],
        )
        for part in compared.parts
    ]
    rows.append(Row(Cell(WHOLE), [notes.measure(measure, compared.whole) for measure in measures], TOTAL))
    headings = [Cell(compared.each.capitalize()), *(number_heading(measure.label) for measure in measures)]
    return Table(key, caption, headings, rows, notes.listed())


def _headings(compared: Comparison, first: str) -> list[Cell]:
    parts = [Cell(part.short, "number", href=part.href, detail=part.title) for part in compared.parts]
    return [Cell(first), number_heading(WHOLE), *parts]


def reasons(compared: Comparison) -> Table | None:
    """How often each reason is given, by axis or by year; None where none is."""
    given = compared.whole.effectiveness.reasons
    if not given:
        return None
    rows = [
        Row(
            Cell(wording.REASON_LABELS[code]),
            [
                Cell(number(totals.effectiveness.reasons.get(code, 0)), "number")
                for totals in compared.columns()
            ],
        )
        for code in given
    ]
    caption = f"Motifs d’écart donnés, par {compared.each}"
    return Table("motifs", caption, _headings(compared, "Motif"), rows, css="by-axis")


_UNIT_HEADINGS = (
    "Actions comptées",
    "Coût",
    "Quantité",
    "Coût par unité",
    "Actions comparées au prévu",
    "Coût prévu par unité",
    "Coût par unité de celles-ci",
)


def units(compared: Comparison) -> Table | None:
    """What each counting unit cost, for the contract and by part; units are never added together."""
    notes = Notes()
    rows = []
    for unit, overall in compared.whole.efficiency.by_unit.items():
        label = wording.UNIT_LABELS[unit].capitalize()
        rows.append(Row(Cell(label), _unit_cells(overall, notes), TOTAL))
        rows += [
            Row(Cell(part.short, "part", href=part.href), _unit_cells(cost, notes))
            for part in compared.parts
            if (cost := part.totals.efficiency.by_unit.get(unit))
        ]
    headings = [Cell("Unité de compte"), *map(number_heading, _UNIT_HEADINGS)]
    caption = "Coût d’une unité, et comparaison avec ce qui était prévu"
    return Table("unites", caption, headings, rows, notes.listed(), "is-unites", True) if rows else None


def _unit_cells(cost: UnitCost, notes: Notes) -> list[Cell]:
    why = cost.unknown
    return [
        Cell(number(cost.actions), "number"),
        notes.amount(cost.cost, why.get("cost", "")),
        Cell(number(cost.count), "number"),
        notes.amount(cost.cost_per_unit, why.get("cost_per_unit", "")),
        Cell(number(cost.compared_actions), "number"),
        notes.amount(cost.compared_planned_cost_per_unit, why.get("compared_planned_cost_per_unit", "")),
        notes.amount(cost.compared_cost_per_unit, why.get("compared_cost_per_unit", "")),
    ]
