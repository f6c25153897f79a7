"""A workbook of 5,000 rows is previewed, applied and undone; two rows edited since are kept and named."""

from datetime import date
from decimal import Decimal

import pytest
from django.urls import reverse

from actions.models import Action, ActionYear, Funding, IndicatorValue
from cops.lib.tables import XLSX_TYPE, Table, write_xlsx
from tests import factories
from tests.actions.test_import_undo import ACTIONS, FUNDINGS, VALUES, YEARS

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PATIENCE_MS = 120_000
MANY = 1_250  # actions, each with a row in four sheets
ROWS = 4 * MANY


def workbook() -> bytes:
    names = [f"1.1-{n:04}" for n in range(MANY)]
    return write_xlsx(
        [
            Table(
                "actions",
                ACTIONS,
                [("cops-2009", "1.1", one, f"Action {one}", "Hamoval", "") for one in names],
            ),
            Table(
                "programmation",
                YEARS,
                [("cops-2009", one, 2010, "oui", "realisee", 10, 100) for one in names],
            ),
            Table(
                "indicateurs",
                VALUES,
                [("cops-2009", one, "Jeunes", "realisation", "hausse", 2010, 5, 4) for one in names],
            ),
            Table("financements", FUNDINGS, [("cops-2009", one, 2010, "FIPD", 10) for one in names]),
        ]
    )


def stored() -> list[int]:
    return [model.objects.count() for model in (Action, ActionYear, IndicatorValue, Funding)]


@pytest.fixture
def contract(db):
    contract = factories.ContractFactory(
        code="cops-2009", starts_on=date(2009, 1, 1), ends_on=date(2014, 12, 31)
    )
    return factories.ObjectiveFactory(contract=contract, code="1.1").contract


def edit_two() -> None:
    """One action's year gets a note, another's funding is paid."""
    year = ActionYear.objects.get(action__reference="1.1-0007")
    year.comment = "Vérifié"
    year.save()
    funding = Funding.objects.get(action_year__action__reference="1.1-1249")
    funding.paid = Decimal(3)
    funding.save()


def test_5000_rows_are_previewed_applied_and_undone_but_for_two_edited_since(contract, agent, page_as):
    page = page_as(agent)
    page.set_default_timeout(PATIENCE_MS)
    page.goto(reverse("import_upload"))
    file = {"name": "actions.xlsx", "mimeType": XLSX_TYPE, "buffer": workbook()}
    page.locator("#id_file").set_input_files(file)
    page.get_by_role("button", name="Vérifier le classeur").click()
    page.get_by_role("button", name="Confirmer l’import").first.wait_for()
    assert stored() == [0, 0, 0, 0]

    page.get_by_role("button", name="Confirmer l’import").first.click()
    page.get_by_text("Import fait").wait_for()
    assert stored() == [MANY] * 4 and sum(stored()) == ROWS

    edit_two()
    page.get_by_role("link", name="Annuler cet import").click()
    page.get_by_role("heading", name="Annuler cet import ?").wait_for()
    assert stored() == [MANY] * 4
    page.get_by_role("button", name="Annuler cet import").click()
    page.get_by_text("L’import est annulé.").wait_for()
    assert set(Action.objects.values_list("reference", flat=True)) == {"1.1-0007", "1.1-1249"}
    assert ActionYear.objects.get(action__reference="1.1-0007").comment == "Vérifié"
    assert Funding.objects.get().paid == Decimal(3)
    kept = page.locator("main").inner_text()
    for named in ("1.1-0007, 2010", "1.1-1249, 2010, FIPD"):
        assert named in kept
