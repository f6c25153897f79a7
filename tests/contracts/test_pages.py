"""The pages of the contracts: works, member, stranger, bad address, wrong method, and what they cost."""

from datetime import date

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from contracts.models import Contract
from tests.factories import (
    AmendmentFactory,
    AxisFactory,
    AxisVersionFactory,
    ContractFactory,
    ObjectiveFactory,
    ObjectiveVersionFactory,
    SignatoryFactory,
)

LIST = reverse("contract_list")


def detail(contract: Contract, on: str = "") -> str:
    address = reverse("contract_detail", args=[contract.code])
    return f"{address}?le={on}" if on else address


def text_of(response) -> str:
    """The words of the page with single spaces."""
    return " ".join(response.content.decode().replace("\u00a0", " ").replace("&nbsp;", " ").split())


@pytest.fixture
def contract(db) -> Contract:
    """2009–2012, prolonged to 2014 by amendment 1 that rewords, withdraws and introduces an objective."""
    contract = ContractFactory(code="cops-2009", title="Contrat 2009-2012")
    amendment = AmendmentFactory(contract=contract, is_confirmed=False)
    axis = AxisFactory(contract=contract, number=1, first_version__title="L’éducation")
    stays = ObjectiveFactory(contract=contract, axis=axis, code="1.1", first_version__title="Assiduité")
    ObjectiveVersionFactory(objective=stays, amendment=amendment, title="Assiduité et réussite")
    goes = ObjectiveFactory(contract=contract, axis=axis, code="1.2", first_version__title="Exclusions")
    ObjectiveVersionFactory(objective=goes, amendment=amendment, title="Exclusions", is_withdrawn=True)
    comes = ObjectiveFactory(contract=contract, axis=axis, code="1.3", first_version=None)
    ObjectiveVersionFactory(objective=comes, amendment=amendment, title="Parentalité", position=3)
    return contract


@pytest.fixture
def unknown_plan(db) -> Contract:
    """Known only to the month and the year, without axes."""
    return ContractFactory(
        code="cops-2004",
        title="Contrat 2004",
        starts_on=date(2004, 11, 1),
        starts_precision="month",
        ends_on=date(2008, 12, 31),
        ends_precision="year",
    )


@pytest.mark.parametrize("reader", ["agent", "administrator", "member"])
def test_the_service_and_the_members_read_contracts(reader, contract, request, client_of):
    client = client_of(request.getfixturevalue(reader))
    assert "Contrat 2009-2012" in text_of(client.get(LIST))
    assert "L’éducation" in text_of(client.get(detail(contract)))


@pytest.mark.parametrize("reader", ["stranger", "lead"])
def test_others_are_refused(reader, contract, request, client_of):
    client = client_of(request.getfixturevalue(reader))
    assert client.get(LIST).status_code == 403
    assert client.get(detail(contract)).status_code == 403


def test_a_visitor_logs_in_first(contract):
    for address in (LIST, detail(contract)):
        response = Client().get(address)
        assert response.status_code == 302
        assert response.url.startswith(reverse("account_login"))


def test_an_unknown_code_is_not_found(agent_client, contract):
    assert agent_client.get("/contrats/cops-1999/").status_code == 404


def test_the_pages_are_only_read(agent_client, contract):
    assert agent_client.post(LIST).status_code == 405
    assert agent_client.post(detail(contract)).status_code == 405


def test_the_list_says_the_dates_as_they_are_known_and_where_each_contract_stands(
    agent_client, contract, unknown_plan
):
    with time_machine.travel("2013-06-01"):
        text = text_of(agent_client.get(LIST))
    assert "novembre 2004" in text
    assert '<td data-label="Fin">2008</td>' in text
    assert '<td data-label="Fin">31 décembre 2014</td>' in text
    assert "En vigueur" in text
    assert "Terminé" in text


@pytest.mark.parametrize(("reader", "is_offered"), [("agent", True), ("member", False)])
def test_the_list_says_that_none_is_in_force_and_offers_the_next_one(
    reader, is_offered, contract, unknown_plan, request, client_of
):
    client = client_of(request.getfixturevalue(reader))
    amend = f'href="{reverse("amendment_create", args=["cops-2009"])}"'
    with time_machine.travel("2020-06-01"):
        text = text_of(client.get(LIST))
    assert "Aucun contrat n’est en vigueur aujourd’hui." in text
    assert (amend in text) is is_offered
    with time_machine.travel("2013-06-01"):
        assert "Aucun contrat n’est en vigueur" not in text_of(client.get(LIST))


def test_without_contracts_the_list_says_what_to_do(agent_client):
    text = text_of(agent_client.get(LIST))
    assert "Aucun contrat n’est enregistré" in text
    assert "load_reference" in text


def test_before_the_amendment_the_plan_is_the_original_one(agent_client, contract):
    response = agent_client.get(detail(contract, "2010-02-01"))
    assert [row.title for row in response.context["plan"].axes[0].objectives] == ["Assiduité", "Exclusions"]
    text = text_of(response)
    assert "Le plan en vigueur le 1er février 2010" in text
    assert "par l’avenant" not in text
    assert "après la date affichée" in text
    assert "Ce que les avenants ont changé" not in text


def test_since_the_amendment_the_plan_says_what_it_changed(agent_client, contract):
    text = text_of(agent_client.get(detail(contract, "2013-01-01")))
    assert "Assiduité et réussite <span" in text
    assert "reformulé par l’avenant n° 1" in text
    assert "introduit par l’avenant n° 1" in text
    assert "Objectif 1.2 retiré : « Exclusions »" in text
    assert "« Assiduité » devient « Assiduité et réussite »" in text
    assert "à confirmer" in text
    assert "31 décembre 2014 <span" in text
    assert "31 décembre 2012 à l’origine" in text


@pytest.mark.parametrize(
    ("on", "remark"),
    [
        ("2008-12-31", "n’était pas encore en vigueur : voici le plan à son début (1er janvier 2009)"),
        ("2020-01-01", "le contrat a pris fin : voici le plan à son terme (31 décembre 2014)"),
        ("2013-01-02", "voici le plan du jour le plus proche, le 31 décembre 2012"),
    ],
)
def test_a_day_outside_the_contract_shows_its_nearest_day_and_says_so(agent_client, contract, on, remark):
    contract.amendments.update(effective_on=date(2013, 1, 10))
    assert remark in text_of(agent_client.get(detail(contract, on)))


def test_today_is_shown_unless_another_day_is_asked_for(agent_client, contract):
    with time_machine.travel("2011-03-04 12:00"):
        text = text_of(agent_client.get(detail(contract)))
    assert "Le plan en vigueur le 4 mars 2011" in text
    assert 'value="2011-03-04"' in text


@pytest.mark.parametrize("on", ["2012-13-45", "hier", "%00", "0", "2012-02-30", "99999-01-01"])
def test_a_bad_date_gets_a_message_and_the_plan_of_today(agent_client, contract, on):
    with time_machine.travel("2011-03-04 12:00"):
        response = agent_client.get(detail(contract, on))
    assert response.status_code == 200
    assert "Cette date n’existe pas ou n’est pas écrite JJ/MM/AAAA." in text_of(response)
    assert response.context["plan"].on == date(2011, 3, 4)


@pytest.mark.parametrize("on", ["0001-01-01", "9999-12-31"])
def test_the_first_and_the_last_day_of_the_calendar_are_days(agent_client, contract, on):
    assert agent_client.get(detail(contract, on)).status_code == 200


def test_a_contract_without_known_axes_says_so(agent_client, unknown_plan):
    text = text_of(agent_client.get(detail(unknown_plan, "2006-01-01")))
    assert "Aucun axe n’est connu pour ce contrat" in text
    assert "La liste des signataires n’est pas connue." in text
    text = text_of(agent_client.get(detail(unknown_plan, "2020-01-01")))
    assert "voici le plan à son terme (2008)" in text


def test_signatories_and_neighbours_are_shown(agent_client, contract, unknown_plan):
    contract.predecessor = unknown_plan
    contract.save()
    SignatoryFactory(contract=contract, organisation__name="Procureur", capacity="pour le parquet")
    text = text_of(agent_client.get(detail(contract)))
    assert "Procureur, pour le parquet" in text
    assert f'<a href="{detail(unknown_plan)}">' in text
    assert f'<a href="{detail(contract)}">' in text_of(agent_client.get(detail(unknown_plan)))


def test_titles_are_shown_literally(agent_client):
    contract = ContractFactory(title="<script>alert(1)</script>", note="<b>gras</b>")
    content = agent_client.get(detail(contract)).content.decode()
    assert "<script>alert" not in content
    assert "<b>gras" not in content


def test_the_list_costs_the_same_for_2_and_20_contracts(
    agent_client, django_assert_num_queries, django_assert_max_num_queries
):
    def create(count: int) -> None:
        for _ in range(count):
            contract = ContractFactory()
            AmendmentFactory(contract=contract)
            ObjectiveFactory(contract=contract)

    create(2)
    with django_assert_num_queries(SESSION + 4):
        agent_client.get(LIST)
    create(18)
    with django_assert_num_queries(SESSION + 4):
        agent_client.get(LIST)


def test_a_contract_costs_the_same_with_2_and_20_objectives(
    agent_client, contract, django_assert_num_queries
):
    with django_assert_num_queries(SESSION + 8):
        agent_client.get(detail(contract))
    for number in range(2, 20):
        axis = AxisFactory(contract=contract, number=number, first_version=None)
        AxisVersionFactory(axis=axis, position=number)
        ObjectiveFactory(contract=contract, axis=axis, code=f"{number}.1")
        AmendmentFactory(
            contract=contract, number=number, effective_on=date(2013, 1, number), new_end_on=None
        )
        SignatoryFactory(contract=contract)
    with django_assert_num_queries(SESSION + 8):
        agent_client.get(detail(contract))


# The session and its account, read on every page.
SESSION = 2
