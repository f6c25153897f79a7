"""Form fields of the contracts: a date as precisely as it is known."""

import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from cops.lib.forms import check_near
from cops.lib.french import MONTHS, fold, squash
from cops.lib.periods import PartialDate

_MONTHS = {fold(name): number for number, name in enumerate(MONTHS, 1)}
_NUMBERS = re.compile(r"(?:(?:(\d{1,2})/)?(\d{1,2})/)?(\d{4})", re.ASCII)
_WORDS = re.compile(r"(?:(\d{1,2})(?:er)? )?([a-z]+) (\d{4})", re.ASCII)

EXPECTED = "Écrivez « 2009 », « novembre 2004 », « 11/2004 » ou « 01/01/2013 »."


def read_partial_date(text: str) -> PartialDate:
    """A date as people write it: « 2009 », « 11/2004 », « novembre 2004 », « 1er janvier 2013 »,
    « 01/01/2013 » or the ISO forms.

    :raises ValueError: with what was expected, in French.
    """
    words = _WORDS.fullmatch(fold(squash(text)))
    if words and words[2] in _MONTHS:
        return PartialDate(int(words[3]), _MONTHS[words[2]], int(words[1]) if words[1] else None)
    numbers = _NUMBERS.fullmatch(text.strip())
    if numbers:
        day, month, year = (int(part) if part else None for part in numbers.groups())
        return PartialDate(year or 0, month, day)
    try:
        return PartialDate.parse(text)
    except ValueError:
        raise ValueError(f"« {text} » n’est pas une date. {EXPECTED}") from None


class PartialDateField(forms.Field):
    """A day, a month or a year; cleans to a PartialDate, None if empty."""

    widget = forms.TextInput

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.widget.attrs |= {"autocomplete": "off"}

    def to_python(self, value: Any) -> PartialDate | None:
        if isinstance(value, PartialDate) or not str(value or "").strip():
            return value or None
        try:
            found = read_partial_date(str(value))
        except ValueError as error:
            raise ValidationError(str(error)) from error
        check_near(found.first_day)
        return found

    def prepare_value(self, value: Any) -> Any:
        return value.french if isinstance(value, PartialDate) else value

    def has_changed(self, initial: Any, data: Any) -> bool:
        try:
            return self.to_python(initial) != self.to_python(data)
        except ValidationError:
            return True
