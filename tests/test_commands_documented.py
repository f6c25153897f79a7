"""Every command of docs/interfaces.md, section 1, is called with every option and choice that it names there.

The calls are made from the table itself: an option that is documented and refused fails, as does one that a
command has and the table does not name.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import BaseCommand, call_command, get_commands, load_command_class

pytestmark = pytest.mark.once

ROOT = Path(settings.BASE_DIR)
ROW = re.compile(r"^\| `manage\.py (?P<name>\w+) ?(?P<usage>[^`]*)` \|")
OUTPUT = "--output"
VALUES = {
    "CODE": "cops-2009",
    "YYYY": "2012",
    "YYYY-MM-DD": "2013-06-01",
    "EMAIL": "premiere@cops.example",
    "NAME": "Première Administratrice",
}


@dataclass(frozen=True)
class Slot:
    """One argument of a usage line: its option, if it has one, and the words that may stand for its value."""

    option: str
    values: tuple[str, ...]
    is_optional: bool


@dataclass
class Usage:
    """A command as the table tells it."""

    name: str
    slots: list[Slot] = field(default_factory=list)

    def calls(self) -> Iterator[list[str]]:
        """With nothing but what is required, with everything, and each choice of each argument once."""
        calls = [self._call({}, is_full=False)]
        for place, slot in enumerate(self.slots):
            calls += [self._call({place: value}, is_full=True) for value in slot.values or ("",)]
        yield from (call for place, call in enumerate(calls) if call not in calls[:place])

    def _call(self, chosen: dict[int, str], *, is_full: bool) -> list[str]:
        words = []
        for place, slot in enumerate(self.slots):
            if slot.is_optional and not is_full:
                continue
            words += [slot.option] if slot.option else []
            if slot.values:
                words.append(chosen.get(place, slot.values[0]))
        return words


def documented() -> dict[str, Usage]:
    rows = map(ROW.match, (ROOT / "docs" / "interfaces.md").read_text().splitlines())
    return {row["name"]: Usage(row["name"], list(_slots(row["usage"]))) for row in rows if row}


def _slots(usage: str) -> Iterator[Slot]:
    pattern = r"(?P<bracket>\[)?(?P<option>--[\w-]+)?\s?(?P<value>[^\s\[\]-][^\s\[\]]*)?\]?"
    for found in re.finditer(pattern, usage.replace("\\|", "|")):
        if not found["option"] and not found["value"]:
            continue
        first, *others = (found["value"] or "").split("|")
        ending = [first.rpartition(".")[0] + other if other.startswith(".") else other for other in others]
        yield Slot(found["option"] or "", tuple(filter(None, [first, *ending])), found["bracket"] is not None)


def _value(slot_option: str, word: str, folder: Path) -> str:
    if slot_option == OUTPUT:
        return str(folder / word.lower())
    if word.startswith("FILE"):
        return str(ROOT / "tests" / "data" / "example.xlsx")
    return VALUES.get(word, word)


def concrete(call: list[str], folder: Path) -> list[str]:
    """The call with a value for each placeholder."""
    before = ["", *call]
    return [_value(option, word, folder) for option, word in zip(before, call, strict=False)]


USAGES = documented()
CALLS = [(name, call) for name, usage in USAGES.items() for call in usage.calls()]


def test_the_table_is_read() -> None:
    assert len(USAGES) >= 9
    assert USAGES["report"].slots[:3] == [
        Slot("--contract", ("CODE",), False),
        Slot("--year", ("YYYY",), False),
        Slot("--format", ("json", "html", "pdf", "xlsx", "ods", "csv"), False),
    ]
    assert USAGES["export_workbook"].slots[1] == Slot(OUTPUT, ("FILE.xlsx", "FILE.ods"), False)
    assert USAGES["import_workbook"].slots[:2] == [Slot("", ("FILE",), False), Slot("--dry-run", (), True)]
    assert USAGES["composition"].slots[0] == Slot("", ("plenary", "restricted"), False)


@pytest.mark.pdf
@pytest.mark.django_db
@pytest.mark.parametrize(("name", "call"), CALLS, ids=[" ".join([name, *call]) for name, call in CALLS])
def test_the_documented_call_is_obeyed(name: str, call: list[str], tmp_path: Path, capfd) -> None:
    if name != "load_reference":
        call_command("load_reference", verbosity=0)
    if name not in ("load_reference", "load_demo", "import_workbook", "composition", "plan"):
        call_command("import_workbook", str(ROOT / "tests" / "data" / "example.xlsx"), verbosity=0)
    capfd.readouterr()
    arguments = concrete(call, tmp_path)
    if OUTPUT not in arguments and {"pdf", "xlsx", "ods"} & set(arguments):
        arguments += [OUTPUT, str(tmp_path / "file")]
    try:
        load_command_class(get_commands()[name], name).run_from_argv(["manage.py", name, *arguments])
    except SystemExit as stop:
        assert not stop.code, capfd.readouterr().err
    if OUTPUT in arguments:
        assert Path(arguments[arguments.index(OUTPUT) + 1]).stat().st_size > 0


@pytest.mark.parametrize("name", USAGES)
def test_every_option_of_the_command_is_documented(name: str) -> None:
    own = load_command_class(get_commands()[name], name).create_parser("manage.py", name)
    django = BaseCommand().create_parser("manage.py", name)
    options = {option for action in own._actions for option in action.option_strings}
    options -= {option for action in django._actions for option in action.option_strings}
    assert options == {slot.option for slot in USAGES[name].slots if slot.option}
