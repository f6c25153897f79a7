"""From the report value to its charts. Each stands beside a table with the same figures."""

from functools import partial

from cops.lib.charts import (
    Chart,
    Heading,
    RateRow,
    Row,
    Series,
    grouped_bars,
    rate_bars,
    stacked_bars,
)
from cops.lib.french import money, number
from cops.lib.svg import Colour
from cops.lib.year_charts import YearSeries, rates_by_year
from evaluation import wording
from evaluation.comparison import Comparison
from evaluation.review import ContractReview

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


def statuses(compared: Comparison) -> Chart:
    """What became of the planned actions, by axis or by year."""
    shown = [
        (measure, colour)
        for measure, colour in zip(wording.STATUS_MEASURES, STATUS_COLOURS, strict=True)
        if measure.value(compared.whole)
    ]
    series = [Series(measure.label, colour) for measure, colour in shown]
    rows = [
        Row(label, [measure.value(totals) for measure, _colour in shown]) for label, totals in compared.bars()
    ]
    heading = Heading(
        "graphique-statuts",
        f"Que sont devenues les actions prévues{compared.when} ?",
        f"Nombre d’actions prévues par statut, {compared.covers()}. "
        "Le tableau qui suit donne les mêmes chiffres.",
    )
    return Chart.of(partial(stacked_bars, heading, series, rows if series else []))


def reasons(compared: Comparison) -> Chart:
    """Why planned actions were not, or not wholly, done, by reason."""
    given = compared.whole.effectiveness.reasons
    heading = Heading(
        "graphique-motifs",
        "Pourquoi des actions prévues n’ont-elles pas été réalisées ?",
        "Nombre d’actions prévues par motif d’écart. Le tableau qui suit donne les mêmes chiffres.",
    )
    rows = [Row(wording.REASON_LABELS[code], [times]) for code, times in given.items()]
    return Chart.of(
        partial(grouped_bars, heading, [Series("Nombre d’actions", Colour.BLUE)], rows, value_format=number)
    )


def targets_met(compared: Comparison) -> Chart:
    """The share of targets met, by axis or by year."""
    heading = Heading(
        "graphique-cibles",
        "Quelle part des cibles est atteinte ?",
        f"Part des cibles atteintes parmi les indicateurs de résultat et d’impact renseignés, "
        f"{compared.covers()}. Le tableau qui suit donne les mêmes chiffres.",
    )
    rows = [RateRow(label, totals.efficacy.rate) for label, totals in compared.bars()]
    return Chart.of(partial(rate_bars, heading, rows))


def budget_and_cost(compared: Comparison) -> Chart:
    """What was planned beside what was spent, by axis or by year."""
    heading = Heading(
        "graphique-couts",
        "Budget prévu et coût réel",
        f"Budget des actions prévues et coût connu de toutes les actions, en euros, {compared.covers()}. "
        "Le tableau qui suit donne les mêmes chiffres, au centime.",
    )
    series = [Series("Budget prévu", Colour.SKY), Series("Coût réel", Colour.BLUE)]
    rows = [
        Row(label, [totals.efficiency.planned_budget, totals.efficiency.actual_cost])
        for label, totals in compared.bars()
    ]
    return Chart.of(partial(grouped_bars, heading, series, rows, value_format=EUROS))


def funding(compared: Comparison) -> Chart:
    """What was asked of the funders, granted and paid, by axis or by year."""
    heading = Heading(
        "graphique-financements",
        "Financements demandés, accordés et versés",
        f"Sommes demandées aux financeurs, accordées et versées, en euros, {compared.covers()}. "
        "Le tableau qui suit donne les mêmes chiffres, au centime.",
    )
    series = [
        Series("Demandé", Colour.GREY),
        Series("Accordé", Colour.SKY),
        Series("Versé", Colour.BLUE),
    ]
    rows = [
        Row(label, [totals.efficiency.requested, totals.efficiency.granted, totals.efficiency.paid])
        for label, totals in compared.bars()
    ]
    return Chart.of(partial(grouped_bars, heading, series, rows, value_format=EUROS))


def rates(review: ContractReview) -> Chart:
    """The main rates over the years of a contract."""
    heading = Heading(
        "graphique-taux",
        "Comment les taux évoluent-ils d’une année à l’autre ?",
        "Taux de réalisation des actions prévues, taux de cibles atteintes et taux d’exécution du budget, "
        "année par année. Le tableau qui suit donne les mêmes chiffres.",
    )
    colours = (Colour.GREEN, Colour.BLUE, Colour.OCHRE)
    series = [
        YearSeries(measure.label, colour, [measure.value(one.totals) for one in review.years])
        for measure, colour in zip(wording.YEARLY_RATES, colours, strict=True)
    ]
    return Chart.of(partial(rates_by_year, heading, [one.year for one in review.years], series))
