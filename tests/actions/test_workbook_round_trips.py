"""A workbook that somebody opened in a spreadsheet program, saved and sent back changes nothing."""

import io
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from django.core.management import call_command

from actions.models import Action, ActionYear, Funding, IndicatorValue
from actions.workbook import ImportPlan, export_workbook, import_file, plan_import, read_workbook
from contracts.models import Contract
from tests import factories
from tests.actions.spreadsheet_programs import PROGRAMS, Save

pytestmark = pytest.mark.django_db

DEMONSTRATION = Path(__file__).parents[2] / "fixtures" / "demo-2009-2014.xlsx"
FORMATS = (".xlsx", ".ods")
# What spreadsheets take for something else, or change by themselves. Not « _x0041_ », which Gnumeric takes
# for an escape at each turn: that we write and read it well, tests/actions/test_workbook_export.py holds.
TEXTS = [
    "=1+1", "+33 2 38", "-x", "@x", "#N/A", "'=x", "1.1", "1,5", "01004", "1E5", "12 %", "5 €",
    "2012-01-01", "1/2", "VRAI", "l’été d'Œuvre", "a – b", "👩🏽\u200d🚒", "<b>&</b>", '"q"', "é" * 900,
    "http://exemple.fr", "a@exemple.fr", "true",
]  # fmt: skip
NUMBERS = [
    Decimal(text) for text in ("0", "0.0001", "-0.5", "7.2", "0.1", "123456789.1234", "33.3333", "100")
]


@pytest.fixture
def contract() -> Contract:
    """The demonstration's contract, and beside its actions one for each text, with each number somewhere."""
    call_command("load_reference", verbosity=0)
    assert import_file(DEMONSTRATION.read_bytes(), DEMONSTRATION.name).faults == ()
    contract = Contract.objects.get(code="cops-2009")
    first = Action.objects.filter(contract=contract).order_by("pk")[0]
    before = factories.ActionFactory(contract=contract.predecessor, reference="1.10")
    contact = factories.PersonFactory(email="lise.essai@exemple.fr")
    for place, text in enumerate(TEXTS):
        row = factories.ActionFactory(
            contract=contract,
            objective=first.objective,
            lead=factories.OrganisationFactory(name=f"{text[:100]} {place}"),
            reference=text[:40],
            title=text[:300],
            description=text,
            diagnosis=text,
            contact=contact,
            calendar=Action.Calendar.SCHOOL,
            is_confidential=True,
            continues=before,
            starts_on=date(2009, 1, 1 + place),
            ends_on=date(2012, 2, 29),
        )
        year = factories.ActionYearFactory(
            action=row, year=2010, planned_budget="1234567.89", actual_cost="0.10", comment=text, impact=text
        )
        number = NUMBERS[place % len(NUMBERS)]
        factories.IndicatorValueFactory(
            indicator__action=row,
            indicator__name=text[:100],
            indicator__unit="%" if place % 2 else text[:20],
            indicator__baseline=number,
            action_year=year,
            target=number,
            value=-number,
        )
        factories.FundingFactory(
            action_year=year, funder=row.lead, requested="0.07", granted="1000", paid=None
        )
    return contract


def unchanged(data: bytes, filename: str) -> ImportPlan:
    """Every row of the file is what is stored."""
    plan = plan_import(read_workbook(data, filename))
    assert plan.faults == ()
    assert [(one.sheet, one.key, one.differences) for one in plan.changes] == []
    return plan


def stored() -> dict[str, int]:
    """How many rows the contract has for each sheet."""
    models: dict[str, Any] = {
        "actions": Action.objects.filter(contract__code="cops-2009"),
        "programmation": ActionYear.objects,
        "indicateurs": IndicatorValue.objects,
        "financements": Funding.objects,
    }
    return {sheet: rows.count() for sheet, rows in models.items()}


@pytest.mark.soak
@pytest.mark.parametrize("save", PROGRAMS)
@pytest.mark.parametrize("extension", FORMATS)
@pytest.mark.parametrize("saved_as", FORMATS)
def test_a_workbook_saved_by_a_spreadsheet_program_and_back_changes_nothing(
    contract: Contract, save: Save, extension: str, saved_as: str, tmp_path: Path
) -> None:
    """Our file saved in a format, and that one saved again in the format that was ours."""
    ours = tmp_path / f"ours{extension}"
    ours.write_bytes(export_workbook(contract, extension))
    assert unchanged(ours.read_bytes(), ours.name).unchanged == stored()
    there, back = tmp_path / f"there{saved_as}", tmp_path / f"back{extension}"
    for source, target in ((ours, there), (there, back)):
        save(source, target)
        assert unchanged(target.read_bytes(), target.name).unchanged == stored()


def test_a_workbook_saved_by_a_library_changes_nothing(contract: Contract) -> None:
    """The small twin, which needs no program."""
    book = openpyxl.load_workbook(io.BytesIO(export_workbook(contract, ".xlsx")))
    file = io.BytesIO()
    book.save(file)
    assert unchanged(file.getvalue(), "again.xlsx").unchanged == stored()
