"""The roster of a formation on a day: who sits on which seat, as rows for a file and as a PDF."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.urls import reverse

from cops.documents.models import Document
from cops.documents.production import Produced, RefusedError, Tell
from cops.documents.subjects import Subject
from cops.lib.french import date_fr
from cops.users.models import User
from governance.composition import CouncilNotCreatedError, SeatEntry, composition
from governance.models import Designation, Formation, Person
from governance.printing import paper_pdf
from governance.situation import situation

WORD = "roster"


@dataclass(frozen=True, slots=True)
class RosterRow:
    """One designation of the day with its seat; a vacant seat is a row without a designation."""

    entry: SeatEntry
    number: int | None
    designation: Designation | None
    organisation: str = ""

    @property
    def person(self) -> Person | None:
        return self.designation.person if self.designation else None


def roster_rows(formation: Formation, on: date) -> list[RosterRow]:
    """All who sit that day in the order of the composition; eight queries.

    :raises CouncilNotCreatedError: the day precedes the council's creation.
    """
    value = composition(formation, on)
    shown = Designation.objects.in_force(on).filter(seat__rule__formation=formation)
    stored = {row.pk: row for row in shown.select_related("person", "seat")}
    rows: list[RosterRow] = []
    for entry in value.seats:
        held = [(holder, stored[holder.designation_pk]) for holder in entry.holders]
        rows += [RosterRow(entry, row.seat.number, row, holder.organisation) for holder, row in held]
        if entry.vacant:
            rows.append(RosterRow(entry, None, None))
    return rows


# --- the PDF ------------------------------------------------------------------------------------------------


def subject_of_roster(formation: Formation, on: date) -> str:
    """What the worker is asked for; see `cops.documents.production`."""
    return f"{WORD}/{formation.code}/{on.isoformat()}"


def formation_code(subject: str) -> str:
    """The code of the formation whose roster that subject asks for."""
    word, _, rest = subject.partition("/")
    return _read(rest)[0] if word == WORD else ""


def describe(rest: str) -> Subject:
    """How the preparation page calls a roster, and where it leads."""
    code, on = _read(rest)
    return Subject(
        f"Composition au {date_fr(on)}",
        f"{reverse('formation_detail', args=[code])}?le={on.isoformat()}",
        f"{reverse('roster_pdf', args=[code])}?le={on.isoformat()}",
    )


def make(rest: str, user: User, tell: Tell) -> Produced:
    """The roster's PDF for a reader: functions and organisations, no personal contact."""
    code, on = _read(rest)
    readable = user.has_perm("governance.view_composition")  # it may have ended since
    formations = Formation.objects.visible_to(user).select_related("council__agglomeration")
    formation = formations.filter(code=code).first() if readable else None
    if formation is None:
        raise RefusedError("Votre compte n’ouvre plus cette composition.")
    title = f"{formation.name} – composition au {date_fr(on)}"
    try:
        context = paper_context(formation, on)
    except CouncilNotCreatedError as error:
        raise RefusedError(str(error)) from error
    content = paper_pdf(
        "governance/roster_print.html", context, title=title, council=formation.council, on_progress=tell
    )
    filename = f"composition-{code}-{on.isoformat()}.pdf"
    return Produced(content, kind=Document.Kind.ROSTER, title=title, filename=filename)


def paper_context(formation: Formation, on: date) -> dict[str, Any]:
    """What the paper shows; eight queries. Raises CouncilNotCreatedError."""
    value = composition(formation, on)
    answers = situation(formation, value)
    return {
        "formation": formation,
        "composition": value,
        "seats": [(entry, answers.since(entry)) for entry in value.seats],
    }


def _read(rest: str) -> tuple[str, date]:
    code, _, day = rest.rpartition("/")
    return code, date.fromisoformat(day)
