"""Changing many actions at once: what is shown, what is refused, what is written and what others saved."""

import re
from datetime import date
from urllib.parse import urlencode

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from actions.models import Action, ActionYear, Partnership, Transition
from cops.audit.models import Event
from tests import factories
from tests.entered_forms import filled, text_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def objective():
    contract = factories.ContractFactory(
        code="cops-2009", starts_on=date(2009, 1, 1), ends_on=date(2014, 12, 31)
    )
    return factories.ObjectiveFactory(contract=contract, code="1.1")


@pytest.fixture
def make(objective):
    def action(reference, *, year=None, **values):
        made = factories.ActionFactory(
            contract=objective.contract, objective=objective, reference=reference, **values
        )
        if year is not None:
            factories.ActionYearFactory(action=made, year=2012, **year)
        return made

    return action


def address(*actions, **query):
    ticked = [("action", action.pk) for action in actions]
    return f"{reverse('action_bulk')}?{urlencode([*ticked, *query.items()])}"


def preview(client, where, **typed):
    return client.post(where, filled(client.get(where), **typed))


def confirm(client, where, shown):
    return client.post(where, filled(shown), follow=True)


def change(client, where, **typed):
    return confirm(client, where, preview(client, where, **typed))


def test_each_row_is_shown_before_and_after_and_nothing_is_written_yet(make, agent_client):
    lead = factories.OrganisationFactory(name="Mission locale")
    one = make("1.1-01", year={"status": ""})
    other = make("1.1-02", year={"status": "done"})
    shown = preview(agent_client, address(one, other), lead="mission locale", year="2012", status="done")
    text = text_of(shown)
    assert "Vérifier avant de modifier" in text
    assert f"Pilote : {one.lead} → Mission locale" in text
    assert "Statut 2012 : non renseigné → Réalisée" in text
    assert text.count("Statut 2012") == 1
    assert [len(rows) for rows in (shown.context["plan"].changed, shown.context["plan"].refused)] == [2, 0]
    assert not Action.objects.filter(lead=lead).exists()
    assert "Modifier 2 actions" in text


def test_what_was_shown_is_written_with_versions_history_transitions_and_journal(make, agent, agent_client):
    lead = factories.OrganisationFactory(name="Mission locale")
    actions = [make(f"1.1-0{n}", year={"status": "in_progress"}) for n in range(3)]
    factories.PartnershipFactory(action=actions[0], organisation=lead)
    response = change(
        agent_client,
        address(*actions, annee="2012"),
        lead="Mission locale",
        is_confidential="oui",
        status="postponed",
        reason="funding",
        comment="Subvention refusée.",
    )
    assert response.redirect_chain == [(reverse("action_list") + "?annee=2012", 302)]
    assert "3 actions modifiées." in text_of(response)
    for action in Action.objects.all():
        assert (action.lead, action.is_confidential, action.version) == (lead, True, 2)
        record = action.history.latest()
        assert (record.version, record.lead_id, record.history_user) == (2, lead.pk, agent)
        assert record.history_change_reason == "Modification en lot"
        year = action.years.get()
        assert (year.status, year.reason, year.comment) == ("postponed", "funding", "Subvention refusée.")
        assert (year.version, year.history.latest().status) == (2, "postponed")
        (transition,) = year.transitions.all()
        assert (transition.from_status, transition.to_status) == ("in_progress", "postponed")
        assert (transition.reason, transition.by) == ("funding", agent)
        event = Event.objects.get(subject_id=str(action.pk), action=Event.Action.CHANGED)
        assert event.actor == agent and event.subject_type.model == "action"
        assert event.summary.startswith(f"Action {action.reference}, modification en lot : pilote, confid")
    assert not actions[0].partners.exists()
    assert actions[0].partners.through.history.filter(history_type="-").count() == 1


@pytest.mark.parametrize(
    ("year", "typed", "why"),
    [
        (None, {"status": "done"}, "n’est pas programmée en 2012"),
        ({"status": "done"}, {"status": "dropped"}, "demande un motif"),
        ({"status": "done"}, {"reason": "funding"}, "n’admet pas de motif"),
        ({"status": "dropped", "reason": "lead"}, {"reason": "other"}, "demande un commentaire"),
    ],
)
def test_a_row_against_the_rules_is_refused_and_says_why(year, typed, why, make, agent_client):
    sound = make("1.1-01", year={"status": "dropped", "reason": "lead", "comment": "Voir courrier."})
    bad = make("1.1-02", year=year)
    where = address(sound, bad)
    if typed == {"status": "dropped"}:
        ActionYear.objects.filter(action=sound).update(status="not_done")
    other = make("1.1-03", year={"status": "done"})  # so that 2012 can be chosen
    shown = preview(agent_client, address(sound, bad, other), year="2012", **typed)
    assert bad in [row.action for row in shown.context["plan"].refused]
    assert why in text_of(shown)
    before = list(ActionYear.objects.filter(action=bad).values())
    change(agent_client, where, year="2012", **typed)
    assert list(ActionYear.objects.filter(action=bad).values()) == before


def test_what_an_adopted_programme_plans_is_refused_and_other_years_stay(make, agent_client, objective):
    action = make("1.1-01", year={})
    later = factories.ActionYearFactory(action=action, year=2013)
    factories.ProgrammeFactory(contract=objective.contract, year=2012)
    shown = preview(agent_client, address(action), year="2012", is_planned="non")
    assert "Le programme de 2012 est adopté" in text_of(shown)
    assert shown.context["plan"].changed == [] and "Aucune action ne change" in text_of(shown)
    change(agent_client, address(action), year="2013", is_planned="non")
    later.refresh_from_db()
    assert later.is_planned is False and action.years.get(year=2012).is_planned is True


def test_a_status_without_reason_clears_the_reason_and_an_existing_comment_stays(make, agent_client):
    action = make("1.1-01", year={"status": "dropped", "reason": "lead", "comment": "Déjà écrit."})
    change(agent_client, address(action), year="2012", status="done", comment="Autre")
    year = action.years.get()
    assert (year.status, year.reason, year.comment) == ("done", "", "Déjà écrit.")


def test_an_action_saved_by_somebody_else_since_is_kept_and_named(make, agent_client):
    kept, changed = make("1.1-01", year={"status": ""}), make("1.1-02", year={"status": ""})
    where = address(kept, changed)
    shown = preview(agent_client, where, year="2012", status="done")
    year = kept.years.get()
    year.comment = "Écrit entre-temps"
    year.save()
    response = confirm(agent_client, where, shown)
    assert "laissé tel quel : 1.1-01." in text_of(response)
    assert "1 action modifiée." in text_of(response)
    assert [row.status for row in ActionYear.objects.order_by("action__reference")] == ["", "done"]


def test_a_programme_adopted_since_the_preview_refuses_what_was_shown(make, agent_client, objective):
    action = make("1.1-01", year={})
    shown = preview(agent_client, address(action), year="2012", is_planned="non")
    factories.ProgrammeFactory(contract=objective.contract, year=2012)
    assert "Refusé depuis l’aperçu : 1.1-01." in text_of(confirm(agent_client, address(action), shown))
    assert action.years.get().is_planned is True


def test_a_double_click_changes_once(make, agent_client):
    action = make("1.1-01", year={"status": ""})
    shown = preview(agent_client, address(action), year="2012", status="done")
    confirm(agent_client, address(action), shown)
    assert "déjà enregistrée" in text_of(confirm(agent_client, address(action), shown))
    assert Transition.objects.count() == 1


@pytest.mark.parametrize(
    ("typed", "message"),
    [
        ({}, "Choisissez au moins une chose à changer."),
        ({"status": "done"}, "Choisissez l’année à changer."),
        ({"year": "2012", "status": "done", "reason": "lead"}, "Ce statut n’admet pas de motif"),
        ({"lead": "Inconnue"}, "Aucun organisme ne s’appelle « Inconnue »"),
        ({"contact": "Personne"}, "Personne ne s’appelle"),
    ],
)
def test_what_cannot_be_meant_is_said_beside_its_field(typed, message, make, agent_client):
    action = make("1.1-01", year={})
    shown = preview(agent_client, address(action), **typed)
    assert message in text_of(shown)
    assert shown.context["plan"] is None


def test_going_back_from_the_preview_keeps_what_was_typed(make, agent_client):
    action = make("1.1-01", year={})
    where = address(action)
    shown = preview(agent_client, where, is_confidential="oui", comment="Bien", year="2012")
    again = agent_client.post(where, filled(shown, step="edit"))
    assert again.context["plan"] is None
    values = filled(again)
    assert (values["is_confidential"], values["comment"], values["year"]) == (["oui"], ["Bien"], ["2012"])


def test_all_of_a_list_is_what_its_filters_let_through(make, agent_client):
    make("1.1-01", title="Ateliers"), make("1.1-02", title="Chantiers")
    response = change(agent_client, address(toutes="oui", q="chantiers"), is_confidential="oui")
    assert response.redirect_chain[0][0] == reverse("action_list") + "?q=chantiers"
    assert [row.reference for row in Action.objects.filter(is_confidential=True)] == ["1.1-02"]


def test_nothing_ticked_or_too_many_leads_back_to_the_list(make, agent_client, monkeypatch):
    response = agent_client.get(address(), follow=True)
    assert "Cochez d’abord" in text_of(response)
    actions = [make(f"1.1-0{n}") for n in range(3)]
    monkeypatch.setattr("actions.views.bulk.MOST", 2)
    for where in (address(*actions), address(toutes="oui")):
        assert "2 actions au plus" in text_of(agent_client.get(where, follow=True))


def test_only_agents_find_the_boxes_in_the_list(make, agent_client, member_client, administrator_client):
    action = make("1.1-01")
    box = f'name="action" value="{action.pk}"'
    assert box in agent_client.get(reverse("action_list")).content.decode()
    for client in (member_client, administrator_client):
        page = client.get(reverse("action_list")).content.decode()
        assert box not in page and reverse("action_bulk") not in page


def test_a_change_is_taken_back_but_for_what_was_changed_since(make, agent_client, client_of):
    one, other = (make(f"1.1-0{n}", year={"status": ""}) for n in (1, 2))
    where = address(one, other)
    done = change(agent_client, where, is_confidential="oui", year="2012", status="done")
    (undo,) = re.findall(r'href="([^"]+/annuler/)"', done.content.decode())
    assert client_of(factories.AgentFactory()).get(undo).status_code == 404
    other.refresh_from_db()
    other.title = "Changé depuis"
    other.save()
    assert "2 actions" in text_of(agent_client.get(undo)).replace("\u00a0", " ")
    text = text_of(agent_client.post(undo, follow=True)).replace("\u00a0", " ")
    assert "Annulé pour 1 action." in text and "laissé tel quel : 1.1-02." in text
    assert [row.is_confidential for row in Action.objects.order_by("reference")] == [False, True]
    assert [row.status for row in ActionYear.objects.order_by("action__reference")] == ["", "done"]
    again = text_of(agent_client.post(undo, follow=True))
    assert "déjà annulé, laissé tel quel : 1.1-01 et 1.1-02." in again


@pytest.fixture
def fill(objective):
    """A function that stores so many actions of 2012, each with a partner that is to become its lead."""
    old = factories.OrganisationFactory(name="Ancien pilote")
    new = factories.OrganisationFactory(name="Nouveau pilote")

    def stored(count):
        actions = [
            Action(contract=objective.contract, objective=objective, lead=old, reference=f"1-{n}", title="A")
            for n in range(count)
        ]
        for action in actions:
            action.index()
        Action.objects.bulk_create(actions)
        ActionYear.objects.bulk_create(
            ActionYear(action=action, year=2012, objective=objective, lead=old) for action in actions
        )
        Partnership.objects.bulk_create(Partnership(action=action, organisation=new) for action in actions)

    return stored


def test_changing_500_actions_takes_the_queries_of_changing_50(agent_client, fill):
    counts = {}
    for count in (50, 500):
        Action.objects.all().delete()
        fill(count)
        where = address(toutes="oui")
        typed = {"lead": "Nouveau pilote", "year": "2012", "status": "partial", "reason": "other"}
        shown = preview(agent_client, where, **typed, comment="Voir le dossier.")
        with CaptureQueriesContext(connection) as queries:
            assert agent_client.post(where, filled(shown)).status_code == 302
        counts[count] = len(queries)
        assert ActionYear.objects.filter(status="partial").count() == count
        assert Transition.objects.count() == count
    assert counts[50] == counts[500] <= 45
