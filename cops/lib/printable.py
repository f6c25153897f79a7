"""What the typeface of PDFs can show: a sign that it lacks prints as its name in brackets, never as a box."""

import re
import unicodedata
from collections.abc import Iterator

from cops.lib.fonts import known_signs

_LANGUAGE = "fr"
_JOINER = "\u200d"
_LAYOUT = {"\t", "\n", "\r"}
_INVISIBLE = "\ufe0e\ufe0f" + _JOINER  # they choose or join appearances, and have none of their own
_TAGS = "\U000e0020-\U000e007f"  # they spell the flag of a region
# Signs that word processors put in texts by themselves, and their like in the typeface.
_LIKE = {
    **dict.fromkeys("\uf0b7\uf0a7▪▫◦‣⁃⦁∙", "•"),
    **dict.fromkeys("\uf0e0\uf0d8➔➜➤►▶⇒⟶", "→"),
    **dict.fromkeys("\uf0fc", "✓"),
    "\u2028": "\n",
    "\u2029": "\n",
}

# Names of signs that are no emoji: Unicode has them in English only.
_NAMES = {
    "★": "étoile",
    "☆": "étoile",
    "✦": "étoile",
    "☎": "téléphone",
    "✎": "crayon",
    "✉": "enveloppe",
    "☞": "main",
}


def printable(text: str) -> str:
    """The text in signs that the typeface has.

    A sign that it lacks becomes the same one written plainly (« ① » 1, « ễ » ê, a full-width letter), else
    its name in brackets: « Sport [trophée] » for an emoji, joined ones under one name; a letter of another
    script is its code. A text that needs nothing comes back as it is. Markup may be given: its own signs are
    all known.

    >>> printable("Sport 🏆")
    'Sport [trophée]'
    """
    lacking = set(text) - known_signs() - _LAYOUT
    return _runs_of(lacking).sub(_shown, text) if lacking else text


def _runs_of(lacking: set[str]) -> re.Pattern[str]:
    """Runs that hold one of these signs, with what is joined to it."""
    one = f"[{''.join(map(re.escape, sorted(lacking)))}]"
    before = f"(?:[^\\s!-~]{_JOINER})?" if _JOINER in lacking else ""
    keycap = "[#*0-9]\ufe0f?\u20e3|" if "\u20e3" in lacking else ""
    return re.compile(f"{keycap}{before}{one}(?:{one}|{_JOINER}[^\\s!-~])*")


def _shown(found: re.Match[str]) -> str:
    run = found[0]
    written: list[str] = []
    letters: list[str] = []
    for sign in _signs(run):
        plain = _plain(sign)
        if plain is None and not _is_emoji(sign) and unicodedata.category(sign[0])[0] in "LMN":
            letters.append(_code(sign))
            continue
        written += _bracketed(letters)
        letters = []
        written.append(f"[{_name(sign)}]" if plain is None else plain)
    return "".join([*written, *_bracketed(letters)])


def _signs(run: str) -> Iterator[str]:
    """The run sign by sign, an emoji with all that is joined to it as one."""
    import emoji  # as below: takes a fifth of a second, and hardly any text needs it

    place = 0
    for match in emoji.emoji_list(run):
        yield from run[place : match["match_start"]]
        yield match["emoji"]
        place = match["match_end"]
    yield from run[place:]


def _plain(sign: str) -> str | None:
    """The sign written with signs of the typeface; None where that cannot be."""
    if sign in _INVISIBLE or re.fullmatch(f"[{_TAGS}]", sign):
        return ""
    if (like := _LIKE.get(sign)) is not None:
        return like
    if _is_emoji(sign):
        bare = sign.rstrip(_INVISIBLE)
        return bare if _is_known(bare) else None
    if _is_known(sign):
        return sign
    category = unicodedata.category(sign[0])
    if category in ("Cc", "Cf", "Mn", "Zs"):  # nothing to be seen, or a mark that has no letter of ours
        return " " if category == "Zs" else ""
    simple = unicodedata.normalize("NFKC", sign)
    parts = unicodedata.normalize("NFD", simple)
    for length in range(len(parts), 0, -1):  # as many of its accents as the typeface has
        composed = unicodedata.normalize("NFC", parts[:length])
        if _is_known(composed) and composed != sign:
            return composed
    return None


def _is_known(text: str) -> bool:
    return bool(text) and set(text) <= known_signs()


def _is_emoji(sign: str) -> bool:
    import emoji

    return bool(emoji.is_emoji(sign))


def _name(sign: str) -> str:
    if _is_emoji(sign):
        import emoji

        return emoji.demojize(sign, language=_LANGUAGE).strip(":").replace("_", " ")
    name = _NAMES.get(sign) or unicodedata.name(sign[0], "")
    return name.lower() if name else _code(sign)


def _code(sign: str) -> str:
    return " ".join(f"U+{ord(one):04X}" for one in sign)


def _bracketed(codes: list[str]) -> list[str]:
    return [f"[{' '.join(codes)}]"] if codes else []
