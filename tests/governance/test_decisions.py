"""Decisions and opinions: numbering, entering, reading, what was done about them, what they brought about."""

import io
from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from cops.audit.models import Event
from governance.decisions.effects import effects_of, unregistered
from governance.decisions.follow_ups import told_at
from governance.decisions.writing import save_decision
from governance.models import Decision, FollowUp, Formation, Meeting
from governance.models.decisions import effect_relations
from tests import factories
from tests.entered_forms import filled, text_of
from tests.races import at_once, race

DAY = date(2012, 12, 10)


@pytest.fixture
def meeting(db):
    return factories.MeetingFactory(held_on=DAY, state=Meeting.State.HELD)


def create(client, meeting, **typed):
    address = reverse("decision_create", args=[meeting.pk])
    return client.post(address, filled(client.get(address), **typed))


def post(client, name, decision, **typed):
    address = reverse(name, args=[decision.pk])
    return client.post(address, filled(client.get(address), **typed))


# --- entering -----------------------------------------------------------------------------------------------


def test_a_decision_is_entered_with_the_next_number_of_its_meeting(agent, agent_client, meeting):
    item = factories.AgendaItemFactory(meeting=meeting, title="Vidéoprotection")
    factories.DecisionFactory(meeting=meeting, number=4)
    factories.DecisionFactory(number=9)  # another meeting's
    response = create(
        agent_client,
        meeting,
        text="Le conseil adopte le <b>schéma</b>.",
        vote="à l’unanimité",
        owner="DSU",
        due_on="2013-03-01",
        agenda_item=str(item.pk),
        kind="opinion",
    )
    assert response.status_code == 302
    decision = Decision.objects.get(meeting=meeting, number=5)
    assert (decision.kind, decision.owner, decision.agenda_item) == ("opinion", "DSU", item)
    assert Event.objects.get(subject_type__model="decision").actor == agent
    text = text_of(agent_client.get(reverse("meeting_detail", args=[meeting.pk])))
    assert "Avis n° 5" in text and "le <b>schéma</b>." in text and "à l’unanimité" in text


@race
def test_writers_at_once_get_one_number_each(tmp_path):
    meeting = factories.MeetingFactory(held_on=DAY)
    agent = factories.AgentFactory()

    def decide(n):
        save_decision(Decision(meeting=meeting, number=0, text=f"Décision {n}"), by=agent)

    at_once(8, decide)
    numbers = Decision.objects.filter(meeting=meeting).order_by("number").values_list("number", flat=True)
    assert list(numbers) == list(range(1, 9))


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({"state": Meeting.State.CLOSED}, "rouvrez-la"),
        ({"state": Meeting.State.CANCELLED}, "annulée"),
        ({"held_on": date(2099, 1, 5)}, "à partir de ce jour"),
    ],
)
def test_a_meeting_that_cannot_decide_says_why(agent_client, values, expected):
    meeting = factories.MeetingFactory(**values)
    response = agent_client.get(reverse("decision_create", args=[meeting.pk]), follow=True)
    assert expected in text_of(response)
    assert not Decision.objects.exists()


def test_decisions_of_approved_minutes_are_locked(agent_client, meeting):
    decision = factories.DecisionFactory(meeting=meeting)
    later = factories.MeetingFactory(formation=meeting.formation, held_on=date(2013, 6, 1))
    factories.MinutesFactory(meeting=meeting, approved_in=later, approved_at=timezone.now())
    assert "approuvé" in text_of(agent_client.get(reverse("decision_edit", args=[decision.pk]), follow=True))
    agent_client.post(reverse("decision_delete", args=[decision.pk]))
    assert Decision.objects.filter(pk=decision.pk).exists()


def test_a_deadline_before_the_meeting_and_an_empty_text_are_refused(agent_client, meeting):
    response = create(agent_client, meeting, text=" ", due_on="2012-01-01")
    text = text_of(response)
    assert response.status_code == 200 and "L’échéance précède la réunion" in text
    assert "Écrivez ce qui est décidé." in text and not Decision.objects.exists()


def test_the_agenda_item_of_another_meeting_is_refused(agent_client, meeting):
    other = factories.AgendaItemFactory()
    assert create(agent_client, meeting, text="Oui.", agenda_item=str(other.pk)).status_code == 200
    assert not Decision.objects.exists()


def test_only_what_nothing_refers_to_is_deleted(agent_client, meeting):
    free, told, used = factories.DecisionFactory.create_batch(3, meeting=meeting)
    factories.FollowUpFactory(decision=told)
    factories.AmendmentFactory(approved_by=used)
    for decision in (told, used):
        address = reverse("decision_delete", args=[decision.pk])
        assert "Suppression impossible" in text_of(agent_client.get(address))
        assert "figure encore dans" in text_of(agent_client.post(address, follow=True))
    agent_client.post(reverse("decision_delete", args=[free.pk]))
    assert set(Decision.objects.all()) == {told, used}


def test_two_writers_are_told_and_nothing_is_lost(agent_client, administrator_client, meeting):
    decision = factories.DecisionFactory(meeting=meeting, text="Un.", owner="")
    address = reverse("decision_edit", args=[decision.pk])
    seen = filled(agent_client.get(address))
    post(administrator_client, "decision_edit", decision, owner="Parquet")
    response = agent_client.post(address, seen | {"text": "Deux."})
    assert "Modifié entre-temps" in text_of(response)
    decision.refresh_from_db()
    assert (decision.text, decision.owner) == ("Un.", "Parquet")
    agent_client.post(address, filled(response))
    decision.refresh_from_db()
    assert (decision.text, decision.owner) == ("Deux.", "Parquet")


# --- reading ------------------------------------------------------------------------------------------------


def test_a_member_reads_the_decisions_of_their_formation_only(member, member_client):
    formation = member.person.designations.get().seat.rule.formation
    own = factories.DecisionFactory(meeting__formation=formation, text="La nôtre.")
    other = factories.DecisionFactory(text="La leur.")
    text = text_of(member_client.get(reverse("decision_list")))
    assert "La nôtre." in text and "La leur." not in text
    assert member_client.get(reverse("decision_detail", args=[own.pk])).status_code == 200
    assert member_client.get(reverse("decision_detail", args=[other.pk])).status_code == 404
    assert "Noter les suites" not in text_of(member_client.get(reverse("decision_detail", args=[own.pk])))
    assert member_client.get(reverse("decision_edit", args=[own.pk])).status_code == 403


def test_a_mandate_that_ended_opens_no_decision(member, member_client):
    mandate = member.person.designations.get()
    decision = factories.DecisionFactory(meeting__formation=mandate.seat.rule.formation)
    mandate.ends_on = timezone.localdate() - timedelta(days=1)
    mandate.save()
    assert member_client.get(reverse("decision_detail", args=[decision.pk])).status_code == 404


def test_the_list_is_narrowed_sorted_and_taken_away_as_shown(agent_client, meeting):
    factories.DecisionFactory(meeting=meeting, text="=1+1 en retard", owner="B", due_on=date(2013, 1, 1))
    factories.DecisionFactory(meeting=meeting, text="Faite", owner="A", due_on=DAY, state="done")
    factories.DecisionFactory(meeting__held_on=date(2010, 5, 5), text="Ancienne", owner="C")
    text = text_of(agent_client.get(reverse("decision_list"), {"retard": "oui"}))
    assert "en retard" in text and "Faite" not in text and "Ancienne" not in text and "Dépassée" in text
    sheet = agent_client.get(
        reverse("decision_list_export", args=["xlsx"]), {"annee": "2012", "tri": "responsable"}
    )
    rows = list(load_workbook(io.BytesIO(sheet.content)).active.values)
    assert [row[4] for row in rows[1:]] == ["Faite", "=1+1 en retard"]
    assert Event.objects.filter(action=Event.Action.EXPORTED).count() == 1


def test_a_confidential_group_is_found_by_no_search(agent_client):
    group = factories.FormationFactory(kind=Formation.Kind.GROUP, is_confidential=True)
    factories.DecisionFactory(meeting__formation=group, meeting__subject="", text="Discrète")
    assert "Discrète" in text_of(agent_client.get(reverse("decision_list")))
    assert "Discrète" not in text_of(agent_client.get(reverse("decision_list"), {"q": "discrete"}))


@pytest.mark.parametrize("address", ["?formation=inconnue", "?annee=x", "?tri=bof&page=zzz", "?q=a%00"])
def test_a_bad_address_breaks_nothing(agent_client, meeting, address):
    factories.DecisionFactory(meeting=meeting)
    assert agent_client.get(reverse("decision_list") + address).status_code == 200


def queries(client, address):
    with CaptureQueriesContext(
        connection,
    ) as context:
        assert client.get(address).status_code == 200
    return len(context)


def test_pages_cost_the_same_with_5_and_50_decisions(agent_client, meeting):
    addresses = [
        reverse("decision_list"),
        reverse("meeting_detail", args=[meeting.pk]),
        reverse(
            "meeting_detail",
            args=[factories.MeetingFactory(formation=meeting.formation, held_on=date(2013, 6, 1)).pk],
        ),
    ]
    costs = []
    for batch in (5, 45):
        for decision in factories.DecisionFactory.create_batch(batch, meeting=meeting):
            factories.FollowUpFactory(decision=decision)
        for address in addresses:  # what is read once and kept
            agent_client.get(address)
        costs.append([queries(agent_client, address) for address in addresses])
    assert costs[0] == costs[1]
    page = agent_client.get(addresses[0])
    assert len(page.content) < 100_000


# --- what was done about it ---------------------------------------------------------------------------------


def test_what_was_done_is_added_and_gives_the_decision_its_state(agent, agent_client, meeting):
    decision = factories.DecisionFactory(meeting=meeting)
    post(agent_client, "decision_follow_up", decision, told_on="2013-06-01", state="done", text="Fait.")
    post(agent_client, "decision_follow_up", decision, told_on="2013-02-01", state="under_way", text="Début.")
    decision.refresh_from_db()
    assert decision.state == "done"  # that of the latest day, whatever was noted last
    assert FollowUp.objects.filter(decision=decision, recorded_by=agent).count() == 2
    text = text_of(agent_client.get(reverse("decision_detail", args=[decision.pk])))
    assert text.index("Fait.") < text.index("Début.")
    assert (
        'name="state"' not in agent_client.get(reverse("decision_edit", args=[decision.pk])).content.decode()
    )


@pytest.mark.parametrize(
    ("told_on", "expected"), [("2012-12-09", "pas avant ce jour"), ("2099-01-01", "à venir"), ("", "le jour")]
)
def test_what_was_done_has_a_day_that_can_be(agent_client, meeting, told_on, expected):
    decision = factories.DecisionFactory(meeting=meeting)
    response = post(agent_client, "decision_follow_up", decision, told_on=told_on, state="done", text="Fait.")
    assert expected in text_of(response) and not FollowUp.objects.exists()


def test_a_closed_meeting_still_hears_what_becomes_of_its_decisions(agent_client, meeting):
    meeting.state = Meeting.State.CLOSED
    meeting.save()
    decision = factories.DecisionFactory(meeting=meeting)
    post(agent_client, "decision_follow_up", decision, told_on="2013-02-01", state="dropped", text="Non.")
    decision.refresh_from_db()
    assert decision.state == "dropped"


def test_the_next_meeting_hears_of_what_is_open_and_once_of_what_was_settled(db):
    first = factories.MeetingFactory(held_on=date(2012, 1, 10))
    formation = first.formation
    second = factories.MeetingFactory(formation=formation, held_on=date(2012, 6, 10))
    third = factories.MeetingFactory(formation=formation, held_on=date(2012, 12, 10))
    still, settled, opinion = (
        factories.DecisionFactory(meeting=first, number=number, state=state, due_on=due_on)
        for number, state, due_on in ((1, "open", date(2012, 3, 1)), (2, "done", None), (3, "done", None))
    )
    factories.FollowUpFactory(decision=settled, told_on=date(2012, 3, 1), state="done")
    factories.DecisionFactory(text="D’une autre formation")
    assert [(row.decision, row.state, row.is_late) for row in told_at(second)] == [
        (still, "open", True),
        (settled, "done", False),
    ]
    assert [row.decision for row in told_at(third)] == [still]
    assert told_at(first) == []
    assert opinion not in [row.decision for row in told_at(second)]


def test_what_was_told_later_does_not_change_what_a_meeting_heard(db):
    first = factories.MeetingFactory(held_on=date(2012, 1, 10))
    second = factories.MeetingFactory(formation=first.formation, held_on=date(2012, 6, 10))
    decision = factories.DecisionFactory(meeting=first, state="done")
    factories.FollowUpFactory(decision=decision, told_on=date(2012, 9, 1), state="done")
    assert [(row.state, row.follow_up) for row in told_at(second)] == [("open", None)]


# --- what it brought about ----------------------------------------------------------------------------------


def test_every_model_that_points_at_decisions_says_who_reads_it_and_how_it_is_shown():
    assert effect_relations() and unregistered() == []
    for relation in effect_relations():
        assert callable(relation.related_model.objects.visible_to)


def test_a_decision_shows_its_effects_as_far_as_the_reader_may_read_them(agent, member, agent_client):
    formation = member.person.designations.get().seat.rule.formation
    decision = factories.DecisionFactory(meeting__formation=formation)
    amendment = factories.AmendmentFactory(approved_by=decision, number=3)
    shown = factories.ActionYearFactory()
    hidden = factories.ActionYearFactory(action__is_confidential=True)
    for year in (shown, hidden):
        year.transitions.create(to_status="dropped", decision=decision)
    factories.ProgrammeFactory(adopted_by=decision)
    assert len(effects_of(decision, agent)) == 4
    assert len(effects_of(decision, member)) == 3
    assert amendment in decision.effects(member)
    assert decision.effects(factories.UserFactory()) == []
    page = agent_client.get(reverse("decision_detail", args=[decision.pk]))
    assert reverse("contract_detail", args=[amendment.contract.code]) in page.content.decode()
    assert "avenant n° 3 approuvé" in text_of(page)


def test_effects_cost_the_same_with_5_and_50(agent, meeting):
    decision = factories.DecisionFactory(meeting=meeting)
    costs = []
    for batch in (5, 45):
        for year in factories.ActionYearFactory.create_batch(batch):
            year.transitions.create(to_status="dropped", decision=decision)
        with CaptureQueriesContext(connection) as context:
            effects_of(decision, agent)
        costs.append(len(context))
    assert costs[0] == costs[1]
