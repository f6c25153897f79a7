"""Two people on one sheet: the second is told, sees both texts field by field, and decides.

A `VersionedForm` posts the version that its author saw. Where another one is stored by now, what was typed is
laid over it field by field: what the author left alone takes the stored value, what only they changed stays
theirs, what both changed is asked for, with both texts beside each other. `EntryRows` does the same for the
rows of a table.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from itertools import pairwise
from typing import Any, ClassVar

from crispy_forms.helper import FormHelper
from crispy_forms.layout import LayoutObject
from django import forms
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import models
from django.utils import timezone

from cops.lib.forms import clean_text, laid_out, whole_number
from cops.lib.french import date_fr, datetime_fr

MINE, THEIRS = "mine", "theirs"
CHOICE = "_choice"
OUTSIDE_FORM = ("version", "contested")
_UNREADABLE = object()


@dataclass(frozen=True, slots=True)
class Conflict:
    """What became of a form whose object somebody else saved meanwhile; fields by their labels."""

    author: str  # « par Alix Agent le 3 mars 2026 à 14 h 05 »
    taken: tuple[str, ...]  # left alone here, changed there: now as stored
    kept: tuple[str, ...]  # changed here only
    contested: tuple[str, ...]  # changed here and there: a choice is asked for


class VersionedForm(forms.ModelForm):
    """A form over a Versioned object that notices what others saved meanwhile.

    `constraint_fields` names the field beside which the message of a constraint stands; `also_validated` are
    fields that are not in the form but that its constraints read.
    """

    version = forms.IntegerField(required=False, widget=forms.HiddenInput)
    contested = forms.CharField(required=False, widget=forms.HiddenInput)

    constraint_fields: ClassVar[dict[str, str]] = {}
    also_validated: ClassVar[tuple[str, ...]] = ()

    instance: Any
    data: Any
    _errors: Any

    def __init_subclass__(cls, **kwargs: Any) -> None:
        """Every text of the model is cleaned, whichever form asks for it."""
        super().__init_subclass__(**kwargs)
        if "Meta" in cls.__dict__:
            cls.Meta.formfield_callback = staticmethod(clean_text)  # type: ignore[attr-defined]

    def __init__(self, data: Any = None, *args: Any, **kwargs: Any) -> None:
        super().__init__(data, *args, **kwargs)
        self.conflict: Conflict | None = None
        self.loaded_version: int | None = self.instance.version if self.instance.pk else None
        self.initial["version"] = self.loaded_version
        self.stored: dict[str, Any] = {}

    # --- what a form may say otherwise --------------------------------------------------------------------

    def stored_value(self, name: str) -> Any:
        """The value of a field as stored when the form was made, in the type that the field cleans to."""
        return getattr(self.instance, name)

    def past_value(self, record: Any, name: str) -> Any:
        """The value of a field in a record of the history; a related object by its primary key."""
        return getattr(record, self.instance._meta.get_field(name).attname)

    def empty_values(self) -> dict[str, Any]:
        """The values of a row that was blank when its author began to type."""
        return dict.fromkeys(self.entered())

    def entered(self) -> list[str]:
        """Names of the fields that people fill in."""
        return [
            name
            for name, field in self.fields.items()
            if name not in OUTSIDE_FORM and not name.endswith(CHOICE) and not field.disabled
        ]

    @property
    def is_altered(self) -> bool:
        """Whether a valid form says anything else than what is stored."""
        return self.loaded_version is None or any(
            comparable(self.cleaned_data.get(name)) != comparable(self.stored[name])
            for name in self.stored
            if name in self.cleaned_data
        )

    def changes(self, *names: str) -> bool:
        """Whether one of these fields says anything else than what is stored: a rule about them that was
        broken before is no fault of whoever changes something else. All are new in a new object."""
        return self.loaded_version is None or any(
            comparable(self.cleaned_data.get(name)) != comparable(self.stored.get(name)) for name in names
        )

    # --- checking -----------------------------------------------------------------------------------------

    def is_valid(self) -> bool:
        if self.is_bound and self._errors is None:
            self.reconcile()
        return super().is_valid() and self.conflict is None

    def reconcile(self) -> None:
        """Lay what was typed over what others saved since, before anything is checked."""
        if self.loaded_version is None:
            return
        self.stored = {name: self.stored_value(name) for name in self.entered()}
        posted = self._posted("version")
        if posted == str(self.loaded_version):
            self._ask(self._posted("contested").split())
        else:
            self._merge(whole_number(posted))

    def full_clean(self) -> None:
        """A choice that is asked for the first time is no error yet."""
        super().full_clean()
        if self.is_bound and self.conflict is not None:
            for name in self._contested():
                self._errors.pop(name + CHOICE, None)

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean()
        for name in self._contested():
            if self.cleaned_data.get(name + CHOICE) == THEIRS:
                self.cleaned_data[name] = self.stored[name]
                self._errors.pop(name, None)
        return cleaned

    def _get_validation_exclusions(self) -> set[str]:
        return set(super()._get_validation_exclusions()) - set(self.also_validated)  # type: ignore[misc]

    def _update_errors(self, errors: ValidationError) -> None:
        """Put the message of a constraint beside the field that can mend it."""
        places = {
            str(constraint.violation_error_message): self.constraint_fields[constraint.name]
            for constraint in self.instance._meta.constraints
            if constraint.name in self.constraint_fields
        }
        if hasattr(errors, "error_dict"):
            moved: dict[str, list[ValidationError]] = {}
            for field, found in errors.error_dict.items():
                for error in found:
                    at = places.get(str(error.message), field) if field == NON_FIELD_ERRORS else field
                    moved.setdefault(at, []).append(error)
            errors = ValidationError(moved)
        super()._update_errors(errors)  # type: ignore[misc]

    # --- two writers --------------------------------------------------------------------------------------

    def _merge(self, seen: int | None) -> None:
        base, later = self._base(seen)
        data = self.data.copy()
        taken, kept, contested = [], [], []
        for name in self.entered():
            mine, theirs = self._typed(name), comparable(self.stored[name])
            if mine == theirs:
                continue
            was = base.get(name, _UNREADABLE)
            if self._posted(name + CHOICE) == THEIRS or mine == was:
                self._write(data, name, self.stored[name])
                taken.append(name)
            elif theirs == was:
                kept.append(name)
            else:
                contested.append(name)
        data[self.add_prefix("version")] = str(self.loaded_version)
        data[self.add_prefix("contested")] = " ".join(contested)
        for name in self.entered():
            data.pop(self.add_prefix(name + CHOICE), None)
        self.data = data
        self.conflict = Conflict(_author(later), *(self._labels(names) for names in (taken, kept, contested)))
        self._ask(contested)

    def _base(self, seen: int | None) -> tuple[dict[str, Any], Any]:
        """What the fields held when the author saw them (nothing if that is not known), and the latest record
        of the history. Version 0 is a row that was not there yet."""
        history = self.instance.history.order_by("-version", "-history_date")
        latest = history.first()
        if seen == 0:
            return {name: comparable(value) for name, value in self.empty_values().items()}, latest
        record = history.filter(version=seen).first() if seen else None
        if record is None:
            return {}, latest
        return {name: comparable(self.past_value(record, name)) for name in self.entered()}, latest

    def _typed(self, name: str) -> Any:
        """What was typed, comparable; something that equals nothing where it cannot be read."""
        try:
            return comparable(self.fields[name].clean(self[name].data))
        except ValidationError:
            return _UNREADABLE

    def _write(self, data: Any, name: str, value: Any) -> None:
        field, key = self.fields[name], self.add_prefix(name)
        prepared = field.prepare_value(value)
        if isinstance(field.widget, forms.CheckboxInput):
            data.setlist(key, ["on"] if prepared else [])
        elif isinstance(prepared, list | tuple | set | models.QuerySet):
            data.setlist(key, [str(getattr(item, "pk", item)) for item in prepared])
        else:
            shown = field.widget.format_value(prepared)
            data.setlist(key, [str(shown[0] if isinstance(shown, list) else shown or "")])

    def _posted(self, name: str) -> str:
        return str(self.data.get(self.add_prefix(name), "")) if self.is_bound else ""

    def _contested(self) -> list[str]:
        return [name for name in self.entered() if name + CHOICE in self.fields]

    def _labels(self, names: Iterable[str]) -> tuple[str, ...]:
        return tuple(str(self.fields[name].label or name) for name in names)

    def _ask(self, names: Iterable[str]) -> None:
        """Add a choice between both texts after each of these fields."""
        for name in names:
            if name not in self.stored:
                continue
            field = self.fields[name]
            self.fields[name + CHOICE] = forms.ChoiceField(
                label=f"{field.label} : deux saisies différentes",
                choices=[
                    (MINE, f"Votre saisie : {self._shown(name, self._typed_value(name))}"),
                    (
                        THEIRS,
                        f"Enregistré entre-temps {self._last_change(name)} : "
                        f"{self._shown(name, self.stored[name])}",
                    ),
                ],
                widget=forms.RadioSelect,
                error_messages={"required": "Choisissez l’une des deux saisies."},
            )
            layout = getattr(getattr(self, "helper", None), "layout", None)
            if layout is not None:
                _follow(layout, name, name + CHOICE)
        order: list[str] = []
        for name in [name for name in self.fields if not name.endswith(CHOICE)]:
            order += [name, name + CHOICE]
        self.order_fields(order)

    def _typed_value(self, name: str) -> Any:
        try:
            return self.fields[name].clean(self[name].data)
        except ValidationError:
            return self[name].data

    def _shown(self, name: str, value: Any) -> str:
        return f"« {shown(self.fields[name], value)} »"

    def _last_change(self, name: str) -> str:
        """Who gave the field the value that is stored, and when."""
        records = list(self.instance.history.order_by("-version", "-history_date")[:50])
        for record, before in pairwise(records):
            if comparable(self.past_value(record, name)) != comparable(self.past_value(before, name)):
                return _author(record)
        return _author(records[-1] if records else None)


def entry_helper(*parts: Any) -> FormHelper:
    """A `VersionedForm` laid out in these parts, with the fields that notice other writers."""
    return laid_out("version", "contested", *parts)


def comparable(value: Any) -> Any:
    """A value such that equal content compares equal, whichever side it comes from."""
    if value is None or value is False:
        return ""
    if isinstance(value, models.Model):
        return value.pk
    if isinstance(value, str):
        return "\n".join(value.splitlines()).strip()
    if isinstance(value, list | tuple | set | frozenset | models.QuerySet):
        return frozenset(comparable(item) for item in value) or ""
    return value


def shown(field: forms.Field, value: Any) -> str:
    """A value of a field in words."""
    if value is None or value == "":
        return "rien"
    if isinstance(value, bool):
        return "oui" if value else "non"
    if isinstance(field, forms.ChoiceField) and not isinstance(value, models.Model | list | models.QuerySet):
        labels = dict(_flat(field.choices))
        return str(labels.get(str(value), labels.get(value, value)))
    if isinstance(value, list | tuple | set | models.QuerySet):
        return ", ".join(str(item) for item in value) or "rien"
    if isinstance(value, Decimal | int):
        return str(field.prepare_value(value))
    return date_fr(value) if isinstance(value, date) and not isinstance(value, datetime) else str(value)


def _flat(choices: Any) -> Iterable[tuple[Any, Any]]:
    for key, label in choices:
        if isinstance(label, list | tuple):
            yield from label
        else:
            yield key, label


def _author(record: Any) -> str:
    if record is None:
        return "par quelqu’un d’autre"
    by = f"par {record.history_user}" if record.history_user else "par quelqu’un d’autre"
    return f"{by} le {datetime_fr(timezone.localtime(record.history_date))}"


def _follow(layout: LayoutObject, name: str, follower: str) -> bool:
    """Put a field after another one in a crispy layout."""
    for place, part in enumerate(layout.fields):
        if part == name or getattr(part, "fields", None) == [name]:
            layout.fields.insert(place + 1, follower)
            return True
        if hasattr(part, "fields") and _follow(part, name, follower):
            return True
    return False
