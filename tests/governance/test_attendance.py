"""Who is convened, who came – noted by several people at once –, guests, and the sheet to sign."""

import io
from datetime import date

import pytest
from django.urls import reverse
from pypdf import PdfReader

from cops.documents.models import Document, Rendering
from cops.documents.production import prepare
from governance.meetings import attendance
from governance.meetings.attendance import Counts
from governance.meetings.convening import convene_list, in_seat_order
from governance.meetings.sheet import subject_of_sheet
from governance.models import Attendance
from tests import factories
from tests.entered_forms import filled, text_of

pytestmark = pytest.mark.django_db

DAY = date(2012, 12, 10)


@pytest.fixture
def meeting():
    return factories.MeetingFactory(held_on=DAY, state="held", place="Salle du conseil")


def seat(meeting, position, label="Représentant", **values):
    rule = factories.SeatRuleFactory(formation=meeting.formation, position=position, label=label, **values)
    return factories.SeatFactory(rule=rule)


def sits(place, name, quality="titular", **values):
    person = factories.PersonFactory(last_name=name, first_name="")
    return factories.DesignationFactory(seat=place, person=person, quality=quality, **values)


def names(rows):
    return [row.name for row in rows]


# --- who is convened ----------------------------------------------------------------------------------------


def test_the_list_is_the_composition_of_the_day_in_the_order_of_the_seats_then_guests(meeting):
    second, first = seat(meeting, 2), seat(meeting, 1)
    sits(second, "Deux")
    sits(first, "Assistant", "assistant")
    sits(first, "Suppléant", "substitute")
    sits(first, "Un")
    sits(first, "Parti", "substitute", ends_on=date(2012, 12, 9))
    sits(second, "Pas encore", "substitute", starts_on=date(2012, 12, 11))
    factories.GuestFactory(meeting=meeting, name="Invitée")
    rows = convene_list(meeting)
    assert names(rows) == ["Un", "Suppléant", "Assistant", "Deux", "Invitée"]
    assert [row.quality for row in rows] == ["titular", "substitute", "assistant", "titular", "guest"]


def test_the_seats_of_communes_that_are_no_members_that_day_are_left_out(meeting):
    rule = factories.SeatRuleFactory(formation=meeting.formation, basis="per_commune")
    for name, values in (("Membre", {}), ("Partie", {"ends_on": date(2006, 12, 31)})):
        commune = factories.CommuneMembershipFactory(commune__name=name, **values).commune
        sits(factories.SeatFactory(rule=rule, commune=commune), f"Maire de {name}")
    assert names(convene_list(meeting)) == ["Maire de Membre"]


def test_they_are_written_to_at_the_functional_mailbox_where_there_is_one(meeting):
    service = factories.OrganisationFactory(name="Préfecture", mailbox="prefecture@example.org")
    place = seat(meeting, 1)
    sits(place, "Un", organisation=service, person__email="un@example.org")
    other = sits(place, "Deux", "substitute")
    other.person.email = "deux@example.org"
    other.person.save()
    rows = convene_list(meeting)
    assert [row.email for row in rows] == ["prefecture@example.org", "deux@example.org"]
    assert rows[0].organisation == "Préfecture"


def test_made_again_the_list_changes_nothing_and_follows_the_composition(meeting):
    place = seat(meeting, 1)
    mandate = sits(place, "Un")
    leaving, answered = sits(place, "Deux", "substitute"), sits(place, "Trois", "substitute")
    first = convene_list(meeting)
    again = convene_list(meeting)
    assert [(row.pk, row.version) for row in first] == [(row.pk, row.version) for row in again]
    Attendance.objects.filter(person=answered.person).update(reply="excused")
    for ended in (leaving, answered):
        ended.ends_on = date(2012, 12, 1)
        ended.save()
    mandate.function = "Préfet"
    mandate.save()
    assert [(row.name, row.function) for row in convene_list(meeting)] == [("Un", "Préfet")]
    assert names(in_seat_order(meeting)) == ["Un", "Trois"], "what was answered is kept"


# --- counts -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("people", "expected"),
    [
        ([("titular", "present"), ("substitute", "absent")], Counts(present=1)),
        ([("titular", "excused"), ("substitute", "present")], Counts(present=1)),
        ([("titular", "represented"), ("substitute", "absent")], Counts(represented=1)),
        ([("titular", "excused"), ("substitute", "")], Counts(excused=1)),
        ([("titular", "absent"), ("assistant", "present")], Counts(absent=1)),
        ([("titular", "")], Counts(unknown=1)),
        ([], Counts()),
    ],
)
def test_a_seat_counts_once_as_its_people_are_at_best(meeting, people, expected):
    place = seat(meeting, 1)
    for quality, presence in people:
        factories.AttendanceFactory(meeting=meeting, seat=place, quality=quality, presence=presence)
    factories.GuestFactory(meeting=meeting, presence="present")
    found = attendance.counts(in_seat_order(meeting))
    assert found == Counts(**{name: getattr(expected, name) for name in Counts.__slots__} | {"guests": 1})


# --- noting who came ----------------------------------------------------------------------------------------


@pytest.fixture
def people(meeting):
    return [
        factories.AttendanceFactory(meeting=meeting, seat=seat(meeting, rank), name=name)
        for rank, name in enumerate(("Un", "Deux", "Trois"), start=1)
    ]


def address(meeting):
    return reverse("attendance_edit", args=[meeting.pk])


def typed(row, **values):
    return {f"people__{row.pk}__{name}": value for name, value in values.items()}


def stored(meeting):
    return [(row.name, row.presence, row.represented_by) for row in in_seat_order(meeting)]


def test_presences_are_noted_and_counted(agent, agent_client, member_client, meeting, people):
    one, two, three = people
    shown = agent_client.get(address(meeting))
    values = typed(one, presence="present") | typed(three, presence="excused", comment="En mission")
    values |= typed(
        two, presence="represented", represented_by=" Alix  Exemple ", representative_function="Sous-préfète"
    )
    response = agent_client.post(address(meeting), filled(shown, **values), follow=True)
    assert stored(meeting) == [
        ("Un", "present", ""),
        ("Deux", "represented", "Alix Exemple"),
        ("Trois", "excused", ""),
    ]
    text = text_of(response)
    assert "3 présences enregistrées" in text and "2 sièges sur 3 présents ou représentés" in text
    assert "Représentation à vérifier, le siège ne la prévoit pas : Deux." in text
    assert one.history.latest().history_user == agent
    page = text_of(agent_client.get(reverse("meeting_detail", args=[meeting.pk])))
    assert "par Alix Exemple, Sous-préfète" in page and "En mission" in page


def test_a_seat_that_may_be_represented_gives_no_warning(agent_client, meeting):
    place = seat(meeting, 1, may_be_represented=True)
    row = factories.AttendanceFactory(meeting=meeting, seat=place)
    values = typed(row, presence="represented", represented_by="Alix Exemple")
    shown = agent_client.get(address(meeting))
    response = agent_client.post(address(meeting), filled(shown, **values), follow=True)
    assert "à vérifier" not in text_of(response)


def test_a_row_with_a_fault_is_shown_and_the_others_are_saved(agent_client, meeting, people):
    one, two, _ = people
    values = typed(one, presence="present") | typed(two, presence="represented")
    response = agent_client.post(address(meeting), filled(agent_client.get(address(meeting)), **values))
    assert "Indiquez le nom de la personne qui représente." in text_of(response)
    assert [presence for _, presence, _ in stored(meeting)] == ["present", "", ""]
    mended = filled(response, **typed(two, represented_by="Alix Exemple"))
    assert agent_client.post(address(meeting), mended).status_code == 302
    assert [presence for _, presence, _ in stored(meeting)] == ["present", "represented", ""]


def test_whoever_comes_after_all_is_no_longer_represented(agent_client, meeting, people):
    row = people[0]
    row.presence, row.represented_by = "represented", "Alix Exemple"
    row.save()
    shown = agent_client.get(address(meeting))
    agent_client.post(address(meeting), filled(shown, **typed(row, presence="present")))
    assert stored(meeting)[0] == ("Un", "present", "")


# --- all present --------------------------------------------------------------------------------------------


def all_present(client, meeting, shown=None, **values):
    posted = filled(shown or client.get(address(meeting)), **values)
    return client.post(address(meeting), posted | {"step": "all_present"})


def test_all_are_marked_present_but_who_answered_otherwise_and_nothing_is_saved(
    agent_client, meeting, people
):
    replies = [("", ""), ("excused", ""), ("represented", "Alix Exemple")]
    for row, (row.reply, row.represented_by) in zip(people, replies, strict=True):
        row.save()
    noted = factories.AttendanceFactory(
        meeting=meeting, seat=seat(meeting, 4), name="Quatre", presence="absent"
    )
    typed_here = factories.AttendanceFactory(
        meeting=meeting, seat=seat(meeting, 5), name="Cinq", reply="excused"
    )
    factories.GuestFactory(meeting=meeting, name="Invitée")
    marked = all_present(agent_client, meeting, **typed(typed_here, presence="present"))
    assert "4 lignes remplies" in text_of(marked) and "Rien n’est encore enregistré." in text_of(marked)
    assert {presence for _, presence, _ in stored(meeting)} == {"", noted.presence}
    response = agent_client.post(address(meeting), filled(marked), follow=True)
    assert "5 présences enregistrées" in text_of(response)
    assert stored(meeting) == [
        ("Un", "present", ""),
        ("Deux", "excused", ""),
        ("Trois", "represented", "Alix Exemple"),
        ("Quatre", "absent", ""),
        ("Cinq", "present", ""),
        ("Invitée", "present", ""),
    ]
    assert "Tout le monde est déjà pointé." in text_of(all_present(agent_client, meeting))


def test_what_somebody_else_noted_meanwhile_is_not_marked_over(agent_client, meeting, people):
    shown = agent_client.get(address(meeting))
    people[0].presence = "absent"
    people[0].save()
    marked = all_present(agent_client, meeting, shown)
    assert "2 lignes remplies" in text_of(marked)
    agent_client.post(address(meeting), filled(marked))
    assert [presence for _, presence, _ in stored(meeting)] == ["absent", "present", "present"]


# --- two people at once -------------------------------------------------------------------------------------


def test_two_people_note_different_rows_without_noticing_each_other(
    agent_client, administrator_client, meeting, people
):
    first, second = agent_client.get(address(meeting)), administrator_client.get(address(meeting))
    agent_client.post(address(meeting), filled(first, **typed(people[0], presence="present")))
    response = administrator_client.post(
        address(meeting), filled(second, **typed(people[1], presence="absent")), follow=True
    )
    assert "Modifié entre-temps" not in text_of(response)
    assert [presence for _, presence, _ in stored(meeting)] == ["present", "absent", ""]


def test_a_row_that_somebody_else_changed_is_told_and_the_other_rows_are_saved(
    agent_client, administrator_client, meeting, people
):
    one, two, _ = people
    first, second = agent_client.get(address(meeting)), administrator_client.get(address(meeting))
    agent_client.post(address(meeting), filled(first, **typed(one, presence="present")))
    values = typed(one, presence="excused") | typed(two, presence="absent")
    response = administrator_client.post(address(meeting), filled(second, **values))
    text = text_of(response)
    assert "Modifié entre-temps" in text and "« Excusé »" in text and "« Présent »" in text
    assert [presence for _, presence, _ in stored(meeting)] == ["present", "absent", ""]
    unchosen = administrator_client.post(address(meeting), filled(response))
    assert "Choisissez l’une des deux saisies." in text_of(unchosen)
    chosen = filled(unchosen, **typed(one, presence_choice="mine"))
    administrator_client.post(address(meeting), chosen)
    assert [presence for _, presence, _ in stored(meeting)] == ["excused", "absent", ""]


def test_both_who_note_the_same_agree(agent_client, administrator_client, meeting, people):
    first, second = agent_client.get(address(meeting)), administrator_client.get(address(meeting))
    for client, shown in ((agent_client, first), (administrator_client, second)):
        response = client.post(address(meeting), filled(shown, **typed(people[0], presence="present")))
        assert response.status_code == 302
    assert stored(meeting)[0] == ("Un", "present", "")


def test_an_answer_that_arrives_meanwhile_holds_nothing_up(agent_client, meeting, people):
    shown = agent_client.get(address(meeting))
    people[0].reply = "present"
    people[0].save()
    agent_client.post(address(meeting), filled(shown, **typed(people[0], presence="present")))
    row = in_seat_order(meeting)[0]
    assert (row.reply, row.presence) == ("present", "present")


def test_a_double_click_saves_once(agent_client, meeting, people):
    posted = filled(agent_client.get(address(meeting)), **typed(people[0], presence="present"))
    for _ in range(2):
        assert agent_client.post(address(meeting), posted).status_code == 302
    assert in_seat_order(meeting)[0].version == 2


def test_the_list_is_made_from_the_page(agent_client, meeting):
    sits(seat(meeting, 1), "Un")
    assert "Personne n’est encore sur la liste." in text_of(agent_client.get(address(meeting)))
    agent_client.post(reverse("attendance_list_update", args=[meeting.pk]))
    assert stored(meeting) == [("Un", "", "")]


def test_the_pages_cost_the_same_with_5_and_50_people(agent_client, meeting, django_assert_num_queries):
    def check() -> None:
        with django_assert_num_queries(10):
            agent_client.get(address(meeting))
        with django_assert_num_queries(5):
            agent_client.get(reverse("guest_list", args=[meeting.pk]))

    for n in (5, 45):
        for rank in range(n):
            factories.AttendanceFactory(meeting=meeting, seat=seat(meeting, rank), presence="present")
            factories.GuestFactory(meeting=meeting, person=factories.PersonFactory())
        check()


# --- guests -------------------------------------------------------------------------------------------------


def invite(client, meeting, **typed):
    page = reverse("guest_list", args=[meeting.pk])
    return client.post(page, filled(client.get(page), **typed))


def test_guests_are_known_people_or_free_names(agent_client, meeting):
    known = factories.PersonFactory(
        last_name="Connue", first_name="Alix", function="Maire", email="alix@example.org"
    )
    label = f"{known} ({known.organisation})"
    invite(agent_client, meeting, guests__new0__person=label, guests__new1__name="Camille Libre")
    rows = in_seat_order(meeting)
    assert [(row.name, row.function, row.email) for row in rows] == [
        ("Alix Connue", "Maire", "alix@example.org"),
        ("Camille Libre", "", ""),
    ]
    twice = invite(agent_client, meeting, guests__new0__person=label)
    assert "Cette personne est déjà invitée." in text_of(twice)
    unnamed = invite(agent_client, meeting, guests__new0__function="Maire")
    assert "Choisissez une personne connue ou tapez un nom." in text_of(unnamed)


def test_a_guest_who_was_written_to_stays(agent_client, meeting):
    free, sent = factories.GuestFactory(meeting=meeting), factories.GuestFactory(meeting=meeting)
    factories.ConvocationMessageFactory(attendance=sent, convocation__meeting=meeting)
    removed = {f"guests__{row.pk}__remove": "on" for row in (free, sent)}
    invite(agent_client, meeting, **removed)
    assert [row.pk for row in in_seat_order(meeting)] == [sent.pk]


# --- the sheet to sign --------------------------------------------------------------------------------------


def sheet(meeting, user):
    rendering = Rendering.objects.create(requested_by=user, subject=subject_of_sheet(meeting))
    prepare(rendering)
    rendering.refresh_from_db()
    return rendering


def test_the_sheet_lists_seats_in_order_and_repeats_its_heading_on_each_page(agent, meeting):
    for rank in range(30):
        sits(seat(meeting, rank, f"Siège {rank:02}"), f"Nom{rank:02}", function="Directrice")
    convene_list(meeting)
    factories.GuestFactory(meeting=meeting, name="Alix Invitée <b>")
    rendering = sheet(meeting, agent)
    assert rendering.document is not None, rendering.progress
    assert rendering.document.kind == Document.Kind.ATTENDANCE
    with rendering.document.file.open("rb") as file:
        pages = PdfReader(io.BytesIO(file.read())).pages
    texts = [" ".join(page.extract_text().split()) for page in pages]
    assert len(texts) > 1
    assert "10 décembre 2012" in texts[0] and "Salle du conseil" in texts[0]
    assert all("Signature" in text for text in texts)
    whole = " ".join(texts)
    assert whole.index("Nom00") < whole.index("Nom29") < whole.index("Alix Invitée <b>")


def test_the_preparation_of_the_sheet_leads_back_to_the_meeting(agent, agent_client, meeting):
    rendering = Rendering.objects.create(requested_by=agent, subject=subject_of_sheet(meeting))
    rendering.fail("Échec.")
    shown = text_of(agent_client.get(reverse("rendering_detail", args=[rendering.pk])))
    assert "Préparation du PDF Feuille de présence" in shown
    assert "Revenir à : La réunion" in shown


def test_the_sheet_is_for_the_service_only(member, meeting):
    assert "n’ouvre plus cette réunion" in sheet(meeting, member).progress


def test_the_longest_name_that_a_person_may_have_is_convened():
    person = factories.PersonFactory(first_name="F" * 100, last_name="L" * 100)
    mandate = factories.DesignationFactory(person=person, starts_on=date(2010, 1, 1))
    meeting = factories.MeetingFactory(formation=mandate.seat.rule.formation, held_on=date(2012, 12, 10))
    (row,) = convene_list(meeting)
    row.full_clean()
    assert row.name == f"{'F' * 100} {'L' * 99}"
