"""What the report reads from the database: the right rows, exactly, in the year's wording, in few queries."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from actions.models import ActionYear, Status
from contracts.models import Contract, Objective
from evaluation.report import ActionReport, YearReport
from evaluation.selectors import (
    UnknownContract,
    YearOutsideContract,
    contract_with_code,
    report_of,
    review_of,
)
from tests import factories

pytestmark = pytest.mark.django_db

QUERIES = 6  # three for the plan; actions, indicators, funding


@pytest.fixture
def contract() -> Contract:
    return factories.ContractFactory(code="cops-2009", title="Contrat 2009-2012")


@pytest.fixture
def objective(contract: Contract) -> Objective:
    return factories.ObjectiveFactory(contract=contract, axis__number=1, code="1.1")


def stored_year(objective: Objective, year: int = 2012, **given: Any) -> ActionYear:
    """An action with one year, one indicator and one funder."""
    action_given = {
        name: given.pop(name)
        for name in ("reference", "counting_unit", "is_confidential", "description", "audience")
        if name in given
    }
    action = factories.ActionFactory(contract=objective.contract, objective=objective, **action_given)
    row = factories.ActionYearFactory(action=action, year=year, **given)
    factories.IndicatorValueFactory(indicator__action=action, action_year=row)
    factories.FundingFactory(action_year=row)
    return row


def actions(report: YearReport) -> list[ActionReport]:
    return list(report.actions())


def titles(report: YearReport) -> list[tuple[str, list[tuple[str, str]]]]:
    return [(axis.title, [(o.code, o.title) for o in axis.objectives]) for axis in report.axes]


# Rows


def test_an_actions_year_is_read_with_all_that_hangs_on_it(contract: Contract, objective: Objective) -> None:
    moved = factories.ObjectiveFactory(contract=contract, axis=objective.axis, code="1.2")
    later_lead = factories.OrganisationFactory(name="Pilote d’aujourd’hui")
    row = stored_year(
        objective,
        reference="A-1",
        is_confidential=True,
        description="Ce qui est fait",
        audience="Collégiens",
        status=Status.PARTIAL,
        reason="other",
        comment="Précision",
        impact="Moins d’incidents",
    )
    row.action.objective, row.action.lead = moved, later_lead
    row.action.save()
    report = report_of(contract, 2012)
    (found,) = actions(report)
    assert found.row._asdict() == {
        "key": row.pk,
        "action_id": row.action_id,
        "reference": "A-1",
        "title": "Médiation à la sortie des collèges",
        "confidential": True,
        "objective": "1.1",
        "lead": row.lead.name,
        "unit": "people",
        "planned": True,
        "status": "partial",
        "reason": "other",
        "planned_budget_cents": 100_000,
        "actual_cost_cents": 90_000,
        "planned_count": 100,
        "actual_count": 90,
        "comment": "Précision",
        "impact": "Moins d’incidents",
        "description": "Ce qui est fait",
        "audience": "Collégiens",
    }
    assert [(line.name, line.nature, line.unit, line.direction) for line in found.indicators] == [
        ("Indicateur 0", "result", "faits", "down")
    ]
    assert [(line.baseline, line.target, line.value) for line in found.indicators] == [(120, 100, 95)]
    (grant,) = found.funding
    assert (grant.requested, grant.granted, grant.paid) == (500, 400, 400)
    assert grant.funder == row.fundings.get().funder.name


def test_an_empty_status_reads_as_unreported_and_no_figure_as_unknown(
    contract: Contract, objective: Objective
) -> None:
    row = factories.ActionYearFactory(
        action__contract=contract,
        action__objective=objective,
        status="",
        planned_budget=None,
        actual_cost=None,
        planned_count=None,
        actual_count=None,
    )
    factories.IndicatorValueFactory(
        indicator__action=row.action, action_year=row, indicator__baseline=None, target=None, value=None
    )
    factories.FundingFactory(action_year=row, requested=None, granted=None, paid=None)
    (found,) = actions(report_of(contract, 2012))
    assert (found.row.status, found.row.reason) == ("unreported", "")
    assert found.row[11:15] == (None, None, None, None)
    assert found.indicators[0][5:] == (None, None, None)
    assert found.funding[0][2:] == (None, None, None)


@pytest.mark.parametrize(
    "amount", ["0", "0.01", "0.07", "0.29", "1.15", "1.005E1", "4035.49", "99999999.99", "999999999999.99"]
)
def test_amounts_are_read_to_the_cent(contract: Contract, objective: Objective, amount: str) -> None:
    exact = Decimal(amount)
    stored_year(objective, planned_budget=exact, actual_cost=exact)
    (found,) = actions(report_of(contract, 2012))
    assert (found.row.planned_budget, found.row.actual_cost) == (exact, exact)


@pytest.mark.parametrize(
    "measure", ["0", "0.0001", "-0.0001", "0.3", "-2.5", "1.0005", "4035.4951", "-99999999999.9999"]
)
def test_measures_are_read_to_the_ten_thousandth(
    contract: Contract, objective: Objective, measure: str
) -> None:
    exact = Decimal(measure)
    row = stored_year(objective)
    values = row.indicator_values.get()
    values.target = values.value = values.indicator.baseline = exact
    values.save()
    values.indicator.save()
    (found,) = actions(report_of(contract, 2012))
    (line,) = found.indicators
    assert (line.baseline, line.target, line.value) == (exact, exact, exact)


def test_amounts_add_up_exactly(contract: Contract, objective: Objective) -> None:
    for number in range(10):
        stored_year(objective, reference=str(number), actual_cost=Decimal("0.1"))
    assert report_of(contract, 2012).totals.efficiency.actual_cost == Decimal("1.00")
    assert review_of(contract).totals.efficiency.actual_cost == Decimal("1.00")


def test_only_that_contract_and_year_are_read(contract: Contract, objective: Objective) -> None:
    stored_year(objective, reference="ici")
    stored_year(objective, 2011, reference="avant")
    stored_year(factories.ObjectiveFactory(code="1.1"), reference="ailleurs")
    assert [found.row.reference for found in actions(report_of(contract, 2012))] == ["ici"]
    assert [
        (part.year, part.totals.effectiveness.planned, part.totals.efficiency.requested)
        for part in review_of(contract).years
    ] == [(2009, 0, None), (2010, 0, None), (2011, 1, 500), (2012, 1, 500)]


# Review


def test_the_review_takes_each_indicator_once_in_its_last_year_with_a_target(
    contract: Contract, objective: Objective
) -> None:
    first = stored_year(objective, 2010)
    indicator = first.indicator_values.get().indicator
    for year, target, value in ((2009, 100, 200), (2011, 100, None), (2012, None, 50)):
        row = factories.ActionYearFactory(action=first.action, year=year)
        factories.IndicatorValueFactory(indicator=indicator, action_year=row, target=target, value=value)
    review = review_of(contract)
    by_year = [(part.totals.efficacy.with_target, part.totals.efficacy.with_value) for part in review.years]
    assert by_year == [(1, 1), (1, 1), (1, 0), (0, 0)]
    assert (review.totals.efficacy.with_target, review.totals.efficacy.with_value) == (1, 0)


def test_the_review_says_what_became_of_each_planned_action(contract: Contract, objective: Objective) -> None:
    histories: dict[str, list[tuple[bool, str]]] = {
        "done": [(True, "partial"), (True, "done"), (True, "not_done")],
        "partly": [(True, "dropped"), (True, "partial"), (False, "done")],
        "never": [(True, "not_done"), (False, "partial")],
        "unreported": [(True, "")],
        "unplanned": [(False, "done")],
    }
    for reference, years in histories.items():
        action = factories.ActionFactory(contract=contract, objective=objective, reference=reference)
        for number, (planned, status) in enumerate(years):
            owes_reason = status in Status.needing_reason()
            factories.ActionYearFactory(
                action=action,
                year=2009 + number,
                is_planned=planned,
                status=status,
                reason="legal" if owes_reason else "",
            )
    counts = review_of(contract).actions
    assert (counts.planned, counts.done, counts.partly, counts.never) == (4, 1, 1, 2)


def test_the_review_covers_the_years_of_the_contract_as_amended(
    contract: Contract, objective: Objective
) -> None:
    factories.AmendmentFactory(contract=contract, effective_on=date(2013, 1, 1), new_end_on=date(2014, 6, 30))
    stored_year(objective, 2014, reference="dedans")
    stored_year(objective, 2015, reference="dehors")
    review = review_of(contract)
    assert [part.year for part in review.years] == [2009, 2010, 2011, 2012, 2013, 2014]
    assert review.totals.effectiveness.planned == review.actions.planned == 1
    assert review.totals.efficacy.with_target == 1
    assert review.totals.efficiency.requested == 500


# Plan


def test_axes_and_objectives_carry_the_wording_of_their_last_day_in_force(
    contract: Contract, objective: Objective
) -> None:
    amendment = factories.AmendmentFactory(contract=contract, effective_on=date(2011, 7, 1), new_end_on=None)
    factories.AxisVersionFactory(axis=objective.axis, amendment=amendment, title="Axe reformulé")
    factories.ObjectiveVersionFactory(objective=objective, amendment=amendment, title="Reformulé")
    withdrawn = factories.ObjectiveFactory(contract=contract, axis=objective.axis, code="1.2")
    factories.ObjectiveVersionFactory(
        objective=withdrawn, amendment=amendment, title="Retiré", is_withdrawn=True, position=2
    )
    axis = "Prévenir la délinquance des mineurs"
    before, during, after = (report_of(contract, year) for year in (2010, 2011, 2012))
    assert titles(before) == [(axis, [("1.1", "Soutenir les parents"), ("1.2", "Soutenir les parents")])]
    assert titles(during) == [("Axe reformulé", [("1.1", "Reformulé"), ("1.2", "Soutenir les parents")])]
    assert titles(after) == [("Axe reformulé", [("1.1", "Reformulé")])]


def test_a_row_under_an_objective_no_longer_in_force_is_still_listed_under_it(
    contract: Contract, objective: Objective
) -> None:
    other_axis = factories.AxisFactory(contract=contract, number=2)
    withdrawn = factories.ObjectiveFactory(contract=contract, axis=other_axis, code="2.1")
    amendment = factories.AmendmentFactory(contract=contract, effective_on=date(2011, 1, 1), new_end_on=None)
    factories.AxisVersionFactory(axis=other_axis, amendment=amendment, is_withdrawn=True)
    stored_year(withdrawn, 2012)
    report = report_of(contract, 2012)
    assert [axis.number for axis in report.axes] == [1, 2]
    assert titles(report)[1] == (
        "Prévenir la délinquance des mineurs",
        [("2.1", "Soutenir les parents")],
    )
    assert report.axes[1].totals.effectiveness.planned == 1
    assert [axis.number for axis in report_of(contract, 2011).axes] == [1]


# Errors


def test_an_unknown_contract_and_a_year_outside_it_are_refused_in_french(contract: Contract) -> None:
    assert contract_with_code("cops-2009") == contract
    with pytest.raises(UnknownContract, match=r"^Aucun contrat n’a le code « cops-1999 »\.$"):
        contract_with_code("cops-1999")
    for year in (2008, 2013):
        expected = f"^L’année {year} n’a aucun jour dans le contrat « cops-2009 » : il va de 2009 à 2012.$"
        with pytest.raises(YearOutsideContract, match=expected):
            report_of(contract, year)


def test_a_contract_of_one_year_says_so() -> None:
    contract = factories.ContractFactory(starts_on=date(2010, 3, 1), ends_on=date(2010, 6, 30))
    with pytest.raises(YearOutsideContract, match=r": il couvre 2010\.$"):
        report_of(contract, 2011)


# Queries


@pytest.mark.parametrize("number", [0, 2, 20])
def test_the_number_of_queries_does_not_depend_on_the_size(
    contract: Contract, objective: Objective, number: int, django_assert_num_queries: Any
) -> None:
    for place in range(number):
        stored_year(objective, reference=f"{place:02}")
    with django_assert_num_queries(QUERIES):
        report = report_of(contract, 2012)
    with django_assert_num_queries(QUERIES):
        review = review_of(contract)
    assert report.totals.effectiveness.planned == review.totals.effectiveness.planned == number
