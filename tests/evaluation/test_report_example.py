"""The figures of the example workbook are those the fixed interfaces give, to the last decimal."""

import json
from typing import Any

import pytest

from evaluation.exports import report_as_json, review_as_json
from evaluation.report import ContractLabel, year_report
from evaluation.review import ReviewFunding, ReviewMeasure, ReviewRow, contract_review
from tests.evaluation.example_rows import DATA, ExampleRows

CONTRACT = ContractLabel("cops-2009", "Contrat")


@pytest.fixture(scope="module")
def example() -> ExampleRows:
    return ExampleRows()


def expected(name: str) -> Any:
    return json.loads((DATA / f"example-{name}.expected.json").read_text())


@pytest.mark.parametrize("year", [2010, 2012, 2014])
def test_every_figure_of_the_year_is_the_expected_one(example: ExampleRows, year: int) -> None:
    report = report_as_json(year_report(CONTRACT, year, **example.of_year(year)))
    objectives = [objective for axis in report["axes"] for objective in axis["objectives"]]
    actions = [action for objective in objectives for action in objective["actions"]]
    assert {
        "totals": report["totals"],
        "axes": {str(axis["number"]): axis["totals"] for axis in report["axes"]},
        "objectives": {objective["code"]: objective["totals"] for objective in objectives},
        "actions": {action["reference"]: action["totals"] for action in actions},
        "missing": report["missing"],
    } == expected(str(year))


def test_every_figure_of_the_review_is_the_expected_one(example: ExampleRows) -> None:
    action_of = {row.key: row.action_id for _, row in example.rows}
    indicator_ids: dict[tuple[int, str], int] = {}
    review = contract_review(
        CONTRACT,
        range(2009, 2015),
        rows=[ReviewRow(year, row.action_id, *row[7:15]) for year, row in example.rows],
        measures=[
            ReviewMeasure(
                year,
                indicator_ids.setdefault((action_of[row.key], row.name), len(indicator_ids)),
                row.direction,
                row.baseline_e4,
                row.target_e4,
                row.value_e4,
            )
            for year, row in example.indicators
            if row.is_measured and row.target_e4 is not None
        ],
        funding=[ReviewFunding(year, *row[2:]) for year, row in example.funding],
    )
    answer = review_as_json(review)
    del answer["schema"], answer["contract"]
    assert answer == expected("review")
