"""Views of lists kept under a name: by whom, which, how they are found again and forgotten."""

import pytest
from django.urls import reverse

from cops.users.forms import SavedViewForm
from cops.users.models import SavedView
from cops.users.saved_views import can_be_kept
from tests.factories import ActionYearFactory, SavedViewFactory

CREATE = reverse("saved_view_create")
LIST = reverse("action_list")
ORGANISATIONS = reverse("organisation_list")


def text_of(response) -> str:
    return response.content.decode().replace("&nbsp;", "\u00a0")


@pytest.fixture
def year(db: None):
    return ActionYearFactory(year=2012)


def test_the_list_leads_to_naming_it_and_is_found_again(year, agent, agent_client):
    shown = agent_client.get(LIST, {"annee": "2012", "tri": "-cout", "page": "1"})
    address = shown.context["save_view_url"]
    assert address.replace("&", "&amp;") in text_of(shown)
    assert agent_client.get(address).status_code == 200
    data = {"path": LIST, "query": "annee=2012&tri=-cout&page=1", "name": "  Cher   en 2012 "}
    saved = agent_client.post(CREATE, data)
    assert saved.headers["Location"] == f"{LIST}?annee=2012&tri=-cout"
    view = SavedView.objects.get(user=agent)
    assert (view.name, view.query) == ("Cher en 2012", "annee=2012&tri=-cout")
    again = agent_client.get(LIST)
    assert f'href="{LIST}?annee=2012&amp;tri=-cout">Cher en 2012</a>' in text_of(again)
    current = agent_client.get(view.address)
    assert 'aria-current="true">Cher en 2012</a>' in text_of(current)
    assert current.context["save_view_url"] == ""


def test_the_whole_list_needs_no_name(year, agent_client):
    assert agent_client.get(LIST).context["save_view_url"] == ""


def test_each_reader_and_each_list_has_its_own(year, agent, administrator, agent_client):
    SavedViewFactory(user=administrator, name="D’une autre personne", path=LIST)
    SavedViewFactory(user=agent, name="Des organismes", path=ORGANISATIONS, query="nature=state")
    assert agent_client.get(LIST).context["saved_views"] == []
    page = text_of(agent_client.get(ORGANISATIONS))
    assert "Des organismes" in page and "D’une autre personne" not in page


@pytest.mark.parametrize("reader", ["member", "lead"])
def test_readers_keep_views_too(reader, request, client_of):
    client = client_of(request.getfixturevalue(reader))
    client.post(CREATE, {"path": LIST, "query": "annee=2012", "name": "Mon année"})
    assert "Mon année" in text_of(client.get(LIST))


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("", "Ce champ est obligatoire."),
        ("   ", "Ce champ est obligatoire."),
        ("À relancer", "Vous avez déjà une vue « À relancer »"),
        (" À  re​lancer ", "Vous avez déjà une vue « À relancer »"),
        ("x" * 61, "60"),
    ],
)
def test_a_bad_name_is_refused_with_what_was_typed_and_chosen_kept(name, said, agent, agent_client):
    SavedViewFactory(user=agent, name="À relancer")
    response = agent_client.post(CREATE, {"path": LIST, "query": "annee=2012&q=été", "name": name})
    assert response.status_code == 200
    page = text_of(response)
    assert said in page
    assert 'name="query" value="annee=2012&amp;q=%C3%A9t%C3%A9"' in page
    assert SavedView.objects.count() == 1


def test_two_people_may_use_the_same_name(agent_client, administrator_client):
    for client in (agent_client, administrator_client):
        client.post(CREATE, {"path": LIST, "query": "", "name": "À relancer"})
    assert SavedView.objects.count() == 2


@pytest.mark.parametrize(
    "path",
    [
        "",
        "/",
        "//example.org/",
        "https://example.org/actions/",
        "\\\\example.org",
        "javascript:alert(1)",
        "/actions",
        "/actions/1/",
        "/actions/\x00",
        "/actions/?a=b",
        "/recherche/",
        "/compte/deconnexion/",
    ],
)
def test_only_lists_of_this_site_are_kept(path, agent_client):
    assert not can_be_kept(path)
    assert agent_client.get(CREATE, {"path": path}).status_code == 404
    assert agent_client.post(CREATE, {"path": path, "name": "Ailleurs"}).status_code == 404
    assert not SavedView.objects.exists()


def test_too_many_filters_and_too_many_views_are_refused_in_words(agent, agent_client):
    long = agent_client.post(CREATE, {"path": LIST, "query": "q=" + "x" * 2000, "name": "Longue"})
    assert "trop de filtres" in text_of(long)
    for _ in range(SavedViewForm.MOST):
        SavedViewFactory(user=agent)
    full = agent_client.post(CREATE, {"path": LIST, "query": "", "name": "Une de plus"})
    assert "supprimez-en une" in text_of(full)


def test_signs_that_no_database_holds_stay_encoded(agent, agent_client):
    agent_client.post(CREATE, {"path": LIST, "query": "q=a\x00%00", "name": "Zéro"})
    view = SavedView.objects.get(user=agent)
    assert view.query == "q=a%00%00"
    assert agent_client.get(view.address).status_code == 200


def test_a_view_is_forgotten_and_the_message_offers_it_again(year, agent, agent_client):
    view = SavedViewFactory(user=agent, name="<b>À relancer</b>", path=LIST, query="annee=2012")
    response = agent_client.post(reverse("saved_view_delete", args=[view.pk]), follow=True)
    page = text_of(response)
    assert "<b>À" not in page and "est supprimée" in page
    again = page.split('est supprimée. <a href="')[1].split('"')[0].replace("&amp;", "&")
    assert 'value="&lt;b&gt;À relancer&lt;/b&gt;"' in text_of(agent_client.get(again))


def test_the_view_of_somebody_else_is_not_found(administrator, agent_client):
    view = SavedViewFactory(user=administrator)
    assert agent_client.post(reverse("saved_view_delete", args=[view.pk])).status_code == 404
    assert SavedView.objects.filter(pk=view.pk).exists()


def test_names_are_shown_as_text(year, agent, agent_client):
    SavedViewFactory(user=agent, name="<script>alert(1)</script>", path=LIST)
    assert "<script>alert" not in text_of(agent_client.get(LIST))
