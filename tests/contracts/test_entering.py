"""Entering contracts: the sheet, signatories, axes and objectives; their rules, rights, journal and cost."""

from datetime import date

import pytest
from django.urls import reverse

from contracts.fields import read_partial_date
from contracts.models import Axis, Contract, Objective, Signatory
from contracts.selectors import timeline
from cops.audit.models import Event
from governance.models import Organisation
from tests import factories
from tests.entered_forms import filled, text_of

pytestmark = pytest.mark.django_db

NEW = reverse("contract_create")
SHEET = {"code": "cops-2015", "title": "Contrat 2015-2018", "starts": "2015", "ends": "2018"}
SESSION = 2


@pytest.fixture
def contract():
    return factories.ContractFactory(code="cops-2009", title="Contrat 2009-2012")


def page(name, contract):
    return reverse(name, args=[contract.code])


def save(client, address, **typed):
    return client.post(address, filled(client.get(address), **typed))


# --- rights -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("who", ["agent", "administrator"])
def test_the_service_is_offered_to_enter_contracts(who, contract, request, client_of):
    client = client_of(request.getfixturevalue(who))
    assert "Nouveau contrat" in text_of(client.get(reverse("contract_list")))
    assert page("contract_edit", contract) in client.get(page("contract_detail", contract)).content.decode()


def test_readers_see_nothing_of_it(member_client, contract):
    assert "Nouveau contrat" not in text_of(member_client.get(reverse("contract_list")))
    content = member_client.get(page("contract_detail", contract)).content.decode()
    assert "modifier" not in content
    assert "Modifier" not in content


# --- the sheet ----------------------------------------------------------------------------------------------


def test_a_contract_is_created_with_dates_as_precisely_as_known(agent, agent_client, contract):
    response = save(
        agent_client,
        NEW,
        **SHEET | {"starts": "novembre 2015"},
        predecessor=contract.pk,
        legal_basis="Loi du 5 mars 2007",
        deliberation_reference="2015-12",
        deliberated_on="2015-10-01",
    )
    created = Contract.objects.get(code="cops-2015")
    assert response["Location"] == page("contract_signatories", created)
    assert (created.starts_on, created.starts_precision) == (date(2015, 11, 1), "month")
    assert (created.ends_on, created.ends_precision) == (date(2018, 12, 31), "year")
    assert (created.predecessor, created.deliberated_on) == (contract, date(2015, 10, 1))
    assert created.history.get().history_user == agent
    assert Event.objects.get(action=Event.Action.CREATED).actor == agent


def test_a_double_click_creates_one_contract(agent_client):
    data = filled(agent_client.get(NEW), **SHEET)
    first, second = agent_client.post(NEW, data), agent_client.post(NEW, data)
    assert first["Location"] == second["Location"]
    assert Contract.objects.count() == 1


@pytest.mark.parametrize(
    ("typed", "message"),
    [
        ({"code": ""}, "Donnez un code au contrat."),
        ({"code": "Cops-2009\u200b"}, "Un contrat porte déjà ce code : « cops-2009 »."),
        ({"code": "nouveau"}, "Ce code est réservé"),
        ({"code": "cops 2015"}, "Un code s’écrit en lettres sans accent"),
        ({"title": " "}, "Donnez un intitulé au contrat."),
        ({"starts": ""}, "Indiquez au moins l’année du début."),
        ({"starts": "un jour"}, "« un jour » n’est pas une date. Écrivez « 2009 »"),
        ({"starts": "31/02/2015"}, "n’est pas une date du calendrier"),
        ({"ends": "2014"}, "Le contrat finit avant de commencer."),
        ({"deliberated_on": "2015-13-01"}, "Cette date n’existe pas"),
    ],
)
def test_what_cannot_be_is_refused_beside_its_field_and_kept(agent_client, contract, typed, message):
    refused = save(agent_client, NEW, **SHEET | {"note": "à vérifier"} | typed)
    assert message in text_of(refused)
    assert "à vérifier" in text_of(refused)
    assert Contract.objects.count() == 1


def test_contracts_follow_one_another_without_a_circle(agent_client, contract):
    later = factories.ContractFactory(code="cops-2013", predecessor=contract)
    refused = save(agent_client, page("contract_edit", contract), predecessor=later.pk)
    assert "Ce contrat fait lui-même suite" in text_of(refused)
    other = factories.ContractFactory()
    refused = save(agent_client, page("contract_edit", other), predecessor=contract.pk)
    assert "Un autre contrat fait déjà suite à celui-là." in text_of(refused)


def test_a_contract_is_changed_but_for_its_code(agent_client, contract):
    address = page("contract_edit", contract)
    data = filled(agent_client.get(address), ends="30/06/2013") | {"code": "autre"}
    assert agent_client.post(address, data).status_code == 302
    contract.refresh_from_db()
    assert (contract.code, contract.ends_on, contract.ends_precision) == (
        "cops-2009",
        date(2013, 6, 30),
        "day",
    )


def test_what_did_not_change_is_not_written(agent_client, contract):
    for name in ("contract_edit", "contract_signatories", "contract_plan"):
        assert save(agent_client, page(name, contract)).status_code == 302
    contract.refresh_from_db()
    assert (contract.version, Event.objects.filter(action=Event.Action.CHANGED).count()) == (1, 0)


def test_two_people_on_one_sheet_see_both_dates(agent_client, administrator_client, contract):
    address = page("contract_edit", contract)
    mine = filled(agent_client.get(address), ends="2014")
    save(administrator_client, address, ends="novembre 2013", title="Contrat bis")
    conflict = agent_client.post(address, mine)
    text = text_of(conflict)
    assert "Modifié entre-temps" in text
    assert "Votre saisie : « 2014 »" in text
    assert "« novembre 2013 »" in text
    assert agent_client.post(address, filled(conflict, ends_choice="mine")).status_code == 302
    contract.refresh_from_db()
    assert (contract.title, contract.ends_on) == ("Contrat bis", date(2014, 12, 31))


@pytest.mark.parametrize(
    ("typed", "known"),
    [
        ("2009", "2009"),
        ("11/2004", "2004-11"),
        ("Novembre 2004", "2004-11"),
        ("1er janvier 2013", "2013-01-01"),
        ("3 août 2013", "2013-08-03"),
        ("01/02/2013", "2013-02-01"),
        ("2013-02", "2013-02"),
        ("2013-02-01", "2013-02-01"),
    ],
)
def test_dates_are_read_as_people_write_them_and_read_back(typed, known):
    found = read_partial_date(typed)
    assert str(found) == known
    assert read_partial_date(found.french) == found


# --- signatories --------------------------------------------------------------------------------------------


def test_signatories_are_entered_as_one_table(agent_client, contract):
    known = factories.OrganisationFactory(name="Préfecture du Loiret")
    address = page("contract_signatories", contract)
    typed = {
        "signatories__new0__organisation": "préfecture du loiret",
        "signatories__new0__capacity": "Représentant de l’État",
        "signatories__new0__signed_on": "2009-01-15",
        "signatories__new1__organisation": "Parquet",
    }
    refused = save(agent_client, address, **typed)
    assert "Aucun organisme ne s’appelle « Parquet »" in text_of(refused)
    assert not Organisation.objects.filter(name="Parquet").exists()
    agent_client.post(address, filled(refused, signatories__new1__new_organisations="on"))
    rows = Signatory.objects.filter(contract=contract).order_by("position")
    assert [(row.organisation.name, row.position) for row in rows] == [
        ("Préfecture du Loiret", 1),
        ("Parquet", 2),
    ]
    assert (rows[0].organisation, rows[0].signed_on) == (known, date(2009, 1, 15))


def test_an_organisation_signs_once(agent_client, contract):
    row = factories.SignatoryFactory(contract=contract, organisation__name="Parquet")
    address = page("contract_signatories", contract)
    refused = save(agent_client, address, signatories__new0__organisation="Parquet")
    assert refused.status_code == 200
    assert "déjà" in text_of(refused)
    gone = {f"signatories__{row.pk}__remove": "on"}
    assert save(agent_client, address, **gone).status_code == 302
    assert not contract.signatories.exists()


# --- axes and objectives ------------------------------------------------------------------------------------


def plan_of(contract):
    return [
        (axis.number, axis.title, [(row.code, row.title) for row in axis.objectives])
        for axis in timeline(contract).plan(contract.starts_on).axes
    ]


def axis_row(n, number, title, **more):
    values = {"number": number, "wording": title} | more
    return {f"axes__new{n}__{name}": value for name, value in values.items()}


def objective_row(n, code, title, **more):
    values = {"code": code, "wording": title} | more
    return {f"objectives__new{n}__{name}": value for name, value in values.items()}


def test_axes_and_objectives_are_entered_at_once(agent_client, contract):
    response = save(
        agent_client,
        page("contract_plan", contract),
        **axis_row(0, "1", "L’éducation"),
        **axis_row(1, "2", "La sécurité"),
        **objective_row(0, "1.1", "Assiduité"),
        **objective_row(1, "1.2", "Exclusions"),
        **objective_row(2, "2.1", "Transports"),
        **objective_row(3, "2.2", "Santé", axis_number="1", position="1"),
    )
    assert response["Location"] == page("contract_detail", contract)
    assert plan_of(contract) == [
        (1, "L’éducation", [("2.2", "Santé"), ("1.1", "Assiduité"), ("1.2", "Exclusions")]),
        (2, "La sécurité", [("2.1", "Transports")]),
    ]
    assert "objectif 1.2" in Event.objects.get(action=Event.Action.CHANGED).summary


@pytest.fixture
def planned(contract):
    axis = factories.AxisFactory(contract=contract, number=1, first_version__title="L’éducation")
    for place, title in enumerate(["Assiduité", "Exclusions", "Veille"], 1):
        factories.ObjectiveFactory(
            contract=contract,
            axis=axis,
            code=f"1.{place}",
            first_version__title=title,
            first_version__position=place,
        )
    return contract


@pytest.mark.parametrize(
    ("typed", "message"),
    [
        (objective_row(0, "1.1", "Encore"), "déjà"),
        (objective_row(0, "1,5", "Encore"), "Un code d’objectif s’écrit comme 1.1."),
        (objective_row(0, "3.1", "Encore"), "L’axe 3 n’est pas dans le plan"),
        (objective_row(0, "1.9", ""), "Donnez un libellé à l’objectif."),
        (axis_row(0, "1", "Encore"), "déjà"),
        (axis_row(0, "deux", "Encore"), "nombre entier"),
    ],
)
def test_rows_that_cannot_be_are_refused_and_kept(agent_client, planned, typed, message):
    refused = save(agent_client, page("contract_plan", planned), **typed)
    assert message in text_of(refused)
    assert "Encore" in refused.content.decode() or "1.9" in refused.content.decode()
    assert (Objective.objects.count(), Axis.objects.count()) == (3, 1)


def pk(code):
    return Objective.objects.get(code=code).pk


def test_a_moved_objective_takes_the_place_asked_for(agent_client, planned):
    address = page("contract_plan", planned)
    save(agent_client, address, **{f"objectives__{pk('1.3')}__position": "1"})
    assert [code for code, _ in plan_of(planned)[0][2]] == ["1.3", "1.1", "1.2"]
    save(agent_client, address, **{f"objectives__{pk('1.3')}__position": "3"})
    assert [code for code, _ in plan_of(planned)[0][2]] == ["1.1", "1.2", "1.3"]


def test_what_actions_name_cannot_be_deleted_and_says_why(agent_client, planned):
    held = Objective.objects.get(code="1.1")
    factories.ActionFactory(contract=planned, objective=held, reference="1.1-01", title="Tutorat")
    address = page("contract_plan", planned)
    refused = save(agent_client, address, **{f"objectives__{pk('1.1')}__remove": "on"})
    text = text_of(refused)
    assert "Objectif 1.1 ne peut pas être supprimé" in text
    assert "1 action (1.1-01" in text
    axis = Axis.objects.get()
    refused = save(agent_client, address, **{f"axes__{axis.pk}__remove": "on"})
    assert refused.status_code == 200
    assert save(agent_client, address, **{f"objectives__{pk('1.2')}__remove": "on"}).status_code == 302
    assert sorted(Objective.objects.values_list("code", flat=True)) == ["1.1", "1.3"]


def test_what_an_amendment_changes_cannot_be_deleted(agent_client, planned):
    amendment = factories.AmendmentFactory(contract=planned)
    factories.ObjectiveVersionFactory(objective_id=pk("1.2"), amendment=amendment, title="Autrement")
    refused = save(agent_client, page("contract_plan", planned), **{f"objectives__{pk('1.2')}__remove": "on"})
    assert "l’avenant n° 1 en dépend" in text_of(refused)


def test_an_axis_goes_with_all_its_objectives(agent_client, planned):
    typed = {f"objectives__{row.pk}__remove": "on" for row in Objective.objects.all()}
    typed |= {f"axes__{Axis.objects.get().pk}__remove": "on"}
    assert save(agent_client, page("contract_plan", planned), **typed).status_code == 302
    assert plan_of(planned) == []


def test_an_objective_continues_one_of_the_contract_before(agent_client, planned):
    following = factories.ContractFactory(code="cops-2013", predecessor=planned)
    save(
        agent_client,
        page("contract_plan", following),
        **axis_row(0, "1", "École"),
        **objective_row(0, "1.1", "Assiduité encore", continues="1.1 – Assiduité"),
    )
    created = Objective.objects.get(contract=following)
    assert created.continues_id == Objective.objects.get(contract=planned, code="1.1").pk


def test_a_corrected_wording_goes_on_into_amendments_that_repeated_it(agent_client, planned):
    amendment = factories.AmendmentFactory(contract=planned)
    repeated = factories.ObjectiveVersionFactory(
        objective_id=pk("1.1"), amendment=amendment, title="Assiduité", position=9
    )
    reworded = factories.ObjectiveVersionFactory(
        objective_id=pk("1.2"), amendment=amendment, title="Autrement", position=2
    )
    typed = {f"objectives__{pk(code)}__wording": f"Corrigé {code}" for code in ("1.1", "1.2")}
    save(agent_client, page("contract_plan", planned), **typed)
    repeated.refresh_from_db()
    reworded.refresh_from_db()
    amendment.refresh_from_db()
    assert (repeated.title, repeated.position) == ("Corrigé 1.1", 9)
    assert reworded.title == "Autrement"
    assert amendment.version == 2  # whoever has it open is told


def test_two_people_on_one_objective_see_both_wordings(agent_client, administrator_client, planned):
    address, name = page("contract_plan", planned), f"objectives-{pk('1.1')}-wording"
    shown = agent_client.get(address)
    save(administrator_client, address, **{name: "Sa façon"})
    conflict = agent_client.post(address, filled(shown, **{name: "Ma façon"}))
    text = text_of(conflict)
    assert "Votre saisie : « Ma façon »" in text
    assert "« Sa façon »" in text
    agent_client.post(address, filled(conflict, **{f"{name}_choice": "theirs"}))
    assert plan_of(planned)[0][2][0] == ("1.1", "Sa façon")


def test_what_only_somebody_else_changed_is_taken_over(agent_client, administrator_client, planned):
    address = page("contract_plan", planned)
    shown = agent_client.get(address)
    save(administrator_client, address, **{f"objectives-{pk('1.1')}-wording": "Sa façon"})
    again = agent_client.post(address, filled(shown, **{f"objectives-{pk('1.1')}-position": "3"}))
    assert "Repris de ce qui a été enregistré" in text_of(again)
    agent_client.post(address, filled(again))
    assert plan_of(planned)[0][2] == [("1.2", "Exclusions"), ("1.3", "Veille"), ("1.1", "Sa façon")]


def test_a_table_costs_the_same_with_5_and_50_rows(agent_client, planned, django_assert_num_queries):
    def fill(start: int, end: int) -> None:
        axis = Axis.objects.get()
        for n in range(start, end):
            factories.ObjectiveFactory(contract=planned, axis=axis, code=f"1.{n}")
            factories.SignatoryFactory(contract=planned)

    fill(4, 6)
    for name, cost in (("contract_plan", 5), ("contract_signatories", 6)):
        with django_assert_num_queries(SESSION + cost):
            agent_client.get(page(name, planned))
    fill(6, 51)
    for name, cost in (("contract_plan", 5), ("contract_signatories", 6)):
        with django_assert_num_queries(SESSION + cost):
            agent_client.get(page(name, planned))
