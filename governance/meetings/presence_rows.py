"""Noting who came, by several people at once.

One page holds a row for each person. Sound rows are saved one by one; a row that somebody else has changed
meanwhile is told and not overwritten, a row with a fault is shown with it, and neither holds the others up.
"""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.http import QueryDict

from cops.audit.conflicts import CHOICE
from cops.audit.entering import STEP
from cops.audit.rows import EntryRows, RowForm
from cops.lib.forms import LineField
from governance.meetings.attendance import seat_label
from governance.meetings.convening import in_seat_order, listed
from governance.models import Attendance, Meeting

Presence, Reply = Attendance.Presence, Attendance.Reply

ALL_PRESENT = "all_present"  # the step that fills in whoever is not noted yet
_PREFIX = "people"

# As thumbs look for them: the usual answer first, « not noted » last.
_CHOICES = [(value, label) for value, label in Presence.choices if value] + [
    (str(Presence.UNKNOWN), str(Presence.UNKNOWN.label))
]


class PresenceForm(RowForm):
    """Whether one person came, or who came in their place."""

    presence = forms.ChoiceField(label="Présence", required=False, choices=_CHOICES, widget=forms.RadioSelect)
    represented_by = LineField(label="Représenté par", required=False, max_length=200)
    representative_function = LineField(label="Fonction du représentant", required=False, max_length=200)
    comment = LineField(label="Remarque", required=False, max_length=300)

    key_field = "presence"
    also_validated = ("meeting",)

    class Meta:
        model = Attendance
        fields = ["presence", "represented_by", "representative_function", "comment"]

    @property
    def title(self) -> str:
        return str(self.instance.name)

    @property
    def seat_label(self) -> str:
        return seat_label(self.instance)

    def clean(self) -> dict[str, Any] | None:
        """Who represents is named; where nobody does, what was typed for it goes with the choice."""
        cleaned = super().clean()
        presence, name = self.cleaned_data.get("presence"), self.cleaned_data.get("represented_by")
        if presence == Presence.REPRESENTED and not name:
            self.add_error("represented_by", "Indiquez le nom de la personne qui représente.")
        if not presence and name:
            self.add_error("presence", "Un représentant est nommé : choisissez « Représenté ».")
        if presence and presence != Presence.REPRESENTED:
            self.cleaned_data |= {"represented_by": "", "representative_function": ""}
        return cleaned

    @property
    def presence_choice_field(self) -> Any:
        """The choice between two presences, where there is one to make."""
        name = f"presence{CHOICE}"
        return self[name] if name in self.fields else None

    @property
    def is_sound(self) -> bool:
        """Whether the row can be written: no fault, and what others changed since does not touch it."""
        return not self.errors and not self.is_disputed

    @property
    def is_disputed(self) -> bool:
        """Whether somebody else changed what is changed here, or beside it in the same row."""
        found = self.conflict
        return found is not None and bool(found.contested or (found.kept and found.taken))


class PresenceRows(EntryRows[PresenceForm]):
    """Everybody on the meeting's list, members in the order of the seats, then guests; and whoever was on it
    when the page was shown, so that nothing noted of them is lost."""

    def __init__(self, data: QueryDict | None, *, meeting: Meeting) -> None:
        self.meeting = meeting
        people = listed(meeting) if data is None else _shown(data, meeting)
        self.is_filled_in = data is not None and data.get(STEP) == ALL_PRESENT
        self.filled_in: list[Attendance] = []
        if data is not None and self.is_filled_in:
            data, self.filled_in = _all_present(data, people)
        super().__init__(data, prefix=_PREFIX, stored=people, make=self._row, blank=0)
        self.new_count = 0

    @staticmethod
    def _row(data: Any, prefix: str, row: Attendance) -> PresenceForm:
        return PresenceForm(data, instance=row, prefix=prefix)

    def is_valid(self) -> bool:
        """Always: each row is judged for itself (`sound`, `open`)."""
        for row in self.bound_rows:
            row.is_valid()
        return True

    @property
    def sound(self) -> list[PresenceForm]:
        """Rows to write."""
        return [row for row in self.bound_rows if row.is_sound and row.is_altered]

    @property
    def open(self) -> list[PresenceForm]:
        """Rows that their author has to look at."""
        return [row for row in self.bound_rows if not row.is_sound]

    def settle(self) -> None:
        """Once the sound rows are stored: show them as stored, and the open ones as they were typed."""
        left = {row.instance.pk for row in self.open}
        self.rows = [
            row if row.instance.pk in left else self._row(None, str(row.prefix), row.instance)
            for row in self.rows
        ]

    @property
    def conflicts(self) -> list[tuple[str, Any]]:
        return [(row.title, row.conflict) for row in self.rows if row.is_bound and row.is_disputed]


def _shown(data: QueryDict, meeting: Meeting) -> list[Attendance]:
    here = {row.pk for row in listed(meeting)}
    everybody = in_seat_order(meeting)
    return [row for row in everybody if row.pk in here or f"{_PREFIX}-{row.pk}-version" in data]


def _all_present(data: QueryDict, people: Sequence[Attendance]) -> tuple[QueryDict, list[Attendance]]:
    """What was typed, with an answer for whoever has none, and who that is: excused or represented where they
    said so, else present. What somebody else has noted meanwhile stays theirs."""
    filled = data.copy()
    rows = [row for row in people if _is_unnoted(data, row)]
    for row in rows:
        filled[f"{_PREFIX}-{row.pk}-presence"] = _announced(row)
    return filled, rows


def _is_unnoted(data: QueryDict, row: Attendance) -> bool:
    """Whether the row was shown, has no presence on the page, and none noted by others since."""
    prefix = f"{_PREFIX}-{row.pk}"
    shown = data.get(f"{prefix}-version")
    if shown is None or data.get(f"{prefix}-presence") or data.get(f"{prefix}-contested"):
        return False
    return shown == str(row.version) or not row.presence


def _announced(row: Attendance) -> str:
    reply = row.standing_reply
    return reply if reply in (Reply.EXCUSED, Reply.REPRESENTED) else str(Presence.PRESENT)
