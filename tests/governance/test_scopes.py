"""Who reads which organisations, people, meetings and decisions; and how they are found."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from governance.models import Decision, Designation, Meeting, Organisation, Person
from tests.factories import (
    DecisionFactory,
    DesignationFactory,
    DocumentFactory,
    MeetingFactory,
    OrganisationFactory,
    OrganisationNameFactory,
    PersonFactory,
)

pytestmark = pytest.mark.django_db

MODELS = (Organisation, Person, Meeting, Decision)


@pytest.fixture
def others(db: None) -> dict[type, object]:
    """Of each model one that has nothing to do with the member's formation."""
    decision = DecisionFactory()
    return {
        Organisation: OrganisationFactory(),
        Person: PersonFactory(),
        Meeting: decision.meeting,
        Decision: decision,
    }


@pytest.mark.parametrize("model", MODELS)
@pytest.mark.parametrize("role", ["agent", "administrator"])
def test_the_service_reads_all(role, model, others, request):
    assert others[model] in model.objects.visible_to(request.getfixturevalue(role))


@pytest.mark.parametrize("model", MODELS)
@pytest.mark.parametrize("role", ["stranger", "lead", "member"])
def test_others_do_not_read_what_is_not_their_council(role, model, others, request):
    assert others[model] not in model.objects.visible_to(request.getfixturevalue(role))


def test_a_member_reads_their_formation_and_all_who_sit(member):
    formation = Designation.objects.of_user(member).get().seat.rule.formation
    decision = DecisionFactory(meeting=MeetingFactory(formation=formation))
    former = DesignationFactory(ends_on=date(2008, 1, 1), organisation=OrganisationFactory())
    sitting = OrganisationFactory()
    former.seat.organisations.add(sitting)
    assert list(Decision.objects.visible_to(member)) == [decision]
    assert list(Meeting.objects.visible_to(member)) == [decision.meeting]
    assert set(Person.objects.visible_to(member)) == {member.person, former.person}
    seen = set(Organisation.objects.visible_to(member))
    assert {former.organisation, sitting, formation.council.agglomeration} <= seen


@pytest.mark.parametrize("model", MODELS)
def test_a_mandate_that_ended_yesterday_opens_nothing(model, member):
    mandate = Designation.objects.of_user(member).get()
    DecisionFactory(meeting=MeetingFactory(formation=mandate.seat.rule.formation))
    assert model.objects.visible_to(member).exists()
    mandate.ends_on = timezone.localdate() - timedelta(days=1)
    mandate.save()
    assert not model.objects.visible_to(member).exists()


def test_two_mandates_show_a_meeting_once(member):
    mandate = Designation.objects.of_user(member).get()
    DesignationFactory(person=member.person, seat__rule__formation=mandate.seat.rule.formation)
    meeting = MeetingFactory(formation=mandate.seat.rule.formation)
    assert list(Meeting.objects.visible_to(member)) == [meeting]
    assert list(Person.objects.visible_to(member)).count(member.person) == 1


def test_organisations_are_found_by_a_former_name_and_by_words_in_any_order():
    mission = OrganisationFactory(name="Mission locale du Montargois")
    OrganisationNameFactory(organisation=mission, name="Permanence d’accueil, Élèves")
    OrganisationFactory(name="Mission d’Orléans")
    for text in ("montargois MISSION", "eleves", "permanence d'accueil", "mission élèves"):
        assert list(Organisation.objects.search(text)) == [mission]
    assert not Organisation.objects.search("montargois orléans")


def test_people_meetings_decisions_and_documents_are_found_without_accents():
    person = PersonFactory(first_name="Zoé", last_name="Lefèvre")
    meeting = MeetingFactory(subject="Bilan de l’été", formation__name="CISPD plénier")
    decision = DecisionFactory(meeting=meeting, number=7, text="Approuve l’avenant n° 2.")
    document = DocumentFactory(title="Procès-verbal signé")
    assert list(Person.objects.search("lefevre ZOE")) == [person]
    assert list(Meeting.objects.search("plenier ete décembre 2012")) == [meeting]
    assert list(Decision.objects.search("decision 7 AVENANT")) == [decision]
    assert list(type(document).objects.search("proces verbal signe")) == [document]


def test_what_is_found_follows_what_is_changed():
    person = PersonFactory(last_name="Martin")
    person.last_name = "Bréchet"
    person.save(update_fields=["last_name"])
    assert list(Person.objects.search("brechet")) == [person]
    assert not Person.objects.search("martin")


@pytest.mark.parametrize("text", ["%", "_", "\\", "'"])
def test_signs_of_the_query_language_are_only_signs(text):
    PersonFactory(last_name="Martin", first_name="Jean")
    assert not Person.objects.search(text)
