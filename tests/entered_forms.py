"""Forms as a browser sends them: what a page's form holds, with what somebody types into it."""

import re
from html import unescape
from html.parser import HTMLParser
from typing import Any


class _Fields(HTMLParser):
    """The fields of the form of class `entering`, with the values that they show."""

    def __init__(self) -> None:
        super().__init__()
        self.values: dict[str, list[str]] = {}
        self._is_inside = False
        self._textarea = ""
        self._select = ""
        self._first_option = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        name = given.get("name") or ""
        if tag == "form":
            self._is_inside = "entering" in (given.get("class") or "")
        if not self._is_inside or "disabled" in given:
            return
        if tag == "input" and name:
            if given.get("type") not in ("checkbox", "radio") or "checked" in given:
                self.values.setdefault(name, []).append(
                    given.get("value") or ("on" if "checked" in given and "value" not in given else "")
                )
        elif tag == "textarea":
            self._textarea = name
            self.values[name] = [""]
        elif tag == "select":
            self._select, self._first_option = name, ""
        elif tag == "option" and self._select and ("selected" in given or self._select not in self.values):
            self.values[self._select] = [given.get("value") or ""]

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._is_inside = False
        elif tag == "textarea":
            self._textarea = ""
        elif tag == "select":
            self._select = ""

    def handle_data(self, data: str) -> None:
        if self._textarea:
            self.values[self._textarea][0] += data


def filled(response: Any, **typed: Any) -> dict[str, Any]:
    """What the page's form would send with these fields typed over; « - » in names is written « __ »."""
    parser = _Fields()
    parser.feed(response.content.decode())
    parser.close()
    values: dict[str, Any] = {
        name: [value.removeprefix("\n") for value in found] for name, found in parser.values.items()
    }
    values.pop("csrfmiddlewaretoken", None)
    for name, value in typed.items():
        values[name.replace("__", "-")] = value
    return values


def text_of(response: Any) -> str:
    """The words of the page with single spaces."""
    plain = unescape(re.sub(r"<[^>]+>", " ", response.content.decode()))
    return " ".join(plain.split())
