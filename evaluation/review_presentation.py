"""The review of a whole contract arranged for reading, from the tables and charts of the yearly report."""

from dataclasses import dataclass

from cops.lib.french import number
from evaluation import charts, comparison, tables, wording
from evaluation.comparison import years_of
from evaluation.presentation import Headline, Illustrated, actions_by_status, headlines
from evaluation.review import ActionCounts, ContractReview
from evaluation.tables import Cell, Row, Table


@dataclass(frozen=True, slots=True)
class ReviewBody:
    """Everything that the body of the review shows, in order."""

    contract: str
    first_year: int
    last_year: int
    is_empty: bool
    headlines: tuple[Headline, ...]
    rates: Illustrated
    became: Table
    statuses: Illustrated
    reasons: Illustrated | None
    efficacy: Table
    units: Table | None
    costs: Illustrated
    funding: Illustrated
    definitions: Table


def review_body(review: ContractReview) -> ReviewBody:
    """The review arranged for reading."""
    compared = years_of(review)
    side_by_side, part_by_part = comparison.side_by_side, comparison.part_by_part
    reasons = comparison.reasons(compared)
    years = [one.year for one in review.years]
    return ReviewBody(
        contract=review.contract.title,
        first_year=years[0],
        last_year=years[-1],
        is_empty=not review.actions.planned,
        headlines=headlines(review),
        rates=Illustrated(
            charts.rates(review),
            side_by_side(compared, "taux", "Taux, année par année", wording.YEARLY_RATES),
        ),
        became=_became(review.actions),
        statuses=actions_by_status(compared),
        reasons=Illustrated(charts.reasons(compared), reasons) if reasons else None,
        efficacy=side_by_side(compared, "efficacite", "Indicateurs et cibles", wording.EFFICACY),
        units=comparison.units(compared),
        costs=Illustrated(
            charts.budget_and_cost(compared),
            part_by_part(compared, "couts", "Budget prévu et coût réel", wording.EFFICIENCY),
        ),
        funding=Illustrated(
            charts.funding(compared),
            part_by_part(compared, "financements", "Financements", wording.FUNDING),
        ),
        definitions=tables.definitions(),
    )


def _became(actions: ActionCounts) -> Table:
    """Actions counted once, whatever the number of their years."""
    rows = [
        Row(Cell(label), [Cell(number(figure), "number")])
        for label, figure in (
            ("Prévues au moins une année", actions.planned),
            ("dont réalisées au moins une année", actions.done),
            ("dont réalisées seulement en partie", actions.partly),
            ("dont jamais réalisées", actions.never),
        )
    ]
    headings = [Cell("Actions du contrat"), tables.number_heading("Nombre")]
    return Table("devenir", "Ce que sont devenues les actions du contrat", headings, rows, (), "is-short")
