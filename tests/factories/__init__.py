"""Valid objects for tests. Everything is fixed: a counter where something must be unique, never chance."""

from factory.django import DjangoModelFactory

from tests.factories.actions import (
    ActionCommuneFactory,
    ActionFactory,
    ActionYearFactory,
    FundingFactory,
    IndicatorFactory,
    IndicatorValueFactory,
    PartnershipFactory,
    ProgrammeFactory,
    TransitionFactory,
)
from tests.factories.contracts import (
    AmendmentFactory,
    AxisFactory,
    AxisVersionFactory,
    ContractFactory,
    ObjectiveFactory,
    ObjectiveVersionFactory,
    SignatoryFactory,
)
from tests.factories.governance import (
    LONG_AGO,
    AgendaItemFactory,
    AttendanceFactory,
    CommuneFactory,
    CommuneMembershipFactory,
    ConvocationFactory,
    ConvocationMessageFactory,
    CouncilFactory,
    CrisisCellFactory,
    DecisionFactory,
    DesignationFactory,
    FollowUpFactory,
    FormationFactory,
    GuestFactory,
    LogEntryFactory,
    MeetingFactory,
    MinutesFactory,
    OrganisationFactory,
    OrganisationNameFactory,
    PersonFactory,
    SeatFactory,
    SeatRuleFactory,
)
from tests.factories.house import (
    PASSWORD,
    AccessLinkFactory,
    AdministratorFactory,
    AgentFactory,
    AttachmentFactory,
    DocumentFactory,
    EventFactory,
    FormerVersionFactory,
    ImportBatchFactory,
    InstallationFactory,
    MessageFactory,
    RenderingFactory,
    SavedViewFactory,
    SubmissionFactory,
    UserFactory,
)

__all__ = [
    "LONG_AGO",
    "PASSWORD",
    "AccessLinkFactory",
    "ActionCommuneFactory",
    "ActionFactory",
    "ActionYearFactory",
    "AdministratorFactory",
    "AgendaItemFactory",
    "AgentFactory",
    "AmendmentFactory",
    "AttachmentFactory",
    "AttendanceFactory",
    "AxisFactory",
    "AxisVersionFactory",
    "CommuneFactory",
    "CommuneMembershipFactory",
    "ContractFactory",
    "ConvocationFactory",
    "ConvocationMessageFactory",
    "CouncilFactory",
    "CrisisCellFactory",
    "DecisionFactory",
    "DesignationFactory",
    "DocumentFactory",
    "EventFactory",
    "FollowUpFactory",
    "FormationFactory",
    "FormerVersionFactory",
    "FundingFactory",
    "GuestFactory",
    "ImportBatchFactory",
    "IndicatorFactory",
    "IndicatorValueFactory",
    "InstallationFactory",
    "LogEntryFactory",
    "MeetingFactory",
    "MessageFactory",
    "MinutesFactory",
    "ObjectiveFactory",
    "ObjectiveVersionFactory",
    "OrganisationFactory",
    "OrganisationNameFactory",
    "PartnershipFactory",
    "PersonFactory",
    "ProgrammeFactory",
    "RenderingFactory",
    "SavedViewFactory",
    "SeatFactory",
    "SeatRuleFactory",
    "SignatoryFactory",
    "SubmissionFactory",
    "TransitionFactory",
    "UserFactory",
    "reset_counters",
]

FACTORIES: tuple[type[DjangoModelFactory], ...] = tuple(
    value
    for value in list(globals().values())
    if isinstance(value, type) and issubclass(value, DjangoModelFactory) and value is not DjangoModelFactory
)


def reset_counters() -> None:
    """Start every counter again, so that a test's objects do not depend on the tests before it."""
    for each in FACTORIES:
        each.reset_sequence(0, force=True)
