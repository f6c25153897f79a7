"""Amending a contract: drafted, previewed in words, recorded as versions; rules, rights, conflicts, cost."""

import json
from datetime import date
from pathlib import Path

import pytest
from django.core.management import call_command
from django.urls import reverse

from contracts.changes import Deed, Order, changes
from contracts.drafting import Placed, arranged
from contracts.models import Amendment, Axis, AxisVersion, Contract, Objective, ObjectiveVersion
from contracts.selectors import timeline
from cops.audit.models import Event
from tests import factories
from tests.entered_forms import filled, text_of

pytestmark = pytest.mark.django_db

SESSION = 2
DATES = {"effective_on": "2013-01-01", "new_end_on": "2014-12-31"}
WORKBOOK = Path(__file__).parents[2] / "fixtures" / "demo-2009-2014.xlsx"


@pytest.fixture
def contract():
    """Axis 1 with 1.1, 1.2, 1.3, and axis 2 with 2.1."""
    contract = factories.ContractFactory(code="cops-2009", title="Contrat 2009-2012")
    for number, title in ((1, "L’éducation"), (2, "La sécurité")):
        factories.AxisFactory(
            contract=contract, number=number, first_version__title=title, first_version__position=number
        )
    for code, title in (
        ("1.1", "Assiduité"),
        ("1.2", "Exclusions"),
        ("1.3", "Veille"),
        ("2.1", "Transports"),
    ):
        add(contract, code, title)
    return contract


def add(contract, code, title):
    axis, _, place = code.partition(".")
    return factories.ObjectiveFactory(
        contract=contract,
        axis=Axis.objects.get(contract=contract, number=axis),
        code=code,
        first_version__title=title,
        first_version__position=int(place),
    )


def new(contract):
    return reverse("amendment_create", args=[contract.code])


def edit(contract, number=1):
    return reverse("amendment_edit", args=[contract.code, contract.amendments.get(number=number).pk])


def line(code, **values):
    key = f"objective_{Objective.objects.get(code=code).pk}"
    return {f"{key}_{name}": value for name, value in values.items()}


def axis_line(number, **values):
    return {f"axis_{Axis.objects.get(number=number).pk}_{name}": value for name, value in values.items()}


def added(n, code, wording, **more):
    values = {"code": code, "wording": wording} | more
    return {f"objectives__new{n}__{name}": value for name, value in values.items()}


def draft(client, address, **typed):
    return client.post(address, filled(client.get(address), **typed))


def record(client, address, **typed):
    shown = draft(client, address, **typed)
    assert "Rien n’est encore enregistré" in text_of(shown), text_of(shown)[:1500]
    return client.post(address, filled(shown, confirm="1"))


def plan_on(contract, day):
    return [
        (axis.number, [(row.code, row.title) for row in axis.objectives])
        for axis in timeline(contract).plan(date.fromisoformat(day)).axes
    ]


# --- draft, preview, record ---------------------------------------------------------------------------------

ALL_AT_ONCE = {
    "is_confirmed": [],
    "axes__new0__number": "3",
    "axes__new0__wording": "La santé",
}


def everything():
    return (
        DATES
        | ALL_AT_ONCE
        | line("1.1", wording="Assiduité et réussite")
        | line("1.2", withdrawn="on")
        | line("1.3", position="1")
        | axis_line(2, wording="La tranquillité")
        | added(0, "1.4", "Parentalité")
        | added(1, "3.1", "Soins")
    )


def with_room(client, address):
    """The form after one more row for an objective was asked for."""
    return client.post(address, filled(client.get(address), step="objective"))


def test_the_preview_says_in_sentences_what_changes_and_records_nothing(agent_client, contract):
    shown = agent_client.post(new(contract), filled(with_room(agent_client, new(contract)), **everything()))
    text = text_of(shown)
    for sentence in (
        "L’avenant n° 1 prend effet le 1er janvier 2013 (date à confirmer).",
        "Le contrat est prolongé jusqu’au 31 décembre 2014 (fin jusqu’ici : 31 décembre 2012).",
        "L’objectif 1.1 devient « Assiduité et réussite » (jusqu’ici « Assiduité »).",
        "L’objectif 1.2, « Exclusions », est retiré.",
        "L’objectif 1.4 est ajouté à l’axe 1 : « Parentalité ».",
        "Objectifs de l’axe 1 : l’ordre devient 1.3, 1.1 et 1.4.",
        "L’axe 2 devient « La tranquillité » (jusqu’ici « La sécurité »).",
        "L’axe 3 est ajouté : « La santé ».",
        "L’objectif 3.1 est ajouté à l’axe 3 : « Soins ».",
    ):
        assert sentence in text
    assert (Amendment.objects.count(), Objective.objects.count(), Axis.objects.count()) == (0, 4, 2)


def test_what_was_previewed_is_what_is_recorded(agent, agent_client, contract):
    shown = agent_client.post(new(contract), filled(with_room(agent_client, new(contract)), **everything()))
    response = agent_client.post(new(contract), filled(shown, confirm="1"))
    assert response["Location"] == reverse("contract_detail", args=[contract.code])
    assert plan_on(contract, "2012-12-31") == [
        (1, [("1.1", "Assiduité"), ("1.2", "Exclusions"), ("1.3", "Veille")]),
        (2, [("2.1", "Transports")]),
    ]
    assert plan_on(contract, "2013-01-01") == [
        (1, [("1.3", "Veille"), ("1.1", "Assiduité et réussite"), ("1.4", "Parentalité")]),
        (2, [("2.1", "Transports")]),
        (3, [("3.1", "Soins")]),
    ]
    amendment = contract.amendments.get()
    assert (amendment.number, amendment.is_confirmed) == (1, False)
    assert amendment.new_end_on == date(2014, 12, 31)
    event = Event.objects.get(action=Event.Action.CREATED)
    assert event.actor == agent
    assert event.summary.startswith("Contrat cops-2009, avenant n° 1 : Axe 2, ")
    told = changes(timeline(contract), date(2013, 1, 1))[0]
    assert Order("Objectifs de l’axe 1", ("1.3", "1.1", "1.4")) in told.orders
    page = text_of(agent_client.get(reverse("contract_detail", args=[contract.code]) + "?le=2013-01-01"))
    assert "Objectifs de l’axe 1, dans un nouvel ordre : 1.3, 1.1, 1.4" in page


def test_going_back_from_the_preview_loses_nothing(agent_client, contract):
    shown = draft(
        agent_client, new(contract), **DATES, **line("1.1", wording="Neuf"), summary="Deux\r\nlignes"
    )
    back = agent_client.post(new(contract), filled(shown, step="back"))
    data = filled(back)
    assert data["effective_on"] == ["2013-01-01"]
    assert data[next(iter(line("1.1", wording="")))] == ["Neuf"]
    assert data["summary"][0].split() == ["Deux", "lignes"]
    again = agent_client.post(new(contract), data)
    assert "L’objectif 1.1 devient « Neuf »" in text_of(again)


def test_without_the_preview_nothing_is_recorded_and_twice_confirmed_is_once(agent_client, contract):
    shown = draft(agent_client, new(contract), **DATES)
    data = filled(shown, confirm="1")
    first, second = agent_client.post(new(contract), data), agent_client.post(new(contract), data)
    assert first["Location"] == second["Location"]
    assert Amendment.objects.count() == 1


def test_what_stays_as_it_is_gets_no_version(agent_client, contract):
    record(agent_client, new(contract), **DATES)
    assert not ObjectiveVersion.objects.exclude(amendment=None).exists()
    assert not AxisVersion.objects.exclude(amendment=None).exists()
    told = text_of(draft(agent_client, new(contract), effective_on="2013-06-01"))
    assert "Aucun axe ni objectif ne change." in told
    assert "La fin du contrat ne change pas : 31 décembre 2014." in told


def test_withdrawing_an_axis_says_which_objectives_go_with_it(agent_client, contract):
    shown = draft(agent_client, new(contract), **DATES, **axis_line(1, withdrawn="on"))
    assert "L’axe 1, « L’éducation », est retiré avec tous ses objectifs (1.1, 1.2 et 1.3)." in text_of(shown)
    agent_client.post(new(contract), filled(shown, confirm="1"))
    assert plan_on(contract, "2013-01-01") == [(2, [("2.1", "Transports")])]


def test_a_gap_before_the_amendment_is_told(agent_client, contract):
    shown = draft(agent_client, new(contract), effective_on="2013-03-01", new_end_on="2014-12-31")
    assert "entre les deux, le contrat n’est pas en vigueur" in text_of(shown)


@pytest.mark.parametrize(
    ("typed", "message"),
    [
        (lambda: {"effective_on": ""}, "Indiquez le jour où l’avenant entre en vigueur."),
        (lambda: {"number": ""}, "Donnez un numéro."),
        (lambda: {"new_end_on": "2012-06-30"}, "La nouvelle fin précède l’entrée en vigueur."),
        (lambda: {"effective_on": "2008-01-01"}, "Le contrat ne commence que le 1er janvier 2009."),
        (lambda: {"approved_by": "Décision perdue"}, "Aucune décision ne s’appelle « Décision perdue »"),
        (lambda: line("1.1", wording=" "), "Gardez un libellé, ou cochez « Retirer »."),
        (lambda: line("1.1", position="deux"), "nombre entier"),
        (lambda: added(0, "1.1", "Encore"), "Ce code a déjà servi dans ce contrat."),
        (lambda: added(0, "4.1", "Encore"), "L’axe 4 n’est pas dans le plan"),
        (
            lambda: axis_line(1, withdrawn="on") | added(0, "1.9", "Encore"),
            "L’axe 1 n’est pas dans le plan",
        ),
    ],
)
def test_what_cannot_be_is_refused_and_kept(agent_client, contract, typed, message):
    refused = draft(agent_client, new(contract), **DATES | {"summary": "Mon objet"} | typed())
    assert message in text_of(refused)
    assert "Mon objet" in text_of(refused)
    assert "Rien n’est encore enregistré" not in text_of(refused)
    assert not Amendment.objects.exists()


# --- amendments one after another ---------------------------------------------------------------------------


@pytest.fixture
def amended(agent_client, contract):
    """Amendment 1 withdraws 1.2 and adds 1.4; amendment 2 moves 1.1 and rewords 1.4."""
    record(
        agent_client, new(contract), **DATES, **line("1.2", withdrawn="on"), **added(0, "1.4", "Parentalité")
    )
    record(
        agent_client,
        new(contract),
        effective_on="2014-01-01",
        **line("1.1", position="4"),
        **line("1.4", wording="Parents"),
    )
    return contract


def test_a_withdrawn_objective_is_restored_by_a_later_amendment(agent_client, amended):
    shown = draft(agent_client, new(amended), effective_on="2014-06-01", **line("1.2", withdrawn=[]))
    assert "L’objectif 1.2 est rétabli : « Exclusions »." in text_of(shown)
    agent_client.post(new(amended), filled(shown, confirm="1"))
    told = changes(timeline(amended), date(2014, 6, 1))[-1]
    assert [change.deed for change in told.changes] == [Deed.REINTRODUCED]


def test_amendments_take_effect_in_the_order_of_their_numbers(agent_client, amended):
    refused = draft(agent_client, new(amended), effective_on="2013-06-01")
    assert "L’avenant n° 2 prend effet le 1er janvier 2014" in text_of(refused)
    refused = draft(agent_client, edit(amended, 1), effective_on="2014-03-01")
    assert "celui-ci ne peut pas prendre effet après" in text_of(refused)
    refused = draft(agent_client, edit(amended, 1), number="3")
    assert "Cet avenant précède l’avenant n° 2" in text_of(refused)
    refused = draft(agent_client, new(amended), effective_on="2014-06-01", number="2")
    assert "Ce contrat a déjà un avenant de ce numéro." in text_of(refused)


def test_the_last_amendment_is_edited_and_taken_back_in_part(agent_client, amended):
    shown = draft(
        agent_client, edit(amended, 2), **line("1.4", wording="Parentalité"), new_end_on="2015-12-31"
    )
    assert "L’objectif 1.4" not in text_of(shown)
    assert "Le contrat est prolongé jusqu’au 31 décembre 2015" in text_of(shown)
    agent_client.post(edit(amended, 2), filled(shown, confirm="1"))
    own = ObjectiveVersion.objects.filter(amendment__number=2)
    assert [row.objective.code for row in own] == ["1.1"]
    assert timeline(amended).last_day == date(2015, 12, 31)


def test_an_amendment_opened_and_recorded_unchanged_writes_nothing(agent_client, amended):
    before = timeline(amended)
    record(agent_client, edit(amended, 2))
    assert amended.amendments.get(number=2).version == 1
    assert timeline(amended) == before


def test_a_correction_of_an_earlier_amendment_goes_on_into_those_that_repeated_it(agent_client, amended):
    record(agent_client, edit(amended, 1), **line("1.1", wording="Assiduité corrigée"))
    assert dict(plan_on(amended, "2013-06-01")[0][1])["1.1"] == "Assiduité corrigée"
    assert dict(plan_on(amended, "2014-06-01")[0][1])["1.1"] == "Assiduité corrigée"
    told = changes(timeline(amended), date(2014, 6, 1))[1]
    assert [change.name for change in told.changes] == ["Objectif 1.4"]


def test_what_a_later_amendment_builds_upon_stays(agent_client, amended):
    added_pk = Objective.objects.get(code="1.4").pk
    refused = draft(agent_client, edit(amended, 1), **{f"objectives__{added_pk}__remove": "on"})
    assert "Objectif 1.4 ne peut pas être supprimé : l’avenant n° 2 en dépend." in text_of(refused)
    refused = draft(agent_client, edit(amended, 1), **line("1.1", withdrawn="on"))
    assert "L’avenant n° 2 le modifie ensuite : il ne peut pas être retiré avant." in text_of(refused)


def test_an_objective_that_the_last_amendment_added_is_changed_or_deleted(agent_client, contract):
    record(agent_client, new(contract), **DATES, **added(0, "1.4", "Parentalité"))
    row = f"objectives__{Objective.objects.get(code='1.4').pk}"
    record(agent_client, edit(contract), **{f"{row}__wording": "Parents", f"{row}__position": "1"})
    assert plan_on(contract, "2013-01-01")[0][1][0] == ("1.4", "Parents")
    record(agent_client, edit(contract), **{f"{row}__remove": "on"})
    assert not Objective.objects.filter(code="1.4").exists()


# --- two people ---------------------------------------------------------------------------------------------


def test_two_people_on_one_amendment_see_both_wordings(agent_client, administrator_client, amended):
    shown = agent_client.get(edit(amended, 2))
    record(administrator_client, edit(amended, 2), **line("1.3", wording="Sa veille"), summary="Son objet")
    mine = filled(shown, **line("1.3", wording="Ma veille"))
    conflict = agent_client.post(edit(amended, 2), mine)
    text = text_of(conflict)
    assert "Votre saisie : « Ma veille »" in text
    assert "« Sa veille »" in text
    assert "Repris de ce qui a été enregistré : objet." in text.replace("Objet", "objet")
    choice = {f"{name}_choice": "theirs" for name in line("1.3", wording="")}
    preview = agent_client.post(edit(amended, 2), filled(conflict, **choice))
    agent_client.post(edit(amended, 2), filled(preview, confirm="1"))
    assert dict(plan_on(amended, "2014-06-01")[0][1])["1.3"] == "Sa veille"
    assert amended.amendments.get(number=2).summary == "Son objet"


def test_a_new_amendment_takes_over_what_others_changed_in_the_plan_meanwhile(
    agent_client, administrator_client, contract
):
    shown = agent_client.get(new(contract))
    name = f"objectives-{Objective.objects.get(code='1.1').pk}-wording"
    plan = reverse("contract_plan", args=[contract.code])
    administrator_client.post(plan, filled(administrator_client.get(plan), **{name: "Corrigé"}))
    told = agent_client.post(new(contract), filled(shown, **DATES))
    assert "Le plan a changé entre-temps" in text_of(told)
    assert "Objectif 1.1, libellé" in text_of(told)
    preview = agent_client.post(new(contract), filled(told))
    assert "Aucun axe ni objectif ne change." in text_of(preview)


# --- what others see of it ----------------------------------------------------------------------------------


def test_the_decision_that_approved_it_is_shown_to_those_who_may_read_it(
    agent_client, member, member_client, contract
):
    formation = member.person.designations.get().seat.rule.formation
    decision = factories.DecisionFactory(meeting__formation=formation, text="Le conseil approuve.")
    hidden = factories.DecisionFactory(
        meeting__formation__kind="group", meeting__formation__is_confidential=True
    )
    record(agent_client, new(contract), **DATES, approved_by=f"{decision} : Le conseil approuve.")
    assert contract.amendments.get().approved_by == decision
    page = reverse("contract_detail", args=[contract.code])
    address = reverse("meeting_detail", args=[decision.meeting_id])
    for client in (agent_client, member_client):
        assert address in client.get(page).content.decode()
    contract.amendments.update(approved_by=hidden)
    assert "Approuvé par" in text_of(agent_client.get(page))
    assert "Approuvé par" not in text_of(member_client.get(page))


def test_only_the_service_amends(administrator_client, member_client, stranger_client, amended):
    for address in (new(amended), edit(amended, 1)):
        assert administrator_client.get(address).status_code == 200
        for client in (member_client, stranger_client):
            assert client.get(address).status_code == 403
            assert client.post(address, DATES | {"number": "1", "confirm": "1"}).status_code == 403
    assert amended.amendments.count() == 2


def test_readers_are_offered_no_amendment(member_client, amended):
    content = member_client.get(reverse("contract_detail", args=[amended.code])).content.decode()
    assert "avenants/" not in content


def test_an_amendment_is_found_under_its_own_contract_only(agent_client, amended):
    other = factories.ContractFactory()
    address = reverse("amendment_edit", args=[other.code, amended.amendments.first().pk])
    assert agent_client.get(address).status_code == 404


def answer(capfdbinary, name, *arguments):
    capfdbinary.readouterr()
    call_command(name, *arguments, "--format", "json")
    return json.loads(capfdbinary.readouterr().out)


def test_the_known_contract_amended_on_the_pages_is_the_same_for_import_and_report(agent_client, capfdbinary):
    call_command("load_reference")
    contract = Contract.objects.get(code="cops-2009")
    as_loaded = timeline(contract)
    call_command("import_workbook", str(WORKBOOK))
    asked = ("report", "--contract", "cops-2009", "--year", "2014")
    reported = answer(capfdbinary, *asked)
    contract.amendments.get().delete()
    assert timeline(contract) != as_loaded
    summary = "Prolonge et modifie le contrat."
    record(agent_client, new(contract), **DATES, is_confirmed=[], summary=summary)
    assert timeline(contract) == as_loaded
    assert answer(capfdbinary, *asked) == reported
    outcome = answer(capfdbinary, "import_workbook", str(WORKBOOK), "--dry-run")
    assert outcome["errors"] == []
    assert sum(outcome["created"].values()) == sum(outcome["updated"].values()) == 0


# --- places, cost -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("lines", "order"),
    [
        ([("a", 1, 1), ("b", 2, 2)], ["a", "b"]),
        ([("a", 1, 1), ("b", 2, 2), ("c", 3, 1)], ["c", "a", "b"]),
        ([("a", 1, 3), ("b", 2, 2), ("c", 3, 3)], ["b", "c", "a"]),
        ([("a", 1, 2), ("b", 2, 1)], ["b", "a"]),
        ([("a", 1, 1), ("b", 1, 1), ("c", None, None)], ["a", "b", "c"]),
        ([("a", None, None), ("b", 1, 1)], ["b", "a"]),
        ([("a", 1, 0), ("b", 2, 2)], ["a", "b"]),
    ],
)
def test_lines_are_put_where_they_were_asked_for(lines, order):
    places = arranged(Placed(*one) for one in lines)
    assert sorted(places, key=lambda code: (places[code], code)) == order


def test_lines_that_were_not_moved_keep_their_places():
    stored = [Placed("a", 1, 1), Placed("b", 1, 1), Placed("c", 7, 7)]
    assert arranged(stored) == {"a": 1, "b": 1, "c": 7}
    assert arranged([*stored, Placed("d", None, 2)])["c"] == 7


def test_the_form_costs_the_same_with_5_and_50_objectives(agent_client, contract, django_assert_num_queries):
    for n in range(4, 6):
        add(contract, f"1.{n}", f"Objectif {n}")
    with django_assert_num_queries(SESSION + 5):
        agent_client.get(new(contract))
    for n in range(6, 51):
        add(contract, f"1.{n}", f"Objectif {n}")
    with django_assert_num_queries(SESSION + 5):
        agent_client.get(new(contract))
