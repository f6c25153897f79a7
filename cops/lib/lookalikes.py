"""Names that are nearly another: a slip of the pen, a plural, words in another order, a name cut short.

Asked about names that are to be new. Pure, and linear in the number of
names: what each may be mistaken for is written down once and looked up.
"""

import re
from collections.abc import Iterable, Iterator

from cops.lib.french import fold_name, fold_search

NAMES_MAX = 2000  # known names beyond these are not looked at: a file may bring any number
_LETTERS_MAX = 80  # of a longer name, slips are not looked for
_SLIP_MIN = 5  # letters: shorter names (CAF, CAS) differ by one letter as a rule
_PART_MIN = 3
_WORDS = re.compile(r"[^\W_]+")
_SMALL_WORDS = frozenset(
    ["a", "au", "aux", "d", "de", "des", "du", "en", "et", "l", "la", "le", "les", "s", "un", "une"]
)


class Lookalikes:
    """Known names, each as it is to be shown; the first that a name is like is found.

    `by_parts` is for names that people cut short; « Jeunes » and « Jeunes suivis » are two indicators.
    """

    def __init__(self, names: Iterable[str] = (), *, by_parts: bool = True) -> None:
        self._by_parts = by_parts
        self._shown: list[str] = []
        self._folded: dict[str, int] = {}
        self._wholes: dict[str, int] = {}
        self._slips: dict[str, int] = {}
        self._parts: dict[str, int] = {}
        for name in names:
            self.add(name)

    def add(self, name: str, shown: str = "") -> None:
        """Know one more name; `shown` is what tells it, the name itself if nothing else."""
        if len(self._shown) >= NAMES_MAX or self._folded.setdefault(fold_name(name), 0):
            return
        self._shown.append(shown or name)
        place = self._folded[fold_name(name)] = len(self._shown)
        words = _words(name)
        if not words:
            return
        self._wholes.setdefault("".join(words), place)
        self._wholes.setdefault(" ".join(sorted(words)), place)
        for slip in _slips("".join(words)):
            self._slips.setdefault(slip, place)
        for part in _parts(words) if self._by_parts else ():
            self._parts.setdefault(part, place)

    def like(self, name: str) -> str:
        """The known name that this one is, or is like; "" if there is none."""
        if not self._shown:
            return ""
        words = _words(name)
        whole = "".join(words)
        if not whole:
            return ""
        place = self._wholes.get(whole) or self._wholes.get(" ".join(sorted(words)))
        place = place or next((self._slips[slip] for slip in _slips(whole) if slip in self._slips), None)
        if self._by_parts:
            place = place or self._parts.get(whole)
            parts = (self._wholes[part] for part in _parts(words) if part in self._wholes)
            place = place or next(parts, None)
        return self._shown[place - 1] if place else ""


def _words(name: str) -> list[str]:
    """The words that count, without the end that gender and number change; all, if none is left."""
    words = _WORDS.findall(fold_search(name))
    return [_stem(word) for word in words if word not in _SMALL_WORDS] or words


def _stem(word: str) -> str:
    """« suivies » and « suivi » are one; digits and short words stay whole."""
    return word.rstrip("sx").rstrip("e") if len(word) > 3 and word.isalpha() else word


def _slips(whole: str) -> Iterator[str]:
    """The name and what it is without one letter: two names share one of these if a letter was left out,
    added, replaced, or exchanged with its neighbour. A digit is no slip: « Collège 1 », « Collège 2 »."""
    if not _SLIP_MIN <= len(whole) <= _LETTERS_MAX:
        return
    yield whole
    for place, letter in enumerate(whole):
        if not letter.isdigit():
            yield whole[:place] + whole[place + 1 :]


def _parts(words: list[str]) -> Iterator[str]:
    """The first words of a name, and its last ones: « AME » of « AME - service DSU »."""
    for number in range(1, len(words)):
        for part in (words[:number], words[-number:]):
            whole = "".join(part)
            if len(whole) >= _PART_MIN:
                yield whole
