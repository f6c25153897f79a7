"""The fixed cast, logged-in clients, the browser; and nothing leaves this machine."""

import os
import shutil
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from typing import Any

import pytest
import pytest_socket
from django.test import Client

from actions.imports import receive
from cops.mail.models import AccessLink
from cops.users.models import User
from governance.roster_batches import receive as receive_roster
from tests import factories
from tests.access import World
from tests.markup import Checker, checker


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """COPS_TESTS says which part of two runs this is, one engine after the other: « first » leaves to the
    second what runs once, « database » is that second one, of tests that use the database or a browser."""
    part = os.environ.get("COPS_TESTS")
    if part not in ("first", "database"):
        return
    is_here = {item: _uses_database(item) == (part == "database") for item in items}
    if part == "first":
        is_here |= {item: True for item in items if not item.get_closest_marker("once")}
    config.hook.pytest_deselected(items=[item for item in items if not is_here[item]])
    items[:] = [item for item in items if is_here[item]]


def _uses_database(item: pytest.Item) -> bool:
    fixtures = set(getattr(item, "fixturenames", ()))
    markers = any(map(item.get_closest_marker, ("django_db", "browser")))
    return markers or bool(fixtures & {"db", "transactional_db", "live_server"})


def pytest_runtest_setup() -> None:
    pytest_socket.socket_allow_hosts(["127.0.0.1", "::1"], allow_unix_socket=True)


def pytest_runtest_teardown() -> None:
    pytest_socket._remove_restrictions()


@pytest.fixture(autouse=True)
def _counters() -> None:
    factories.reset_counters()


# The cast -------------------------------------------------------------------------------------------------


@pytest.fixture
def agent(db: None) -> User:
    """Staff of the service: contracts, actions, meetings, figures."""
    return factories.AgentFactory(email="agent@example.org", full_name="Alix Agent")


@pytest.fixture
def administrator(db: None) -> User:
    """Rosters, accounts, settings."""
    return factories.AdministratorFactory(
        email="administrateur@example.org", full_name="Andrea Administration"
    )


@pytest.fixture
def member(db: None) -> User:
    """Designated to the council today; no stored role."""
    user = factories.UserFactory(email="membre@example.org", full_name="Maxence Membre")
    person = factories.PersonFactory(user=user, last_name="Membre", first_name="Maxence")
    factories.DesignationFactory(person=person, starts_on=date(2002, 11, 1), ends_on=None)
    return user


@pytest.fixture
def lead(db: None) -> User:
    """Contact person of one action (`lead.person.actions.get()`); no stored role."""
    user = factories.UserFactory(email="pilote@example.org", full_name="Paule Pilote")
    person = factories.PersonFactory(user=user, last_name="Pilote", first_name="Paule")
    factories.ActionFactory(contact=person, lead=person.organisation, title="Action du pilote")
    return user


@pytest.fixture
def stranger(db: None) -> User:
    """An account to which nothing is open."""
    return factories.UserFactory(email="inconnu@example.org", full_name="Ines Inconnue")


@pytest.fixture
def client_of(db: None) -> Callable[[User], Client]:
    """A function that gives a client logged in as that account."""

    def log_in(user: User) -> Client:
        client = Client()
        client.force_login(user)
        return client

    return log_in


@pytest.fixture
def agent_client(agent: User, client_of: Callable[[User], Client]) -> Client:
    return client_of(agent)


@pytest.fixture
def administrator_client(administrator: User, client_of: Callable[[User], Client]) -> Client:
    return client_of(administrator)


@pytest.fixture
def member_client(member: User, client_of: Callable[[User], Client]) -> Client:
    return client_of(member)


@pytest.fixture
def lead_client(lead: User, client_of: Callable[[User], Client]) -> Client:
    return client_of(lead)


@pytest.fixture
def stranger_client(stranger: User, client_of: Callable[[User], Client]) -> Client:
    return client_of(stranger)


# The matrix of access -------------------------------------------------------------------------------------


@pytest.fixture
def cast(
    stranger: User, lead: User, member: User, agent: User, administrator: User
) -> dict[str, User | None]:
    return {
        "anonymous": None,
        "stranger": stranger,
        "lead": lead,
        "member": member,
        "agent": agent,
        "administrator": administrator,
    }


@pytest.fixture
def world(cast: dict[str, Any]) -> World:
    own = cast["lead"].person.actions.get()
    hidden = factories.ActionFactory(
        contract=own.contract, objective=own.objective, reference="9.9-99", is_confidential=True
    )
    account = factories.UserFactory()
    account.set_unusable_password()  # as long as nobody has taken up the invitation
    account.save()
    link, token = AccessLink.issue(
        AccessLink.Purpose.INVITATION, user=account, created_by=None, lifetime=timedelta(days=7)
    )
    designation = cast["member"].person.designations.get()
    formation = designation.seat.rule.formation
    subject = f"evaluation/{own.contract.code}/2012"
    meeting = factories.DecisionFactory(meeting__formation=formation).meeting
    convened = factories.AttendanceFactory(
        meeting=meeting, person=cast["member"].person, seat=designation.seat
    )
    _, reply_token = AccessLink.issue(
        AccessLink.Purpose.REPLY, target=convened, created_by=None, lifetime=timedelta(days=7)
    )
    return World(
        own_action=own,
        confidential_action=hidden,
        year=factories.ActionYearFactory(action=own, year=2012),
        formation=formation,
        designation=designation,
        organisation=own.lead,
        person=cast["member"].person,
        person_without_account=factories.PersonFactory(organisation=own.lead),
        commune=factories.CommuneMembershipFactory().commune,
        meeting=meeting,
        log_entry=factories.LogEntryFactory(cell__meeting__formation=formation),
        batch=receive(b"rien", "actions.xlsx", contract=None, user=cast["agent"]),
        roster=receive_roster(b"rien", "composition.xlsx", formation=formation, user=cast["administrator"]),
        rendering=factories.RenderingFactory(requested_by=cast["agent"], subject=subject),
        member_rendering=factories.RenderingFactory(requested_by=cast["member"], subject=subject),
        document=factories.DocumentFactory(created_by=cast["agent"], visibility="staff"),
        member_document=factories.DocumentFactory(created_by=cast["member"], visibility="owner"),
        attachment=factories.AttachmentFactory(target=own),
        saved_view=factories.SavedViewFactory(user=cast["agent"]),
        account=account,
        link=link,
        token=token,
        message=factories.MessageFactory(state="uncertain"),
        convened=convened,
        other_convened=factories.AttendanceFactory(meeting=meeting),
        reply_token=reply_token,
    )


@pytest.fixture(scope="session")
def html_checker() -> Iterator[Checker | None]:
    """What checks the HTML of pages; None without Java, and on the second engine: its pages are the same."""
    if os.environ.get("COPS_TESTS") == "database":
        yield None
        return
    with checker() as running:
        yield running


# The browser ----------------------------------------------------------------------------------------------

CHROMIUM_FLAGS = [
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def chromium_path() -> str | None:
    """The Chromium named by CHROMIUM, or this machine's."""
    names = ("chromium", "chromium-browser", "google-chrome")
    return os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, names)), None)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Any]:
    """A running headless Chromium (a Playwright `Browser`), one for the session."""
    path = chromium_path()
    if path is None:
        pytest.skip("Chromium is not installed: apt-get install chromium")
    from playwright.sync_api import sync_playwright

    # Playwright's loop runs in this thread, where the ORM is used as well: they only take turns.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    flags = [*CHROMIUM_FLAGS, *(["--no-sandbox"] if os.geteuid() == 0 else [])]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=flags)
        yield browser
        browser.close()


@pytest.fixture
def page(chromium: Any, live_server: Any) -> Iterator[Any]:
    """A new page of a visitor on the live server, in French; fails on any error in the browser's console."""
    context = chromium.new_context(base_url=live_server.url, locale="fr-FR", timezone_id="Europe/Paris")
    context.set_default_timeout(10_000)
    page = context.new_page()
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("console", lambda message: errors.append(message.text) if message.type == "error" else None)
    yield page
    context.close()
    assert not errors, f"errors in the browser's console: {errors}"


@pytest.fixture
def page_as(page: Any, live_server: Any, client_of: Callable[[User], Client]) -> Callable[[User], Any]:
    """A function that logs the page in as that account, without the login form, and returns it."""

    def log_in(user: User) -> Any:
        cookie = client_of(user).cookies["sessionid"]
        page.context.add_cookies([{"name": "sessionid", "value": cookie.value, "url": live_server.url}])
        return page

    return log_in
