"""What a workbook would create beside something known whose name it is nearly: one thing typed two ways.

Only warned of, with both spellings: which of them is meant, only people can tell.
"""

import re
from collections.abc import Hashable, Iterator
from typing import Any

from actions.workbook.cells import Name, quoted
from actions.workbook.drafts import ActionDraft
from actions.workbook.resolver import Resolver
from actions.workbook.rows import TypedSheet
from cops.lib.french import fold_search
from cops.lib.lookalikes import Lookalikes

_PARTS = re.compile(r"[^\W\d_]+|\d+")


def warn_of_similar_names(resolver: Resolver) -> None:
    """Add to the warnings of a file without fault; what is stored is loaded only where something is new."""
    _warn_of_organisations(resolver)
    _warn_of_actions(resolver)
    _warn_of_indicators(resolver)


def _warn_of_organisations(resolver: Resolver) -> None:
    """New organisations, by names present and former, and by those that the file brings before them."""
    organisations = resolver.stored.organisations
    new = {row.folded_name for row in organisations.added}
    if not new:
        return
    known = Lookalikes()
    for name, today in organisations.stored_names():
        known.add(name, quoted(name) if name == today else f"{quoted(name)}, aujourd’hui {quoted(today)}")
    for sheet, row, column, named in _organisation_cells(resolver):
        if named.key not in new:
            continue
        new.remove(named.key)
        if like := known.like(named.text):
            message = (
                f"Le nouvel organisme {quoted(named.text)} ressemble à {like} : si c’est le même, "
                "écrivez-le de même."
            )
            sheet.report(resolver.warnings, row, column, message, cause=named.key)
        known.add(named.text, quoted(named.text))


def _organisation_cells(resolver: Resolver) -> Iterator[tuple[TypedSheet[Any], Any, str, Name]]:
    """Every organisation that the file names, sheet by sheet."""
    book = resolver.workbook
    columns: tuple[tuple[TypedSheet[Any], dict[str, str]], ...] = (
        (book.actions, {"pilote": "lead", "partenaires": "partners"}),
        (book.years, {"pilote": "lead"}),
        (book.fundings, {"financeur": "funder"}),
    )
    for sheet, fields in columns:
        for row in sheet.rows:
            for column, field in fields.items():
                given = getattr(row, field)
                names = given if isinstance(given, tuple) else (given,)
                yield from ((sheet, row, column, name) for name in names if isinstance(name, Name))


def _warn_of_actions(resolver: Resolver) -> None:
    """New actions, by reference (case, signs and zeros apart) and by title, in their contract."""
    new = [draft for draft in resolver.actions.values() if draft.stored is None]
    if not new:
        return
    references: dict[Hashable, str] = {}
    titles: dict[int, Lookalikes] = {}
    for action in resolver.stored.actions.values():
        shown = quoted(f"{action.reference} – {action.title}")
        references.setdefault((action.contract_id, _plain(action.reference)), shown)
        titles.setdefault(action.contract_id, Lookalikes(by_parts=False)).add(action.title, shown)
    for draft in new:
        _warn_of_action(resolver, draft, references, titles)


def _warn_of_action(
    resolver: Resolver, draft: ActionDraft, references: dict[Hashable, str], titles: dict[int, Lookalikes]
) -> None:
    row, contract = draft.row, draft.contract
    assert row is not None and contract is not None
    title, column = str(row.title), "reference"
    like = references.get((contract.pk, _plain(draft.reference)), "")
    if not like and contract.pk in titles:
        like, column = titles[contract.pk].like(title), "intitule"
    if like:
        message = (
            f"La nouvelle action {quoted(f'{draft.reference} – {title}')} ressemble à {like} : si c’est la "
            "même, reprenez sa référence."
        )
        resolver.workbook.actions.report(resolver.warnings, row, column, message)


def _plain(reference: str) -> tuple[str, ...]:
    """What is left of a reference without signs, case and leading zeros: 1.1-01 and 1-1.1 are alike."""
    return tuple(part.lstrip("0") for part in _PARTS.findall(fold_search(reference)))


def _warn_of_indicators(resolver: Resolver) -> None:
    """New indicators, by those of their action: stored ones, and those that the file brings before them."""
    known: dict[tuple[int, str], Lookalikes] | None = None
    seen: set[int] = set()
    for draft in resolver.values:
        indicator, action = draft.indicator, draft.indicator.action
        if indicator.stored is not None or action is None or action.contract is None or id(indicator) in seen:
            continue
        seen.add(id(indicator))
        known = _stored_indicators(resolver) if known is None else known
        names = known.setdefault((action.contract.pk, action.reference), Lookalikes(by_parts=False))
        if like := names.like(indicator.name):
            message = (
                f"Le nouvel indicateur {quoted(indicator.name)} ressemble à {like}, de la même action : si "
                "c’est le même, écrivez-le de même."
            )
            resolver.workbook.values.report(resolver.warnings, draft.row, "indicateur", message)
        names.add(indicator.name, quoted(indicator.name))


def _stored_indicators(resolver: Resolver) -> dict[tuple[int, str], Lookalikes]:
    """Names of the stored indicators of the actions that new ones are for, by contract and reference."""
    wanted = {
        draft.indicator.action.stored.pk: draft.indicator.action
        for draft in resolver.values
        if draft.indicator.stored is None and draft.indicator.action and draft.indicator.action.stored
    }
    known: dict[tuple[int, str], Lookalikes] = {}
    for indicator in resolver.stored.indicators.values():
        action = wanted.get(indicator.action_id)
        if action is not None and action.contract is not None:
            names = known.setdefault((action.contract.pk, action.reference), Lookalikes(by_parts=False))
            names.add(indicator.name, quoted(indicator.name))
    return known
