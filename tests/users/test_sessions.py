"""How long somebody stays logged in, and what happens to whoever comes too late."""

import re
from datetime import timedelta
from pathlib import Path

import pytest
import time_machine
from django.conf import settings
from django.contrib.sessions.models import Session
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import resolve, reverse
from django.utils import timezone

from cops.users.sessions import STARTED, is_reading_by_itself
from tests import factories

HOME = reverse("home")
LOGIN = reverse("account_login")
SESSION = reverse("account_session")
SESSION_END = reverse("account_session_end")
IDLE = timedelta(hours=2)
ABSOLUTE = timedelta(hours=12)
SECOND = timedelta(seconds=1)


def words(response) -> str:
    return response.content.decode().replace("&nbsp;", " ").replace("\u00a0", " ")


def is_in(client: Client) -> bool:
    """Whether the client is still logged in; asking is no sign of life."""
    return client.get(SESSION_END).status_code == 200


@pytest.fixture
def clock():
    """Stands at ten o'clock until it is moved."""
    with time_machine.travel("2026-11-27 10:00:00+01:00", tick=False) as moved:
        yield moved


@pytest.fixture
def client(clock, db):
    client = Client()
    user = factories.UserFactory(email="presente@example.org")
    client.post(LOGIN, {"login": user.email, "password": factories.PASSWORD})
    return client


def session_writes(client: Client, address: str) -> list[str]:
    with CaptureQueriesContext(connection) as queries:
        assert client.get(address).status_code == 200
    written = [query["sql"] for query in queries if not query["sql"].startswith("SELECT")]
    return [sql for sql in written if "django_session" in sql]


def test_the_limits_are_those_that_are_promised():
    assert timedelta(seconds=settings.SESSION_COOKIE_AGE) == IDLE
    assert timedelta(seconds=settings.SESSION_ABSOLUTE_AGE) == ABSOLUTE
    assert settings.SESSION_EXPIRE_AT_BROWSER_CLOSE


@pytest.mark.parametrize(("after", "still"), [(IDLE - SECOND, True), (IDLE, False)])
def test_without_anything_done_a_session_ends(client, clock, after, still):
    clock.shift(after)
    assert is_in(client) is still
    assert (client.get(HOME).status_code == 200) is still


def test_what_is_done_makes_it_last(client, clock):
    for _ in range(5):
        clock.shift(IDLE - SECOND)
        assert client.get(HOME).status_code == 200
    clock.shift(IDLE)
    assert not is_in(client)


def test_no_session_outlives_its_longest_time_whatever_is_done(client, clock):
    for _ in range(11):
        clock.shift(timedelta(hours=1))
        assert client.get(HOME).status_code == 200
    clock.shift(timedelta(hours=1) - SECOND)
    assert client.post(SESSION).status_code == 302
    assert is_in(client)
    clock.shift(SECOND)
    assert client.get(HOME)["Location"] == f"{LOGIN}?next=/"


def test_what_is_written_into_a_session_does_not_outlive_it_either(client, clock):
    for _ in range(11):
        clock.shift(timedelta(hours=1))
        session = client.session
        session["anything"] = "written"
        session.save()
    clock.shift(timedelta(hours=1))
    assert not is_in(client)


def test_a_session_without_its_beginning_is_not_made_to_last(client, clock):
    session = client.session
    del session[STARTED]
    session.save()
    clock.shift(IDLE - SECOND)
    assert client.get(HOME).status_code == 200
    clock.shift(SECOND)
    assert not is_in(client)


def test_confirming_the_password_does_not_begin_anew(client, clock):
    for _ in range(11):
        clock.shift(timedelta(hours=1))
        client.post(reverse("account_reauthenticate"), {"password": factories.PASSWORD})
    clock.shift(timedelta(hours=1))
    assert not is_in(client)


def test_at_most_once_a_minute_is_written_and_only_when(client, clock):
    clock.shift(timedelta(seconds=59))
    assert session_writes(client, HOME) == []
    clock.shift(SECOND)
    (written,) = session_writes(client, HOME)
    assert written.startswith('UPDATE "django_session" SET "expire_date" =')
    assert "session_data" not in written
    assert session_writes(client, HOME) == []


def test_what_a_page_asks_for_by_itself_is_no_sign_of_life(client, clock):
    for _ in range(3):
        clock.shift(IDLE / 4)
        assert session_writes(client, SESSION_END) == []
    clock.shift(IDLE / 4)
    assert not is_in(client)


def followed_pages() -> set[str]:
    """The names of what pages follow by themselves, from their templates."""
    source = "".join(path.read_text() for path in Path(settings.BASE_DIR, "templates").rglob("*.html"))
    return set(re.findall(r"data-(?:follow|asked)=\"{% url \"(\w+)\"", source))


def test_all_that_pages_follow_is_marked_as_such(rf):
    names = followed_pages()
    assert {"account_session_end", "crisis_progress", "rendering_progress", "attendance_counts"} <= names
    for name in names:
        address = reverse(name) if name == "account_session_end" else reverse(name, args=[1])
        assert is_reading_by_itself(rf.get(address), resolve(address).func), name
    assert not is_reading_by_itself(rf.get(HOME), resolve(HOME).func)


def test_a_session_that_was_ended_is_not_brought_back(client, clock):
    session = client.session
    clock.shift(timedelta(minutes=10))
    assert session.get(STARTED)  # loaded, as by a request that is still running
    client.post(reverse("account_logout"))
    session.stay()
    assert not Session.objects.filter(session_key=session.session_key).exists()


def test_a_base_that_takes_no_writes_is_still_read(client, clock, monkeypatch, caplog):
    def fail(*args: object, **kwargs: object) -> None:
        from django.db import OperationalError

        raise OperationalError("attempt to write a readonly database")

    monkeypatch.setattr("cops.users.sessions.SessionStore.stay", fail)
    clock.shift(timedelta(minutes=10))
    assert client.get(HOME).status_code == 200
    assert "could not be made to last" in caplog.text


# --- who comes too late -------------------------------------------------------------------------------------


def test_whoever_comes_too_late_is_told_and_comes_back_to_the_page(client, clock):
    clock.shift(IDLE)
    address = f"{reverse('search')}?q=lecture"
    away = client.get(address)
    assert away["Location"] == f"{LOGIN}?next=/recherche/%3Fq%3Dlecture"
    assert "Votre session est terminée. Connectez-vous" in words(client.get(away["Location"]))
    data = {"login": "presente@example.org", "password": factories.PASSWORD, "next": address}
    assert client.post(LOGIN, data)["Location"] == address


def test_who_was_not_logged_in_or_logged_out_is_told_nothing(client, clock):
    client.post(reverse("account_logout"))
    for visitor in (client, Client()):
        assert "session" not in words(visitor.get(HOME, follow=True)).split("<main")[1]


def test_what_a_page_asks_for_by_itself_leaves_no_message_behind(client, clock):
    clock.shift(IDLE)
    client.get(SESSION_END)
    assert "Votre session est terminée" not in words(client.get(LOGIN))


def test_a_button_pressed_too_late_did_nothing_and_leads_back_to_its_page(client, clock):
    view = factories.SavedViewFactory(user=client.get(HOME).wsgi_request.user)
    clock.shift(IDLE)
    page = "http://testserver/actions/?annee=2012"
    sent = client.post(reverse("saved_view_delete", args=[view.pk]), HTTP_REFERER=page)
    assert sent["Location"] == f"{LOGIN}?next=/actions/%3Fannee%3D2012"
    assert "n’a pas été fait" in words(client.get(sent["Location"]))


@pytest.mark.parametrize(
    "page", ["", "https://ailleurs.example/x", "//ailleurs.example/x", "http://[", "javascript:x"]
)
def test_a_button_leads_back_to_no_other_site(client, clock, page):
    clock.shift(IDLE)
    sent = client.post(reverse("saved_view_delete", args=[1]), HTTP_REFERER=page)
    assert sent["Location"] == f"{LOGIN}?next=/"


def test_nor_does_an_address_of_ours_that_reads_like_one_of_another_site(client, clock):
    clock.shift(IDLE)
    page = "http://testserver//ailleurs.example/x"
    sent = client.post(reverse("saved_view_delete", args=[1]), HTTP_REFERER=page)
    assert sent["Location"] == f"{LOGIN}?next=/%252Failleurs.example/x"


# --- the page, and logging in -------------------------------------------------------------------------------


def test_the_page_says_when_the_session_ends_and_staying_moves_it(client, clock):
    assert "se termine à <strong>12 h 00</strong>" in words(client.get(SESSION))
    clock.shift(timedelta(minutes=115))
    assert 'data-seconds="300"' in words(client.get(SESSION_END))
    moved = client.post(SESSION, follow=True)
    assert "se termine à <strong>13 h 55</strong>" in words(moved)
    assert "Rester connecté" in words(moved).split("<main")[1]


def test_the_last_end_is_said_to_be_the_last(client, clock):
    for _ in range(7):
        clock.shift(timedelta(minutes=95))
        page = client.get(SESSION)
    assert "se termine à <strong>22 h 00</strong>, 12 heures après" in words(page)
    assert "Rester connecté" not in words(page).split("<main")[1]
    assert "data-final" in words(page)


def test_logging_in_renews_the_session_and_its_beginning(client, clock):
    before = client.cookies["sessionid"].value
    started = client.session[STARTED]
    clock.shift(timedelta(hours=1))
    client.post(reverse("account_logout"))
    client.post(LOGIN, {"login": "presente@example.org", "password": factories.PASSWORD})
    assert client.cookies["sessionid"].value != before
    assert client.session[STARTED] == started + 3600
    assert not Session.objects.filter(session_key=before).exists()


def test_a_key_that_somebody_else_put_there_is_not_the_session_of_who_logs_in(client, clock, agent):
    visitor = Client()
    visitor.cookies["sessionid"] = "fixated" * 5
    visitor.post(LOGIN, {"login": agent.email, "password": factories.PASSWORD})
    assert visitor.cookies["sessionid"].value != "fixated" * 5
    assert visitor.get(HOME).status_code == 200


@pytest.mark.parametrize("name", ["sessionid", "csrftoken", "messages"])
@pytest.mark.parametrize(
    "value", ['"aaaaaaaa\\000bbbb"', '"aaaaaaaa\\377"', "a" * 5000, "é" * 20, '"', "{}", "x;y"]
)
def test_whatever_stands_in_a_cookie_leads_to_the_login(db, name, value):
    visitor = Client(raise_request_exception=False)
    assert visitor.get(HOME, HTTP_COOKIE=f"{name}={value}").status_code == 302
    data = {"login": "a@example.org", "password": "x"}
    assert visitor.post(LOGIN, data, HTTP_COOKIE=f"{name}={value}").status_code == 200


def test_the_cookie_ends_with_the_browser_and_is_out_of_reach_of_scripts(client, clock):
    cookie = client.cookies["sessionid"]
    assert (cookie["max-age"], cookie["expires"]) == ("", "")
    assert cookie["httponly"] and cookie["samesite"] == "Lax"
    assert timezone.now() < Session.objects.get(pk=cookie.value).expire_date <= timezone.now() + IDLE
