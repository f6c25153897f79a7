"""What is done to accounts at the same time: one succeeds, the others are told, and nothing fails."""

import logging
from datetime import date

import pytest
from django.test import Client
from django.urls import reverse
from zeal import zeal_ignore

from cops.audit.models import Event
from cops.mail.models import AccessLink, Message
from cops.mail.services import INVITATION_LIFETIME
from cops.users.models import SavedView, User
from tests import factories
from tests.entered_forms import filled, text_of
from tests.races import at_once, race, race_of_locks

TAKEN = "Un compte existe déjà pour cette adresse."
EMAIL = "attendue@example.org"
PASSWORD = "lampe rivière tabouret orage"


def clients_of(users):
    clients = [Client() for _ in users]
    for client, user in zip(clients, users, strict=True):
        client.force_login(user)
    return clients


@pytest.fixture
def nothing_fails(caplog):
    """No error was logged, and nothing that was says whose address it was."""
    caplog.set_level(logging.INFO)
    yield
    assert [record for record in caplog.records if record.levelno >= logging.ERROR] == []
    assert EMAIL not in caplog.text


@race
def test_of_eight_who_open_one_account_at_once_one_does(transactional_db, nothing_fails, tmp_path):
    clients = clients_of([factories.AdministratorFactory() for _ in range(8)])
    data = {"full_name": "Ambre Attendue", "email": EMAIL, "role": "agent"}
    answers = at_once(8, lambda n: clients[n].post(reverse("account_create"), data))
    assert sorted(answer.status_code for answer in answers) == [200] * 7 + [302]
    told = [text_of(answer) for answer in answers if answer.status_code == 200]
    # Above the form and at its field.
    assert [text.count(TAKEN) for text in told] == [text_of_one_refusal(clients[0], data)] * 7
    assert User.objects.filter(email=EMAIL).count() == 1
    assert Event.objects.filter(action=Event.Action.INVITED).count() == 1
    assert Message.objects.filter(recipient=EMAIL).count() == 1


def text_of_one_refusal(client, data):
    return text_of(client.post(reverse("account_create"), data)).count(TAKEN)


@race_of_locks
def test_of_eight_people_given_one_address_at_once_one_gets_the_account(transactional_db, nothing_fails):
    clients = clients_of([factories.AdministratorFactory() for _ in range(8)])
    people = [factories.PersonFactory(email=EMAIL) for _ in clients]
    addresses = [reverse("person_account", args=[person.pk]) for person in people]
    posts = [
        filled(client.get(address), email=EMAIL) for client, address in zip(clients, addresses, strict=True)
    ]

    def give(n):
        with zeal_ignore():  # who was overtaken loads the person anew
            return clients[n].post(addresses[n], posts[n])

    answers = at_once(8, give)
    assert sorted(answer.status_code for answer in answers) == [200] * 7 + [302]
    told = [text_of(answer) for answer in answers if answer.status_code == 200]
    assert all(TAKEN.removesuffix(".") in text for text in told)
    assert User.objects.filter(email=EMAIL).count() == 1


def demoted(client, user):
    return client.post(reverse("account_edit", args=[user.pk]), {"full_name": "X", "role": "agent"})


def closed(client, user):
    return client.post(reverse("account_deactivate", args=[user.pk]))


@race_of_locks
def test_two_administrators_cannot_close_or_demote_each_other_at_once(transactional_db, nothing_fails):
    for _ in range(3):
        User.objects.update(is_active=False)
        users = [factories.AdministratorFactory() for _ in range(2)]
        _each_at_once(users)
        assert sum(User.objects.get(pk=user.pk).is_administrator for user in users) == 1


def _each_at_once(users):
    clients, deeds = clients_of(users), [closed, demoted]
    at_once(2, lambda n: deeds[n](clients[n], users[1 - n]).status_code)


@race_of_locks
def test_of_eight_who_invite_at_once_one_link_stays(transactional_db, nothing_fails):
    user = factories.UserFactory(email=EMAIL)
    user.set_unusable_password()
    user.save()
    clients = clients_of([factories.AdministratorFactory() for _ in range(8)])
    address = reverse("account_invite", args=[user.pk])
    assert at_once(8, lambda n: clients[n].post(address).status_code) == [302] * 8
    links = AccessLink.objects.filter(user=user)
    assert (links.count(), links.filter(revoked_at=None).count()) == (8, 1)


@race_of_locks
def test_of_eight_passwords_chosen_with_one_link_one_holds(transactional_db, nothing_fails):
    user = factories.UserFactory(email=EMAIL)
    user.set_unusable_password()
    user.save()
    _, token = AccessLink.issue(
        AccessLink.Purpose.INVITATION,
        user=user,
        created_by=None,
        lifetime=INVITATION_LIFETIME,
    )
    address = reverse("accept_invitation", args=[token])

    def choose(n):
        chosen = f"{PASSWORD} {n}"
        return Client().post(address, {"new_password1": chosen, "new_password2": chosen}).status_code

    statuses = at_once(8, choose)
    assert sorted(statuses) == [302] + [410] * 7
    user.refresh_from_db()
    assert user.check_password(f"{PASSWORD} {statuses.index(302)}")


@race_of_locks
def test_eight_who_log_in_at_once_to_one_account_are_all_in(transactional_db, nothing_fails):
    user = factories.UserFactory(email=EMAIL)
    data = {"login": user.email, "password": factories.PASSWORD}
    clients = [Client() for _ in range(8)]
    assert at_once(8, lambda n: clients[n].post(reverse("account_login"), data).status_code) == [302] * 8
    assert at_once(8, lambda n: clients[n].get(reverse("account_session")).status_code) == [200] * 8


@race
def test_of_eight_windows_that_name_one_view_at_once_one_does(transactional_db, nothing_fails, tmp_path):
    user = factories.AgentFactory()
    clients = clients_of([user] * 8)
    data = {"path": "/actions/", "query": "annee=2012", "name": "À relancer"}
    answers = at_once(8, lambda n: clients[n].post(reverse("saved_view_create"), data))
    assert sorted(answer.status_code for answer in answers) == [200] * 7 + [302]
    told = [text_of(answer) for answer in answers if answer.status_code == 200]
    assert all("Vous avez déjà une vue" in text for text in told)
    assert SavedView.objects.filter(user=user).count() == 1


@race_of_locks
def test_rosters_that_bring_one_new_organisation_at_once_share_it(transactional_db, nothing_fails):
    from governance.models import Organisation
    from governance.roster_batches import Confirmation, confirm, receive
    from tests.governance.test_roster import file_of, row

    agent = factories.AgentFactory()
    batches = []
    for n in range(4):
        rule = factories.SeatRuleFactory(
            formation__code=f"groupe-{n}", label="Services de l’État", basis="fixed", number=3
        )
        factories.SeatFactory(rule=rule)
        line = row(Nom=f"Neuf{n}", Organisme="Maison nouvelle", Numéro=1, Du=date(2012, 1, 1))
        content = file_of([line]).read()
        batches.append(receive(content, "composition.xlsx", formation=rule.formation, user=agent))
    assert [batch.outcome["faults"] for batch in batches] == [[]] * 4
    done = at_once(4, lambda n: confirm(batches[n], seen=batches[n].outcome["digest"], user=agent))
    assert (
        sorted(one.value for one in done)
        == [Confirmation.APPLIED.value] + [Confirmation.PLAN_CHANGED.value] * 3
    )
    assert Organisation.objects.filter(name="Maison nouvelle").count() == 1
