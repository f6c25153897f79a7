"""The page of the messages: what is shown of them, and what a person decides."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from cops.audit.models import Event
from cops.mail.models import Message
from tests.factories import MessageFactory

LIST = reverse("message_list")


def words_of(response) -> str:
    assert response.status_code == 200
    text = re.sub(r"<[^>]+>", " ", response.content.decode())
    return " ".join(text.replace("&nbsp;", " ").replace("\u00a0", " ").split())


def message_in(state: str, **values) -> Message:
    message = MessageFactory(**values)
    changes = {"state": state}
    if state in {"sending", "uncertain"}:
        changes["taken_at"] = timezone.now() - timedelta(hours=1)
    if state == "sent":
        changes["sent_at"] = timezone.now()
    Message.objects.filter(pk=message.pk).update(**changes)
    return Message.objects.get(pk=message.pk)


def test_messages_are_listed_without_their_texts(agent_client):
    message_in("sent", recipient="elue@example.org", subject="Convocation", body="texte-secret")
    message_in("failed", recipient="maire@example.org", error="550 Boîte pleine")
    text = words_of(agent_client.get(LIST))
    assert "elue@example.org" in text and "Convocation" in text
    assert "maire@example.org" in text and "550 Boîte pleine" in text
    assert "texte-secret" not in text


def test_an_empty_outbox_says_so(agent_client):
    assert "Rien n’a encore été envoyé" in words_of(agent_client.get(LIST))


def test_messages_are_found_by_state_and_by_recipient(agent_client):
    message_in("sent", recipient="a@example.org")
    message_in("failed", recipient="b@example.org")
    message_in("sending", recipient="c@example.org")
    for query, found in (
        ("?etat=failed", {"b@example.org"}),
        ("?etat=uncertain", {"c@example.org"}),
        ("?etat=sending", set()),
        ("?q=A@EXAMPLE", {"a@example.org"}),
        ("?q=%00", set()),
        ("?etat=inconnu", set()),
    ):
        text = words_of(agent_client.get(LIST + query))
        shown = {
            address for address in ("a@example.org", "b@example.org", "c@example.org") if address in text
        }
        assert shown == found, query


def test_a_message_that_a_dead_worker_left_awaits_a_decision(agent_client):
    message = message_in("sending")
    text = words_of(agent_client.get(LIST))
    assert "Incertain" in text and "1 message est peut-être parti" in text
    assert "Considérer comme envoyé" in text
    assert Message.objects.get(pk=message.pk).state == "sending"  # reading changes nothing


@pytest.mark.parametrize("state", ["failed", "uncertain", "sending"])
def test_a_message_that_did_not_leave_is_sent_again_under_the_same_id(
    agent_client, mailoutbox, django_capture_on_commit_callbacks, state
):
    message = message_in(state)
    with django_capture_on_commit_callbacks(execute=True):
        response = agent_client.post(
            reverse("message_send_again", args=[message.pk]), {"next": f"{LIST}?etat=failed"}
        )
    assert response.url == f"{LIST}?etat=failed"
    assert [mail.extra_headers["Message-ID"] for mail in mailoutbox] == [message.message_id]
    assert Message.objects.get(pk=message.pk).state == "sent"
    assert Event.objects.filter(action="sent", subject_id=str(message.pk)).exists()


@pytest.mark.parametrize(
    ("state", "is_private"), [("sent", False), ("waiting", False), ("failed", True), ("uncertain", True)]
)
def test_what_left_or_has_no_text_any_more_is_not_sent_again(
    agent_client, mailoutbox, django_capture_on_commit_callbacks, state, is_private
):
    message = message_in(state, is_private=is_private)
    with django_capture_on_commit_callbacks(execute=True):
        page = agent_client.post(reverse("message_send_again", args=[message.pk]), follow=True)
    assert "ne peut pas être renvoyé" in words_of(page)
    assert mailoutbox == []
    assert Message.objects.get(pk=message.pk).state == state


def test_an_uncertain_message_is_held_for_sent(agent_client, mailoutbox):
    message = message_in("uncertain")
    agent_client.post(reverse("message_consider_sent", args=[message.pk]))
    held = Message.objects.get(pk=message.pk)
    assert (held.state, held.sent_at) == ("sent", message.taken_at)
    assert mailoutbox == []


def test_a_failed_message_cannot_be_held_for_sent(agent_client):
    message = message_in("failed")
    page = agent_client.post(reverse("message_consider_sent", args=[message.pk]), follow=True)
    assert "n’est pas incertain" in words_of(page)
    assert Message.objects.get(pk=message.pk).state == "failed"


def test_all_failures_are_sent_again_at_once(agent_client, mailoutbox, django_capture_on_commit_callbacks):
    message_in("failed", recipient="a@example.org")
    message_in("failed", recipient="b@example.org")
    message_in("failed", recipient="c@example.org", is_private=True)
    message_in("uncertain", recipient="d@example.org")
    with django_capture_on_commit_callbacks(execute=True):
        page = agent_client.post(reverse("message_retry_failed"), follow=True)
    assert "2 messages partent de nouveau" in words_of(page)
    assert sorted(mail.to[0] for mail in mailoutbox) == ["a@example.org", "b@example.org"]


@pytest.mark.parametrize("address", ["https://example.org/", "//example.org/", "javascript:alert(1)", ""])
def test_a_decision_leads_back_to_this_site_only(agent_client, address):
    message = message_in("uncertain")
    response = agent_client.post(reverse("message_consider_sent", args=[message.pk]), {"next": address})
    assert response.url == LIST


@pytest.mark.parametrize("number", [5, 40])
def test_the_list_takes_a_fixed_number_of_queries(agent_client, django_assert_num_queries, number):
    for _ in range(number):
        message_in("sent")
    with django_assert_num_queries(6):
        agent_client.get(LIST)
