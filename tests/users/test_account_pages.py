"""Logging in, passwords and the second factor, as people go through them."""

import re
import time

import pytest
import time_machine
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time
from django.core import mail
from django.test import Client
from django.urls import reverse

from cops.users.models import User
from tests.factories import PASSWORD, UserFactory

LOGIN = reverse("account_login")
NEW_PASSWORD = "lampe rivière tabouret orage"
ENGLISH = re.compile(
    r"\b(password|sign in|sign out|your|the|email address|recovery|authenticat(or|e)\b|cancel)\b",
    re.IGNORECASE,
)


def text_of(response) -> str:
    """The words of the page with single spaces."""
    return " ".join(response.content.decode().replace("\u00a0", " ").replace("&nbsp;", " ").split())


def words_of(response) -> str:
    """What a reader sees: the page without its markup."""
    body = re.sub(r"(?s)^.*<body>", "", response.content.decode())
    return re.sub(r"(?s)<[^>]*>", " ", body)


@pytest.fixture
def user(db) -> User:
    return UserFactory(email="marie@example.org", full_name="Marie Exemple")


def logged_in(user: User) -> Client:
    client = Client()
    client.post(LOGIN, {"login": user.email, "password": PASSWORD})
    return client


@pytest.fixture
def client(user) -> Client:
    """Somebody who has just logged in through the form and proved again who they are."""
    client = logged_in(user)
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    return client


def code_for(secret: str) -> str:
    return format_hotp_value(hotp_value(secret, next(iter(yield_hotp_counters_from_time()))))


def activate(client: Client) -> str:
    """Set up a second factor; returns its secret."""
    page = client.get(reverse("mfa_activate_totp"))
    secret = page.context["form"].secret
    client.post(reverse("mfa_activate_totp"), {"code": code_for(secret)})
    return secret


# Logging in -----------------------------------------------------------------------------------------------


def test_logging_in_leads_to_the_page_asked_for(user):
    visitor = Client()
    asked = visitor.get(reverse("mfa_index"))
    assert asked.url == f"{LOGIN}?next={reverse('mfa_index')}"
    page = visitor.get(asked.url)
    assert f'name="next" value="{reverse("mfa_index")}"' in text_of(page)
    answer = {"login": "MARIE@example.org ", "password": PASSWORD, "next": reverse("mfa_index")}
    assert visitor.post(LOGIN, answer).url == reverse("mfa_index")


def test_signs_that_nobody_sees_are_no_part_of_an_address(user):
    """An address copied from a page brings them along."""
    response = Client().post(LOGIN, {"login": f"\u200b{user.email}\ufeff ", "password": PASSWORD})
    assert response.status_code == 302


def test_login_does_not_lead_to_another_site(user):
    answer = {"login": user.email, "password": PASSWORD, "next": "https://ailleurs.example/"}
    assert Client().post(LOGIN, answer).url == reverse("home")


def test_a_wrong_password_and_an_unknown_address_get_the_same_answer(user):
    pages = [
        words_of(Client().post(LOGIN, {"login": address, "password": "rien de tout cela"}))
        for address in (user.email, "personne@example.org")
    ]
    assert "L’adresse e-mail ou le mot de passe sont incorrects." in pages[0]
    assert pages[0] == pages[1]


def test_the_error_summary_links_to_the_fields(db):
    text = text_of(Client().post(LOGIN, {}))
    assert "2 erreurs sont à corriger" in text
    assert '<a href="#id_login">Adresse électronique</a>' in text
    assert '<a href="#id_password">Mot de passe</a>' in text


def test_too_many_attempts_get_a_page_that_says_what_to_do(user):
    for _ in range(40):
        response = Client().post(LOGIN, {"login": user.email, "password": "rien de tout cela"})
    assert response.status_code == 429
    assert "Trop de tentatives" in text_of(response)


def test_an_account_without_a_password_cannot_log_in(db):
    user = UserFactory(password=None)
    assert Client().post(LOGIN, {"login": user.email, "password": ""}).status_code == 200
    assert Client().post(LOGIN, {"login": user.email, "password": "!"}).status_code == 200


def test_leaving_is_posted(client):
    assert "Se déconnecter ?" in text_of(client.get(reverse("account_logout")))
    assert client.post(reverse("account_logout")).url == LOGIN
    assert client.get(reverse("home")).status_code == 302


# Passwords ------------------------------------------------------------------------------------------------


def test_a_forgotten_password_is_replaced_by_a_link_that_works_once(user, django_capture_on_commit_callbacks):
    visitor = Client()
    with django_capture_on_commit_callbacks(execute=True):
        sent = visitor.post(reverse("account_reset_password"), {"email": user.email}, follow=True)
    assert "Consultez votre messagerie" in text_of(sent)
    (message,) = mail.outbox
    assert message.subject == "Choisir un autre mot de passe"
    assert "Bonjour Marie Exemple," in message.body
    address = re.search(r"http://testserver(\S+)", message.body)[1]
    form = visitor.get(address, follow=True)
    assert "Choisir un mot de passe" in text_of(form)
    assert 'autocomplete="new-password"' in text_of(form)
    choose = form.redirect_chain[-1][0]
    with django_capture_on_commit_callbacks(execute=True):
        done = visitor.post(choose, {"password1": NEW_PASSWORD, "password2": NEW_PASSWORD}, follow=True)
    assert "Votre mot de passe est changé" in text_of(done)
    assert Client().login(email=user.email, password=NEW_PASSWORD)
    assert mail.outbox[-1].subject == "Votre mot de passe est changé"
    assert "depuis l’adresse 127.0.0.1" in mail.outbox[-1].body
    again = Client().get(address, follow=True)
    assert "Ce lien n’a plus d’effet" in text_of(again)


@pytest.mark.parametrize("address", ["personne@example.org", "ferme@example.org"])
def test_unknown_and_closed_accounts_get_the_same_page_and_no_message(
    user, address, django_capture_on_commit_callbacks
):
    UserFactory(email="ferme@example.org", is_active=False)
    with django_capture_on_commit_callbacks(execute=True):
        sent = Client().post(reverse("account_reset_password"), {"email": address}, follow=True)
        known = Client().post(reverse("account_reset_password"), {"email": user.email}, follow=True)
    assert words_of(sent) == words_of(known)
    assert [message.to for message in mail.outbox] == [[user.email]]


@pytest.mark.parametrize("key", ["1-abc", "zz-set-password", "0-x"])
def test_a_broken_reset_link_says_what_to_do(db, key):
    response = Client().get(f"/compte/mot-de-passe/oublie/cle/{key}/", follow=True)
    assert "Demandez un autre lien" in text_of(response)


def test_a_password_is_changed_and_its_owner_told(client, user, django_capture_on_commit_callbacks):
    answer = {"oldpassword": PASSWORD, "password1": NEW_PASSWORD, "password2": NEW_PASSWORD}
    with django_capture_on_commit_callbacks(execute=True):
        response = client.post(reverse("account_change_password"), answer, follow=True)
    assert "Votre mot de passe est changé." in text_of(response)
    user.refresh_from_db()
    assert user.check_password(NEW_PASSWORD)
    assert [message.subject for message in mail.outbox] == ["Votre mot de passe est changé"]


@pytest.mark.parametrize(
    ("password", "error"),
    [("onze signes", "12 caractères"), ("Marie Exemple", "trop semblable"), ("password1234", "courant")],
)
def test_weak_passwords_are_refused(client, user, password, error):
    answer = {"oldpassword": PASSWORD, "password1": password, "password2": password}
    assert error in text_of(client.post(reverse("account_change_password"), answer))
    user.refresh_from_db()
    assert user.check_password(PASSWORD)


# Second factor --------------------------------------------------------------------------------------------


def test_a_second_factor_is_set_up_used_and_given_up(client, user, django_capture_on_commit_callbacks):
    page = client.get(reverse("mfa_activate_totp"))
    secret = page.context["form"].secret
    assert secret in text_of(page)
    assert 'src="data:image/svg+xml;base64,' in text_of(page)
    assert "Code incorrect." in text_of(client.post(reverse("mfa_activate_totp"), {"code": "000"}))
    with django_capture_on_commit_callbacks(execute=True):
        codes = client.post(reverse("mfa_activate_totp"), {"code": code_for(secret)}, follow=True)
    assert "10 codes utilisables sur 10" in text_of(codes)
    assert mail.outbox[-1].subject == "Second facteur activé"
    recovery = codes.context["unused_codes"]
    assert recovery[0] in client.get(reverse("mfa_download_recovery_codes")).content.decode()

    other = Client()
    second = other.post(LOGIN, {"login": user.email, "password": PASSWORD}, follow=True)
    assert "Second facteur" in text_of(second)
    assert other.get(reverse("home")).status_code == 302
    assert "Code incorrect." in text_of(other.post(reverse("mfa_authenticate"), {"code": "000000"}))
    assert other.post(reverse("mfa_authenticate"), {"code": recovery[0]}).url == reverse("home")
    assert other.get(reverse("home")).status_code == 200

    assert "Activé" in text_of(client.get(reverse("mfa_index")))
    assert "Désactiver" in text_of(client.get(reverse("mfa_deactivate_totp")))
    with django_capture_on_commit_callbacks(execute=True):
        gone = client.post(reverse("mfa_deactivate_totp"), follow=True)
    assert "Le second facteur est désactivé." in text_of(gone)
    assert mail.outbox[-1].subject == "Second facteur désactivé"


def test_the_code_that_activated_the_second_factor_is_used_up(client, user):
    with time_machine.travel("2026-11-27 10:00:05+01:00", tick=False):
        client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
        code = code_for(activate(client))
        other = logged_in(user)
        again = other.post(reverse("mfa_authenticate"), {"code": code})
        assert "Code incorrect." in text_of(again)
        assert other.get(reverse("home")).status_code == 302


def test_new_recovery_codes_replace_the_old_ones(client, django_capture_on_commit_callbacks):
    activate(client)
    before = client.get(reverse("mfa_view_recovery_codes")).context["unused_codes"]
    assert "10 encore utilisables" in text_of(client.get(reverse("mfa_generate_recovery_codes")))
    with django_capture_on_commit_callbacks(execute=True):
        after = client.post(reverse("mfa_generate_recovery_codes"), follow=True).context["unused_codes"]
    assert not set(before) & set(after)
    assert mail.outbox[-1].subject == "Nouveaux codes de secours"


def test_recovery_codes_without_a_second_factor_are_not_found(client):
    assert client.get(reverse("mfa_view_recovery_codes")).status_code == 404
    assert client.get(reverse("mfa_download_recovery_codes")).status_code == 404
    assert client.get(reverse("mfa_deactivate_totp")).status_code == 404


def test_whoever_touches_the_second_factor_proves_again_who_they_are(user):
    client = logged_in(user)
    asked = client.get(reverse("mfa_activate_totp"), follow=True)
    assert "Confirmer votre identité" in text_of(asked)
    wrong = client.post(reverse("account_reauthenticate"), {"password": "rien de tout cela"})
    assert "Mot de passe incorrect." in text_of(wrong)
    answer = {"password": PASSWORD, "next": reverse("mfa_activate_totp")}
    assert client.post(reverse("account_reauthenticate"), answer).url == reverse("mfa_activate_totp")
    with time_machine.travel(time.time() + 3600):
        assert "Confirmer votre identité" in text_of(client.get(reverse("mfa_activate_totp"), follow=True))


def test_with_a_second_factor_its_code_proves_it_too(client):
    activate(client)
    by_code = client.get(reverse("mfa_reauthenticate"))
    assert "Utiliser plutôt le mot de passe" in text_of(by_code)
    assert "Utiliser plutôt un code" in text_of(client.get(reverse("account_reauthenticate")))


# All of them ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "name", ["account_login", "account_reset_password", "account_reset_password_done",
             "account_reset_password_from_key_done", "account_inactive"],
)  # fmt: skip
def test_pages_for_visitors_are_in_french(db, name):
    response = Client().get(reverse(name))
    assert response.status_code == 200
    assert not ENGLISH.search(words_of(response))


@pytest.mark.parametrize(
    "name", ["account_logout", "account_change_password", "account_reset_password", "account_reauthenticate",
             "mfa_index", "mfa_activate_totp", "mfa_view_recovery_codes", "mfa_generate_recovery_codes",
             "mfa_deactivate_totp", "mfa_reauthenticate"],
)  # fmt: skip
def test_pages_of_the_account_are_in_french(client, name):
    if name not in {"mfa_activate_totp", "account_reauthenticate"}:
        activate(client)
    response = client.get(reverse(name))
    assert response.status_code == 200
    assert not ENGLISH.search(words_of(response))
