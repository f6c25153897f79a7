"""The search box: what is found, by whom, how it is shown, what it costs."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from cops.desk.search import KINDS, PER_KIND
from governance.models import Designation
from tests.factories import (
    ActionFactory,
    AgendaItemFactory,
    AmendmentFactory,
    AxisFactory,
    ContractFactory,
    DecisionFactory,
    DesignationFactory,
    DocumentFactory,
    MeetingFactory,
    ObjectiveFactory,
    ObjectiveVersionFactory,
    OrganisationFactory,
    OrganisationNameFactory,
    PartnershipFactory,
    PersonFactory,
    SignatoryFactory,
)

SEARCH = reverse("search")


def found(client: Client, text: str, **query: str) -> dict[str, list[str]]:
    """The titles found, by kind."""
    response = client.get(SEARCH, {"q": text, **query})
    assert response.status_code == 200
    return {
        group.kind.key: ["".join(piece for piece, _ in hit.title) for hit in group.hits]
        for group in response.context["groups"]
    }


def page(client: Client, text: str, **query: str) -> str:
    return client.get(SEARCH, {"q": text, **query}).content.decode().replace("&nbsp;", "\u00a0")


@pytest.fixture
def everything(member: Any) -> None:
    """One of each kind under the word « Été », in the member's formation where it has one."""
    formation = Designation.objects.of_user(member).get().seat.rule.formation
    meeting = MeetingFactory(formation=formation, subject="Préparer l’été")
    DecisionFactory(meeting=meeting, number=3, text="Approuve le plan d’été.")
    organisation = OrganisationFactory(name="Maison de l’Été")
    ActionFactory(reference="1.1-01", title="Chantiers d’été", lead=organisation)
    DesignationFactory(person=PersonFactory(last_name="Été", email="ete@example.org"))
    DocumentFactory(title="Affiche de l’été", visibility="staff")
    contract = ContractFactory(code="cops-ete", title="Contrat d’été")
    AxisFactory(contract=contract, first_version__title="Les mois d’été")
    ObjectiveFactory(contract=contract, axis=contract.axes.get(), first_version__title="Occuper l’été")
    AmendmentFactory(contract=contract, number=1, summary="Prolonge l’été.")
    SignatoryFactory(contract=contract, organisation=organisation)


@pytest.mark.parametrize("text", ["été", "ETE", "d’ete ÉTÉ", "et\u0301e"])
def test_the_service_finds_every_kind_whatever_the_case_and_accents(text, everything, agent_client):
    kinds = set(KINDS) if "’" not in text else {"actions", "decisions", "contrats", "axes"}
    assert set(found(agent_client, text)) == kinds


def test_an_administrator_finds_what_an_agent_finds(everything, agent_client, administrator_client):
    assert found(administrator_client, "été") == found(agent_client, "été")


def test_a_member_finds_what_they_may_read_and_no_contact(everything, member_client):
    assert set(found(member_client, "été")) == set(KINDS) - {"documents"}
    assert "ete@example.org" not in page(member_client, "été")


def test_the_service_sees_the_contact_of_people(everything, agent_client):
    assert "ete@example.org" in page(agent_client, "été")


def test_a_lead_finds_their_own_actions_and_who_takes_part_in_them(everything, lead, lead_client):
    own = lead.person.actions.get()
    PartnershipFactory(action=own, organisation=OrganisationFactory(name="Partenaire de l’été"))
    assert found(lead_client, "été") == {"organismes": ["Partenaire de l’été"]}
    assert found(lead_client, "pilote") == {"actions": [f"{own.reference} – {own.title}"]}


def test_a_stranger_finds_nothing(everything, stranger_client):
    assert found(stranger_client, "été") == {}
    assert "Rien ne correspond" in page(stranger_client, "été")


def test_a_visitor_logs_in_first(db):
    assert Client().get(SEARCH, {"q": "été"}).url.startswith(reverse("account_login"))


def test_a_confidential_action_and_who_only_takes_part_in_it_stay_unknown(member_client, agent_client):
    lead = OrganisationFactory(name="Refuge discret")
    ActionFactory(title="Refuge discret des familles", lead=lead, is_confidential=True)
    assert found(member_client, "refuge discret") == {}
    assert set(found(agent_client, "refuge discret")) == {"actions", "organismes"}
    assert "Confidentielle" in page(agent_client, "refuge discret")


@pytest.mark.parametrize("text", ["1.1-07", "mediation COLLEGES", "hamoval", "accompagner"])
def test_actions_are_found_by_reference_title_lead_and_description(text, agent_client):
    lead = OrganisationFactory(name="Hamoval")
    ActionFactory(reference="1.1-07", title="Médiation des collèges", description="Accompagner.", lead=lead)
    assert found(agent_client, text)["actions"] == ["1.1-07 – Médiation des collèges"]


def test_the_action_whose_reference_was_typed_comes_first(agent_client):
    first = ActionFactory(reference="1.1-1", title="Première")
    for number in range(10, 20):
        ActionFactory(
            contract=first.contract, objective=first.objective, reference=f"1.1-{number}", title="Autre"
        )
    ActionFactory(reference="0.0-1", title="Suite de 1.1-1", contract__starts_on="2011-01-01")
    assert found(agent_client, "1.1-1")["actions"][0] == "1.1-1 – Première"


def test_an_organisation_is_found_by_a_former_name_that_is_then_shown(agent_client):
    OrganisationNameFactory(organisation=OrganisationFactory(name="France Travail"), name="Pôle emploi")
    assert found(agent_client, "pole emploi") == {"organismes": ["France Travail"]}
    assert "Aussi connu sous : <mark>Pôle</mark> <mark>emploi</mark>" in page(agent_client, "pole emploi")


def test_the_words_found_are_marked_in_title_and_passage(agent_client):
    ActionFactory(title="Chœurs d’été", description="Avant. " * 60 + "Un chœur mixte. " + "Après. " * 60)
    text = page(agent_client, "choeur")
    assert "<mark>Chœur</mark>s d’été" in text
    assert "Un <mark>chœur</mark> mixte" in text


def test_what_people_typed_is_shown_as_text(agent_client):
    ActionFactory(title="<b>Atelier</b>")
    text = page(agent_client, "<b>atelier")
    assert "<b>" not in text.replace("<b></b>", "")
    assert "&lt;<mark>b&gt;Atelier</mark>&lt;/b&gt;" in text
    assert "<script>" not in page(agent_client, "<script>alert(1)</script>")


def test_each_kind_shows_its_first_results_and_leads_to_all(agent_client):
    for number in range(PER_KIND + 60):
        PersonFactory(last_name=f"Dupont {number:03}")
    text = page(agent_client, "dupont")
    assert "Dupont 004" in text.replace("<mark>", "").replace("</mark>", "")
    assert "Dupont 005" not in text.replace("<mark>", "").replace("</mark>", "")
    assert "Voir tout\u00a0: 65\u00a0personnes" in text
    response = agent_client.get(SEARCH, {"q": "dupont", "dans": "personnes", "page": "2"})
    assert len(response.context["page"].object_list) == 15
    assert "65\u00a0personnes" in response.content.decode()


def test_people_come_as_the_french_sort_them(agent_client):
    for name in ("Zola", "Évrard", "Evin"):
        PersonFactory(last_name=name, first_name="Camille")
    assert found(agent_client, "camille")["personnes"] == ["Camille Evin", "Camille Évrard", "Camille Zola"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "Que cherchez-vous"),
        ("   ", "Que cherchez-vous"),
        ("a", "Tapez au moins deux lettres ou chiffres."),
        ("\u0301", "Tapez au moins deux lettres ou chiffres."),
        ("a\x00", "Rien n’a été cherché"),
        ("x" * 201, "200 signes au plus"),
        ("x" * 200, "Rien ne correspond"),
        (" ".join(f"{n:02}" for n in range(66)), "Rien ne correspond"),
        ("%%", "Rien ne correspond"),
        ("__", "Rien ne correspond"),
        ("introuvable", "Essayez un seul mot"),
    ],
)
def test_what_cannot_be_found_is_said_with_what_to_try(text, said, everything, agent_client):
    response = agent_client.get(SEARCH, {"q": text})
    assert response.status_code == 200
    assert said in response.content.decode()
    assert found(agent_client, text) == {}


@pytest.mark.parametrize("kind", ["inconnu", "", "actions\x00"])
def test_an_unknown_kind_is_all_kinds(kind, everything, agent_client):
    assert set(found(agent_client, "été", dans=kind)) == set(KINDS)


@pytest.mark.parametrize("number", ["0", "-1", "x", "99", "9" * 40, "\x00"])
def test_a_page_that_does_not_exist_is_the_nearest_one(number, everything, agent_client):
    response = agent_client.get(SEARCH, {"q": "été", "dans": "actions", "page": number})
    assert len(response.context["page"].object_list) == 1


@pytest.mark.parametrize("reader", ["agent", "administrator", "member", "lead", "stranger"])
def test_the_box_is_on_every_page_of_whoever_is_logged_in(reader, request, client_of):
    client = client_of(request.getfixturevalue(reader))
    for address in (reverse("home"), reverse("mfa_index")):
        assert f'action="{SEARCH}"' in client.get(address).content.decode()


def test_the_box_is_not_offered_to_a_visitor_and_keeps_the_words_on_the_results(db, agent_client):
    assert SEARCH not in Client().get(reverse("account_login")).content.decode()
    assert 'value="été &amp; hiver"' in page(agent_client, "été & hiver")
    assert 'value=""' in agent_client.get(reverse("home"), {"q": "autre"}).content.decode()


def test_every_result_leads_to_a_page_that_opens(everything, agent_client, member_client):
    for client in (agent_client, member_client):
        groups = client.get(SEARCH, {"q": "été"}).context["groups"]
        for hit in (hit for group in groups for hit in group.hits):
            assert client.get(hit.url).status_code == 200


@pytest.mark.parametrize("reader", ["agent", "member", "lead"])
def test_a_search_costs_the_same_with_few_and_with_many(
    reader: str,
    everything: None,
    request: pytest.FixtureRequest,
    client_of: Callable[[Any], Client],
    django_assert_num_queries: Any,
) -> None:
    client = client_of(request.getfixturevalue(reader))
    # session, account; eleven kinds, what is shown of each, the former names, the agendas, the wordings of
    # axes and of objectives;
    # who the reader is, once per scope (papers have that of actions and of contracts) and per menu entry
    cost = {"agent": 28, "member": 43, "lead": 24}[reader]
    client.get(SEARCH, {"q": "été"})  # once in the life of a process it asks for kinds of content
    with django_assert_num_queries(cost):
        client.get(SEARCH, {"q": "été"})
    for number in range(20):
        organisation = OrganisationFactory(name=f"Été {number}")
        ActionFactory(title="Été", lead=organisation)
        DesignationFactory(person=PersonFactory(last_name="Été"))
        DocumentFactory(title="Été")
        contract = ContractFactory(title=f"Été {number}")
        ObjectiveFactory(contract=contract, first_version__title="Été")
        AmendmentFactory(contract=contract, number=1, summary="Été")
        SignatoryFactory(contract=contract, organisation=organisation)
    with django_assert_num_queries(cost):
        client.get(SEARCH, {"q": "été"})


def test_a_meeting_is_found_by_a_point_of_its_agenda_which_is_then_shown(agent_client, member_client):
    meeting = MeetingFactory(subject="Rentrée")
    AgendaItemFactory(meeting=meeting, position=1, title="Approbation du compte rendu")
    AgendaItemFactory(
        meeting=meeting, position=2, title="Sécurité des écoles", description="Un médiateur par collège."
    )
    assert len(found(agent_client, "ecoles mediateur")["reunions"]) == 1
    text = page(agent_client, "ecoles mediateur")
    assert "Point 2 : Sécurité des <mark>écoles</mark> – Un <mark>médiateur</mark> par collège." in text
    assert found(member_client, "ecoles mediateur") == {}


def test_the_agenda_of_a_confidential_group_is_never_found(agent_client):
    meeting = MeetingFactory(formation__kind="group", formation__is_confidential=True)
    AgendaItemFactory(meeting=meeting, title="Situation discrète")
    assert found(agent_client, "situation discrète") == {}


def test_words_are_found_at_their_beginnings_only(agent_client):
    ActionFactory(title="Prévention spécialisée", description="Des parcours individualisés.")
    PersonFactory(first_name="Lise", last_name="Essai")
    assert found(agent_client, "lise") == {"personnes": ["Lise Essai"]}
    assert set(found(agent_client, "spécial")) == {"actions"}


@pytest.mark.parametrize("text", ["l’école", "ecole", "sortie école", "(école)", "aujourd'hui", "hui"])
def test_a_word_begins_after_an_apostrophe_a_hyphen_or_a_sign(text, agent_client):
    ActionFactory(title="Sortie de l’école (aujourd’hui)")
    assert set(found(agent_client, text)) == {"actions"}


def test_what_bears_the_name_comes_first_then_titles_then_other_texts(agent_client):
    first = ActionFactory(reference="1.1-01", title="Autre", description="Une médiation.")
    common = {"contract": first.contract, "objective": first.objective}
    ActionFactory(reference="1.1-02", title="Médiation sociale", **common)
    ActionFactory(reference="1.1-03", title="Médiation", **common)
    assert found(agent_client, "mediation")["actions"] == [
        "1.1-03 – Médiation", "1.1-02 – Médiation sociale", "1.1-01 – Autre",
    ]  # fmt: skip


def test_the_kind_of_the_best_result_comes_first(agent_client):
    ActionFactory(title="Suivi", description="Avec Lise.")
    PersonFactory(first_name="Ada", last_name="Lise")
    assert list(found(agent_client, "lise")) == ["personnes", "actions"]


def test_an_objective_is_found_by_its_code_and_wordings_and_leads_to_its_axis(agent_client, member_client):
    objective = ObjectiveFactory(code="1.4", first_version__title="Lutter contre le harcèlement")
    amendment = AmendmentFactory(contract=objective.contract, number=1)
    ObjectiveVersionFactory(
        objective=objective, amendment=amendment, title="Lutter contre le cyberharcèlement"
    )
    for client in (agent_client, member_client):
        for text in ("cyberharcelement", "1.4", "objectif 1.4", "harcèlement"):
            assert found(client, text)["objectifs"] == ["Objectif 1.4 – Lutter contre le cyberharcèlement"]
    assert "Libellé antérieur : Lutter contre le <mark>harcèlement</mark>" in page(
        agent_client, "harcelement"
    )
    address = f"{reverse('contract_detail', args=[objective.contract.code])}#axe-{objective.axis.number}"
    assert f'href="{address}"' in page(agent_client, "cyberharcelement")


def test_contracts_amendments_and_signatories_are_found(agent_client):
    organisation = OrganisationFactory(name="Parquet de Montargis")
    OrganisationNameFactory(organisation=organisation, name="Tribunal de grande instance")
    contract = ContractFactory(title="Contrat intercommunal", code="cispd-2025", note="Une date à confirmer.")
    SignatoryFactory(contract=contract, organisation=organisation, capacity="Procureure de la République")
    AmendmentFactory(contract=contract, number=2, summary="Prolonge d’une année.")
    assert found(agent_client, "contrat intercommunal") == {"contrats": ["Contrat intercommunal"]}
    assert list(found(agent_client, "cispd-2025")) == ["contrats"]
    assert found(agent_client, "avenant 2") == {"avenants": ["Avenant n°\u00a02"]}
    assert found(agent_client, "prolonge année") == {"avenants": ["Avenant n°\u00a02"]}
    assert found(agent_client, "procureure") == {"signataires": ["Parquet de Montargis"]}
    assert set(found(agent_client, "grande instance")) == {"signataires", "organismes"}


@pytest.mark.parametrize("text", ["%", "%%", "_ _", "–"])
def test_signs_alone_find_nothing(text, everything, agent_client):
    assert found(agent_client, text) == {}
