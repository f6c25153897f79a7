"""Searching in words as people type them: case, accents, signs and the order of the words do not matter, and
the beginning of a word is enough.

What is searched is stored folded beside what is shown (`Searchable`), so that both engines answer alike; what
is found is shown with the words marked in the text as it was written.
"""

import re
from collections.abc import Callable, Sequence
from typing import Any

from django.db import models
from django.db.models import Case, F, Q, Value, When
from django.db.models.functions import StrIndex
from django.db.models.lookups import GreaterThan, LessThan

from cops.lib.french import fold_search

Piece = tuple[str, bool]

_ELLIPSIS = "…"
_WORD = re.compile(r"[^\W_]+")
_BAR, _END_OF_NAMES = "|", "\n"


class Searchable(models.Model):
    """An object with a stored folded text; bulk paths call `index()` before writing."""

    search_text = models.TextField(editable=False, default="", blank=True)

    class Meta:
        abstract = True

    def called(self) -> Sequence[str]:
        """The names, titles, codes and dates under which this object is known: what is asked for first."""
        raise NotImplementedError

    def told(self) -> str:
        """What else is written of it."""
        return ""

    def searched(self) -> str:
        """The text to be stored."""
        return indexed(self.called(), self.told())

    def index(self) -> None:
        """Refresh the stored text."""
        self.search_text = self.searched()

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.index()
        if kwargs.get("update_fields") is not None:
            kwargs["update_fields"] = {*kwargs["update_fields"], "search_text"}
        super().save(*args, **kwargs)


def indexed(names: Sequence[str], text: str = "") -> str:
    """Names and text as they are stored: each word after a space, each name between bars, then the text.

    >>> indexed(["1.1-01", "Sortie de l’École"], "Médiation")
    '| 1 1 01| sortie de l ecole|\\n mediation'
    """
    named = "".join(f" {words}{_BAR}" for name in names if (words := _spaced(name)))
    return f"{_BAR}{named}{_END_OF_NAMES} {_spaced(text)}".rstrip(" ")


def _spaced(text: str) -> str:
    """The folded letters and digits, whatever signs stand between them taken for a space."""
    return " ".join(_WORD.findall(fold_search(text)))


def words_of(text: str) -> list[str]:
    """The folded words to look for; one with which another begins adds nothing and is left out.

    What is typed without a space stays together (`l ecole`); signs alone are looked for, in vain, where
    nothing else was typed.

    >>> words_of("L’École  MATERNELLE ma")
    ['l ecole', 'maternelle']
    """
    typed = fold_search(text).split()
    words = list(dict.fromkeys(filter(None, map(_spaced, typed)))) or typed
    return [word for word in words if not any(word != other and begins(word, other) for other in words)]


def begins(word: str, folded: str) -> bool:
    """Whether a word of a folded text begins with `word`."""
    return f" {word}" in f" {folded}"


def every_word(text: str, holds: Callable[[str], Q]) -> Q:
    """All words of `text`, each wherever `holds(start)` finds it in a stored text.

    `start` is the word as it is stored, with the space before it: only beginnings of words are found.
    """
    condition = Q()
    for word in words_of(text):
        condition &= holds(f" {word}")
    return condition


CLOSEST, NAMED, TOLD = range(3)


def closeness(text: str, column: str = "search_text", *, far: int = TOLD) -> Case:
    """How well a stored text answers: `text` is one of its names, or they hold all its words, else `far`."""
    stored = F(column)
    end = StrIndex(stored, Value(_END_OF_NAMES))
    named = Q()
    for word in words_of(text):
        place = StrIndex(stored, Value(f" {word}"))
        named &= Q(GreaterThan(place, 0), LessThan(place, end))
    is_it = Q((f"{column}__contains", f"{_BAR} {_spaced(text)}{_BAR}"))
    return Case(
        When(is_it, then=Value(CLOSEST)),
        When(named, then=Value(NAMED)),
        default=Value(far),
        output_field=models.IntegerField(),
    )


def marked(text: str, words: Sequence[str]) -> list[Piece]:
    """The text cut into pieces, each with whether it is one of the folded words.

    >>> marked("L’École", ["ecole"])
    [('L’', False), ('École', True)]
    """
    pieces: list[Piece] = []
    end = 0
    for start, stop in _found(text, words):
        pieces += [(text[end:start], False), (text[start:stop], True)]
        end = stop
    return [piece for piece in [*pieces, (text[end:], False)] if piece[0]]


def excerpt(text: str, words: Sequence[str], width: int = 160) -> str:
    """Some `width` characters of a long text around the first word found; its start where none is."""
    flat = " ".join(text.split())
    if len(flat) <= width:
        return flat
    first = next(iter(_found(flat, words)), (0, 0))[0]
    start = max(0, min(first - width // 3, len(flat) - width))
    start = 0 if not start else flat.find(" ", start) + 1
    shown = flat[start : start + width]
    if start + width < len(flat):
        shown = shown.rpartition(" ")[0] or shown
    return _ELLIPSIS * bool(start) + shown + _ELLIPSIS * (start + len(shown) < len(flat))


def _found(text: str, words: Sequence[str]) -> list[tuple[int, int]]:
    """Where words begin so in the text, in order and without overlap; signs alone are no words."""
    words = [word for word in words if _WORD.search(word)]
    if not words:
        return []
    folded, origin = _folded_with_origin(text)
    pattern = "|".join(map(_as_written, sorted(words, key=len, reverse=True)))
    spans = [(origin[match.start()], match.end() - 1) for match in re.finditer(pattern, folded)]
    return [(start, _end_of_sign(text, origin[last])) for start, last in spans]


def _as_written(word: str) -> str:
    """The pattern of a word where it begins one, with any signs between its parts."""
    return r"(?<![^\W_])" + r"[\W_]+".join(map(re.escape, word.split()))


def _folded_with_origin(text: str) -> tuple[str, list[int]]:
    """The folded text, and for each of its characters where it comes from (œ gives two)."""
    folded: list[str] = []
    origin: list[int] = []
    for index, char in enumerate(text):
        for sign in fold_search(char) or (" " if char.isspace() else ""):
            folded.append(sign)
            origin.append(index)
    return "".join(folded), origin


def _end_of_sign(text: str, index: int) -> int:
    """Just after the character, with the accents that are written as characters of their own."""
    index += 1
    while index < len(text) and not fold_search(text[index]) and not text[index].isspace():
        index += 1
    return index
