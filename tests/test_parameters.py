"""What stands in an address: what a page does not know it says, and what it knows it does not lose."""

from html.parser import HTMLParser
from urllib.parse import parse_qsl, urlsplit

import pytest
from django.test import Client
from django.urls import get_resolver, resolve, reverse

from cops.lib.templatetags.components import LONGEST_NAME, MOST_NAMES
from tests import factories
from tests.access import ROUTES

pytestmark = pytest.mark.once

SAID = "L’adresse contient un paramètre inconnu"
READERS = ("member", "agent", "administrator")


class Page(HTMLParser):
    """The links of a page, and its forms sent by GET with the names and chosen values of their fields."""

    def __init__(self, content: str) -> None:
        super().__init__()
        self.links: list[str] = []
        self.forms: list[dict[str, str]] = []
        self._is_in_form = False
        self._select = ""
        self.has_pages = '<nav class="pages"' in content
        self.feed(content)

    def handle_starttag(self, tag, attrs):
        given = {name: value or "" for name, value in attrs}
        if tag == "a":
            self.links.append(given.get("href", ""))
        elif tag == "form":
            self._is_in_form = given.get("method") == "get" and "site-search" not in given.get("class", "")
            if self._is_in_form and given.get("class") != "bulk":
                self.forms.append({})
            else:
                self._is_in_form = False
        elif self._is_in_form and tag == "input" and given.get("type") != "checkbox":
            self.forms[-1][given.get("name", "")] = given.get("value", "")
        elif self._is_in_form and tag == "select":
            self._select = given.get("name", "")
            self.forms[-1][self._select] = ""
        elif self._is_in_form and tag == "option" and "selected" in given:
            self.forms[-1][self._select] = given.get("value", "")

    def handle_endtag(self, tag):
        if tag == "form":
            self._is_in_form = False


def pages(role, world, cast):
    """Each page of the role with its address and its response, but for the one that shows the notice itself
    among its parts."""
    client = Client()
    client.force_login(cast[role])
    for route in ROUTES:
        if route.expected(role, "GET") != "200" or route.name == "components":
            continue
        address = reverse(route.name, args=route.arguments(world))
        response = client.get(address + route.query)
        is_page = response["Content-Type"].startswith("text/html") and b"</html>" in response.content
        if is_page and not address.startswith(("/compte/", "/accounts/")):
            yield client, route, address, response


@pytest.mark.parametrize("role", READERS)
def test_lists_dated_pages_and_whatever_has_filters_say_what_they_do_not_know(role, world, cast):
    found, silent = [], []
    for client, route, address, response in pages(role, world, cast):
        page = Page(response.content.decode())
        is_list = route.name.endswith("_list") and route.expected(role, "POST") == "405"
        is_one = page.forms or page.has_pages or is_list or "accepted" in response.context
        if not is_one:
            continue
        found.append(route.name)
        said = client.get(address, {"on": "2012-01-01"}).content.decode()
        if f"{SAID} : «\u00a0on\u00a0»".replace(" :", "\u00a0:") not in said:
            silent.append(route.name)
        assert SAID not in response.content.decode(), route.name
    assert silent == []
    assert len(found) > (20 if role != "member" else 12)


@pytest.mark.parametrize("role", READERS)
def test_no_link_of_the_site_leads_to_an_address_that_is_not_known(role, world, cast):
    """One address of each page with each set of parameters is followed."""
    followed = {}
    for client, _route, address, response in pages(role, world, cast):
        for link in Page(response.content.decode()).links:
            parts = urlsplit(link)
            if not parts.query or parts.netloc:
                continue
            path = parts.path or address
            names = frozenset(name for name, _ in parse_qsl(parts.query, keep_blank_values=True))
            followed.setdefault((resolve(path).url_name, names), (client, f"{path}?{parts.query}"))
    wrong = []
    for client, address in followed.values():
        response = client.get(address, follow=True)
        if response.status_code == 200 and SAID.encode() in getattr(response, "content", b""):
            wrong.append(address)
    assert wrong == []
    assert len(followed) > 10


def test_all_that_is_not_known_is_named_shortened_and_escaped(agent_client, world):
    address = reverse("meeting_list")
    several = agent_client.get(address, {"on": "x", "<b>": "x", "q": "", "z" * 99: ""}).content.decode()
    assert "L’adresse contient des paramètres inconnus" in several
    assert "«\u00a0on\u00a0», «\u00a0&lt;b&gt;\u00a0», «\u00a0" + "z" * (LONGEST_NAME - 1) + "…" in several
    many = agent_client.get(address, {f"p{n}": "" for n in range(30)}).content.decode()
    assert f"«\u00a0p{MOST_NAMES - 1}\u00a0»" in many and f"«\u00a0p{MOST_NAMES}\u00a0»" not in many
    assert "Cette page connaît\u00a0: q, formation, annee, etat, tri, page." in many.replace(
        "&nbsp;", "\u00a0"
    )


def test_a_reader_is_told_of_filters_that_are_the_services_own(member_client, agent_client, world):
    for client, is_known in ((agent_client, True), (member_client, False)):
        page = client.get(reverse("person_list"), {"coordonnees": "sans-courriel"}).content.decode()
        assert (SAID in page) is not is_known


# --- nothing is lost ----------------------------------------------------------------------------------------


def lists(patterns=None):
    """The lists that can be kept under a name: all filters and the order stand in their address."""
    found = []
    for pattern in get_resolver().url_patterns if patterns is None else patterns:
        if hasattr(pattern, "url_patterns"):
            found += lists(pattern.url_patterns)
        elif getattr(pattern.callback, "keeps_views", False):
            found.append(pattern.name)
    return sorted(found)


def test_the_lists_are_found():
    assert {"action_list", "decision_list", "meeting_list", "organisation_list", "person_list"} <= set(
        lists()
    )


@pytest.mark.parametrize("role", ["member", "agent", "administrator"])
@pytest.mark.parametrize("name", lists())
def test_no_filter_and_no_order_is_lost_by_the_form(name, role, world, cast):
    """Sent again, the form of the filters asks for all that the address does."""
    client = Client()
    client.force_login(cast[role])
    fields = client.get(reverse(name)).context["filter"].form.fields
    asked = {"tri": {"person_list": "nom", "action_list": "-statut"}.get(name, "date")}
    for field, choices in ((field, getattr(one, "choices", ())) for field, one in fields.items()):
        keys = [str(key) for key, label in choices if key and not isinstance(label, list | tuple)]
        if keys:
            asked[field] = keys[-1]
        elif field == "q":
            asked[field] = "a"
    response = client.get(reverse(name), asked)
    assert not response.context["filter"].form.errors and SAID not in response.content.decode()
    page = Page(response.content.decode())
    (form,) = page.forms
    assert asked.items() <= form.items()


def test_pages_and_files_of_a_list_carry_its_filters(agent_client, world):
    factories.PersonFactory.create_batch(60, last_name="Martin")
    asked = {"q": "martin", "mandat": "aucun", "tri": "-nom"}
    page = Page(agent_client.get(reverse("person_list"), asked).content.decode())
    links = [dict(parse_qsl(urlsplit(link).query)) for link in page.links]
    assert {**asked, "page": "2"} in links
    assert links.count(asked) >= 3  # the three forms of file
    assert {**asked, "tri": "fonction"} in links
