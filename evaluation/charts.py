"""From the report value to its charts. Each stands beside a table with the same figures."""

from functools import partial

from django.utils.safestring import SafeString

from cops.lib.charts import Heading, RateRow, Row, Series, grouped_bars, rate_bars, stacked_bars
from cops.lib.french import money, number
from cops.lib.svg import Colour
from evaluation import wording
from evaluation.figures import Totals
from evaluation.report import YearReport

# Good news is green, what is under way blue, what was put off ochre, what fell away brick.
STATUS_COLOURS = (
    Colour.GREEN,
    Colour.SKY,
    Colour.BLUE,
    Colour.OCHRE,
    Colour.PLUM,
    Colour.BRICK,
    Colour.GREY,
)
EUROS = partial(money, decimals=0)


def _columns(report: YearReport) -> list[tuple[str, Totals]]:
    """What every chart compares: the axes, then the contract."""
    axes = [(f"Axe {axis.number} – {axis.title}", axis.totals) for axis in report.axes]
    return [*axes, ("Ensemble du contrat", report.totals)]


def statuses(report: YearReport) -> SafeString:
    """What became of the planned actions, by axis."""
    shown = [
        (measure, colour)
        for measure, colour in zip(wording.STATUS_MEASURES, STATUS_COLOURS, strict=True)
        if measure.value(report.totals)
    ]
    series = [Series(measure.label, colour) for measure, colour in shown]
    rows = [
        Row(label, [measure.value(totals) for measure, _colour in shown])
        for label, totals in _columns(report)
    ]
    heading = Heading(
        "graphique-statuts",
        f"Que sont devenues les actions prévues en {report.year} ?",
        "Nombre d’actions prévues par statut, pour chaque axe et pour l’ensemble du contrat. "
        "Le tableau qui suit donne les mêmes chiffres.",
    )
    return stacked_bars(heading, series, rows if series else [])


def reasons(report: YearReport) -> SafeString:
    """Why planned actions were not, or not wholly, done, by reason."""
    given = report.totals.effectiveness.reasons
    heading = Heading(
        "graphique-motifs",
        "Pourquoi des actions prévues n’ont-elles pas été réalisées ?",
        "Nombre d’actions prévues par motif d’écart. Le tableau qui suit donne les mêmes chiffres.",
    )
    rows = [Row(wording.REASON_LABELS[code], [times]) for code, times in given.items()]
    return grouped_bars(heading, [Series("Nombre d’actions", Colour.BLUE)], rows, value_format=number)


def targets_met(report: YearReport) -> SafeString:
    """The share of targets met, by axis."""
    heading = Heading(
        "graphique-cibles",
        "Quelle part des cibles est atteinte ?",
        "Part des cibles atteintes parmi les indicateurs de résultat et d’impact renseignés, pour chaque axe "
        "et pour l’ensemble du contrat. Le tableau qui suit donne les mêmes chiffres.",
    )
    rows = [RateRow(label, totals.efficacy.rate) for label, totals in _columns(report)]
    return rate_bars(heading, rows)


def budget_and_cost(report: YearReport) -> SafeString:
    """What was planned beside what was spent, by axis."""
    heading = Heading(
        "graphique-couts",
        "Budget prévu et coût réel",
        "Budget des actions prévues et coût connu de toutes les actions, en euros, pour chaque axe et pour "
        "l’ensemble du contrat. Le tableau qui suit donne les mêmes chiffres, au centime.",
    )
    series = [Series("Budget prévu", Colour.SKY), Series("Coût réel", Colour.BLUE)]
    rows = [
        Row(label, [totals.efficiency.planned_budget, totals.efficiency.actual_cost])
        for label, totals in _columns(report)
    ]
    return grouped_bars(heading, series, rows, value_format=EUROS)


def funding(report: YearReport) -> SafeString:
    """What was asked of the funders, granted and paid, by axis."""
    heading = Heading(
        "graphique-financements",
        "Financements demandés, accordés et versés",
        "Sommes demandées aux financeurs, accordées et versées, en euros, pour chaque axe et pour l’ensemble "
        "du contrat. Le tableau qui suit donne les mêmes chiffres, au centime.",
    )
    series = [
        Series("Demandé", Colour.GREY),
        Series("Accordé", Colour.SKY),
        Series("Versé", Colour.BLUE),
    ]
    rows = [
        Row(label, [totals.efficiency.requested, totals.efficiency.granted, totals.efficiency.paid])
        for label, totals in _columns(report)
    ]
    return grouped_bars(heading, series, rows, value_format=EUROS)
