"""The lists as files: the same rows in the same order, typed, harmless, and in the journal."""

import csv
import io
from decimal import Decimal
from typing import Any

import openpyxl
import pytest
from django.test import Client
from django.urls import reverse
from odfdo import Document as OdsDocument

from actions.models import ActionYear, Status
from actions.resources import DEFAULT_COLUMNS
from cops.audit.models import Event
from cops.lib.tables import undefused
from tests.factories import (
    ActionFactory,
    ActionYearFactory,
    ObjectiveFactory,
    OrganisationFactory,
    OrganisationNameFactory,
)


def export(client: Client, form: str, list_name: str = "action_list", **query: Any) -> bytes:
    response = client.get(reverse(f"{list_name}_export", args=[form]), query)
    assert response.status_code == 200
    assert response["Content-Disposition"].startswith("attachment; filename=")
    return response.content


def csv_rows(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig")), delimiter=";"))


def xlsx_rows(content: bytes) -> list[tuple[Any, ...]]:
    sheet = openpyxl.load_workbook(io.BytesIO(content)).worksheets[0]
    return list(sheet.iter_rows(values_only=True))


@pytest.fixture
def actions(db: None) -> None:
    """Sixty actions over two years, more than a page holds."""
    objective = ObjectiveFactory()
    for number in range(60):
        action = ActionFactory(
            contract=objective.contract,
            objective=objective,
            reference=f"1.1-{number}",
            title="Éveil" if number % 2 else "Zone",
        )
        for year in (2011, 2012):
            ActionYearFactory(action=action, year=year, actual_cost=Decimal(number) + Decimal("0.10"))


@pytest.mark.parametrize(
    "query", [{}, {"annee": "2011", "tri": "-cout"}, {"q": "eveil", "tri": "intitule", "page": "2"}]
)
def test_the_file_holds_all_pages_of_the_list_in_its_order(query, actions, agent_client):
    pages = {name: value for name, value in query.items() if name != "page"} | {"par_page": "100"}
    table = agent_client.get(reverse("action_list"), pages).context["table"]
    listed = [row.record.reference for row in table.paginated_rows]
    assert [row["Référence"] for row in csv_rows(export(agent_client, "csv", **query))] == listed
    assert len(listed) >= 30


def test_the_list_links_to_itself_as_a_file(actions, agent_client):
    query = {"annee": "2011", "tri": "-cout", "page": "2"}
    page = agent_client.get(reverse("action_list"), query).content.decode()
    for form in ("xlsx", "ods", "csv"):
        assert f"/actions/liste.{form}?annee=2011&amp;tri=-cout" in page


def test_a_reader_exports_what_they_read_and_no_more(agent_client, member_client, lead_client, lead):
    ActionFactory(title="Réservée", is_confidential=True)
    own = lead.person.actions.get()
    assert len(csv_rows(export(agent_client, "csv", contrat="tous"))) == 2
    assert [row["Référence"] for row in csv_rows(export(member_client, "csv"))] == [own.reference]
    assert [row["Référence"] for row in csv_rows(export(lead_client, "csv"))] == [own.reference]


def test_numbers_stay_numbers_and_what_is_not_known_stays_empty(agent_client):
    year = ActionYearFactory(planned_budget=Decimal("1234.50"), actual_cost=None, status=Status.DONE)
    headings, row = xlsx_rows(export(agent_client, "xlsx"))
    found = dict(zip(headings, row, strict=True))
    assert found["Budget prévu (€)"] == 1234.5
    assert found["Coût réel (€)"] is None
    assert (found["Année"], found["Prévue"], found["Statut"]) == (2012, True, "Réalisée")
    assert found["Référence"] == year.action.reference
    (line,) = csv_rows(export(agent_client, "csv"))
    assert (line["Budget prévu (€)"], line["Coût réel (€)"]) == ("1234,50", "")


def test_an_action_never_programmed_says_so(agent_client):
    ActionFactory()
    (line,) = csv_rows(export(agent_client, "csv"))
    assert (line["Statut"], line["Année"], line["Prévue"]) == ("Jamais programmée", "", "")


@pytest.mark.parametrize("text", ["=1+1", "+33", "-cmd", "@SUM(A1)", "\t=1", '=HYPERLINK("http://x")'])
def test_a_formula_is_only_text_in_every_form(text, agent_client):
    ActionFactory(title=text, reference="=2+2", lead=OrganisationFactory(name=f"={text}"))
    content = export(agent_client, "xlsx")
    sheet = openpyxl.load_workbook(io.BytesIO(content)).worksheets[0]
    assert [cell.data_type for cell in sheet[2] if isinstance(cell.value, str)] == ["s"] * 6
    assert sheet["B2"].value == "=2+2"
    body = OdsDocument(io.BytesIO(export(agent_client, "ods"))).body
    assert body.tables[0].get_cell((1, 1)).type == "string"
    assert not [cell for row in body.tables[0].traverse() for cell in row.traverse() if cell.formula]
    (line,) = csv_rows(export(agent_client, "csv"))
    for heading in ("Référence", "Intitulé", "Pilote"):
        assert line[heading].startswith("'")
    assert undefused(line["Référence"]) == "=2+2"


def test_the_columns_are_chosen_in_the_address_and_come_in_the_order_of_the_file(agent_client):
    ActionYearFactory(status=Status.DROPPED, reason="funding", planned_count=12)
    query = {"colonne": ["motif", "reference", "quantite-prevue", "inconnue"]}
    (line,) = csv_rows(export(agent_client, "csv", **query))
    assert [*line] == ["Référence", "Motif d’écart", "Quantité prévue"]
    assert (line["Motif d’écart"], line["Quantité prévue"]) == ("Financement", "12")
    (usual,) = csv_rows(export(agent_client, "csv", colonne="inconnue"))
    assert len(usual) == 11


def test_the_chosen_columns_stay_with_the_list_and_the_usual_ones_need_no_address(actions, agent_client):
    query = {"colonne": ["reference", "motif"], "q": "zone"}
    page = agent_client.get(reverse("action_list"), query).content.decode()
    assert "/actions/liste.csv?colonne=reference&amp;colonne=motif&amp;q=zone" in page
    assert 'value="motif" checked' in page and 'value="intitule" checked' not in page
    assert "path=%2Factions%2F&amp;query=colonne%3Dreference%26colonne%3Dmotif%26q%3Dzone" in page
    response = agent_client.get(reverse("action_list"), {"colonne": DEFAULT_COLUMNS, "q": "zone"})
    assert response["Location"] == reverse("action_list") + "?q=zone"


def test_what_is_exported_goes_to_the_journal(actions, agent, agent_client):
    export(agent_client, "ods", annee="2011")
    event = Event.objects.get(action=Event.Action.EXPORTED)
    assert (event.actor, event.summary) == (agent, "Liste des actions (.ods), lignes : 60")
    assert event.detail == {"rows": 60, "filters": "annee=2011"}


@pytest.mark.parametrize("name", ["action_list", "organisation_list"])
def test_a_form_that_does_not_exist_is_not_found(name, agent_client):
    for form in ("pdf", "XLSX", "csv.exe"):
        assert agent_client.get(reverse(f"{name}_export", args=[form])).status_code == 404


@pytest.mark.parametrize("name", ["action_list", "organisation_list"])
def test_a_bad_filter_leads_back_to_the_list_that_names_it(name, agent_client):
    response = agent_client.get(reverse(f"{name}_export", args=["csv"]), {"q": "a\x00"})
    assert response.headers["Location"] == reverse(name) + "?q=a%00"
    assert not Event.objects.filter(action=Event.Action.EXPORTED).exists()


def test_organisations_are_exported_as_listed(agent_client):
    action = ActionFactory(lead=OrganisationFactory(name="Hamoval", kind="landlord", siren="123456789"))
    OrganisationNameFactory(organisation=action.lead, name="Office public")
    OrganisationFactory(name="Zoé")
    lines = csv_rows(export(agent_client, "csv", "organisation_list", tri="-nom"))
    assert [line["Organisme"] for line in lines] == ["Zoé", "Hamoval"]
    assert lines[1] == {
        "Organisme": "Hamoval",
        "Anciens noms et variantes": "Office public",
        "Nature": "Bailleur social",
        "Boîte fonctionnelle": "",
        "SIREN": "123456789",
        "Actions pilotées": "1",
    }
    narrowed = csv_rows(export(agent_client, "csv", "organisation_list", nature="landlord"))
    assert [line["Organisme"] for line in narrowed] == ["Hamoval"]


def test_the_files_cost_the_same_with_2_and_60_rows(agent_client, request, django_assert_num_queries):
    ActionYearFactory(action=ActionFactory())
    for size in (1, 60):
        if size == 60:
            request.getfixturevalue("actions")
            OrganisationNameFactory()
        assert ActionYear.objects.count() >= size
        # session, account, facets (7), rows, the journal
        with django_assert_num_queries(11):
            export(agent_client, "csv")
        with django_assert_num_queries(5):
            export(agent_client, "csv", "organisation_list")
