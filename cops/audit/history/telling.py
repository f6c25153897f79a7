"""Deeds in plain French: « a changé le statut de l’année 2010, de « En cours » en « Réalisée » »."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

from django.db import models
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

from cops.audit.history.deeds import Deed, Mark, records_of
from cops.audit.history.names import Names
from cops.audit.history.subjects import Part, Subject
from cops.audit.history.texts import difference
from cops.lib.french import date_fr, datetime_fr, elide, money, number
from cops.users.models import User

LINES_SHOWN = 40  # of one deed
FIELDS_SHOWN = 8  # of a new row
LONG_TEXT = 60  # characters beyond which two texts are compared word by word
_IMPORT, _UNDO = "Import de ", "Annulation "
_EURO = " (€)"


@dataclass(frozen=True, slots=True)
class Told:
    """A deed in words. `by` is empty where nobody was logged in, `occasion` where there is nothing to add."""

    key: str
    when: str
    by: str
    occasion: str
    lines: tuple[SafeString, ...]
    left_out: int


def tell(subject: Subject, deeds: Sequence[Deed]) -> list[Told]:
    """Some deeds of a subject in words; a fixed number of queries for any number of them.

    A deed that left nothing to see (only stored columns for searching changed) has no lines.
    """
    records = records_of(subject, deeds)
    names = Names(records.values())
    people = User.objects.in_bulk({deed.by for deed in deeds if deed.by})
    return [_told(subject, deed, records, names, people) for deed in deeds]


def _told(
    subject: Subject,
    deed: Deed,
    records: Mapping[tuple[int, int], Any],
    names: Names,
    people: Mapping[int, User],
) -> Told:
    lines = [line for mark in deed.marks for line in _lines(subject.parts[mark.part], mark, records, names)]
    return Told(
        key=deed.key,
        when=when(deed.at),
        by=str(people[deed.by]) if deed.by is not None and deed.by in people else "",
        occasion=_occasion(deed.reason),
        lines=tuple(lines[:LINES_SHOWN]),
        left_out=max(0, len(lines) - LINES_SHOWN),
    )


def when(at: datetime) -> str:
    return datetime_fr(timezone.localtime(at))


def _occasion(reason: str) -> str:
    if reason.startswith(_IMPORT):
        return f"par l’import de {reason.removeprefix(_IMPORT)}"
    return f"par l’annulation {reason.removeprefix(_UNDO)}" if reason.startswith(_UNDO) else reason


# --- sentences ----------------------------------------------------------------------------------------------


def _lines(
    part: Part, mark: Mark, records: Mapping[tuple[int, int], Any], names: Names
) -> Iterator[SafeString]:
    after = records[mark.part, mark.record]
    before = records.get((mark.part, mark.before)) if mark.before else None
    if mark.kind == "+":
        yield format_html("{} {}{}", part.added, part.title(after, names), _given(part, after, names))
    elif mark.kind == "-":
        yield format_html("{} {}", part.removed, part.title(after, names))
    elif before is None:
        yield format_html("a modifié {}", part.title(after, names))
    else:
        yield from (_change(part, name, before, after, names) for name in changed_fields(part, before, after))


def changed_fields(part: Part, before: Any, after: Any) -> Iterator[str]:
    """The told fields that differ between two records."""
    for name in part.told:
        field: Any = part.model._meta.get_field(name)
        attname = field.attname
        if getattr(before, attname) != getattr(after, attname):
            yield name


def _given(part: Part, record: Any, names: Names) -> str:
    """What a new row held, its short values at least, but for those that its title says."""
    given, title = [], part.title(record, names)
    for name in part.told:
        field: Any = part.model._meta.get_field(name)
        value = getattr(record, field.attname)
        if value in (None, "", False) or isinstance(field, models.TextField):
            continue
        label, text = str(field.verbose_name).removesuffix(_EURO), shown(field, value, names)
        if text.strip("«\u00a0»") not in title:
            given.append(f"{label} {text}" if value is not True else label)
    more = ", …" if len(given) > FIELDS_SHOWN else ""
    return f" ({', '.join(given[:FIELDS_SHOWN])}{more})" if given else ""


def _change(part: Part, name: str, before: Any, after: Any, names: Names) -> SafeString:
    field: Any = part.model._meta.get_field(name)
    old, new = getattr(before, field.attname), getattr(after, field.attname)
    what = phrase(part, name, after, names)
    if _is_empty(old):
        return format_html("a renseigné {}\u00a0: {}", what, shown(field, new, names))
    if _is_empty(new):
        return format_html("a vidé {} (c’était {})", what, shown(field, old, names))
    if isinstance(old, str) and not field.choices and max(len(old), len(new)) > LONG_TEXT:
        return format_html("a modifié {}\u00a0: {}", what, difference(old, new))
    return format_html("a changé {}, {}", what, _from_to(field, old, new, names))


def phrase(part: Part, name: str, record: Any, names: Names) -> str:
    """A field of a row as the sentence names it: « le statut de l’année 2010 »."""
    article = part.told[name]
    return f"{article} {of(part.title(record, names))}" if part.via else article


def of(what: str) -> str:
    """« de » before something with its article.

    >>> of("le siège"), of("l’année 2010"), of("Marie")
    ('du siège', 'de l’année 2010', 'de Marie')
    """
    if what.startswith("le "):
        return f"du {what.removeprefix('le ')}"
    return f"des {what.removeprefix('les ')}" if what.startswith("les ") else elide("de", what)


def _from_to(field: Any, old: Any, new: Any, names: Names) -> str:
    before, after = shown(field, old, names), shown(field, new, names)
    if isinstance(old, datetime | date):
        return f"du {before} au {after}"
    is_figure = isinstance(old, Decimal | int) and not (field.is_relation or isinstance(old, bool))
    return f"de {before} à {after}" if is_figure else f"de {before} en {after}"


def shown(field: Any, value: Any, names: Names) -> str:
    """A value in words."""
    if _is_empty(value):
        return "rien"
    if field.is_relation:
        return quoted(names(field.related_model, value))
    if isinstance(value, bool):
        return quoted("oui" if value else "non")
    if field.choices:
        return quoted(str(dict(field.flatchoices).get(value, value)))
    return _plain(field, value)


def _plain(field: Any, value: Any) -> str:
    if isinstance(value, datetime):
        return when(value)
    if isinstance(value, date):
        return date_fr(value)
    if isinstance(value, time):
        return f"{value.hour}\u00a0h\u00a0{value.minute:02}"
    if isinstance(field, models.PositiveSmallIntegerField):
        return str(value)  # years, ranks and numbers
    if isinstance(value, Decimal | int):
        return money(value) if str(field.verbose_name).endswith(_EURO) else number(value)
    return quoted(str(value) if len(str(value)) <= 4 * LONG_TEXT else f"{str(value)[: 4 * LONG_TEXT - 1]}…")


def quoted(text: str) -> str:
    return f"«\u00a0{text}\u00a0»"


def _is_empty(value: Any) -> bool:
    return value is None or value == ""


def fields_to_tell(model: type[models.Model], left_out: Iterable[str] = ()) -> set[str]:
    """The fields of a model that people enter: what a part's `told` must name."""
    return {
        field.name
        for field in model._meta.concrete_fields
        if field.editable and not field.primary_key and field.name not in left_out
    }
