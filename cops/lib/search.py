"""Searching in words as people type them: case, accents and the order of the words do not matter.

What is searched is stored folded beside what is shown (`Searchable`), so that both engines answer alike; what
is found is shown with the words marked in the text as it was written.
"""

import re
from collections.abc import Callable, Sequence
from typing import Any

from django.db import models
from django.db.models import Q

from cops.lib.french import fold_search

Piece = tuple[str, bool]

_ELLIPSIS = "…"


class Searchable(models.Model):
    """An object with a stored folded text; bulk paths call `index()` before writing."""

    search_text = models.TextField(editable=False, default="", blank=True)

    class Meta:
        abstract = True

    def searched(self) -> str:
        """The words under which this object is found."""
        raise NotImplementedError

    def index(self) -> None:
        """Refresh the stored text."""
        self.search_text = fold_search(self.searched())

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.index()
        if kwargs.get("update_fields") is not None:
            kwargs["update_fields"] = {*kwargs["update_fields"], "search_text"}
        super().save(*args, **kwargs)


def words_of(text: str) -> list[str]:
    """The folded words to look for; one that is part of another adds nothing and is left out.

    >>> words_of("École  MATERNELLE ma")
    ['ecole', 'maternelle']
    """
    words = list(dict.fromkeys(fold_search(text).split()))
    return [word for word in words if not any(word != other and word in other for other in words)]


def every_word(text: str, holds: Callable[[str], Q]) -> Q:
    """All words of `text`, each wherever `holds(word)` looks for it."""
    condition = Q()
    for word in words_of(text):
        condition &= holds(word)
    return condition


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
    """Where the words stand in the text, in order and without overlap."""
    if not words:
        return []
    folded, origin = _folded_with_origin(text)
    pattern = "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))
    spans = [(origin[match.start()], match.end() - 1) for match in re.finditer(pattern, folded)]
    return [(start, _end_of_sign(text, origin[last])) for start, last in spans]


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
