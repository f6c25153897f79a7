"""Valid objects for tests. Everything is fixed: a counter where something must be unique, never chance."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import factory
from django.utils import timezone
from factory.django import DjangoModelFactory

from actions import models as actions
from actions.imports import outcome_of
from actions.workbook import ImportPlan
from contracts import models as contracts
from cops.audit.models import Event, ImportBatch, Submission
from cops.documents.models import Attachment, Document, FormerVersion, Rendering
from cops.mail.models import AccessLink, Message
from cops.users.models import SavedView, User
from governance import models as governance

PASSWORD = "quatre mots pour essayer"

LONG_AGO = date(2002, 11, 1)


class UserFactory(DjangoModelFactory):
    class Meta:
        model = User

    email = factory.Sequence(lambda n: f"personne{n}@example.org")
    full_name = factory.Sequence(lambda n: f"Personne {n}")
    role = User.Role.NONE
    password = PASSWORD

    @classmethod
    def _create(cls, model_class: type[User], *args: Any, **kwargs: Any) -> User:
        return model_class.objects.create_user(**kwargs)


class AgentFactory(UserFactory):
    email = factory.Sequence(lambda n: f"agent{n}@example.org")
    full_name = factory.Sequence(lambda n: f"Agent {n}")
    role = User.Role.AGENT


class AdministratorFactory(UserFactory):
    email = factory.Sequence(lambda n: f"administrateur{n}@example.org")
    full_name = factory.Sequence(lambda n: f"Administrateur {n}")
    role = User.Role.ADMINISTRATOR


class SavedViewFactory(DjangoModelFactory):
    class Meta:
        model = SavedView

    user = factory.SubFactory(UserFactory)
    name = factory.Sequence(lambda n: f"Vue {n}")
    path = "/actions/"
    query = "annee=2012"


# cops.audit, cops.documents, cops.mail --------------------------------------------------------------------


class EventFactory(DjangoModelFactory):
    class Meta:
        model = Event

    action = Event.Action.LOGGED_IN
    actor = factory.SubFactory(UserFactory)
    summary = "Connexion"


class ImportBatchFactory(DjangoModelFactory):
    class Meta:
        model = ImportBatch

    created_by = factory.SubFactory(AgentFactory)
    filename = "actions.xlsx"
    content = b"contenu"
    state = ImportBatch.State.READY
    outcome = factory.LazyFunction(lambda: outcome_of(ImportPlan("actions.xlsx"), None))


class SubmissionFactory(DjangoModelFactory):
    class Meta:
        model = Submission

    nonce = factory.Sequence(lambda n: f"numero-{n}")
    user = factory.SubFactory(AgentFactory)
    digest = "0" * 64
    address = "/actions/"


class DocumentFactory(DjangoModelFactory):
    class Meta:
        model = Document

    title = "Rapport provisoire 2012"
    kind = Document.Kind.REPORT_DRAFT
    filename = "rapport-2012.pdf"
    content_type = "application/pdf"
    visibility = Document.Visibility.STAFF
    created_by = factory.SubFactory(AgentFactory)

    @classmethod
    def _create(cls, model_class: type[Document], *args: Any, **kwargs: Any) -> Document:
        return model_class.store(kwargs.pop("content", b"%PDF-1.7\n"), **kwargs)


class AttachmentFactory(DjangoModelFactory):
    """A paper of an action, for all who read that, unless told otherwise."""

    class Meta:
        model = Attachment

    target = factory.SubFactory("tests.factories.ActionFactory")
    title = "Convention 2012"
    kind = Document.Kind.AGREEMENT
    audience = Attachment.Audience.READERS
    document = factory.SubFactory(
        DocumentFactory,
        title=factory.SelfAttribute("..title"),
        kind=factory.SelfAttribute("..kind"),
        filename="convention-2012.pdf",
        visibility=Document.Visibility.ATTACHED,
    )


class FormerVersionFactory(DjangoModelFactory):
    class Meta:
        model = FormerVersion

    attachment = factory.SubFactory(AttachmentFactory)
    document = factory.SubFactory(DocumentFactory, visibility=Document.Visibility.ATTACHED)
    replaced_by = factory.SubFactory(AgentFactory)


class RenderingFactory(DjangoModelFactory):
    class Meta:
        model = Rendering

    requested_by = factory.SubFactory(AgentFactory)
    subject = "cops-2009/2012"


class MessageFactory(DjangoModelFactory):
    class Meta:
        model = Message

    recipient = "destinataire@example.org"
    subject = "Réunion du conseil"
    body = "Bonjour,\n"


class AccessLinkFactory(DjangoModelFactory):
    """A stored link; use `AccessLink.issue` where its token is needed."""

    class Meta:
        model = AccessLink

    purpose = AccessLink.Purpose.INVITATION
    user = factory.SubFactory(UserFactory)
    token_digest = factory.Sequence(lambda n: f"{n:064x}")
    expires_at = factory.LazyFunction(lambda: timezone.now() + timedelta(days=7))


# governance -----------------------------------------------------------------------------------------------


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
    """A convocation that left; `snapshot` is empty unless the test gives one."""

    class Meta:
        model = governance.Convocation

    meeting = factory.SubFactory(MeetingFactory, state=governance.Meeting.State.CONVENED)
    sequence = 0
    sent_by = factory.SubFactory(AgentFactory)


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


class MinutesFactory(DjangoModelFactory):
    class Meta:
        model = governance.Minutes

    meeting = factory.SubFactory(MeetingFactory, state=governance.Meeting.State.HELD)
    text = "Le conseil prend acte du bilan."


# contracts ------------------------------------------------------------------------------------------------


class ContractFactory(DjangoModelFactory):
    class Meta:
        model = contracts.Contract

    code = factory.Sequence(lambda n: f"cops-{n}")
    title = factory.LazyAttribute(lambda contract: f"Contrat {contract.code}")
    starts_on = date(2009, 1, 1)
    ends_on = date(2012, 12, 31)


class SignatoryFactory(DjangoModelFactory):
    class Meta:
        model = contracts.Signatory

    contract = factory.SubFactory(ContractFactory)
    organisation = factory.SubFactory(OrganisationFactory)


class AmendmentFactory(DjangoModelFactory):
    class Meta:
        model = contracts.Amendment

    contract = factory.SubFactory(ContractFactory)
    number = 1
    effective_on = date(2013, 1, 1)
    new_end_on = date(2014, 12, 31)


class AxisFactory(DjangoModelFactory):
    """An axis with its first version, as every axis of a contract has one."""

    class Meta:
        model = contracts.Axis
        skip_postgeneration_save = True

    contract = factory.SubFactory(ContractFactory)
    number = factory.Sequence(lambda n: n + 1)
    first_version = factory.RelatedFactory("tests.factories.AxisVersionFactory", factory_related_name="axis")


class AxisVersionFactory(DjangoModelFactory):
    class Meta:
        model = contracts.AxisVersion

    axis = factory.SubFactory(AxisFactory, first_version=None)
    title = "Prévenir la délinquance des mineurs"
    position = 1


class ObjectiveFactory(DjangoModelFactory):
    """An objective of its contract's axis, with its first version."""

    class Meta:
        model = contracts.Objective
        skip_postgeneration_save = True

    contract = factory.SubFactory(ContractFactory)
    axis = factory.SubFactory(AxisFactory, contract=factory.SelfAttribute("..contract"))
    code = factory.Sequence(lambda n: f"1.{n + 1}")
    first_version = factory.RelatedFactory(
        "tests.factories.ObjectiveVersionFactory", factory_related_name="objective"
    )


class ObjectiveVersionFactory(DjangoModelFactory):
    class Meta:
        model = contracts.ObjectiveVersion

    objective = factory.SubFactory(ObjectiveFactory, first_version=None)
    title = "Soutenir les parents"
    position = 1


# actions --------------------------------------------------------------------------------------------------


class ActionFactory(DjangoModelFactory):
    class Meta:
        model = actions.Action

    contract = factory.SubFactory(ContractFactory)
    objective = factory.SubFactory(ObjectiveFactory, contract=factory.SelfAttribute("..contract"))
    reference = factory.Sequence(lambda n: f"1.1-{n + 1:02}")
    title = "Médiation à la sortie des collèges"
    lead = factory.SubFactory(OrganisationFactory)
    counting_unit = actions.CountingUnit.PEOPLE


class PartnershipFactory(DjangoModelFactory):
    class Meta:
        model = actions.Partnership

    action = factory.SubFactory(ActionFactory)
    organisation = factory.SubFactory(OrganisationFactory)


class ActionCommuneFactory(DjangoModelFactory):
    class Meta:
        model = actions.ActionCommune

    action = factory.SubFactory(ActionFactory)
    commune = factory.SubFactory(CommuneFactory)


class ActionYearFactory(DjangoModelFactory):
    class Meta:
        model = actions.ActionYear

    action = factory.SubFactory(ActionFactory)
    year = 2012
    objective = factory.SelfAttribute("action.objective")
    lead = factory.SelfAttribute("action.lead")
    status = actions.Status.DONE
    planned_budget = Decimal("1000.00")
    actual_cost = Decimal("900.00")
    planned_count = 100
    actual_count = 90


class ProgrammeFactory(DjangoModelFactory):
    class Meta:
        model = actions.Programme

    contract = factory.SubFactory(ContractFactory)
    year = 2012
    adopted_by = factory.SubFactory(DecisionFactory)


class TransitionFactory(DjangoModelFactory):
    class Meta:
        model = actions.Transition

    action_year = factory.SubFactory(ActionYearFactory)
    by = factory.SubFactory(AgentFactory)
    from_status = ""
    to_status = actions.Status.DONE


class IndicatorFactory(DjangoModelFactory):
    class Meta:
        model = actions.Indicator

    action = factory.SubFactory(ActionFactory)
    name = factory.Sequence(lambda n: f"Indicateur {n}")
    nature = actions.Nature.RESULT
    unit = "faits"
    direction = actions.Direction.DOWN
    baseline = Decimal("120")


class IndicatorValueFactory(DjangoModelFactory):
    class Meta:
        model = actions.IndicatorValue

    indicator = factory.SubFactory(IndicatorFactory)
    action_year = factory.SubFactory(ActionYearFactory, action=factory.SelfAttribute("..indicator.action"))
    target = Decimal("100")
    value = Decimal("95")


class FundingFactory(DjangoModelFactory):
    class Meta:
        model = actions.Funding

    action_year = factory.SubFactory(ActionYearFactory)
    funder = factory.SubFactory(OrganisationFactory)
    requested = Decimal("500.00")
    granted = Decimal("400.00")
    paid = Decimal("400.00")


FACTORIES: tuple[type[DjangoModelFactory], ...] = tuple(
    value
    for value in list(globals().values())
    if isinstance(value, type) and issubclass(value, DjangoModelFactory) and value is not DjangoModelFactory
)


def reset_counters() -> None:
    """Start every counter again, so that a test's objects do not depend on the tests before it."""
    for each in FACTORIES:
        each.reset_sequence(0, force=True)
