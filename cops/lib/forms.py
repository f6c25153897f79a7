"""Fields that several rooms ask with, and their layout; a day in the address of a page."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Layout
from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.db import models
from django.db.models.fields import BLANK_CHOICE_DASH
from django.http import QueryDict

from cops.lib.bodies import FILE_MAX, MEBIBYTE
from cops.lib.french import clean_lines, squash

WRONG_DAY = "Cette date n’existe pas ou n’est pas écrite JJ/MM/AAAA."

DAY_FORMATS = ["%Y-%m-%d", "%d/%m/%Y"]

# No day of a council lies beyond; what is computed from one (the day after, some months later) stays a date.
FIRST_YEAR, LAST_YEAR = 1900, 2199
FAR_DAY = f"Cette date est trop éloignée : l’année va de {FIRST_YEAR} à {LAST_YEAR}."

LONGEST_KEY = 18  # digits that any database takes for a whole number


class DayInput(forms.DateInput):
    """The browser's own date field, which knows ISO dates only: what is not a date is not written into it."""

    input_type = "date"

    def format_value(self, value: Any) -> str | None:
        if not isinstance(value, str):
            return value.isoformat() if value else None
        return next((day.isoformat() for format in DAY_FORMATS if (day := _parsed(value, format))), None)


def _parsed(text: str, format: str) -> date | None:
    try:
        return datetime.strptime(text.strip(), format).date()
    except ValueError:
        return None


CHOOSE, NOTHING_CHOSEN = "Choisissez…", "Non renseigné"
DASHES = BLANK_CHOICE_DASH[0][1]


def check_near(day: date) -> None:
    """Refuse a day of a year that nobody means. Raises ValidationError."""
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise forms.ValidationError(FAR_DAY, code="far")


def whole_number(text: str) -> int | None:
    """The number that a text of an address or of a hidden field holds; None where it is none, or one that no
    row can have.

    >>> whole_number("12"), whole_number("²"), whole_number("9" * 5000)
    (12, None, None)
    """
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= LONGEST_KEY else None


def day_field(*, required: bool = False, **kwargs: Any) -> forms.DateField:
    """A day, with the browser's own date field."""
    messages = {"invalid": WRONG_DAY} | kwargs.pop("error_messages", {})
    return forms.DateField(
        required=required,
        input_formats=DAY_FORMATS,
        widget=DayInput,
        error_messages=messages,
        validators=[check_near],
        **kwargs,
    )


class OneLine(forms.CharField):
    """A text of one line is cleaned as the workbook does: see `squash`.

    What is typed is of other people and things: the browser does not offer its owner's own name, telephone or
    address for it. (Own data are asked for by the forms of the account only.)
    """

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        is_said = widget.is_hidden or "autocomplete" in widget.attrs
        return super().widget_attrs(widget) | ({} if is_said else {"autocomplete": "off"})

    def to_python(self, value: Any) -> str:
        return squash(super().to_python(value) or "")


class LineField(OneLine):
    """A text of one line."""


class AddressField(OneLine, forms.EmailField):
    """An e-mail address."""


class WebAddressField(OneLine, forms.URLField):
    """The address of a page."""

    def to_python(self, value: Any) -> str:
        return super().to_python(squash(str(value or "")))  # before a scheme is looked for


class SlugLineField(OneLine, forms.SlugField):
    """A code of letters, digits and hyphens."""


class LinesField(forms.CharField):
    """A text of several lines: what has no mark is dropped, the lines stay."""

    widget = forms.Textarea

    def to_python(self, value: Any) -> str:
        return clean_lines(super().to_python(value) or "")


def cleaning(field: forms.CharField) -> forms.CharField:
    """The field of a library's form as one of ours, which cleans what is typed."""
    kind = AddressField if isinstance(field, forms.EmailField) else LineField
    own = kind(required=field.required, label=field.label, initial=field.initial, widget=field.widget)
    own.error_messages, own.validators = field.error_messages, field.validators
    return own


def clean_text(field: models.Field[Any, Any], **kwargs: Any) -> forms.Field | None:
    """The form field of a model's field, cleaned if it is a text: the `formfield_callback` of model forms."""
    for model, cleaned in _CLEANED.items():
        if isinstance(field, model):
            return _with_words(field.formfield(**{"form_class": cleaned} | kwargs))
    return _with_words(field.formfield(**kwargs))


def _with_words(field: forms.Field | None) -> forms.Field | None:
    """The field with words, not dashes, for « nothing chosen »."""
    nothing = CHOOSE if field is not None and field.required else NOTHING_CHOSEN
    if isinstance(field, forms.ModelChoiceField):
        if field.empty_label == DASHES:
            field.empty_label = nothing
    elif isinstance(field, forms.ChoiceField):
        choices: Any = field.choices
        field.choices = [(value, nothing if name == DASHES else name) for value, name in choices]
    return field


# The kinds of `CharField` stand before it.
_CLEANED: dict[type[models.Field[Any, Any]], type[forms.Field]] = {
    models.EmailField: AddressField,
    models.SlugField: SlugLineField,
    models.URLField: WebAddressField,
    models.CharField: LineField,
    models.TextField: LinesField,
}


class FileToImport(forms.FileField):
    """A file whose rows are imported, of at most `FILE_MAX` bytes.

    :param endings: of the names of files that can be read, like `.xlsx`.
    :param choose: what to do where none was chosen.
    """

    def __init__(self, *, label: str, endings: Sequence[str], choose: str) -> None:
        named = f"{', '.join(endings[:-1])} ou {endings[-1]}"
        super().__init__(
            label=label,
            max_length=255,
            help_text=f"Un fichier {named}, {FILE_MAX // MEBIBYTE} Mo au plus.",
            widget=forms.FileInput(attrs={"accept": ",".join(endings), "data-max-bytes": FILE_MAX}),
            error_messages={
                "required": choose,
                "empty": "Ce fichier est vide.",
                "max_length": "Le nom de ce fichier est trop long : renommez-le.",
            },
        )

    def clean(self, data: Any, initial: Any = None) -> UploadedFile:
        file: UploadedFile = super().clean(data, initial)
        size = file.size or 0
        if size > FILE_MAX:
            raise forms.ValidationError(
                f"Ce fichier pèse {-(-size // MEBIBYTE)} Mo ; "
                f"{FILE_MAX // MEBIBYTE} Mo au plus sont acceptés. Allégez-le, puis recommencez."
            )
        return file


class DayForm(forms.Form):
    """The day `le` on which a page shows something; sent by GET, so that the page can be bookmarked."""

    le = forms.DateField(
        label="Date",
        required=False,
        input_formats=DAY_FORMATS,
        widget=DayInput(attrs={"class": "form-control"}),
        error_messages={"invalid": WRONG_DAY},
        validators=[check_near],
    )


def asked_day(parameters: QueryDict, default: date) -> tuple[DayForm, date]:
    """The form bound to the address, and the day it asks for; `default` where it asks for none or for none
    that exists (the form then says so)."""
    form = DayForm(parameters if "le" in parameters else None, initial={"le": default})
    if form.is_bound and form.is_valid() and form.cleaned_data["le"]:
        return form, form.cleaned_data["le"]
    return form, default


def laid_out(*parts: Any) -> FormHelper:
    """A form laid out in these parts inside the page's own form element; without any, all its fields."""
    helper = FormHelper()
    helper.form_tag = False
    helper.disable_csrf = True
    if parts:
        helper.layout = Layout(*parts)
    return helper
