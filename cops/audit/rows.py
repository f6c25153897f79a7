"""The rows of a table that is entered as one form: stored rows, and blank ones to add."""

from collections.abc import Callable, Sequence
from typing import Any, ClassVar, Generic, TypeVar

from django import forms
from django.core.exceptions import ValidationError
from django.db import models
from django.forms.utils import ErrorDict

from cops.audit.conflicts import Conflict, VersionedForm, comparable
from cops.audit.entering import STEP
from cops.lib.forms import whole_number

MOST_NEW = 60  # new rows in one form

VANISHED = "Cette ligne a été supprimée entre-temps ; enregistrer la crée de nouveau."


class RowForm(VersionedForm):
    """One row of a table; `key_field` is what tells its rows apart (the year, the funder)."""

    remove = forms.BooleanField(label="Retirer", required=False)

    key_field: ClassVar[str] = ""
    notice = ""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.remarks: list[str] = []  # what is worth knowing and holds nobody up
        if self.loaded_version is None:
            self.empty_permitted = True
        self.use_required_attribute = False

    @property
    def is_new(self) -> bool:
        return self.loaded_version is None

    @property
    def is_blank(self) -> bool:
        """Whether a new row was left as it was shown."""
        return self.is_new and not (self.is_bound and self.has_changed())

    @property
    def is_removed(self) -> bool:
        return bool(self._posted("remove"))

    @property
    def is_touched(self) -> bool:
        """Whether its author wrote in it; only then it is judged."""
        if not self.is_bound or self.is_new or self.is_removed:
            return self.is_bound and not self.is_blank
        return any(self._is_written_in(name) for name in self.entered())

    def _is_written_in(self, name: str) -> bool:
        """Whether a field holds other words than were shown, and they say anything else."""
        field = self.fields[name]
        if not field.has_changed(self.get_initial_for_field(field, name), self[name].data):
            return False
        return name not in self.stored or self._typed(name) != comparable(self.stored[name])

    @property
    def is_altered(self) -> bool:
        return (self.is_new or self.is_touched) and super().is_altered

    @property
    def title(self) -> str:
        """What the row is called in messages."""
        value = self[self.key_field].value()
        return str(value) if value else "nouvelle ligne"

    @property
    def parts(self) -> Sequence[VersionedForm]:
        """Forms inside the row, on objects of their own."""
        return ()

    def key(self) -> str:
        """The row's key as its stored value is shown; empty where it cannot be read."""
        field = self.fields[self.key_field]
        if field.disabled or not self.is_bound:
            return self.title
        try:
            return str(field.prepare_value(field.clean(self[self.key_field].data)))
        except ValidationError:
            return ""

    def silence(self) -> None:
        """Judge nothing yet; but tell at once what others have written."""
        self.reconcile()
        self._errors = ErrorDict()

    def entered(self) -> list[str]:
        return [name for name in super().entered() if name != "remove"]

    def full_clean(self) -> None:
        self.remarks = []
        super().full_clean()
        if self.is_bound and self.is_removed:
            self._errors = ErrorDict()
        elif self._errors and not self.is_touched:
            self._remark()

    def _remark(self) -> None:
        """What is wrong with a row that its author did not touch does not hold them up."""
        self.remarks += [str(error) for errors in self._errors.values() for error in errors]
        faulty = set(self._errors) & set(self.stored)
        self.cleaned_data |= {name: self.stored[name] for name in faulty}
        self._errors = ErrorDict()


R = TypeVar("R", bound=RowForm)


def blamed_of(*rows: R) -> R | None:
    """Of rows that do not go together the first that its author wrote in; None: it was so before."""
    return next((row for row in rows if row.is_touched), None)


class EntryRows(Generic[R]):
    """Rows of one table, each a form of its own under `prefix-<pk>` or `prefix-new<n>`.

    `make` builds the form of a row from data, prefix and the stored object (None for a new row). Rows that
    others added since are shown as they are stored; a row that others deleted becomes a new one; a new row
    with the key of one that others added is laid over it.
    """

    def __init__(
        self,
        data: Any,
        *,
        prefix: str,
        stored: Sequence[models.Model],
        make: Callable[[Any, str, Any], R],
        blank: int = 1,
    ) -> None:
        self.prefix, self.make = prefix, make
        self.is_bound = data is not None
        self.stored = {row.pk: row for row in stored}
        self.is_step = self.is_bound and STEP in data
        if not self.is_bound:
            known = [make(None, f"{prefix}-{pk}", row) for pk, row in self.stored.items()]
            self.new_count = blank
            self.rows = known + [make(None, f"{prefix}-new{n}", None) for n in range(blank)]
            return
        self.data = data.copy()
        self.new_count = _count(self.data.get(f"{prefix}-count", ""))
        vanished = self._adopt_vanished()
        self.rows = [self._stored_row(pk, row) for pk, row in self.stored.items()]
        self.rows += self._new_rows(vanished)
        if self.is_step:
            self._silence()

    # --- what was posted against what is stored -----------------------------------------------------------

    def _stored_row(self, pk: int, row: models.Model) -> R:
        prefix = f"{self.prefix}-{pk}"
        return self.make(self.data if f"{prefix}-version" in self.data else None, prefix, row)

    def _adopt_vanished(self) -> set[int]:
        """Rows that were shown and are stored no more become new ones, with what was typed in them."""
        posted = {
            name.split("-")[1]
            for name in self.data
            if name.startswith(f"{self.prefix}-") and name.endswith("-version")
        }
        gone = sorted(pk for pk in posted if (key := whole_number(pk)) is not None and key not in self.stored)
        adopted = set()
        for pk in gone:
            if not self.data.get(f"{self.prefix}-{pk}-remove"):
                _rename(self.data, f"{self.prefix}-{pk}-", f"{self.prefix}-new{self.new_count}-")
                adopted.add(self.new_count)
                self.new_count += 1
        return adopted

    def _new_rows(self, vanished: set[int]) -> list[R]:
        rows = []
        appeared = {row.key(): row for row in self.rows if not row.is_bound}
        for n in range(self.new_count):
            prefix = f"{self.prefix}-new{n}"
            if not any(name.startswith(f"{prefix}-") for name in self.data):
                continue  # laid over another row before
            row = self.make(self.data, prefix, None)
            match = appeared.pop(row.key(), None) if appeared and not row.is_blank else None
            if match is not None:
                self._lay_over(n, match)
                continue
            if n in vanished:
                row.notice = VANISHED
            rows.append(row)
        return rows

    def _lay_over(self, n: int, match: R) -> None:
        """What was typed as a new row goes over the row of the same key that somebody else has added."""
        prefix = str(match.prefix)
        _rename(self.data, f"{self.prefix}-new{n}-", f"{prefix}-")
        self.data[f"{prefix}-version"] = "0"
        self.rows[self.rows.index(match)] = self.make(self.data, prefix, match.instance)

    def _silence(self) -> None:
        """Between two steps nothing is judged yet; but who has written meanwhile is told at once."""
        for row in self.rows:
            if row.is_bound:
                row.silence()

    # --- adding rows --------------------------------------------------------------------------------------

    def add(self, values: dict[str, str] | None = None) -> None:
        """One more row to fill in, with these values as if they had been typed."""
        if self.new_count >= MOST_NEW:
            return
        prefix = f"{self.prefix}-new{self.new_count}"
        for name, value in (values or {}).items():
            self.data[f"{prefix}-{name}"] = value
        self.new_count += 1
        row = self.make(self.data if values else None, prefix, None)
        if values:
            row._errors = ErrorDict()
        row.fields[row.key_field].widget.attrs["autofocus"] = True
        self.rows.append(row)

    # --- results ------------------------------------------------------------------------------------------

    def is_valid(self) -> bool:
        """Whether every row is; all are checked, so that all errors are shown."""
        found = [row.is_valid() for row in self.bound_rows]
        return all(found) and self._keys_differ()

    def _keys_differ(self) -> bool:
        seen: dict[str, R] = {}
        is_sound = True
        for row in self.filled_rows:
            other = seen.setdefault(row.key(), row)
            if other is not row and (blamed := blamed_of(row, other)):
                known = (
                    "" if other.title == row.title else f" : « {(other if blamed is row else row).title} »"
                )
                blamed.add_error(blamed.key_field, f"Cette ligne figure déjà dans le tableau{known}.")
                is_sound = False
        return is_sound

    @property
    def bound_rows(self) -> list[R]:
        return [row for row in self.rows if row.is_bound]

    @property
    def filled_rows(self) -> list[R]:
        """Rows that are to stay: not blank, not removed."""
        return [row for row in self.rows if not row.is_blank and not row.is_removed]

    @property
    def altered_rows(self) -> list[R]:
        """Of valid rows, those to write."""
        return [row for row in self.filled_rows if row.is_bound and row.is_altered]

    @property
    def removed(self) -> list[Any]:
        """Stored objects to delete."""
        return [row.instance for row in self.bound_rows if not row.is_new and row.is_removed]

    @property
    def forms(self) -> list[Any]:
        """Rows and the forms inside them, each with a title for messages."""
        return [form for row in self.rows for form in (row, *row.parts)]

    @property
    def conflicts(self) -> list[tuple[str, Conflict]]:
        return [(form.title, form.conflict) for form in self.forms if form.conflict is not None]

    @property
    def remarks(self) -> list[tuple[str, str]]:
        """What is worth knowing of rows and holds nobody up, each with the title of its row."""
        return [(row.title, text) for row in self.rows for text in row.remarks]

    @property
    def notices(self) -> list[tuple[str, str]]:
        return [(row.title, row.notice) for row in self.rows if row.notice]


def _count(text: str) -> int:
    return min(whole_number(text) or 0, MOST_NEW)


def _rename(data: Any, before: str, after: str) -> None:
    for name in [name for name in data if name.startswith(before)]:
        data.setlist(after + name.removeprefix(before), data.pop(name))
