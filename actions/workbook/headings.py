"""Sheets and headings that are not where they are looked for: what a file has instead, in one message."""

import re
from collections.abc import Collection, Mapping, Sequence

from actions.workbook.cells import quoted, raw_text
from actions.workbook.grid import Grid
from actions.workbook.sheets import SHEETS, Sheet
from cops.lib.french import fold_code
from cops.lib.sheets import HEADING_ROWS, heading_problem


def misplaced_headings(sheet: Sheet, grid: Grid) -> str:
    """Why row 1 holds none of the headings though the sheet has them; "" if it does or there are none."""
    known = {fold_code(column.name) for column in sheet.columns}
    rows = ((number, list(map(raw_text, cells))) for number, cells in grid.rows[:HEADING_ROWS])
    return heading_problem(rows, lambda text: fold_code(text) in known)


def renamed_sheets(unknown: Sequence[str], found: Collection[str]) -> dict[str, str]:
    """Unknown sheet → the one that it must be, by the word that its name holds (« actions - Tableau 1 »);
    only for sheets that are not in the file, each once."""
    renamed: dict[str, str] = {}
    for name in unknown:
        words = set(map(fold_code, re.split(r"\W+", name)))
        for sheet in SHEETS:
            if fold_code(sheet.name) in words and sheet.name not in {*found, *renamed.values()}:
                renamed[name] = sheet.name
                break
    return renamed


def unknown_message(name: str, renamed: Mapping[str, str], unknown: Sequence[str]) -> str:
    """What is said of an unknown sheet. Where some are ours under other names, the first of them says all
    that is to be done, and the others nothing."""
    if not renamed:
        expected = ", ".join(sheet.name for sheet in SHEETS)
        return f"Feuille inconnue ; les feuilles attendues sont : {expected}. Supprimez-la ou renommez-la."
    if name != next(iter(renamed)):
        return ""
    renamings = " ; ".join(f"{quoted(before)} en {quoted(after)}" for before, after in renamed.items())
    others = " ; ".join(quoted(other) for other in unknown if other not in renamed)
    rest = f" Supprimez aussi ce qui n’est pas du classeur : {others}." if others else ""
    return f"Renommez {'les feuilles' if len(renamed) > 1 else 'la feuille'} : {renamings}.{rest}"
