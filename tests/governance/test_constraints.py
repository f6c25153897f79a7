"""Each constraint of this room's models holds, in validation and in the database."""

from datetime import date, time, timedelta
from typing import Any
from uuid import UUID

from django.db import models
from django.utils import timezone

from governance.models import Commune, Organisation
from tests import factories
from tests.constraints import ALREADY, Case, changed, check_passing, check_violating, parametrize


def organisation(name: str) -> Organisation:
    return factories.OrganisationFactory(name=name)


def membership(starts_on: date, ends_on: date) -> models.Model:
    return changed(factories.CommuneMembershipFactory(), starts_on=starts_on, ends_on=ends_on)


def second_membership(starts_on: date) -> models.Model:
    """Of a commune that was a member until the end of 2006."""
    first = factories.CommuneMembershipFactory(ends_on=date(2006, 12, 31))
    later = factories.CommuneMembershipFactory(commune=first.commune, starts_on=date(2020, 1, 1))
    return changed(later, starts_on=starts_on)


def second_formation(kind: str) -> models.Model:
    """Of a council that has its plenary formation."""
    first = factories.FormationFactory(kind="plenary")
    return changed(factories.FormationFactory(council=first.council, kind="restricted"), kind=kind)


def second_seat(number: int = 2, commune: Commune | None = None, is_taken: bool = False) -> models.Model:
    """Of a rule that has its seat number 1, and the seat of the commune if that is taken."""
    first = factories.SeatFactory(number=1)
    if is_taken:
        factories.SeatFactory(rule=first.rule, commune=commune)
    return changed(factories.SeatFactory(rule=first.rule, number=2), number=number, commune=commune)


def second_titular(starts_on: date) -> models.Model:
    """On a seat that has a titular until 31 March 2014."""
    first = factories.DesignationFactory(starts_on=date(2008, 3, 1), ends_on=date(2014, 3, 31))
    later = factories.DesignationFactory(seat=first.seat, starts_on=date(2020, 6, 1))
    return changed(later, starts_on=starts_on)


def second_decision(number: int) -> models.Model:
    """Of a meeting that took decision number 1."""
    first = factories.DecisionFactory(number=1)
    return changed(factories.DecisionFactory(meeting=first.meeting, number=7), number=number)


def meeting(starts_at: time | None, ends_at: time | None) -> models.Model:
    return changed(factories.MeetingFactory(), starts_at=starts_at, ends_at=ends_at)


def second_convocation(sequence: int) -> models.Model:
    """Of a meeting whose first convocation left."""
    first = factories.ConvocationFactory(sequence=0)
    return changed(factories.ConvocationFactory(meeting=first.meeting, sequence=7), sequence=sequence)


def second_attendance(is_same: bool, factory: type[factories.AttendanceFactory]) -> models.Model:
    """Of a meeting to which somebody is convened already, on the same seat or without one."""
    first = factory(person=factories.PersonFactory())
    second = factory(meeting=first.meeting, seat=first.seat, person=factories.PersonFactory())
    return changed(second, person=first.person) if is_same else second


def minutes(**values: Any) -> models.Model:
    return changed(factories.MinutesFactory(), **values)


def closed_cell(after: timedelta):
    cell = factories.CrisisCellFactory()
    return changed(cell, closed_at=cell.opened_at + after)


def log_entry(corrects):
    return factories.LogEntryFactory.build(
        cell=corrects.cell if corrects else factories.CrisisCellFactory(),
        kind="correction",
        corrects=corrects,
    )


def means_of_a_town(kind):
    cell = factories.CrisisCellFactory()
    return factories.LogEntryFactory.build(cell=cell, kind=kind, means_of="town")


OVERNIGHT = (
    "L’heure de fin ne suit pas une heure de début. Une réunion ne passe minuit que si elle "
    "commence à 17 h ou après, et finit à 6 h ou avant."
)
CASES = [
    Case(
        "governance.Organisation.folded_name",
        "Un organisme porte déjà ce nom : « Ville d'Amilly »",
        passing=lambda: changed(organisation("Hamoval"), name="Valloire Habitat"),
        violating=lambda: changed(
            organisation("Hamoval"), name=organisation("Ville d'Amilly").name.upper().replace("'", "’")
        ),
    ),
    Case(
        "governance_organisation_name_given",
        "Le nom de l’organisme est vide.",
        passing=lambda: changed(organisation("Hamoval"), name="H"),
        violating=lambda: changed(organisation("Hamoval"), name=" ", folded_name=""),
    ),
    Case(
        "governance_organisation_name_is_one",
        "Un nom d’organisme n’a pas de point-virgule",
        passing=lambda: changed(organisation("Hamoval"), name="Hamoval, LogemLoiret"),
        violating=lambda: changed(organisation("Hamoval"), name="Hamoval ; LogemLoiret"),
    ),
    Case(
        "governance.OrganisationName.folded_name",
        "Ce nom est déjà un ancien nom d’un organisme : «",
        passing=lambda: changed(factories.OrganisationNameFactory(), name="La Maison bleue"),
        violating=lambda: changed(
            factories.OrganisationNameFactory(), name=factories.OrganisationNameFactory().name
        ),
    ),
    Case(
        "governance.Commune.insee_code",
        ALREADY,
        passing=lambda: changed(factories.CommuneFactory(), insee_code="45208"),
        violating=lambda: changed(
            factories.CommuneFactory(), insee_code=factories.CommuneFactory().insee_code
        ),
    ),
    Case(
        "governance_communemembership_dates",
        "La fin précède le début.",
        passing=lambda: membership(date(2007, 1, 1), date(2007, 1, 1)),
        violating=lambda: membership(date(2007, 1, 1), date(2006, 12, 31)),
    ),
    Case(
        "governance_communemembership_no_overlap",
        "Cette commune est déjà membre à ces dates.",
        passing=lambda: second_membership(date(2007, 1, 1)),
        violating=lambda: second_membership(date(2006, 12, 31)),
    ),
    Case(
        "governance.Person.user",
        ALREADY,
        passing=lambda: changed(factories.PersonFactory(), user=factories.UserFactory()),
        violating=lambda: changed(
            factories.PersonFactory(), user=factories.PersonFactory(user=factories.UserFactory()).user
        ),
    ),
    Case(
        "governance.Council.code",
        ALREADY,
        passing=lambda: changed(factories.CouncilFactory(), code="cispd"),
        violating=lambda: changed(factories.CouncilFactory(), code=factories.CouncilFactory().code),
    ),
    Case(
        "governance.Formation.code",
        ALREADY,
        passing=lambda: changed(factories.FormationFactory(), code="pleniere"),
        violating=lambda: changed(factories.FormationFactory(), code=factories.FormationFactory().code),
    ),
    Case(
        "governance_formation_one_of_a_kind",
        "Le conseil a déjà cette formation.",
        passing=lambda: second_formation("group"),
        violating=lambda: second_formation("plenary"),
    ),
    Case(
        "governance_formation_only_groups_confidential",
        "Seul un groupe de travail peut être confidentiel.",
        passing=lambda: changed(factories.FormationFactory(kind="group"), is_confidential=True),
        violating=lambda: changed(factories.FormationFactory(kind="plenary"), is_confidential=True),
    ),
    Case(
        "governance_formation_dates",
        "La fin précède le début.",
        passing=lambda: changed(
            factories.FormationFactory(), starts_on=date(2013, 1, 1), ends_on=date(2013, 1, 1)
        ),
        violating=lambda: changed(
            factories.FormationFactory(), starts_on=date(2013, 1, 2), ends_on=date(2013, 1, 1)
        ),
    ),
    Case(
        "governance_seatrule_number_positive",
        "Une règle donne au moins un siège.",
        passing=lambda: changed(factories.SeatRuleFactory(basis="at_least"), number=1),
        violating=lambda: changed(factories.SeatRuleFactory(basis="at_least"), number=0),
    ),
    Case(
        "governance_seatrule_single",
        "Un siège nommé ou communal est un seul siège.",
        passing=lambda: changed(factories.SeatRuleFactory(basis="fixed"), number=2),
        violating=lambda: changed(factories.SeatRuleFactory(basis="per_commune"), number=2),
    ),
    Case(
        "governance_seatrule_dates",
        "La fin précède le début.",
        passing=lambda: changed(
            factories.SeatRuleFactory(), starts_on=date(2007, 1, 1), ends_on=date(2007, 1, 1)
        ),
        violating=lambda: changed(
            factories.SeatRuleFactory(), starts_on=date(2007, 1, 1), ends_on=date(2006, 12, 31)
        ),
    ),
    Case(
        "governance_seat_number_unique",
        "Ce siège existe déjà.",
        passing=lambda: second_seat(number=3),
        violating=lambda: second_seat(number=1),
    ),
    Case(
        "governance_seat_commune_unique",
        "Cette commune a déjà ce siège.",
        passing=lambda: second_seat(commune=factories.CommuneFactory()),
        violating=lambda: second_seat(commune=factories.CommuneFactory(), is_taken=True),
    ),
    Case(
        "governance_designation_dates",
        "Le mandat finit avant de commencer.",
        passing=lambda: changed(
            factories.DesignationFactory(), starts_on=date(2014, 4, 1), ends_on=date(2014, 4, 1)
        ),
        violating=lambda: changed(
            factories.DesignationFactory(), starts_on=date(2014, 4, 1), ends_on=date(2014, 3, 31)
        ),
    ),
    Case(
        "governance_designation_one_titular",
        "Ce siège a déjà un titulaire à ces dates.",
        passing=lambda: second_titular(date(2014, 4, 1)),
        violating=lambda: second_titular(date(2014, 3, 31)),
    ),
    Case(
        "governance_decision_number_unique",
        "Cette réunion a déjà une décision de ce numéro.",
        passing=lambda: second_decision(2),
        violating=lambda: second_decision(1),
    ),
    Case(
        "governance_meeting_times",
        OVERNIGHT,
        passing=lambda: meeting(time(14), time(14, 1)),
        violating=lambda: meeting(time(14), time(14)),
    ),
    Case(
        "governance.Meeting.calendar_uid",
        ALREADY,
        passing=lambda: changed(factories.MeetingFactory(), calendar_uid=UUID(int=1)),
        violating=lambda: changed(
            factories.MeetingFactory(), calendar_uid=factories.MeetingFactory().calendar_uid
        ),
    ),
    Case(
        "governance_convocation_once",
        "Cette convocation est déjà partie.",
        passing=lambda: second_convocation(1),
        violating=lambda: second_convocation(0),
    ),
    Case(
        "governance_attendance_once",
        "Cette personne est déjà convoquée pour ce siège.",
        passing=lambda: second_attendance(False, factories.AttendanceFactory),
        violating=lambda: second_attendance(True, factories.AttendanceFactory),
    ),
    Case(
        "governance_attendance_guest_once",
        "Cette personne est déjà invitée.",
        passing=lambda: second_attendance(False, factories.GuestFactory),
        violating=lambda: second_attendance(True, factories.GuestFactory),
    ),
    Case(
        "governance_attendance_guest_has_no_seat",
        "Un invité n’occupe pas de siège, un membre en occupe un.",
        passing=lambda: changed(factories.AttendanceFactory(), quality="substitute"),
        violating=lambda: changed(factories.AttendanceFactory(), quality="guest"),
    ),
    Case(
        "governance.ConvocationMessage.message",
        ALREADY,
        passing=lambda: changed(factories.ConvocationMessageFactory(), message=factories.MessageFactory()),
        violating=lambda: changed(
            factories.ConvocationMessageFactory(), message=factories.ConvocationMessageFactory().message
        ),
    ),
    Case(
        "governance.Minutes.meeting",
        ALREADY,
        passing=lambda: minutes(meeting=factories.MeetingFactory()),
        violating=lambda: minutes(meeting=factories.MinutesFactory().meeting),
    ),
    Case(
        "governance_minutes_approved",
        "Un compte rendu approuvé l’est à une réunion et à une date.",
        passing=lambda: minutes(approved_in=factories.MeetingFactory(), approved_at=timezone.now()),
        violating=lambda: minutes(approved_at=timezone.now()),
    ),
    Case(
        "governance.CrisisCell.meeting",
        ALREADY,
        passing=lambda: changed(factories.CrisisCellFactory(), meeting=factories.MeetingFactory()),
        violating=lambda: changed(
            factories.CrisisCellFactory(), meeting=factories.CrisisCellFactory().meeting
        ),
    ),
    Case(
        "governance_crisiscell_times",
        "La cellule est close avant d’être ouverte.",
        passing=lambda: closed_cell(timedelta(0)),
        violating=lambda: closed_cell(timedelta(minutes=-1)),
    ),
    Case(
        "governance_crisiscell_acting_named",
        "Qui agit pour l’autorité est nommé, avec sa fonction.",
        passing=lambda: changed(
            factories.CrisisCellFactory(), acting_name="Denis", acting_function="directeur"
        ),
        violating=lambda: changed(factories.CrisisCellFactory(), acting_name="Denis"),
    ),
    Case(
        "governance_logentry_correction",
        "Une rectification désigne la ligne qu’elle rectifie.",
        passing=lambda: log_entry(corrects=factories.LogEntryFactory()),
        violating=lambda: log_entry(corrects=None),
    ),
    Case(
        "governance_logentry_means_of",
        "Seuls des moyens sont de l’agglomération, d’une ville ou d’un partenaire.",
        passing=lambda: means_of_a_town(kind="means_engaged"),
        violating=lambda: means_of_a_town(kind="fact"),
    ),
]


@parametrize(CASES)
def test_what_respects_the_constraint_is_stored(db, case):
    check_passing(case)


@parametrize(CASES)
def test_what_violates_the_constraint_is_refused_in_french_and_by_the_database(db, case):
    check_violating(case)
