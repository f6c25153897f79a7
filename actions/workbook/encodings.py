"""The text of a .csv, decoded for certain or refused: no guessing.

UTF-8 and UTF-16 say what they are. Windows-1252 reads any bytes, those of other encodings too, as wrong
letters: it is only believed where what comes out can be French. MacRoman, UTF-8 with another byte,
DOS and Latin-9 give letters and signs that no French text holds (« RŽmi », « SiÃ¨ge », « R‚mi », « C½ur »).
"""

import codecs
import re

_UTF16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
# What French writes in capitals and small letters: the civil registry's list (circulaire of 23 July 2014).
_SMALL = "àâäçéèêëîïôöùûüÿœæ"
_CAPITAL = "ÀÂÄÇÉÈÊËÎÏÔÖÙÛÜŸŒÆ"
_LETTER = f"A-Za-z{_SMALL}{_CAPITAL}"
# Each alternative: what Windows-1252 makes of French in another encoding, and French in it never holds.
_NOT_FRENCH = re.compile(
    "|".join(
        (
            # Letters of other languages, and signs, wherever they stand.
            "[ÁÃÅÌÍÐÑÒÓÕØÚÝÞßáãåìíðñòóõøúýþŠšŽžƒ]",
            "[‚„‡ˆ˜¡¢¤¥¦¬¯¿]",
            # UTF-8 read as two or three letters; those that begin with Ã or Å are already named.
            "Â[\u00a0-¿€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ]",
            "â€|â‚|ï»¿",
            # Signs that a letter touches: MacRoman â ï î ô ë œ æ Æ ü, DOS ô ï ë å, Latin-9 œ.
            f"[‰”™®½¼¾†](?=[{_LETTER}])",
            f"(?<=[{_LETTER}])[•¾½¼“‹›†]",
            f"(?<=[aeio])‘(?=[{_LETTER}])|(?<=gu)‘",
            # A capital behind a small letter: MacRoman œ … €, DOS î.
            f"(?<=[a-z{_SMALL}])[{_CAPITAL}]",
            # Capitals where no word has them: MacRoman « » and no-break space, €, à, œ, Ÿ.
            f"[ÇÈÊ](?![{_LETTER}])",
            f"(?<![{_LETTER}])Û(?![{_LETTER}])",
            f"(?<![Uu])Ë(?![{_LETTER}])",
            "Ï(?=[a-zç])|Î[uU]",
            "(?<![Oo])Ù",
            # Small letters among capitals, or where no word has them: MacRoman Ê, Î, Ô.
            "(?<=[A-Z])æ|æ(?=[A-Z])|[ëï](?=[A-Z])",
            f"(?<![{_LETTER}])[ëï](?=[{_LETTER}])",
        )
    )
)
_MULTIBYTE = re.compile(rb"[\xc3-\xc5][\x80-\xbf]|\xc2[\xa0-\xbf]|\xe2\x80[\x80-\xbf]|\xe2\x82\xac")
_WORD = 12  # bytes shown on each side of the one at fault


class NotDecodable(ValueError):
    """Text that is in none of the encodings that are read: the first byte at fault, and what it is."""

    def __init__(self, offset: int, message: str) -> None:
        super().__init__(message)
        self.offset, self.message = offset, message


def decode(data: bytes) -> str:
    """The text of a file, without its byte order mark. Raises NotDecodable."""
    if data.startswith(_UTF16):
        return _utf16(data)
    if b"\0" in data:
        raise NotDecodable(
            data.index(b"\0"), "un octet nul, que seuls de l’UTF-16 sans marque ou un fichier binaire ont"
        )
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        return _windows(data, error)


def _utf16(data: bytes) -> str:
    try:
        text = data.decode("utf-16")
    except UnicodeDecodeError as error:
        message = "de l’UTF-16 incomplet : le fichier est sans doute coupé"
        raise NotDecodable(error.start, message) from None
    if "\0" in text:
        raise NotDecodable(text.index("\0") * 2, "un signe nul, que seul un fichier binaire a")
    return text


def _windows(data: bytes, error: UnicodeDecodeError) -> str:
    """The text in Windows-1252; `error` is what kept it from being UTF-8."""
    try:
        text = data.decode("cp1252")
    except UnicodeDecodeError as undefined:
        fault, text = undefined.start, data.decode("latin-1")
    else:
        found = _NOT_FRENCH.search(text)
        if found is None:
            return text
        fault = found.start()
    if _is_mostly_utf8(data):
        raise NotDecodable(
            error.start,
            f"l’octet {data[error.start]:02X}{_around(data, error.start, 'utf-8')}, "
            "qui n’est pas de l’UTF-8 alors que le reste du fichier en est",
        )
    raise NotDecodable(
        fault,
        f"l’octet {data[fault]:02X}{_around(data, fault, 'cp1252')}, qu’aucun texte français n’a en "
        "Windows-1252 : l’encodage est autre, sans doute MacRoman",
    )


def _is_mostly_utf8(data: bytes) -> bool:
    """Whether more letters with accents are UTF-8 than are not."""
    pairs = len(_MULTIBYTE.findall(data))
    others = sum(byte > 0x7F for byte in _MULTIBYTE.sub(b"", data))
    return pairs > others


def _around(data: bytes, offset: int, encoding: str) -> str:
    """The word in which a byte stands, as it would be read."""
    before = re.search(rb"[^\s;,\t\"|]*$", data[max(0, offset - _WORD) : offset])
    after = re.match(rb"[^\s;,\t\"|]*", data[offset + 1 : offset + 1 + _WORD])
    assert before is not None and after is not None
    word = (before[0] + data[offset : offset + 1] + after[0]).decode(encoding, "replace")
    return f" (dans «\u00a0{word}\u00a0»)"
