"""A workbook of 5,000 rows is previewed, applied and undone; two rows edited since are kept and named."""

from datetime import date
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from actions.models import Action, ActionYear, Funding, IndicatorValue
from cops.audit.models import ImportBatch
from cops.lib.tables import Table, write_xlsx
from tests import factories
from tests.actions.test_import_undo import ACTIONS, FUNDINGS, VALUES, YEARS

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


def test_5000_rows_are_previewed_applied_and_undone_but_for_two_edited_since(contract, agent_client):
    file = SimpleUploadedFile("actions.xlsx", workbook())
    shown = agent_client.post(reverse("import_upload"), {"file": file}, follow=True)
    batch = ImportBatch.objects.get()
    assert batch.state == ImportBatch.State.READY and stored() == [0, 0, 0, 0]
    assert "Confirmer l’import" in shown.content.decode()

    preview = reverse("import_preview", args=[batch.pk])
    agent_client.post(preview, {"seen": batch.outcome["digest"]})
    assert stored() == [MANY] * 4 and sum(stored()) == ROWS

    edit_two()
    undo = reverse("import_undo", args=[batch.pk])
    asked = agent_client.get(undo)
    assert stored() == [MANY] * 4
    done = agent_client.post(undo, {"seen": asked.context["undo"]["digest"]}, follow=True)
    assert "L’import est annulé." in done.content.decode()
    assert set(Action.objects.values_list("reference", flat=True)) == {"1.1-0007", "1.1-1249"}
    assert ActionYear.objects.get(action__reference="1.1-0007").comment == "Vérifié"
    assert Funding.objects.get().paid == Decimal(3)
    for named in ("1.1-0007, 2010", "1.1-1249, 2010, FIPD"):
        assert named in done.content.decode()
