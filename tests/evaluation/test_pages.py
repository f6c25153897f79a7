"""The pages of the evaluation: what they show, to whom, and what they cost."""

import json
from collections.abc import Callable
from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from actions.models import ActionYear
from contracts.models import Contract
from cops.audit.models import Event
from cops.lib.french import money, number, percent
from evaluation.exports import report_as_json
from evaluation.rendering import report_html
from evaluation.selectors import report_of
from tests.evaluation.pages import HtmlPage
from tests.factories import (
    ActionFactory,
    ActionYearFactory,
    AxisFactory,
    ContractFactory,
    FundingFactory,
    IndicatorValueFactory,
    ObjectiveFactory,
)

LIST = reverse("evaluation_list")
YEAR = reverse("evaluation_year", args=["cops-2009", 2012])


@pytest.fixture
def contract(db: None) -> Contract:
    contract = ContractFactory(code="cops-2009", title="Contrat 2009-2012")
    for axis_number, title in ((1, "L’éducation"), (2, "La sécurité")):
        axis = AxisFactory(contract=contract, number=axis_number, first_version__title=title)
        for place in (1, 2):
            ObjectiveFactory(
                contract=contract,
                axis=axis,
                code=f"{axis_number}.{place}",
                first_version__title=f"But {axis_number}.{place}",
                first_version__position=place,
            )
    return contract


def enter(contract: Contract, place: int = 1, **given: object) -> ActionYear:
    """An action of 2012 with an indicator and a funder; `place` chooses reference and objective."""
    of_action = {name: given.pop(name) for name in list(given) if name in {"title", "is_confidential"}}
    objectives = contract.objectives.order_by("code")
    action = ActionFactory(
        contract=contract,
        objective=objectives[place % len(objectives)],
        reference=f"R-{place:03}",
        **of_action,
    )
    row = ActionYearFactory(action=action, **given)
    IndicatorValueFactory(
        action_year=row, indicator__action=action, indicator__name=f"Indicateur de R-{place:03}"
    )
    FundingFactory(action_year=row)
    return row


def page_of(client: Client, address: str = YEAR) -> HtmlPage:
    response = client.get(address)
    assert response.status_code == 200
    return HtmlPage(response.content.decode())


# --- what it shows ----------------------------------------------------------------------------------------

BY_AXIS = {
    ("Actions prévues par statut", "effectiveness"): {
        "Actions prévues": ("planned", number),
        "Réalisées": ("done", number),
        "Partiellement réalisées": ("partial", number),
        "En cours": ("in_progress", number),
        "Reportées": ("postponed", number),
        "Abandonnées": ("dropped", number),
        "Non réalisées": ("not_done", number),
        "Non renseignées": ("unreported", number),
        "Taux de réalisation": ("rate", percent),
        "Taux de réalisation au moins partielle": ("rate_at_least_partly", percent),
        "Réalisées sans être prévues": ("done_unplanned", number),
    },
    ("Indicateurs et cibles", "efficacy"): {
        "Indicateurs avec cible": ("with_target", number),
        "Indicateurs avec cible et valeur": ("with_value", number),
        "Taux de renseignement": ("coverage", percent),
        "Cibles atteintes": ("met", number),
        "Taux de cibles atteintes": ("rate", percent),
        "Atteinte moyenne des cibles": ("mean_attainment", percent),
    },
    ("Budget prévu et coût réel", "efficiency"): {
        "Budget prévu": ("planned_budget", money),
        "Coût réel": ("actual_cost", money),
        "Taux d’exécution": ("execution", percent),
    },
}


def various(contract: Contract) -> None:
    """Ten actions with every sort of thing that may be known or not."""
    enter(contract, 1)
    enter(contract, 2, status="partial", reason="funding", comment="Subvention tardive", actual_cost=None)
    enter(contract, 3, status="not_done", reason="lead", actual_cost=None, actual_count=None)
    enter(contract, 4, status="", actual_cost=None, actual_count=None)
    enter(contract, 5, is_planned=False, planned_budget=None)
    enter(contract, 6, status="postponed", reason="schedule", actual_cost=None, actual_count=None)
    enter(contract, 7, planned_budget=Decimal("1234.56"), actual_cost=Decimal("0.00"))
    enter(contract, 8, status="in_progress", actual_cost=None, impact="Moins de plaintes")
    enter(contract, 9, status="dropped", reason="other", comment="Voir le compte rendu", actual_cost=None)
    enter(contract, 10, actual_cost=Decimal("1000000.01"))


def test_the_figures_of_the_page_are_those_of_the_json(contract: Contract, agent_client: Client) -> None:
    various(contract)
    page = page_of(agent_client)
    answer = report_as_json(report_of(contract, 2012))
    columns = [answer["totals"], *(axis["totals"] for axis in answer["axes"])]
    for (caption, block), figures in BY_AXIS.items():
        table = page.tables[caption]
        assert [row[0] for row in table.rows[1:]] == list(figures)
        for label, (name, write) in figures.items():
            shown = [cell.split(" ")[0] if cell.startswith("n.d.") else cell for cell in table.row(label)]
            assert shown == [write(totals[block][name]) for totals in columns], label


def test_the_funding_and_the_costs_per_unit_are_those_of_the_json(
    contract: Contract, agent_client: Client
) -> None:
    various(contract)
    page = page_of(agent_client)
    efficiency = report_as_json(report_of(contract, 2012))["totals"]["efficiency"]
    funding = page.tables["Financements"]
    for label, name in (("demandés", "requested"), ("accordés", "granted"), ("versés", "paid")):
        assert funding.row(f"Financements {label}")[0] == money(efficiency["funding"][name])
    people = efficiency["by_unit"]["people"]
    assert page.tables["Coût d’une unité, et comparaison avec ce qui était prévu"].row("Personnes") == [
        number(people["actions"]),
        money(people["cost"]),
        number(people["count"]),
        money(people["cost_per_unit"]),
        number(people["compared"]["actions"]),
        money(people["compared"]["planned_cost_per_unit"]),
        money(people["compared"]["cost_per_unit"]),
    ]


def test_every_objective_and_action_is_listed_with_its_figures(
    contract: Contract, agent_client: Client
) -> None:
    various(contract)
    page = page_of(agent_client)
    for axis in report_as_json(report_of(contract, 2012))["axes"]:
        objectives = page.tables[f"Objectifs de l’axe {axis['number']}"]
        listed = page.tables[f"Actions de l’axe {axis['number']}, objectif par objectif"]
        for objective in axis["objectives"]:
            shown = objectives.row(objective["code"])
            assert shown[0] == number(objective["totals"]["effectiveness"]["planned"])
            assert shown[5].startswith(money(objective["totals"]["efficiency"]["planned_budget"]))
            for action in objective["actions"]:
                cells = listed.row(action["reference"])
                assert cells[4].startswith(money(action["totals"]["efficiency"]["actual_cost"]))


def test_reasons_gaps_impact_and_what_is_missing_are_told(contract: Contract, agent_client: Client) -> None:
    various(contract)
    page = page_of(agent_client)
    assert page.tables["Motifs d’écart donnés, par axe"].row("Financement")[0] == "1"
    gaps = page.tables["Actions prévues qui n’ont pas été réalisées, ou l’ont été en partie"]
    assert [row[0] for row in gaps.rows[1:]] == ["R-009", "R-002", "R-006", "R-003"]
    assert gaps.row("R-002") == ["Partiellement réalisée", "Financement", "Subvention tardive"]
    assert page.tables["Impact constaté, en mots"].row("R-008") == ["Moins de plaintes"]
    assert page.tables["Ce qui manque, action par action"].row("R-002")[-1] == "coût réel"
    assert "des données manquantes" in page.text


def test_what_is_not_known_is_nd_with_its_reason_and_never_0(
    contract: Contract, agent_client: Client
) -> None:
    row = ActionYearFactory(
        action=ActionFactory(contract=contract, objective=contract.objectives.get(code="1.1")),
        is_planned=False,
        status="done",
        planned_budget=None,
        actual_cost=None,
        planned_count=None,
        actual_count=None,
    )
    page = page_of(agent_client)
    assert page.tables["Actions prévues par statut"].row("Taux de réalisation") == ["n.d. a"] * 3
    assert page.tables["Budget prévu et coût réel"].row("Budget prévu") == ["n.d. a"] * 3
    listed = page.tables["Actions de l’axe 1, objectif par objectif"]
    assert listed.row(row.action.reference)[-3:] == ["n.d. a", "n.d. b", "n.d. c"]
    for why in (
        "a aucune action prévue",
        "a aucun indicateur de résultat ou d’impact n’a de cible",
        "aucun budget prévu renseigné",
        "aucun coût réel renseigné",
        "coût réel non renseigné",
        "quantité réalisée non renseignée",
        "aucune action n’a à la fois un coût connu et une quantité réalisée non nulle",
    ):
        assert why in page.text, why
    assert "0,00 €" not in page.text.replace("\u00a0", " ")


def test_every_figure_can_be_followed_down_to_its_rows(contract: Contract, agent_client: Client) -> None:
    rows = [enter(contract, place, is_planned=place != 2) for place in range(1, 5)]
    page = page_of(agent_client)
    anchors = [link[1:] for link in page.links if link.startswith("#")]
    assert {"axe-1", "axe-2", "objectif-1.1", "objectif-2.2", "manque", "effectivite"} <= set(anchors)
    assert set(anchors) <= set(page.ids)
    for row in rows:
        sheet = reverse("action_detail", args=[row.action.pk])
        assert page.links.count(sheet) >= 3  # indicator, cost per unit, list of the axis
        assert agent_client.get(sheet).status_code == 200


def test_what_is_missing_leads_to_the_sheet_of_its_action(contract: Contract, agent_client: Client) -> None:
    row = enter(contract, 1, actual_cost=None)
    content = agent_client.get(YEAR).content.decode()
    missing = content[content.index('id="manque"') : content.index('id="methode"')]
    assert reverse("action_detail", args=[row.action.pk]) in missing


def test_the_body_of_the_page_is_that_of_the_document(contract: Contract, agent_client: Client) -> None:
    various(contract)
    page = page_of(agent_client)
    document = HtmlPage(report_html(report_of(contract, 2012), provisional_on=timezone.localdate()))
    assert len(page.tables) >= 15
    for caption, table in page.tables.items():
        assert document.tables[caption].rows == table.rows, caption


def test_nothing_in_the_page_needs_a_looser_policy(contract: Contract, agent_client: Client) -> None:
    various(contract)
    page = page_of(agent_client)
    assert not [tag for tag, attributes in page.tags if "style" in attributes or tag == "style"]
    assert all(attributes.get("src") for tag, attributes in page.tags if tag == "script")
    assert len(page.ids) == len(set(page.ids))


def test_html_in_a_field_is_only_text(contract: Contract, agent_client: Client) -> None:
    evil = '<script>alert("x")</script>'
    enter(contract, 1, title=evil, status="partial", reason="other", comment=evil, impact=evil)
    response = agent_client.get(YEAR)
    page = HtmlPage(response.content.decode())
    assert page.text.count("alert") >= 4
    assert not [attributes for tag, attributes in page.tags if tag == "script" and not attributes.get("src")]


def test_the_years_of_the_contract_are_tabs(contract: Contract, agent_client: Client) -> None:
    enter(contract, 1)
    page = page_of(agent_client)
    years = [reverse("evaluation_year", args=["cops-2009", year]) for year in range(2009, 2013)]
    assert [link for link in page.links if link in years] == years
    assert ("a", {"href": YEAR, "aria-current": "page"}) in page.tags


def test_a_year_without_action_says_so(contract: Contract, agent_client: Client) -> None:
    page = page_of(agent_client, reverse("evaluation_year", args=["cops-2009", 2010]))
    assert "Rien à évaluer cette année" in page.text
    assert page.tables == {}


def test_the_list_shows_each_contract_with_its_years(contract: Contract, agent_client: Client) -> None:
    various(contract)
    ContractFactory(code="cops-2004", title="Contrat 2004")
    page = page_of(agent_client, LIST)
    table = page.tables["Années du contrat cops-2009"]
    totals = report_as_json(report_of(contract, 2012))["totals"]
    assert [row[0] for row in table.rows[1:]] == ["2012", "2011", "2010", "2009"]
    assert table.row("2012") == [
        number(totals["effectiveness"]["planned"]),
        number(totals["effectiveness"]["done"]),
        percent(totals["effectiveness"]["rate"]),
        percent(totals["efficacy"]["rate"]),
        money(totals["efficiency"]["planned_budget"]),
        money(totals["efficiency"]["actual_cost"]),
        percent(totals["efficiency"]["execution"]),
    ]
    assert YEAR in page.links
    assert "Aucune action n’est saisie pour ce contrat" in page.text


def test_without_contract_the_list_says_so(agent_client: Client) -> None:
    assert "Aucun contrat à évaluer" in page_of(agent_client, LIST).text


# --- what does not exist ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("code", "year", "why"),
    [
        ("cops-2099", 2012, "Aucun contrat n’a le code « cops-2099 »."),
        (
            "cops-2009",
            2008,
            "L’année 2008 n’a aucun jour dans le contrat « cops-2009 » : il va de 2009 à 2012.",
        ),
        ("cops-2009", 10**30, "n’a aucun jour dans le contrat"),
    ],
)
def test_a_contract_or_a_year_that_does_not_exist_is_told(
    code: str, year: int, why: str, contract: Contract, agent_client: Client
) -> None:
    for response in (
        agent_client.get(reverse("evaluation_year", args=[code, year])),
        agent_client.get(reverse("evaluation_export", args=[code, year, "json"])),
        agent_client.post(reverse("evaluation_pdf", args=[code, year])),
    ):
        assert response.status_code == 404
        assert why in HtmlPage(response.content.decode()).text


# --- who reads --------------------------------------------------------------------------------------------


def test_a_member_reads_all_figures_but_no_confidential_action(
    contract: Contract, agent_client: Client, member_client: Client
) -> None:
    enter(contract, 1, title="Médiation")
    enter(contract, 5, title="Surveillance discrète", is_confidential=True, actual_cost=None, impact="Secret")
    for_agent, for_member = page_of(agent_client), page_of(member_client)
    assert "Surveillance discrète" in for_agent.text
    assert "R-005" not in for_member.text
    assert "Surveillance discrète" not in for_member.text
    assert "Secret" not in for_member.text
    for caption, _block in BY_AXIS:
        assert for_member.tables[caption].rows == for_agent.tables[caption].rows
    told = "1 action confidentielle est comptée dans les totaux mais n’est pas montrée une à une."
    assert for_member.text.count(told) == 2  # in the summary and under its objective
    assert told not in for_agent.text


@pytest.mark.parametrize("form", ["json", "csv", "xlsx", "ods"])
def test_a_member_exports_no_confidential_action(
    form: str, contract: Contract, member_client: Client, agent_client: Client
) -> None:
    enter(contract, 1)
    enter(contract, 5, is_confidential=True)
    address = reverse("evaluation_export", args=["cops-2009", 2012, form])
    theirs, ours = member_client.get(address).content, agent_client.get(address).content
    if form in {"json", "csv"}:
        assert b"R-005" in ours
        assert b"R-005" not in theirs
    assert len(theirs) < len(ours)


@pytest.mark.parametrize("address", [LIST, YEAR, f"{YEAR}export/json/"])
def test_strangers_and_leads_read_no_evaluation(
    address: str, contract: Contract, stranger_client: Client, lead_client: Client
) -> None:
    assert stranger_client.get(address).status_code == 403
    assert lead_client.get(address).status_code == 403


@pytest.mark.parametrize("address", [LIST, YEAR, f"{YEAR}export/json/"])
def test_visitors_log_in_first(address: str, contract: Contract, client: Client) -> None:
    response = client.get(address)
    assert response.status_code == 302
    assert response["Location"].startswith(reverse("account_login"))


def test_strangers_ask_for_no_pdf(contract: Contract, stranger_client: Client) -> None:
    assert stranger_client.post(f"{YEAR}pdf/").status_code == 403


# --- exports ----------------------------------------------------------------------------------------------


def test_the_export_is_the_same_report(contract: Contract, agent_client: Client) -> None:
    various(contract)
    response = agent_client.get(f"{YEAR}export/json/")
    assert json.loads(response.content) == json.loads(json.dumps(report_as_json(report_of(contract, 2012))))


@pytest.mark.parametrize(
    ("form", "kind", "start"),
    [
        ("json", "application/json", b"{"),
        ("csv", "text/csv; charset=utf-8", b"\xef\xbb\xbf"),
        ("xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", b"PK"),
        ("ods", "application/vnd.oasis.opendocument.spreadsheet", b"PK"),
    ],
)
def test_each_export_is_a_file_to_save_and_noted(
    form: str, kind: str, start: bytes, contract: Contract, agent_client: Client
) -> None:
    enter(contract, 1)
    response = agent_client.get(f"{YEAR}export/{form}/")
    assert response.content.startswith(start)
    assert response["Content-Type"] == kind
    assert (
        response["Content-Disposition"]
        == f'attachment; filename="evaluation-cops-2009-2012-provisoire.{form}"'
    )
    assert response["X-Content-Type-Options"] == "nosniff"
    event = Event.objects.get(action=Event.Action.EXPORTED)
    assert event.summary == f"evaluation-cops-2009-2012-provisoire.{form}"


def test_an_unknown_export_does_not_exist(contract: Contract, agent_client: Client) -> None:
    assert agent_client.get(f"{YEAR}export/exe/").status_code == 404


# --- what it costs ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("rows", [2, 20])
@pytest.mark.parametrize(
    ("reader", "address", "queries"),
    [
        ("agent", LIST, 8),
        ("agent", YEAR, 10),
        ("agent", f"{YEAR}export/xlsx/", 10),
        ("member", LIST, 14),
        ("member", YEAR, 16),
    ],
)
def test_the_cost_does_not_grow_with_the_actions(
    reader: str,
    address: str,
    queries: int,
    rows: int,
    contract: Contract,
    request: pytest.FixtureRequest,
    client_of: Callable,
    django_assert_num_queries: Callable,
) -> None:
    client = client_of(request.getfixturevalue(reader))
    for place in range(rows):
        enter(contract, place, is_confidential=place == 1)
    if rows == 20:
        ContractFactory(code="cops-2004")
    client.get(address)  # content types are read once in a process
    with django_assert_num_queries(queries):
        client.get(address)
