"""The meeting as an iCalendar invitation (RFC 5545, sent as RFC 5546 and RFC 6047 say).

A meeting keeps its UID; each convocation, change or cancellation raises SEQUENCE, so that the calendar
replaces what it holds. Times carry Europe/Paris, and a meeting always has an end; a written consultation
is the whole day of its deadline.
"""

from datetime import UTC, datetime, timedelta
from email.utils import parseaddr
from zoneinfo import ZoneInfo

from django.conf import settings
from icalendar import Calendar, Event, Timezone, vCalAddress, vText

from cops.lib.french import squash
from governance.convocations.facts import Facts
from governance.models import Attendance

REQUEST, CANCEL, PUBLISH = "REQUEST", "CANCEL", "PUBLISH"

PARIS = ZoneInfo("Europe/Paris")

# Written out, with two rules: programs that go by this part, not by its name, read lists of single changes
# (RDATE), which libraries make of a zone, an hour off in summer.
VTIMEZONE = """\
BEGIN:VTIMEZONE
TZID:Europe/Paris
X-LIC-LOCATION:Europe/Paris
BEGIN:DAYLIGHT
TZNAME:CEST
TZOFFSETFROM:+0100
TZOFFSETTO:+0200
DTSTART:19700329T020000
RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU
END:DAYLIGHT
BEGIN:STANDARD
TZNAME:CET
TZOFFSETFROM:+0200
TZOFFSETTO:+0100
DTSTART:19701025T030000
RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU
END:STANDARD
END:VTIMEZONE
""".replace("\n", "\r\n")


def invitation(
    facts: Facts, *, method: str, sequence: int, now: datetime, to: Attendance | None = None
) -> str:
    """The iCalendar text. `to` is the one person invited: nobody reads the names of the others."""
    calendar = Calendar()
    calendar.add("prodid", "-//COPS//Convocations//FR")
    calendar.add("version", "2.0")
    calendar.add("method", method)
    if not _is_whole_day(facts):
        calendar.add_component(Timezone.from_ical(VTIMEZONE))
    calendar.add_component(_event(facts, method, sequence, now, to))
    return calendar.to_ical().decode("utf-8")


def _event(facts: Facts, method: str, sequence: int, now: datetime, to: Attendance | None) -> Event:
    event = Event()
    event.add("uid", str(facts.uid))
    event.add("sequence", sequence)
    event.add("dtstamp", now.astimezone(UTC))
    event.add("summary", _summary(facts))
    event.add("status", "CANCELLED" if method == CANCEL else "CONFIRMED")
    _add_times(event, facts)
    if location := squash(facts.place or facts.remote_link):
        event.add("location", location)
    if description := _description(facts):
        event.add("description", description)
    event.add("class", "PRIVATE" if facts.is_confidential else "PUBLIC")
    event.add("organizer", _organizer(facts))
    if to is not None and to.email:
        event.add("attendee", _attendee(to))
    return event


def _summary(facts: Facts) -> str:
    name = f"Consultation écrite – {facts.title} : réponse attendue" if facts.is_written else facts.title
    return f"{name} ({facts.subject})" if facts.subject else name


def _is_whole_day(facts: Facts) -> bool:
    return facts.is_written or facts.starts_at is None


def _add_times(event: Event, facts: Facts) -> None:
    if facts.is_written or facts.starts_at is None:
        event.add("dtstart", facts.held_on)
        event.add("dtend", facts.held_on + timedelta(days=1))
        event.add("transp", "TRANSPARENT")
        return
    start = datetime.combine(facts.held_on, facts.starts_at, PARIS)
    event.add("dtstart", start)
    event.add("dtend", _end(facts, start))
    event.add("transp", "OPAQUE")


def _end(facts: Facts, start: datetime) -> datetime:
    """Where no end is known, a length that is usual: calendars show a meeting without end as a moment."""
    if facts.ends_at:
        day = facts.held_on + timedelta(days=facts.ends_at < start.time())
        return datetime.combine(day, facts.ends_at, PARIS)
    length = timedelta(minutes=settings.MEETING_MINUTES)
    return (start.astimezone(UTC) + length).astimezone(PARIS)


def _description(facts: Facts) -> str:
    lines = [f"{item.rank}. {item.title}" for item in facts.agenda]
    if lines:
        lines.insert(0, "Ordre du jour :")
    if facts.starts_at and not facts.ends_at and not facts.is_written:
        lines.append("L’heure de fin n’est pas fixée : celle de votre agenda est indicative.")
    if facts.remote_link:
        lines.append(f"Pour se connecter : {facts.remote_link}")
    return "\n".join(lines)


def _organizer(facts: Facts) -> vCalAddress:
    address = vCalAddress(f"mailto:{parseaddr(settings.DEFAULT_FROM_EMAIL)[1]}")
    address.params["CN"] = vText(_parameter(facts.council))
    return address


def _attendee(to: Attendance) -> vCalAddress:
    address = vCalAddress(f"mailto:{to.email}")
    address.params["CN"] = vText(_parameter(to.name))
    is_needed = to.quality == Attendance.Quality.TITULAR
    address.params["ROLE"] = vText("REQ-PARTICIPANT" if is_needed else "OPT-PARTICIPANT")
    address.params["PARTSTAT"] = vText("NEEDS-ACTION")
    address.params["RSVP"] = vText("FALSE")  # people answer by their link, not to the sender's mailbox
    return address


def _parameter(text: str) -> str:
    """A parameter of iCalendar holds no control character and no double quote."""
    return squash("".join(c if c.isprintable() else " " for c in text).replace('"', "’"))
