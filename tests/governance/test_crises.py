"""The crisis cell: who may open it, the alert without facts, a logbook only ever added to, its papers."""

from datetime import date, timedelta

import pytest
import time_machine
from django.core import mail
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from cops.audit.models import Event
from cops.mail.models import AccessLink, Message
from cops.users.models import User
from governance.convocations.resending import resend
from governance.crises import closing
from governance.crises.alerting import Alert, alert, alert_silent
from governance.crises.logbook import ClosedError, add_entry, lines_of
from governance.crises.opening import Call, open_cell
from governance.crises.page import RESERVE, page_of
from governance.meetings.life import StepRefusedError, take
from governance.models import (
    Attendance,
    Commune,
    ConvocationMessage,
    CrisisCell,
    Decision,
    Designation,
    Formation,
    LogEntry,
    Meeting,
    SeatRule,
)
from governance.picking import person_list
from tests.entered_forms import filled, text_of
from tests.factories import (
    CommuneMembershipFactory,
    DesignationFactory,
    FormationFactory,
    PersonFactory,
    SeatFactory,
    SeatRuleFactory,
    UserFactory,
)

Authority = SeatRule.Convener
EVENT = "Incendie d’un entrepôt rue des Lilas"
TODAY = date(2013, 6, 3)


@pytest.fixture(autouse=True)
def that_day():
    with time_machine.travel("2013-06-03 10:15:00+02:00", tick=False):
        yield


@pytest.fixture
def restricted(db) -> Formation:
    """A president and a prefect who sit, a prosecutor's seat that nobody holds, and a mayor."""
    formation = FormationFactory(kind=Formation.Kind.RESTRICTED, code="restreint", name="CISPD restreint")
    for position, (authority, name) in enumerate(
        (
            (Authority.PRESIDENT, "Prune"),
            (Authority.PREFECT, "Paul"),
            (Authority.PROSECUTOR, ""),
            ("", "Maud"),
        ),
        1,
    ):
        rule = SeatRuleFactory(
            formation=formation, position=position, label=f"Siège {position}", convenes=authority
        )
        seat = SeatFactory(rule=rule)
        if name:
            DesignationFactory(
                seat=seat,
                person=PersonFactory(
                    first_name=name,
                    last_name="Essai",
                    email=f"{name.lower()}@example.org",
                    phone="02 38 00 00 01",
                ),
                starts_on=date(2010, 1, 1),
            )
    return formation


@pytest.fixture
def commune(db) -> Commune:
    return CommuneMembershipFactory(commune__name="Amilly").commune


def call(commune: Commune, **changes) -> Call:
    values = {
        "event": EVENT,
        "communes": [commune],
        "convened_by": Authority.PREFECT,
        "means_needed": "Relogement de douze foyers",
    }
    return Call(**(values | changes))


@pytest.fixture
def cell(restricted: Formation, commune: Commune, agent: User) -> CrisisCell:
    return open_cell(call(commune), by=agent)[0]


def posted(client: Client, address: str, **fields):
    return client.post(address, filled(client.get(address), **fields))


# --- opening ------------------------------------------------------------------------------------------------


def fields_of(commune: Commune, **changes) -> dict[str, object]:
    values = {
        "event": EVENT,
        "communes": [commune.pk],
        "convened_by": "prefect",
        "means_towns": "Relogement",
        "alerts": "on",
    }
    return values | changes


def test_a_cell_gathers_the_restricted_formation_now(
    client: Client, restricted: Formation, commune: Commune, agent: User
):
    client.force_login(agent)
    answer = posted(client, reverse("crisis_open"), **fields_of(commune))
    cell = CrisisCell.objects.get()
    assert answer.url == reverse("crisis_detail", args=[cell.pk])
    meeting = cell.meeting
    assert (meeting.formation, meeting.kind, meeting.held_on) == (restricted, Meeting.Kind.CRISIS, TODAY)
    assert cell.convener_name == "Paul Essai"
    assert sorted(meeting.attendances.values_list("name", flat=True)) == [
        "Maud Essai",
        "Paul Essai",
        "Prune Essai",
    ]
    assert Message.objects.count() == 3
    assert Event.objects.filter(action=Event.Action.SENT).count() == 1


def test_the_authority_of_a_vacant_seat_is_named(
    client: Client, restricted: Formation, commune: Commune, agent: User
):
    client.force_login(agent)
    answer = posted(client, reverse("crisis_open"), **fields_of(commune, convened_by="prosecutor"))
    assert answer.status_code == 200
    assert "Ce siège n’a pas de titulaire" in answer.content.decode()
    assert not CrisisCell.objects.exists()
    posted(
        client,
        reverse("crisis_open"),
        **fields_of(commune, convened_by="prosecutor", convener_name="Mme Procureur"),
    )
    assert CrisisCell.objects.get().convener_name == "Mme Procureur"


def test_who_acts_for_an_authority_is_named_with_a_function(
    client: Client, restricted: Formation, commune: Commune, agent: User
):
    client.force_login(agent)
    answer = posted(client, reverse("crisis_open"), **fields_of(commune, acting_name="Denis Décembre"))
    assert "Indiquez la fonction de qui agit" in answer.content.decode()
    posted(
        client,
        reverse("crisis_open"),
        **fields_of(commune, acting_name="Denis Décembre", acting_function="directeur de cabinet"),
    )
    page = client.get(reverse("crisis_detail", args=[CrisisCell.objects.get().pk])).content.decode()
    assert "pour qui agit Denis Décembre, directeur de cabinet" in page


def test_nobody_else_convenes(client: Client, restricted: Formation, commune: Commune, agent: User):
    client.force_login(agent)
    answer = posted(client, reverse("crisis_open"), **fields_of(commune, convened_by="mayor"))
    assert answer.status_code == 200
    assert not CrisisCell.objects.exists()


@pytest.mark.parametrize(("position", "status"), [(1, 200), (2, 200), (4, 403)])
def test_only_the_three_authorities_and_the_service_open_one(
    client: Client, restricted: Formation, position: int, status: int
):
    user = UserFactory()
    person = Designation.objects.get(seat__rule__position=position).person
    person.user = user
    person.save()
    client.force_login(user)
    assert client.get(reverse("crisis_open")).status_code == status


def test_an_authority_is_offered_the_people_of_the_council_alone(
    client: Client, restricted: Formation, cell: CrisisCell
):
    PersonFactory(last_name="Pilote", first_name="Discret")  # of an action, of no formation
    prefect = Designation.objects.get(person__first_name="Paul").person
    prefect.user = UserFactory()
    prefect.save()
    client.force_login(prefect.user)
    for address in (reverse("crisis_open"), reverse("crisis_alert", args=[cell.pk])):
        page = client.get(address).content.decode()
        assert "Maud Essai" in page
        assert "Discret Pilote" not in page


def test_an_authority_convenes_for_itself_alone(client: Client, restricted: Formation, commune: Commune):
    user = UserFactory()
    person = Designation.objects.get(seat__rule__convenes=Authority.PRESIDENT).person
    person.user = user
    person.save()
    client.force_login(user)
    answer = posted(client, reverse("crisis_open"), **fields_of(commune, convened_by="prefect"))
    assert answer.status_code == 200
    assert not CrisisCell.objects.exists()
    posted(client, reverse("crisis_open"), **fields_of(commune, convened_by="president"))
    assert CrisisCell.objects.get().convened_by == Authority.PRESIDENT


def test_a_double_click_opens_one_cell(client: Client, restricted: Formation, commune: Commune, agent: User):
    client.force_login(agent)
    address = reverse("crisis_open")
    fields = filled(client.get(address), **fields_of(commune))
    first, second = client.post(address, fields), client.post(address, fields)
    assert first.url == second.url
    assert CrisisCell.objects.count() == 1
    assert Message.objects.count() == 3


# --- the alert ----------------------------------------------------------------------------------------------


def test_the_alert_carries_no_fact_of_the_case(
    cell: CrisisCell,
):
    for message in Message.objects.all():
        text = message.subject + message.body + message.calendar
        for fact in ("Incendie", "Lilas", "Amilly", "Relogement"):
            assert fact not in text
        assert "Le Préfet (Paul Essai) réunit le CISPD restreint en cellule de crise" in message.body
    assert AccessLink.objects.filter(purpose=AccessLink.Purpose.REPLY).count() == 3


def test_guests_are_alerted_once_each(client: Client, cell: CrisisCell, agent: User):
    mayor = PersonFactory(first_name="Odile", last_name="Maire", email="odile@example.org")
    client.force_login(agent)
    address = reverse("crisis_alert", args=[cell.pk])
    posted(client, address, guests=[person_list().label(mayor)])
    posted(client, address, guests=[person_list().label(mayor)])
    assert cell.meeting.attendances.filter(person=mayor, quality=Attendance.Quality.GUEST).count() == 1
    assert Message.objects.filter(recipient="odile@example.org").count() == 1


def test_a_double_click_alerts_those_who_are_silent_once(client: Client, cell: CrisisCell, agent: User):
    client.force_login(agent)
    address = reverse("crisis_alert", args=[cell.pk])
    cell.meeting.attendances.filter(name="Maud Essai").update(reply="present")
    with time_machine.travel("2013-06-03 10:30:00+02:00", tick=False):
        for _ in range(2):
            client.post(address, {"silent": "1"})
    assert Message.objects.filter(recipient="maud@example.org").count() == 1
    assert Message.objects.filter(recipient="prune@example.org").count() == 2


def test_who_has_no_address_is_to_be_called(cell: CrisisCell, agent: User):
    Attendance.objects.filter(name="Maud Essai").update(email="")
    outcome = alert(cell, by=agent)
    assert (outcome.sent, [row.name for row in outcome.to_call]) == (2, ["Maud Essai"])
    assert "1 personne à appeler" in outcome.french.replace("\u00a0", " ")


# --- answering ----------------------------------------------------------------------------------------------


def test_an_alert_is_answered_until_the_cell_is_closed(client: Client, cell: CrisisCell, agent: User):
    row = cell.meeting.attendances.get(name="Maud Essai")
    _, token = AccessLink.issue(
        AccessLink.Purpose.REPLY, target=row, created_by=None, lifetime=timedelta(days=7)
    )
    address = reverse("convocation_reply", args=[token])
    with time_machine.travel("2013-06-04 01:00:00+02:00", tick=False):  # the night of the event
        assert client.post(address, {"reply": "present"}).status_code == 302
        row.refresh_from_db()
        assert row.reply == "present"
        closing.close(cell, by=agent)
        assert (
            "n’attend pas ou plus de réponse" in client.post(address, {"reply": "excused"}).content.decode()
        )
    row.refresh_from_db()
    assert row.reply == "present"


def test_the_alerts_of_a_cell_end_with_the_mandate(cell: CrisisCell, agent: User):
    Designation.objects.filter(person__first_name="Maud").update(ends_on=TODAY)
    with time_machine.travel("2013-06-04 01:00:00+02:00", tick=False):
        assert alert_silent(cell, by=agent) == Alert(2, ())


def test_the_page_says_of_the_alert_nothing_of_the_event(client: Client, cell: CrisisCell):
    row = cell.meeting.attendances.get(name="Maud Essai")
    _, token = AccessLink.issue(
        AccessLink.Purpose.REPLY, target=row, created_by=None, lifetime=timedelta(days=7)
    )
    text = client.get(reverse("convocation_reply", args=[token])).content.decode()
    assert not [fact for fact in ("Incendie", "Lilas", "Amilly", "Relogement") if fact in text]


def test_an_alert_is_sent_again_from_the_page_of_the_cell_alone(cell: CrisisCell, agent: User):
    with pytest.raises(StepRefusedError, match="depuis sa page"):
        resend(cell.meeting.attendances.get(name="Maud Essai"), by=agent)


def test_the_page_says_who_is_not_yet_alerted_only_while_that_may_change(
    client: Client, cell: CrisisCell, agent: User
):
    cell.meeting.attendances.filter(name="Maud Essai").update(reply="present")
    ConvocationMessage.objects.all().delete()
    client.force_login(agent)
    address = reverse("crisis_detail", args=[cell.pk])
    text = text_of(client.get(address))
    assert text.count("Pas encore alerté") == 2 and text.count("Répondu") == 1
    closing.close(cell, by=agent)
    text = text_of(client.get(address))
    assert "Pas encore alerté" not in text and text.count("Non alerté") == 2


# --- the logbook --------------------------------------------------------------------------------------------


def test_a_line_keeps_when_it_happened_and_when_it_was_noted(client: Client, cell: CrisisCell, agent: User):
    client.force_login(agent)
    posted(
        client,
        reverse("crisis_entry", args=[cell.pk]),
        kind="fact",
        happened_at="2013-06-03T09:50",
        text="Premier appel des pompiers",
    )
    entry = LogEntry.objects.get(text="Premier appel des pompiers")
    assert timezone.localtime(entry.happened_at).strftime("%H:%M") == "09:50"
    assert entry.recorded_at == timezone.now()
    assert entry.author == agent
    assert next(line.entry.text for line in lines_of(cell)) == "Premier appel des pompiers"


def test_what_is_to_come_has_not_happened(client: Client, cell: CrisisCell, agent: User):
    client.force_login(agent)
    answer = posted(
        client, reverse("crisis_entry", args=[cell.pk]), kind="fact", happened_at="2013-06-03T11:00", text="x"
    )
    assert "n’est pas encore passée" in answer.content.decode()


def test_means_say_by_whom(client: Client, cell: CrisisCell, agent: User):
    client.force_login(agent)
    address = reverse("crisis_entry", args=[cell.pk])
    answer = posted(client, address, kind="means_engaged", text="Deux cars")
    assert "Indiquez qui demande ou engage ces moyens" in answer.content.decode()
    posted(client, address, kind="means_engaged", text="Deux cars", engaged_by="Amelys")
    posted(client, address, kind="fact", text="Les cars partent", means_of="partner")
    posted(client, address, kind="means_engaged", text="Deux cars", engaged_by="Amelys", means_of="partner")
    ((owner, (line,)),) = page_of(cell, agent)["means"]
    assert (owner, line.entry.engaged_by) == ("Des partenaires", "Amelys")
    assert LogEntry.objects.get(text="Les cars partent").means_of == ""


def test_the_means_needed_say_whose_they_are(
    client: Client, restricted: Formation, commune: Commune, agent: User
):
    client.force_login(agent)
    address = reverse("crisis_open")
    answer = posted(client, address, **fields_of(commune, means_towns=""))
    assert "Dites quels moyens sont à coordonner ou à engager" in answer.content.decode()
    posted(client, address, **fields_of(commune, means_partners="Deux cars d’Amelys"))
    assert CrisisCell.objects.get().means_needed == (
        "Des villes concernées : Relogement\nDe leurs partenaires : Deux cars d’Amelys"
    )


def test_the_latest_situation_report_stands_first(client: Client, cell: CrisisCell, agent: User):
    for text in ("Feu actif", "Feu circonscrit"):
        with time_machine.travel(timezone.now() + timedelta(minutes=len(text)), tick=False):
            add_entry(cell, kind="situation", text=text, happened_at=timezone.now(), by=agent)
    client.force_login(agent)
    page = client.get(reverse("crisis_detail", args=[cell.pk])).content.decode()
    first = page[page.index("Dernier point de situation") : page.index("Main courante")]
    assert "Feu circonscrit" in first and "Feu actif" not in first
    earlier = LogEntry.objects.get(text="Feu actif")
    assert f'href="#ligne-{earlier.pk}"' in first


def test_a_decision_of_the_logbook_is_one_of_the_meeting(cell: CrisisCell, agent: User):
    for text in ("Ouvrir le gymnase", "Prévenir les écoles"):
        add_entry(cell, kind=LogEntry.Kind.DECISION, text=text, happened_at=timezone.now(), by=agent)
    assert list(Decision.objects.values_list("number", "text")) == [
        (1, "Ouvrir le gymnase"),
        (2, "Prévenir les écoles"),
    ]


def test_a_line_is_corrected_by_another_and_stays(client: Client, cell: CrisisCell, agent: User):
    first = cell.entries.get()
    client.force_login(agent)
    posted(client, reverse("crisis_correction", args=[cell.pk, first.pk]), text="Il s’agit du n° 12.")
    correction = cell.entries.get(kind=LogEntry.Kind.CORRECTION)
    posted(client, reverse("crisis_correction", args=[cell.pk, correction.pk]), text="Non : du n° 14.")
    (line,) = lines_of(cell)
    assert line.entry == first
    assert [row.text for row in line.corrections] == ["Il s’agit du n° 12.", "Non : du n° 14."]


def test_lines_are_neither_changed_nor_deleted(cell: CrisisCell):
    entry = cell.entries.get()
    entry.text = "Autre chose"
    for deed in (entry.save, entry.delete, cell.entries.all().delete, lambda: cell.entries.update(text="")):
        with pytest.raises(TypeError):
            deed()
    assert "Autre chose" not in cell.entries.get().text


# --- closing, reading ---------------------------------------------------------------------------------------


def test_a_closed_cell_takes_corrections_only(client: Client, cell: CrisisCell, agent: User):
    client.force_login(agent)
    address = reverse("crisis_close", args=[cell.pk])
    posted(client, address, version=cell.version, lessons="Prévoir un gymnase.")
    cell.refresh_from_db()
    assert (cell.is_open, cell.lessons) == (False, "Prévoir un gymnase.")
    assert cell.meeting.state == Meeting.State.HELD
    assert client.get(address).url == reverse("crisis_detail", args=[cell.pk])
    with pytest.raises(ClosedError):
        add_entry(cell, kind=LogEntry.Kind.FACT, text="trop tard", happened_at=timezone.now(), by=agent)
    first = cell.entries.order_by("pk")[0]
    posted(client, reverse("crisis_correction", args=[cell.pk, first.pk]), text="Rue des Iris.")
    assert cell.entries.filter(kind=LogEntry.Kind.CORRECTION).exists()
    posted(client, reverse("crisis_lessons", args=[cell.pk]), version=cell.version, lessons="Et un car.")
    cell.refresh_from_db()
    assert cell.lessons == "Et un car."


def test_members_of_the_restricted_formation_follow_it_and_strangers_do_not(client: Client, cell: CrisisCell):
    user = UserFactory()
    mandate = Designation.objects.get(person__first_name="Maud")
    mandate.person.user = user
    mandate.person.save()
    client.force_login(user)
    address = reverse("crisis_detail", args=[cell.pk])
    page = client.get(address).content.decode()
    assert RESERVE in page.replace("&#x27;", "'")
    assert "02 38 00 00 01" not in page
    assert "prune@example.org" not in page
    assert reverse("crisis_entry", args=[cell.pk]) not in page
    mandate.ends_on = TODAY - timedelta(days=1)
    mandate.save()
    assert client.get(address).status_code in (403, 404)


@pytest.mark.parametrize("people", [3, 30])
def test_the_page_costs_the_same_whatever_its_size(
    client: Client, cell: CrisisCell, agent: User, people: int, django_assert_num_queries
):
    for number in range(people):
        PersonFactory(last_name=f"Invité {number}")
        add_entry(cell, kind=LogEntry.Kind.FACT, text=f"Fait {number}", happened_at=timezone.now(), by=agent)
    client.force_login(agent)
    client.get(reverse("crisis_detail", args=[cell.pk]))
    with django_assert_num_queries(8):
        client.get(reverse("crisis_detail", args=[cell.pk]))


def test_nothing_leaves_before_the_cell_is_stored(cell: CrisisCell):
    assert mail.outbox == []  # the outbox sends after the transaction


def test_an_open_cell_is_not_led_on_the_pages_of_ordinary_meetings(
    client: Client, cell: CrisisCell, agent: User
):
    client.force_login(agent)
    cancelled = client.post(reverse("meeting_step", args=[cell.meeting.pk]), {"step": "cancel"})
    assert cancelled.status_code in (302, 404)
    assert client.get(reverse("meeting_edit", args=[cell.meeting.pk])).status_code == 302
    cell.meeting.refresh_from_db()
    assert cell.meeting.state == Meeting.State.CONVENED
    with pytest.raises(StepRefusedError, match="cellule de crise ouverte"):
        take(cell.meeting, "cancel", by=agent)
