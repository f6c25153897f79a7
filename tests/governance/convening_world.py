"""A formation that is convened: who sits on it, and its meeting in ten weeks."""

from dataclasses import dataclass
from datetime import date, time, timedelta

from django.core.cache import cache
from django.utils import timezone

from cops.users.models import User
from governance.convocations.sending import Order, convoke, seen_now
from governance.models import Designation, Formation, Meeting
from tests import factories

PDF = b"%PDF-1.7 lettre"


class Letters(dict[tuple[str, str], bytes]):
    """Letters by kind, however people are addressed; PDF where a kind is not named."""

    def __init__(self, **by_kind: bytes) -> None:
        super().__init__()
        self.by_kind = by_kind

    def get(self, which, default=None):
        return self.by_kind.get(which[0], PDF)


@dataclass(frozen=True)
class Convening:
    """The meeting, and its people: one reached herself, one by a mailbox, one to be called, one assistant."""

    meeting: Meeting
    agent: User
    president: Designation
    prosecutor: Designation
    teacher: Designation
    assistant: Designation


def a_meeting(formation: Formation, **values) -> Meeting:
    """A meeting ready to be convened."""
    values = {
        "held_on": timezone.localdate() + timedelta(weeks=10),
        "starts_at": time(14),
        "ends_at": time(16, 30),
        "place": "Salle du conseil, 1 place de l’Exemple",
        "subject": "Bilan et programme",
    } | values
    meeting = factories.MeetingFactory(formation=formation, **values)
    if not formation.is_confidential:
        factories.AgendaItemFactory(meeting=meeting, title="Bilan de l’année", position=1)
        factories.AgendaItemFactory(meeting=meeting, title="Programme", position=2, rapporteur="")
    return meeting


def convening(*, is_confidential: bool = False, **values) -> Convening:
    kind = Formation.Kind.GROUP if is_confidential else Formation.Kind.PLENARY
    formation = factories.FormationFactory(
        kind=kind,
        is_confidential=is_confidential,
        name="Groupe Nominatif" if is_confidential else "Formation plénière",
    )
    president = _designated(formation, 1, "Lefèvre", email="lefevre@example.org")
    prosecutor = _designated(formation, 2, "Martin", email="martin@example.org")
    prosecutor.person.organisation.mailbox = "parquet@example.org"
    prosecutor.person.organisation.save()
    teacher = _designated(formation, 3, "Durand", email="", phone="02 38 00 00 03")
    helper = factories.PersonFactory(last_name="Petit", email="petit@example.org")
    assistant = factories.DesignationFactory(seat=president.seat, person=helper, quality="assistant")
    if is_confidential:
        values.setdefault("subject", "")
    return Convening(
        a_meeting(formation, **values), factories.AgentFactory(), president, prosecutor, teacher, assistant
    )


def _designated(formation: Formation, position: int, last_name: str, **person: str) -> Designation:
    rule = factories.SeatRuleFactory(formation=formation, position=position, label=f"Siège {position}")
    return factories.DesignationFactory(
        seat=factories.SeatFactory(rule=rule),
        person=factories.PersonFactory(last_name=last_name, **person),
        function="Fonction",
        starts_on=date(2002, 11, 1),
    )


def order(world: Convening, **values) -> Order:
    """To send what the page shows now."""
    values = {"by": world.agent, "seen": seen_now(world.meeting), "letters": Letters()} | values
    return Order(**values)


def convened() -> Convening:
    """The same once the convocation was sent; limits of rate begin anew."""
    cache.clear()
    world = convening()
    convoke(world.meeting, order(world))
    world.meeting.refresh_from_db()
    return world
