"""Who sits, meets and decides."""

from datetime import date

import factory
from django.utils import timezone
from factory.django import DjangoModelFactory

from governance import models as governance
from tests.factories.house import AgentFactory, MessageFactory

LONG_AGO = date(2002, 11, 1)


class OrganisationFactory(DjangoModelFactory):
    class Meta:
        model = governance.Organisation

    name = factory.Sequence(lambda n: f"Organisme {n}")
    kind = governance.Organisation.Kind.ASSOCIATION


class OrganisationNameFactory(DjangoModelFactory):
    class Meta:
        model = governance.OrganisationName

    organisation = factory.SubFactory(OrganisationFactory)
    name = factory.Sequence(lambda n: f"Ancien organisme {n}")
    ends_on = date(2008, 12, 31)


class CommuneFactory(DjangoModelFactory):
    class Meta:
        model = governance.Commune

    insee_code = factory.Sequence(lambda n: f"{45000 + n}")
    name = factory.Sequence(lambda n: f"Commune {n}")


class CommuneMembershipFactory(DjangoModelFactory):
    class Meta:
        model = governance.CommuneMembership

    commune = factory.SubFactory(CommuneFactory)
    starts_on = LONG_AGO
    zone = governance.CommuneMembership.Zone.POLICE


class PersonFactory(DjangoModelFactory):
    class Meta:
        model = governance.Person

    last_name = factory.Sequence(lambda n: f"Nom{n}")
    first_name = "Camille"
    organisation = factory.SubFactory(OrganisationFactory)


class CouncilFactory(DjangoModelFactory):
    class Meta:
        model = governance.Council

    code = factory.Sequence(lambda n: f"conseil-{n}")
    name = "CISPD"
    agglomeration = factory.SubFactory(OrganisationFactory, kind=governance.Organisation.Kind.AGGLOMERATION)
    created_on = LONG_AGO
    created_precision = "month"


class FormationFactory(DjangoModelFactory):
    class Meta:
        model = governance.Formation

    council = factory.SubFactory(CouncilFactory)
    code = factory.Sequence(lambda n: f"formation-{n}")
    name = "Formation plénière"
    kind = governance.Formation.Kind.PLENARY


class SeatRuleFactory(DjangoModelFactory):
    class Meta:
        model = governance.SeatRule

    formation = factory.SubFactory(FormationFactory)
    position = 1
    label = "Président de l’agglomération"
    category = "Agglomération"
    basis = governance.SeatRule.Basis.NAMED


class SeatFactory(DjangoModelFactory):
    class Meta:
        model = governance.Seat

    rule = factory.SubFactory(SeatRuleFactory)


class DesignationFactory(DjangoModelFactory):
    class Meta:
        model = governance.Designation

    seat = factory.SubFactory(SeatFactory)
    person = factory.SubFactory(PersonFactory)
    quality = governance.Designation.Quality.TITULAR
    starts_on = LONG_AGO


class MeetingFactory(DjangoModelFactory):
    class Meta:
        model = governance.Meeting

    formation = factory.SubFactory(FormationFactory)
    held_on = date(2012, 12, 10)
    subject = "Bilan de l’année"


class DecisionFactory(DjangoModelFactory):
    class Meta:
        model = governance.Decision

    meeting = factory.SubFactory(MeetingFactory)
    number = factory.Sequence(lambda n: n + 1)
    text = "Le conseil approuve l’avenant."


class FollowUpFactory(DjangoModelFactory):
    class Meta:
        model = governance.FollowUp

    decision = factory.SubFactory(DecisionFactory)
    told_on = date(2013, 6, 10)
    state = governance.Decision.State.UNDER_WAY
    text = "Le service a écrit aux communes."
    recorded_by = factory.SubFactory(AgentFactory)


class AgendaItemFactory(DjangoModelFactory):
    class Meta:
        model = governance.AgendaItem

    meeting = factory.SubFactory(MeetingFactory)
    position = factory.Sequence(lambda n: n + 1)
    title = "Bilan des actions de l’année"
    duration = 20
    rapporteur = "Camille Exemple, responsable du service"


class ConvocationFactory(DjangoModelFactory):
    """A convocation that left; its agenda was empty unless the test gives a `snapshot`."""

    class Meta:
        model = governance.Convocation

    meeting = factory.SubFactory(MeetingFactory, state=governance.Meeting.State.CONVENED)
    sequence = 0
    sent_by = factory.SubFactory(AgentFactory)
    snapshot = factory.LazyFunction(lambda: {"agenda": []})


class AttendanceFactory(DjangoModelFactory):
    """A titular who was convened, on a seat of the meeting's formation."""

    class Meta:
        model = governance.Attendance

    meeting = factory.SubFactory(MeetingFactory)
    seat = factory.SubFactory(SeatFactory, rule__formation=factory.SelfAttribute("...meeting.formation"))
    person = factory.SubFactory(PersonFactory)
    quality = governance.Attendance.Quality.TITULAR
    name = factory.LazyAttribute(lambda attendance: str(attendance.person))
    function = "Directrice"
    email = factory.Sequence(lambda n: f"convoque{n}@example.org")


class GuestFactory(AttendanceFactory):
    """Somebody invited by a free name, without a seat."""

    seat = None
    person = None
    quality = governance.Attendance.Quality.GUEST
    name = "Alix Invitée"
    function = "Maire"


class ConvocationMessageFactory(DjangoModelFactory):
    class Meta:
        model = governance.ConvocationMessage

    convocation = factory.SubFactory(ConvocationFactory)
    attendance = factory.SubFactory(AttendanceFactory, meeting=factory.SelfAttribute("..convocation.meeting"))
    message = factory.SubFactory(MessageFactory)
    kind = factory.SelfAttribute("convocation.kind")


class MinutesFactory(DjangoModelFactory):
    class Meta:
        model = governance.Minutes

    meeting = factory.SubFactory(MeetingFactory, state=governance.Meeting.State.HELD)
    text = "Le conseil prend acte du bilan."


class CrisisCellFactory(DjangoModelFactory):
    class Meta:
        model = governance.CrisisCell

    meeting = factory.SubFactory(MeetingFactory, kind=governance.Meeting.Kind.CRISIS)
    event = "Incendie d’un entrepôt"
    convened_by = governance.SeatRule.Convener.PREFECT
    convener_name = "Paul Exemple"
    means_needed = "Relogement"


class LogEntryFactory(DjangoModelFactory):
    class Meta:
        model = governance.LogEntry

    cell = factory.SubFactory(CrisisCellFactory)
    happened_at = factory.LazyFunction(timezone.now)
    text = "Premier appel"
