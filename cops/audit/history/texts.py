"""Two states of a text beside each other: what went and what came, in the middle of what stayed."""

import re
from difflib import SequenceMatcher

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

MOST_COMPARED = 600  # words on either side; beyond, the whole middle is shown as replaced
_SHOWN = 400  # characters of one piece
_CONTEXT = 8  # words that stayed, on either side of a change

_WORDS = re.compile(r"\s+|[^\s]+")

Piece = tuple[str, str]  # what it is (« = », « - », « + ») and its text


def difference(before: str, after: str) -> SafeString:
    """What changed between two texts, with `<del>` and `<ins>`; long stretches are cut.

    >>> difference("un chat noir", "un chien noir")
    'un <del>chat</del><ins>chien</ins> noir'
    """
    pieces = list(_pieces(_WORDS.findall(before), _WORDS.findall(after)))
    last = len(pieces) - 1
    return format_html_join(
        "", "{}", ((_shown(piece, index == 0, index == last),) for index, piece in enumerate(pieces))
    )


def _pieces(before: list[str], after: list[str]) -> list[Piece]:
    start = _common(before, after)
    end = _common(before[start:][::-1], after[start:][::-1])
    old, new = before[start : len(before) - end], after[start : len(after) - end]
    middle = _compared(old, new) if max(len(old), len(new)) <= MOST_COMPARED else [("-", old), ("+", new)]
    stretches = [("=", before[:start]), *middle, ("=", before[len(before) - end :])]
    return [(kind, "".join(words)) for kind, words in stretches if words]


def _common(one: list[str], other: list[str]) -> int:
    pairs = enumerate(zip(one, other, strict=False))
    return next((index for index, (left, right) in pairs if left != right), min(len(one), len(other)))


def _compared(old: list[str], new: list[str]) -> list[tuple[str, list[str]]]:
    stretches = []
    for kind, i, j, k, m in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if kind == "equal":
            stretches.append(("=", old[i:j]))
        else:
            stretches += [("-", old[i:j]), ("+", new[k:m])]
    return stretches


def _shown(piece: Piece, is_first: bool, is_last: bool) -> SafeString:
    kind, text = piece
    if kind == "=":
        return format_html("{}", _around(text, is_first, is_last))
    cut = text if len(text) <= _SHOWN else f"{text[: _SHOWN - 1]}…"
    return format_html("<del>{}</del>" if kind == "-" else "<ins>{}</ins>", cut)


def _around(text: str, is_first: bool, is_last: bool) -> str:
    """Of a stretch that stayed, the words next to the changes."""
    words = _WORDS.findall(text)
    reach = 2 * _CONTEXT
    if len(words) <= (reach if is_first or is_last else 2 * reach):
        return text
    head = "" if is_first else "".join(words[:reach])
    tail = "" if is_last else "".join(words[-reach:])
    return f"{head}…{tail}"
