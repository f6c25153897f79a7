"""The agenda of a meeting: entering it by keyboard, its times, and what changed since the convocation."""

from datetime import date, time

import pytest
from django.urls import reverse

from cops.audit.models import Event
from governance.meetings.agenda import timed
from governance.meetings.changes import changes_since, differences, snapshot
from governance.meetings.services import save_agenda
from governance.models import AgendaItem
from tests import factories
from tests.entered_forms import filled, text_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def meeting():
    return factories.MeetingFactory(starts_at=time(14), place="Salle A")


def items(meeting, *titles):
    return [
        factories.AgendaItemFactory(meeting=meeting, title=title, position=rank)
        for rank, title in enumerate(titles, start=1)
    ]


def titles(meeting):
    rows = AgendaItem.objects.filter(meeting=meeting).order_by("position")
    assert [row.position for row in rows] == list(range(1, len(rows) + 1))
    return [row.title for row in rows]


def save(client, meeting, **typed):
    address = reverse("agenda_edit", args=[meeting.pk])
    return client.post(address, filled(client.get(address), **typed))


@pytest.mark.parametrize(
    ("start", "durations", "expected"),
    [
        (time(14), [20, 10, 5], [time(14), time(14, 20), time(14, 30)]),
        (time(14), [20, None, 5], [time(14), time(14, 20), None]),
        (None, [20, 10], [None, None]),
        (time(23, 50), [20, 10], [time(23, 50), time(0, 10)]),
    ],
)
def test_times_follow_from_the_start_and_the_durations(start, durations, expected):
    rows = timed([AgendaItem(duration=duration) for duration in durations], start)
    assert [row.at for row in rows] == expected
    assert [row.rank for row in rows] == list(range(1, len(durations) + 1))


def test_an_agenda_is_typed_in_one_go_and_read_with_its_times(agent, agent_client, meeting):
    save(
        agent_client,
        meeting,
        items__new0__title="  Bilan  ",
        items__new0__duration="20",
        items__new1__title="Programmation",
        items__new1__kind="decision",
        items__new1__rapporteur="Camille Exemple, directrice",
        items__new1__description="Présentation <b>du</b> programme.",
    )
    assert titles(meeting) == ["Bilan", "Programmation"]
    text = text_of(agent_client.get(reverse("meeting_detail", args=[meeting.pk])))
    assert "14 h 20" in text and "Présentation <b>du</b> programme." in text
    assert Event.objects.get(subject_type__model="meeting").actor == agent


@pytest.mark.parametrize(
    ("moved", "place", "expected"),
    [
        (3, "1", ["D", "A", "B", "C"]),
        (0, "3", ["B", "C", "A", "D"]),
        (1, "", ["A", "C", "D", "B"]),
        (2, "2", ["A", "C", "B", "D"]),
        (0, "4", ["B", "C", "D", "A"]),
    ],
)
def test_another_rank_moves_an_item(agent_client, meeting, moved, place, expected):
    rows = items(meeting, "A", "B", "C", "D")
    save(agent_client, meeting, **{f"items__{rows[moved].pk}__position": place})
    assert titles(meeting) == expected


def test_a_new_item_goes_where_its_rank_says_and_a_removed_one_closes_the_ranks(agent_client, meeting):
    rows = items(meeting, "A", "B", "C")
    save(
        agent_client,
        meeting,
        **{
            "items__new0__position": "2",
            "items__new0__title": "Neuf",
            f"items__{rows[0].pk}__remove": "on",
        },
    )
    assert titles(meeting) == ["Neuf", "B", "C"]


def test_faults_are_told_and_nothing_is_stored(agent_client, meeting):
    response = save(
        agent_client,
        meeting,
        items__new0__title="Bilan",
        items__new0__duration="une heure",
        items__new1__rapporteur="Sans intitulé",
    )
    text = text_of(response)
    assert "Une durée s’écrit en minutes" in text and "Donnez un intitulé au point." in text
    assert not meeting.agenda.exists()


def test_two_people_on_one_agenda_lose_nothing(agent_client, administrator_client, meeting):
    row = items(meeting, "A")[0]
    address = reverse("agenda_edit", args=[meeting.pk])
    first, second = agent_client.get(address), administrator_client.get(address)
    agent_client.post(address, filled(first, **{f"items__{row.pk}__title": "A bis"}))
    text = text_of(administrator_client.post(address, filled(second, **{f"items__{row.pk}__title": "A ter"})))
    assert "Modifié entre-temps" in text and "« A bis »" in text
    assert titles(meeting) == ["A bis"]


# --- what changed since the convocation ---------------------------------------------------------------------


def test_every_sort_of_change_is_said_in_french(meeting):
    a, b, c, d = items(meeting, "A", "B", "C", "D")
    meeting.state = "convened"
    meeting.save()
    convocation = factories.ConvocationFactory(meeting=meeting, snapshot=snapshot(meeting))
    assert changes_since(convocation) == []
    meeting.place, meeting.starts_at, meeting.held_on = "Salle B", time(9, 30), date(2012, 12, 11)
    meeting.save()
    b.delete()
    a.title, a.position = "A bis", 1
    d.position, c.position = 2, 3
    c.duration, c.description = 30, "Long texte"
    for item in (a, c, d):
        item.save()
    factories.AgendaItemFactory(meeting=meeting, title="E", position=4)
    found = changes_since(convocation)
    assert [change.kind for change in found] == [
        "meeting",
        "meeting",
        "meeting",
        "reworded",
        "moved",
        "reworded",
        "added",
        "withdrawn",
    ]
    texts = [change.text.replace("\u00a0", " ") for change in found]
    assert texts == [
        "La date : le 11 décembre 2012 (auparavant le 10 décembre 2012).",
        "L’heure de début : 9 h 30 (auparavant 14 h).",
        "Le lieu : « Salle B » (auparavant « Salle A »).",
        "Point 1 reformulé : « A bis » (auparavant « A »).",
        "Point 2, « D » : déplacé (auparavant point 4).",
        "Point 3, « C » : durée 30 min (auparavant 20 min) ; exposé modifié.",
        "Point 4 ajouté : « E ».",
        "Point 2 retiré : « B ».",
    ]


@pytest.mark.parametrize(
    ("before", "after", "moved"),
    [
        ("ABCD", "ABCD", ""),
        ("ABCD", "DABC", "D"),
        ("ABCD", "BCDA", "A"),
        ("ABCD", "ACD", ""),
        ("ABCD", "XABCD", ""),
        ("AB", "BA", "A"),
        ("", "AB", ""),
    ],
)
def test_an_item_that_only_slid_has_not_moved(before, after, moved):
    def agenda(letters):
        return {
            "meeting": dict.fromkeys(
                ("held_on", "starts_at", "ends_at", "mode", "place", "remote_link", "subject")
            ),
            "agenda": [
                {"pk": letter, "position": rank, "title": letter, "kind": "information"}
                | {"duration": None, "rapporteur": "", "description": ""}
                for rank, letter in enumerate(letters, start=1)
            ],
        }

    found = differences(agenda(before), agenda(after))
    assert "".join(str(change.item_pk) for change in found if change.kind == "moved") in (
        moved,
        moved and "B",
    )


def test_the_page_shows_changes_to_readers_and_the_agenda_stays_open_to_them(agent_client, meeting):
    row = items(meeting, "A")[0]
    meeting.state = "convened"
    meeting.save()
    factories.ConvocationFactory(meeting=meeting, snapshot=snapshot(meeting))
    response = save(agent_client, meeting, **{f"items__{row.pk}__title": "A bis"})
    text = text_of(agent_client.get(response["Location"]))
    assert "La convocation est déjà partie" in text
    assert "Changé depuis la convocation" in text and "Point 1 reformulé" in text


def test_the_snapshot_of_a_confidential_group_says_neither_subject_nor_agenda():
    group = factories.FormationFactory(kind="group", is_confidential=True)
    meeting = factories.MeetingFactory(formation=group, subject="Le cas de quelqu’un")
    factories.AgendaItemFactory(meeting=meeting)
    value = snapshot(meeting)
    assert value["meeting"]["subject"] == "" and value["agenda"] == []


def test_the_agenda_page_costs_the_same_with_5_and_50_items(agent_client, meeting, django_assert_num_queries):
    address = reverse("agenda_edit", args=[meeting.pk])

    def check() -> None:
        with django_assert_num_queries(4):
            agent_client.get(address)

    for n in (5, 45):
        for rank in range(n):
            factories.AgendaItemFactory(meeting=meeting, position=rank)
        check()


def test_the_papers_of_a_withdrawn_item_are_withdrawn_with_it(agent):
    item = factories.AgendaItemFactory()
    paper = factories.AttachmentFactory(target=item)
    save_agenda(item.meeting, order=[], altered=[], removed=[item], by=agent)
    paper.refresh_from_db()
    assert paper.withdrawn_at is not None
