"""The life of a meeting: its list, entering it, the steps between its states, and a confidential group."""

from datetime import date, time, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone

from cops.audit.models import Event
from governance.meetings import life
from governance.meetings.life import STEPS, StepRefusedError
from governance.models import Attendance, Designation, Meeting
from tests import factories
from tests.entered_forms import filled, text_of

pytestmark = pytest.mark.django_db

State = Meeting.State
LIST = reverse("meeting_list")


def ahead(days: int = 30) -> date:
    return timezone.localdate() + timedelta(days=days)


def page(meeting, name="meeting_detail"):
    return reverse(name, args=[meeting.pk])


@pytest.fixture
def formation(member):
    """The member's."""
    return Designation.objects.of_user(member).get().seat.rule.formation


@pytest.fixture
def group():
    return factories.FormationFactory(kind="group", name="Groupe de veille", is_confidential=True)


# --- the list -----------------------------------------------------------------------------------------------


def test_the_next_meeting_comes_first_then_the_latest_past_one(agent_client, formation):
    for days, subject in ((-400, "Ancienne"), (-10, "Récente"), (50, "Lointaine"), (5, "Prochaine fois")):
        factories.MeetingFactory(formation=formation, held_on=ahead(days), subject=subject)
    factories.MeetingFactory(formation=formation, held_on=ahead(1), subject="Annulée", state="cancelled")
    text = text_of(agent_client.get(LIST))
    found = sorted(
        ("Prochaine fois", "Lointaine", "Annulée", "Récente", "Ancienne"), key=lambda word: text.rindex(word)
    )
    assert found == ["Prochaine fois", "Lointaine", "Annulée", "Récente", "Ancienne"]
    assert text.count("Prochaine ") == 2  # the badge, and the subject of that meeting


@pytest.mark.parametrize(
    ("state", "is_next"),
    [("prepared", True), ("convened", True), ("held", False), ("closed", False), ("cancelled", False)],
)
def test_only_a_meeting_that_is_still_to_be_held_is_the_next_one(agent_client, state, is_next):
    meeting = factories.MeetingFactory(held_on=timezone.localdate(), state=state)
    factories.MeetingFactory(held_on=timezone.localdate() + timedelta(days=300), formation=meeting.formation)
    context = agent_client.get(reverse("meeting_list")).context
    assert (context["table"].next_pk == meeting.pk) is is_next
    first = next(iter(context["table"].paginated_rows)).record
    assert (first == meeting) is is_next


def test_the_list_is_narrowed_by_formation_year_and_state(agent_client, formation):
    other = factories.FormationFactory(kind="group", name="Groupe écoles")
    factories.MeetingFactory(formation=formation, held_on=date(2012, 3, 1), subject="Alpha")
    factories.MeetingFactory(formation=formation, held_on=date(2013, 3, 1), subject="Bravo", state="closed")
    factories.MeetingFactory(formation=other, held_on=date(2013, 4, 1), subject="Charlie")

    def subjects(**query):
        text = text_of(agent_client.get(LIST, query))
        return [word for word in ("Alpha", "Bravo", "Charlie") if word in text]

    assert subjects(annee="2013") == ["Bravo", "Charlie"]
    assert subjects(annee="2013", formation=formation.code) == ["Bravo"]
    assert subjects(etat="closed") == ["Bravo"]
    assert subjects(q="charlie") == ["Charlie"]
    assert "Aucune réunion ne correspond" in text_of(agent_client.get(LIST, {"annee": "1900"}))


def test_members_list_the_meetings_of_their_formation_only_and_cannot_add_one(member_client, formation):
    factories.MeetingFactory(formation=formation, subject="La mienne")
    factories.MeetingFactory(subject="Celle des autres")
    text = text_of(member_client.get(LIST))
    assert "La mienne" in text and "Celle des autres" not in text
    assert "Nouvelle réunion" not in text
    assert b"Celle des autres" not in member_client.get(reverse("meeting_list_export", args=["csv"])).content


def test_a_mandate_that_ended_opens_no_meeting(member, member_client, formation):
    meeting = factories.MeetingFactory(formation=formation)
    assert member_client.get(page(meeting)).status_code == 200
    Designation.objects.of_user(member).update(ends_on=ahead(-1))
    assert member_client.get(page(meeting)).status_code == 404
    assert member_client.get(LIST).status_code == 403


def test_an_empty_list_says_what_to_do(agent_client):
    assert "Créez la première" in text_of(agent_client.get(LIST))


def test_the_list_costs_the_same_with_5_and_50_rows(agent_client, formation, django_assert_num_queries):
    def check() -> None:
        with django_assert_num_queries(8):
            agent_client.get(LIST)

    for n in (5, 45):
        for _ in range(n):
            factories.DecisionFactory(meeting=factories.MeetingFactory(formation=formation))
        check()


# --- entering -----------------------------------------------------------------------------------------------


def test_a_meeting_is_created_then_changed_with_history_and_journal(agent, agent_client, formation):
    address = f"{reverse('meeting_create')}?formation={formation.code}"
    typed = {
        "subject": "  Bilan   de l’année ",
        "held_on": "10/12/2012",
        "starts_at": "14h30",
        "ends_at": "16:00",
        "place": "Salle du conseil",
    }
    response = agent_client.post(address, filled(agent_client.get(address), **typed))
    meeting = Meeting.objects.get()
    assert response["Location"] == page(meeting)
    assert (meeting.subject, meeting.starts_at, meeting.state) == (
        "Bilan de l’année",
        time(14, 30),
        "prepared",
    )
    assert meeting.history.get().history_user == agent
    edit = page(meeting, "meeting_edit")
    agent_client.post(edit, filled(agent_client.get(edit), mode="remote", remote_link="https://exemple.fr/a"))
    meeting.refresh_from_db()
    assert (meeting.mode, meeting.version) == ("remote", 2)
    actions = (
        Event.objects.filter(subject_type__model="meeting").order_by("pk").values_list("action", flat=True)
    )
    assert [*actions] == ["created", "changed"]


@pytest.mark.parametrize(
    ("typed", "message"),
    [
        ({"held_on": ""}, "Indiquez la date de la réunion."),
        ({"held_on": "31/02/2012"}, "Cette date n’existe pas"),
        ({"held_on": "2001-01-01"}, "Le conseil n’existait pas encore"),
        ({"starts_at": "25:00"}, "Cette heure n’existe pas"),
        ({"starts_at": "15:00", "ends_at": "14:00"}, "L’heure de fin ne suit pas une heure de début."),
        ({"ends_at": "14:00"}, "L’heure de fin ne suit pas une heure de début."),
        ({"remote_link": "pas une adresse"}, "Ce n’est pas une adresse complète"),
    ],
)
def test_a_fault_in_a_meeting_is_told_beside_its_field_and_nothing_is_stored(
    agent_client, formation, typed, message
):
    address = f"{reverse('meeting_create')}?formation={formation.code}"
    response = agent_client.post(
        address, filled(agent_client.get(address), **{"held_on": "2012-12-10", **typed})
    )
    assert message in text_of(response)
    assert not Meeting.objects.exists()


def test_two_people_who_change_one_meeting_see_both_texts(agent_client, administrator_client, formation):
    meeting = factories.MeetingFactory(formation=formation, place="Salle A")
    address = page(meeting, "meeting_edit")
    first, second = agent_client.get(address), administrator_client.get(address)
    agent_client.post(address, filled(first, place="Salle B"))
    text = text_of(administrator_client.post(address, filled(second, place="Salle C")))
    assert "Modifié entre-temps" in text and "« Salle B »" in text and "« Salle C »" in text
    meeting.refresh_from_db()
    assert meeting.place == "Salle B"


@pytest.mark.parametrize("state", ["closed", "cancelled"])
@pytest.mark.parametrize("name", ["meeting_edit", "agenda_edit", "attendance_edit", "guest_list"])
def test_nothing_is_entered_in_a_meeting_that_is_over(agent_client, formation, state, name):
    meeting = factories.MeetingFactory(formation=formation, state=state)
    response = agent_client.get(page(meeting, name), follow=True)
    assert response.redirect_chain == [(page(meeting), 302)]
    assert ("est close" if state == "closed" else "est annulée") in text_of(response)


# --- the steps ----------------------------------------------------------------------------------------------

ALLOWED = {
    ("convene", State.PREPARED, State.CONVENED),
    ("hold", State.PREPARED, State.HELD),
    ("hold", State.CONVENED, State.HELD),
    ("close", State.HELD, State.CLOSED),
    ("cancel", State.PREPARED, State.CANCELLED),
    ("cancel", State.CONVENED, State.CANCELLED),
    ("resume", State.CANCELLED, State.PREPARED),
    ("reopen", State.CLOSED, State.HELD),
}


@pytest.mark.parametrize("state", State.values)
@pytest.mark.parametrize("name", STEPS)
def test_each_step_is_taken_from_its_states_and_refused_from_all_others(agent, formation, name, state):
    meeting = factories.MeetingFactory(
        formation=formation,
        state=state,
        held_on=timezone.localdate(),
        starts_at=time(14),
        place="Salle du conseil",
    )
    factories.AgendaItemFactory(meeting=meeting)
    targets = [target for step, source, target in ALLOWED if (step, source) == (name, state)]
    if targets:
        assert life.take(meeting, name, by=agent).state == targets[0]
        assert Event.objects.get(subject_id=str(meeting.pk)).detail == {"step": name}
    else:
        with pytest.raises(StepRefusedError, match="ce n’est pas possible"):
            life.take(meeting, name, by=agent)
        assert Meeting.objects.get(pk=meeting.pk).state == state


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({}, ""),
        ({"starts_at": None}, "L’heure de début n’est pas fixée."),
        ({"place": ""}, "Le lieu n’est pas indiqué."),
        ({"mode": "remote", "place": ""}, "Le lien de connexion n’est pas indiqué."),
        ({"mode": "remote", "remote_link": "https://exemple.fr"}, ""),
        ({"mode": "written", "starts_at": None, "place": ""}, ""),
        ({"held_on": date(2012, 12, 10)}, "La réunion est datée du 10\u00a0décembre 2012, déjà passé"),
    ],
)
def test_a_convocation_needs_all_that_it_says(formation, changes, reason):
    given = {"held_on": ahead(), "starts_at": time(14), "place": "Salle du conseil"} | changes
    meeting = factories.MeetingFactory(formation=formation, **given)
    factories.AgendaItemFactory(meeting=meeting)
    found = life.refusal(meeting, "convene", timezone.localdate())
    assert found.startswith(reason) and bool(found) == bool(reason)


def test_an_empty_agenda_is_not_convened_unless_the_group_is_confidential(formation, group):
    for one, reason in ((formation, "L’ordre du jour est vide."), (group, "")):
        meeting = factories.MeetingFactory(
            formation=one, held_on=ahead(), starts_at=time(14), place="Salle", subject=""
        )
        assert life.refusal(meeting, "convene", timezone.localdate()) == reason


def test_a_meeting_to_come_is_not_held_yet_and_an_open_presence_not_closed(agent_client, formation):
    meeting = factories.MeetingFactory(formation=formation, held_on=ahead(3))
    refused = agent_client.post(page(meeting, "meeting_step"), {"step": "hold"}, follow=True)
    assert "elle se note tenue à partir de ce jour" in text_of(refused)
    held = factories.MeetingFactory(formation=formation, state="held")
    row = factories.AttendanceFactory(meeting=held)
    factories.AttendanceFactory(meeting=held, quality="assistant")  # counted in nothing
    refused = agent_client.post(page(held, "meeting_step"), {"step": "close"}, follow=True)
    assert "1 personne reste à pointer" in text_of(refused)
    Attendance.objects.filter(pk=row.pk).update(presence="present")
    agent_client.post(page(held, "meeting_step"), {"step": "close"})
    held.refresh_from_db()
    assert held.state == "closed"


def test_the_page_offers_steps_with_the_reason_of_those_refused(agent_client, member_client, formation):
    meeting = factories.MeetingFactory(formation=formation, held_on=ahead(3))
    text = text_of(agent_client.get(page(meeting)))
    assert "Annuler la réunion" in text
    assert "Noter comme tenue : La réunion a lieu le" in text
    assert "Annuler la réunion" not in text_of(member_client.get(page(meeting)))


@pytest.mark.parametrize(
    ("days", "warns"), [(16, False), (15, False), (14, True), (1, True), (0, True), (-1, False)]
)
def test_a_short_notice_warns_and_blocks_nothing(agent, formation, days, warns):
    formation.notice_days = 15
    meeting = factories.MeetingFactory(
        formation=formation, held_on=ahead(days), starts_at=time(14), place="Salle"
    )
    factories.AgendaItemFactory(meeting=meeting)
    assert bool(life.short_notice(meeting, timezone.localdate())) is warns
    if warns:
        assert life.take(meeting, "convene", by=agent).state == "convened"


# --- a confidential group -----------------------------------------------------------------------------------


def test_a_confidential_group_notes_its_services_and_neither_subject_nor_agenda_nor_people(
    agent_client, group
):
    address = f"{reverse('meeting_create')}?formation={group.code}"
    factories.OrganisationFactory(name="Police nationale")
    shown = agent_client.get(address)
    assert "subject" not in shown.context["form"].fields
    agent_client.post(
        address,
        filled(shown, held_on="2012-12-10", services_present=["police nationale"])
        | {"subject": "Le cas de quelqu’un", "chaired_by": "Quelqu’un"},
    )
    meeting = Meeting.objects.get()
    assert (meeting.subject, meeting.chaired_by) == ("", "")
    text = text_of(agent_client.get(page(meeting)))
    assert "Services présents" in text and "Police nationale" in text
    assert "Ordre du jour" not in text and "Pointer les présences" not in text
    for name in ("agenda_edit", "attendance_edit", "guest_list"):
        refused = agent_client.get(page(meeting, name), follow=True)
        assert "art. L132-5 CSI" in text_of(refused)
    assert agent_client.post(page(meeting, "attendance_sheet")).url == page(meeting)


def test_the_models_refuse_what_a_confidential_group_may_not_note(group):
    meeting = factories.MeetingFactory(formation=group, subject="")
    meeting.full_clean()
    meeting.subject = "Le cas de quelqu’un"
    row = factories.GuestFactory(meeting=meeting)
    row.full_clean()
    row.presence = "present"
    for candidate in (meeting, row, factories.AgendaItemFactory.build(meeting=meeting)):
        with pytest.raises(ValidationError, match=r"art\. L132-5 CSI"):
            candidate.full_clean()


def test_meetings_of_a_confidential_group_stay_out_of_the_search(group):
    factories.MeetingFactory(formation=group, subject="Introuvable")
    assert not Meeting.objects.search("introuvable").exists()


def test_once_convened_a_meeting_is_cancelled_where_people_are_told(agent_client, formation):
    meeting = factories.MeetingFactory(formation=formation, state="convened", held_on=ahead(3))
    refused = agent_client.post(page(meeting, "meeting_step"), {"step": "cancel"}, follow=True)
    assert "annulez-la depuis ses convocations" in text_of(refused)
    meeting.refresh_from_db()
    assert meeting.state == "convened"


@pytest.mark.parametrize(
    ("state", "days", "items", "label"),
    [
        ("prepared", 3, 0, "Saisir l’ordre du jour"),
        ("prepared", 3, 1, "Préparer la convocation"),
        ("prepared", -3, 1, "Pointer les présences"),
        ("convened", 3, 1, None),
        ("convened", 0, 1, "Pointer les présences"),
        ("held", -3, 1, "Pointer les présences"),
        ("closed", -3, 1, None),
        ("cancelled", 3, 1, None),
    ],
)
def test_each_state_has_its_one_main_action(agent_client, formation, state, days, items, label):
    meeting = factories.MeetingFactory(formation=formation, state=state, held_on=ahead(days))
    factories.AgendaItemFactory.create_batch(items, meeting=meeting)
    action = agent_client.get(page(meeting)).context["main_action"]
    assert (action and action.label) == label
