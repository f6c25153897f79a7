"""What somebody typed is neither lost nor saved twice, and two people on one sheet see both texts."""

from datetime import date

import pytest
from django.test import Client
from django.urls import reverse

from actions.models import Action, ActionYear, IndicatorValue
from cops.audit import kept
from cops.audit.entering import Ticket
from cops.audit.models import Submission
from tests import factories
from tests.entered_forms import filled, text_of


@pytest.fixture
def action(db):
    contract = factories.ContractFactory(starts_on=date(2009, 1, 1), ends_on=date(2014, 12, 31))
    return factories.ActionFactory(contract=contract, reference="1.1-01", title="Médiation")


@pytest.fixture
def edit(action):
    return reverse("action_edit", args=[action.pk])


@pytest.fixture
def years(action):
    return reverse("action_years", args=[action.pk])


@pytest.fixture
def other_client(client_of):
    return client_of(factories.AgentFactory(full_name="Bertrand Bureau"))


def words(response):
    return text_of(response).replace("\u00a0", " ")


def log_in(client, user, address):
    data = {"login": user.email, "password": factories.PASSWORD, "next": address}
    return client.post(reverse("account_login"), data)


# --- the session ended --------------------------------------------------------------------------------------


def test_what_was_typed_when_the_session_had_ended_comes_back(agent, agent_client, action, edit):
    data = filled(agent_client.get(edit), title="Nouveau titre", description="Deux\r\nlignes")
    visitor = Client()
    sent_away = visitor.post(edit, data)
    assert sent_away["Location"] == f"{reverse('account_login')}?next={edit}"
    assert "votre saisie vous sera rendue" in text_of(visitor.get(sent_away["Location"]))
    assert log_in(visitor, agent, edit)["Location"] == edit

    found = visitor.get(edit)
    assert "Votre saisie a été retrouvée ; vérifiez-la puis enregistrez-la." in text_of(found).replace(
        "\u00a0", " "
    )
    again = filled(found)
    assert (again["title"], again["description"]) == (["Nouveau titre"], ["Deux\r\nlignes"])
    action.refresh_from_db()
    assert action.title == "Médiation"

    assert visitor.post(edit, again).status_code == 302
    action.refresh_from_db()
    assert action.title == "Nouveau titre"
    assert "Votre saisie a été retrouvée" not in text_of(visitor.get(edit))


def test_it_comes_back_to_nobody_else(agent_client, edit):
    other = factories.AgentFactory()
    visitor = Client()
    visitor.post(edit, filled(agent_client.get(edit), title="À moi"))
    log_in(visitor, other, edit)
    assert visitor.session[kept.SESSION_KEY] == {}
    page = visitor.get(edit)
    assert "À moi" not in text_of(page)
    assert filled(page)["title"] == ["Médiation"]


def test_nothing_is_kept_that_this_site_did_not_show_to_somebody(action, edit):
    visitor = Client()
    for ticket in ("", "forgé", Ticket(1, "x").nonce):
        visitor.post(edit, {"title": "x", "entry": ticket})
    assert kept.SESSION_KEY not in visitor.session


def test_passwords_tokens_and_what_is_too_long_are_not_kept(agent, edit):
    ticket = str(Ticket.issue(agent))
    visitor = Client()
    secret = {"entry": ticket, "title": "t", "new_password1": "s", "csrfmiddlewaretoken": "c", "step": "add"}
    visitor.post(edit, secret)
    assert visitor.session[kept.SESSION_KEY] == {edit: {"entry": [ticket], "title": ["t"]}}
    visitor = Client()
    visitor.post(edit, {"entry": ticket, "title": "x" * (kept.LARGEST + 1)})
    assert kept.SESSION_KEY not in visitor.session


def test_only_the_latest_entries_are_kept(agent, edit):
    visitor = Client()
    for n in range(5):
        visitor.post(f"{edit}?n={n}", {"entry": str(Ticket.issue(agent)), "title": "t"})
    assert list(visitor.session[kept.SESSION_KEY]) == [f"{edit}?n={n}" for n in (2, 3, 4)]


def test_what_was_found_again_can_be_given_up(agent, agent_client, edit):
    visitor = Client()
    visitor.post(edit, filled(agent_client.get(edit), title="Abandonné"))
    log_in(visitor, agent, edit)
    assert visitor.post(edit, filled(visitor.get(edit)) | {"discard": "1"})["Location"] == edit
    assert filled(visitor.get(edit))["title"] == ["Médiation"]


def test_the_token_of_the_form_is_checked_before_anything_is_kept(agent_client, edit):
    visitor = Client(enforce_csrf_checks=True)
    response = visitor.post(edit, {"title": "x"})
    assert response.status_code == 403
    assert kept.SESSION_KEY not in visitor.session


def test_a_foreign_page_with_a_ticket_of_its_own_takes_nobodys_session_away(agent, agent_client, edit):
    """What a browser sends from there comes without our cookies, and it keeps the cookies of the answer."""
    client = Client(enforce_csrf_checks=True)
    response = client.post(edit, {"entry": str(Ticket.issue(agent)), "title": "x"})
    assert response.status_code == 403
    assert not response.cookies


def test_a_form_older_than_the_last_login_comes_back_filled_in(agent, agent_client, action, edit):
    client = Client(enforce_csrf_checks=True)
    client.force_login(agent)
    old = filled(agent_client.get(edit), title="D’une autre page")
    refused = client.post(edit, old)
    assert refused["Location"] == edit
    assert filled(client.get(edit))["title"] == ["D’une autre page"]
    action.refresh_from_db()
    assert action.title == "Médiation"


def test_somebody_elses_ticket_saves_nothing(agent_client, other_client, action, edit):
    response = other_client.post(edit, filled(agent_client.get(edit), title="Volé"))
    assert response.status_code == 200
    assert filled(response)["title"] == ["Médiation"]
    action.refresh_from_db()
    assert action.version == 1


# --- twice --------------------------------------------------------------------------------------------------


def test_a_second_click_saves_nothing_and_goes_where_the_first_went(agent_client, action):
    address = reverse("action_create")
    data = filled(
        agent_client.get(address), title="Une fois", objective=action.objective_id, lead=str(action.lead)
    )
    first, second = agent_client.post(address, data), agent_client.post(address, data)
    assert first["Location"] == second["Location"]
    assert Action.objects.filter(title="Une fois").count() == 1
    assert "elle ne l’a pas été une seconde fois" in text_of(agent_client.get(second["Location"]))


def test_going_back_and_typing_on_is_asked_about_first(agent_client, action):
    address = reverse("action_create")
    data = filled(
        agent_client.get(address), title="Une", objective=action.objective_id, lead=str(action.lead)
    )
    first = agent_client.post(address, data)
    asked = agent_client.post(address, data | {"title": "Deux"})
    assert "Ce formulaire a déjà été enregistré une fois" in text_of(asked)
    assert first["Location"] in asked.content.decode()
    assert not Action.objects.filter(title="Deux").exists()
    assert agent_client.post(address, filled(asked)).status_code == 302
    assert Action.objects.filter(title__in=["Une", "Deux"]).count() == 2


def test_a_refused_form_keeps_its_number(agent_client, edit):
    data = filled(agent_client.get(edit), title="")
    refused = agent_client.post(edit, data)
    assert filled(refused)["entry"] == data["entry"]
    assert not Submission.objects.exists()
    assert agent_client.post(edit, filled(refused, title="Corrigé")).status_code == 302


# --- two writers --------------------------------------------------------------------------------------------


def test_two_agents_on_one_sheet_decide_field_by_field(agent_client, other_client, action, edit):
    first, second = agent_client.get(edit), other_client.get(edit)
    theirs = filled(second, title="Titre de Bertrand", audience="Collégiens")
    assert other_client.post(edit, theirs).status_code == 302

    conflict = agent_client.post(edit, filled(first, title="Mon titre", description="Ma description"))
    text = words(conflict)
    assert "Modifié entre-temps : rien n’est encore enregistré" in text
    assert "Enregistré entre-temps par Bertrand Bureau le" in text
    assert "Votre saisie : « Mon titre »" in text
    assert "Enregistré entre-temps par Bertrand Bureau" in text
    assert "« Titre de Bertrand »" in text
    shown = filled(conflict)
    assert (shown["audience"], shown["description"]) == (["Collégiens"], ["Ma description"])
    assert shown["version"] == ["2"]

    undecided = agent_client.post(edit, shown)
    assert "Choisissez l’une des deux saisies." in text_of(undecided)
    decided = agent_client.post(edit, filled(undecided, title_choice="theirs"))
    assert decided.status_code == 302
    action.refresh_from_db()
    assert (action.title, action.audience, action.description) == (
        "Titre de Bertrand",
        "Collégiens",
        "Ma description",
    )
    assert action.version == 3


def test_ones_own_text_is_kept_by_choosing_it(agent_client, other_client, action, edit):
    first = agent_client.get(edit)
    other_client.post(edit, filled(other_client.get(edit), title="Le sien"))
    conflict = agent_client.post(edit, filled(first, title="Le mien"))
    agent_client.post(edit, filled(conflict, title="Le mien, revu", title_choice="mine"))
    action.refresh_from_db()
    assert action.title == "Le mien, revu"


def test_a_third_writer_during_the_choice_is_seen_too(agent_client, other_client, action, edit):
    first = agent_client.get(edit)
    other_client.post(edit, filled(other_client.get(edit), title="Deuxième"))
    conflict = agent_client.post(edit, filled(first, title="Le mien"))
    other_client.post(edit, filled(other_client.get(edit), title="Troisième"))
    again = agent_client.post(edit, filled(conflict, title_choice="mine"))
    assert "« Troisième »" in words(again)
    action.refresh_from_db()
    assert action.title == "Troisième"


def test_partners_added_by_two_agents_are_both_there_to_choose(agent_client, other_client, action, edit):
    factories.OrganisationFactory(name="Mission locale")
    factories.OrganisationFactory(name="Mairie")
    first = agent_client.get(edit)
    other_client.post(edit, filled(other_client.get(edit), partners=["Mairie"]))
    taken = agent_client.post(edit, filled(first, description="Autre champ"))
    assert filled(taken)["partners"][0] == "Mairie"
    contested = agent_client.post(edit, filled(first, partners=["Mission locale"]))
    text = words(contested)
    assert "Votre saisie : « Mission locale »" in text
    assert "« Mairie »" in text
    assert [str(row) for row in action.partners.all()] == ["Mairie"]


def test_a_form_without_the_version_it_was_shown_with_overwrites_nothing(agent_client, action, edit):
    data = filled(agent_client.get(edit), title="Sans version")
    del data["version"]
    assert "deux saisies différentes" in text_of(agent_client.post(edit, data))
    action.refresh_from_db()
    assert action.title == "Médiation"


def test_rows_of_a_table_are_decided_cell_by_cell(agent_client, other_client, action, years):
    row = factories.ActionYearFactory(action=action, year=2012, comment="")
    first = agent_client.get(years)
    key = f"years__{row.pk}"
    other = {f"{key}__actual_cost": "800", f"{key}__comment": "Moins cher"}
    other_client.post(years, filled(other_client.get(years), **other))
    mine = {f"{key}__actual_cost": "850", f"{key}__actual_count": "95"}
    conflict = agent_client.post(years, filled(first, **mine))
    text = words(conflict)
    assert "Votre saisie : « 850 »" in text
    assert "« 800 »" in text
    shown = filled(conflict)
    assert (shown[f"years-{row.pk}-comment"], shown[f"years-{row.pk}-actual_count"]) == (
        ["Moins cher"],
        ["95"],
    )
    decided = filled(conflict, **{f"{key}__actual_cost_choice": "mine"})
    assert agent_client.post(years, decided).status_code == 302
    row.refresh_from_db()
    assert (int(row.actual_cost), row.actual_count, row.comment) == (850, 95, "Moins cher")


def test_a_year_that_both_added_is_one_row_with_both_texts(agent_client, other_client, action, years):
    first = agent_client.get(years)
    for client, shown, cost in ((other_client, other_client.get(years), "10"), (agent_client, first, "20")):
        response = client.post(years, filled(shown, years__new0__year="2012", years__new0__actual_cost=cost))
    row = ActionYear.objects.get()
    assert int(row.actual_cost) == 10
    assert "Votre saisie : « 20 »" in words(response)
    decided = filled(response, **{f"years__{row.pk}__actual_cost_choice": "mine"})
    assert agent_client.post(years, decided).status_code == 302
    row.refresh_from_db()
    assert int(row.actual_cost) == 20


def test_a_row_added_by_somebody_else_stays(agent_client, other_client, action, years):
    first = agent_client.get(years)
    other_client.post(years, filled(other_client.get(years), years__new0__year="2011"))
    assert agent_client.post(years, filled(first, years__new0__year="2012")).status_code == 302
    assert [row.year for row in ActionYear.objects.order_by("year")] == [2011, 2012]


def test_a_value_of_an_indicator_is_contested_alone(agent_client, other_client, action):
    address = reverse("action_indicators", args=[action.pk])
    row = factories.ActionYearFactory(action=action, year=2012)
    indicator = factories.IndicatorFactory(action=action, name="Faits")
    value = factories.IndicatorValueFactory(indicator=indicator, action_year=row)
    cell = f"indicators__{indicator.pk}__y2012__value"
    first = agent_client.get(address)
    other_client.post(address, filled(other_client.get(address), **{cell: "80"}))
    conflict = agent_client.post(address, filled(first, **{cell: "70"}))
    assert "Faits, 2012" in text_of(conflict)
    assert agent_client.post(address, filled(conflict, **{f"{cell}_choice": "mine"})).status_code == 302
    assert IndicatorValue.objects.get(pk=value.pk).value == 70
