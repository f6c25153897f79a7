"""The demonstration shows each part of the council's life, invents everything, and sends nothing."""

from datetime import date

import pytest
from django.urls import reverse

from cops.desk.demonstration import ACCOUNTS, load_demonstration
from cops.desk.demonstration.accounts import MEMBER
from cops.desk.reference import load_reference
from cops.documents.models import Attachment
from cops.mail.models import Message
from cops.users.models import User
from governance.models import (
    Attendance,
    CrisisCell,
    Decision,
    Formation,
    LogEntry,
    Meeting,
    Minutes,
    Organisation,
    Person,
)

pytestmark = pytest.mark.once


@pytest.fixture
def demonstration(db: None, settings, tmp_path) -> None:
    settings.MEDIA_ROOT = tmp_path
    load_reference()
    load_demonstration()


def counts() -> list[int]:
    models = (User, Person, Meeting, Attendance, Decision, Minutes, LogEntry, Message, Attachment, Formation)
    return [model.objects.count() for model in models]


def test_it_shows_a_meeting_in_each_part_of_its_life(demonstration):
    states = set(Meeting.objects.filter(kind=Meeting.Kind.ORDINARY).values_list("state", flat=True))
    assert states == {"prepared", "convened", "held", "closed"}
    assert set(Attendance.objects.values_list("reply", flat=True)) >= {
        "",
        "present",
        "represented",
        "excused",
    }
    assert Minutes.objects.filter(approved_in__isnull=False).count() == 1
    assert Decision.objects.filter(follow_ups__isnull=False).exists()
    assert Formation.objects.filter(kind=Formation.Kind.GROUP).count() == 1
    assert not CrisisCell.objects.get().is_open
    assert Attachment.objects.count() == 3


def test_loaded_again_it_changes_nothing(demonstration):
    before = counts()
    load_reference()
    load_demonstration()
    assert counts() == before


def test_it_sends_nothing_and_names_only_addresses_and_numbers_of_fiction(demonstration):
    assert not Message.objects.filter(state__in=["waiting", "sending"]).exists()
    addresses = {
        *Message.objects.values_list("recipient", flat=True),
        *Person.objects.values_list("email", flat=True),
        *Organisation.objects.exclude(mailbox="").values_list("mailbox", flat=True),
        *Attendance.objects.values_list("email", flat=True),
    } - {""}
    assert [address for address in addresses if not address.endswith("@demo.example")] == []
    phones = Person.objects.exclude(phone="").values_list("phone", flat=True)
    assert [phone for phone in phones if not phone.startswith("01 99 00 ")] == []


def test_everybody_in_it_says_to_be_invented(demonstration):
    assert [str(person) for person in Person.objects.all() if "(fictif)" not in str(person)] == []


@pytest.mark.parametrize("account", ACCOUNTS, ids=lambda account: account.email.split("@")[0])
def test_each_account_finds_its_first_page(account, demonstration, client):
    client.force_login(User.objects.get(email=account.email))
    response = client.get(reverse("home"))
    assert response.status_code == 200
    if account == MEMBER:
        assert response.context["meetings"][0].is_awaited


def test_the_meetings_stand_around_the_day_on_which_it_is_loaded(db, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    load_reference()
    load_demonstration(date.today().replace(day=28))
    days = [meeting.held_on for meeting in Meeting.objects.all()]
    assert min(days) < date.today() < max(days)
