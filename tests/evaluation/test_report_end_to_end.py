"""The main job: the example workbook goes in by `import_workbook`, its expected evaluation comes out."""

import json
from typing import Any

import pytest
from django.core.management import call_command

from tests.evaluation.example_rows import DATA

pytestmark = pytest.mark.django_db


@pytest.fixture
def imported(capfdbinary: Any) -> None:
    call_command("load_reference")
    call_command("import_workbook", str(DATA / "example.xlsx"))
    capfdbinary.readouterr()


def answer(capfdbinary: Any, name: str, *arguments: str) -> Any:
    call_command(name, "--contract", "cops-2009", "--format", "json", *arguments)
    return json.loads(capfdbinary.readouterr().out)


def expected(name: str) -> Any:
    return json.loads((DATA / f"example-{name}.expected.json").read_text())


def test_the_example_gives_the_expected_evaluations_and_review(imported: None, capfdbinary: Any) -> None:
    for year in ("2010", "2012", "2014"):
        report = answer(capfdbinary, "report", "--year", year)
        objectives = [objective for axis in report["axes"] for objective in axis["objectives"]]
        actions = [action for objective in objectives for action in objective["actions"]]
        assert {
            "totals": report["totals"],
            "axes": {str(axis["number"]): axis["totals"] for axis in report["axes"]},
            "objectives": {objective["code"]: objective["totals"] for objective in objectives},
            "actions": {action["reference"]: action["totals"] for action in actions},
            "missing": report["missing"],
        } == expected(year)
    review = answer(capfdbinary, "review")
    assert {name: review[name] for name in ("years", "actions", "totals")} == expected("review")


def test_axes_and_objectives_are_worded_and_ordered_as_in_the_contract(
    imported: None, capfdbinary: Any
) -> None:
    report = answer(capfdbinary, "report", "--year", "2014")
    assert [axis["number"] for axis in report["axes"]] == [1, 2, 3]
    assert [len(axis["objectives"]) for axis in report["axes"]] == [7, 6, 5]
    assert report["axes"][0]["objectives"][0]["title"] == "Lutter contre l’absentéisme scolaire"
    assert report["contract"]["code"] == "cops-2009"
    first = report["axes"][0]["objectives"][0]["actions"][0]
    assert first["title"].startswith(f"Action {first['reference']} «")
