"""What the cells of a workbook refer to: contracts, objectives, organisations, communes, and other rows.

A `Resolver` goes with one run of the checks. It turns codes and names into what is stored, finds the row that
another row needs, in the file or stored, and keeps the faults.
"""

from datetime import date
from functools import cache
from itertools import product
from typing import Any

from actions.models import Action
from actions.soundness import SpanFault, objective_days, span_fault, span_message
from actions.workbook.cells import Code, Name, quoted
from actions.workbook.drafts import ActionDraft, FundingDraft, ValueDraft, YearDraft
from actions.workbook.faults import FaultList
from actions.workbook.rows import Row, TypedSheet, TypedWorkbook
from actions.workbook.sheets import FAULTY, Missing
from actions.workbook.stored import Stored
from contracts.models import Contract
from cops.lib.periods import Period
from governance.models import Organisation

_COLUMN_OF_FAULT = {SpanFault.YEAR: "annee", SpanFault.OBJECTIVE: "objectif"}


class FaultyKeys:
    """Keys of which a part cannot be read: rows that may be the one that another row needs."""

    def __init__(self) -> None:
        self._patterns: set[tuple[Any, ...]] = set()

    def add(self, *parts: Any) -> None:
        """Keep a key; its faulty parts are None or Missing."""
        self._patterns.add(tuple(None if isinstance(part, Missing) else part for part in parts))

    def may_be(self, *parts: Any) -> bool:
        """Whether one of them may be this key: every part that can be read is the same."""
        if not self._patterns:
            return False
        return any(pattern in self._patterns for pattern in product(*((part, None) for part in parts)))


class Resolver:
    """One run of the checks over a typed workbook; `contract` is the only one whose rows are accepted."""

    def __init__(self, workbook: TypedWorkbook, stored: Stored, contract: Contract | None) -> None:
        self.workbook, self.stored, self.only = workbook, stored, contract
        self.faults: FaultList = workbook.faults.copy()
        self.warnings = FaultList()
        self.actions: dict[tuple[int, Name], ActionDraft] = {}
        self.years: dict[tuple[int, Name, int], YearDraft] = {}
        self.values: list[ValueDraft] = []
        self.fundings: list[FundingDraft] = []
        self.faulty_actions, self.faulty_years = FaultyKeys(), FaultyKeys()
        if workbook.actions.is_unread:
            self.faulty_actions.add(None, None)
        if workbook.years.is_unread:
            self.faulty_years.add(None, None, None)
        self._contracts: dict[str, Contract | str] = {}
        self._stored_actions: dict[tuple[int, Name], ActionDraft | None] = {}
        self.span_fault = cache(self._span_fault)
        self.contract_days = cache(self._contract_days)
        self.objective_days = cache(self._objective_days)

    def report(self, sheet: TypedSheet[Row], row: Row, column: str, message: str) -> None:
        sheet.report(self.faults, row, column, message)

    # --- reference data ---------------------------------------------------------------------------------

    def contract_of(self, sheet: TypedSheet[Row], row: Row) -> Contract | None:
        """The contract of a row; None, reported, if there is none or it is not the one imported."""
        code = row.contract
        if isinstance(code, Missing):
            return None
        if code not in self._contracts:
            self._contracts[code] = self._contract(code)
        found = self._contracts[code]
        if isinstance(found, str):
            self.report(sheet, row, "contrat", found)
            return None
        return found

    def _contract(self, code: str) -> Contract | str:
        contract = self.stored.contract(code)
        if contract is None:
            known = ", ".join(self.stored.contract_codes) or "aucun"
            return f"Contrat inconnu {quoted(code)} ; contrats enregistrés : {known}."
        if self.only and contract != self.only:
            return f"Contrat {self.only.code} attendu, seul importé ici. Trouvé : {quoted(code)}."
        return contract

    def organisation(self, name: Name | Missing) -> Organisation | Missing:
        return name if isinstance(name, Missing) else self.stored.organisations.get(name)

    def objective(
        self, sheet: TypedSheet[Row], row: Row, contract: Contract | None, code: Code
    ) -> int | Missing:
        """The objective that a code of `objectif` names in the contract; FAULTY, reported, if none."""
        if contract is None:
            return FAULTY
        book = self.stored.objectives[contract.pk]
        found = book.get(code)
        if found is None:
            shown = f"{code:f}" if not isinstance(code, str) else code
            why = (
                f"Le nombre {shown} peut être plusieurs objectifs : mettez la cellule au format Texte"
                if book.is_ambiguous(code)
                else f"Le contrat {contract.code} n’a pas d’objectif {quoted(shown)}"
            )
            self.report(sheet, row, "objectif", f"{why} ; objectifs du contrat : {self._codes(contract)}.")
            return FAULTY
        return found

    def _codes(self, contract: Contract) -> str:
        codes = [row.code for row in self.stored.timelines[contract.pk].objectives]
        return ", ".join(codes) or "aucun"

    # --- rows that rows need ----------------------------------------------------------------------------

    def action(self, contract: Contract, reference: Name) -> ActionDraft | None:
        """The action of a reference, in the file or stored."""
        key = (contract.pk, reference)
        found = self.actions.get(key)
        if found is None and key not in self._stored_actions:
            stored = self.stored.actions.get(key)
            self._stored_actions[key] = self._stored_action(contract, stored) if stored else None
        return found or self._stored_actions[key]

    def _stored_action(self, contract: Contract, stored: Action) -> ActionDraft:
        return ActionDraft(
            contract,
            stored.reference,
            stored.objective_id,
            self.stored.organisations.by_pk[stored.lead_id],
            stored.starts_on,
            stored.ends_on,
            stored=stored,
            instance=stored,
        )

    def needed_action(
        self, sheet: TypedSheet[Row], row: Row, contract: Contract | None
    ) -> ActionDraft | None:
        """The action that a row's `reference` needs; its absence is reported there unless a row of `actions`
        with a faulty key may be it."""
        reference = row.reference
        if contract is None or isinstance(reference, Missing):
            return None
        found = self.action(contract, reference)
        if found is None and not self.faulty_actions.may_be(contract.pk, reference):
            message = (
                f"Aucune action {quoted(reference.text)} dans le contrat {contract.code} : ajoutez-la à la "
                "feuille actions ou corrigez la référence."
            )
            self.report(sheet, row, "reference", message)
        return found

    def needed_year(
        self, sheet: TypedSheet[Row], row: Row, contract: Contract | None, year: int | Missing
    ) -> tuple[ActionDraft | None, YearDraft | None]:
        """The action and the action-year that a row needs; what is absent is reported: at `reference` if it
        is the action, else at `annee`."""
        action, reference = self.needed_action(sheet, row, contract), row.reference
        if contract is None or isinstance(reference, Missing) or isinstance(year, Missing):
            return action, None
        found = self.years.get((contract.pk, reference, year)) or self._stored_year(action, year)
        may_come = action or self.faulty_actions.may_be(contract.pk, reference)
        if not found and may_come and not self.faulty_years.may_be(contract.pk, reference, year):
            message = (
                f"L’action {quoted(reference.text)} n’est pas programmée en {year} : ajoutez cette année "
                "à la feuille programmation ou corrigez-la."
            )
            self.report(sheet, row, "annee", message)
        return action, found

    def _stored_year(self, action: ActionDraft | None, year: int) -> YearDraft | None:
        stored = self.stored.years.get((action.stored.pk, year)) if action and action.stored else None
        if stored is None or action is None:
            return None
        return YearDraft(action, year, stored=stored, instance=stored)

    # --- a year, its contract, its action, its objective --------------------------------------------------

    def _span_fault(
        self,
        contract_pk: int,
        year: int,
        starts_on: date | Missing | None,
        ends_on: date | Missing | None,
        objective: int | Missing,
    ) -> str:
        """What is wrong with a year: "annee" if year, contract and action share no day, "objectif" if the
        objective is in force on none of them, else "". A faulty day counts as open: what is wrong even so is
        wrong for sure."""
        period = Period(_known(starts_on), _known(ends_on))
        in_force = None if isinstance(objective, Missing) else self.objective_days(contract_pk, objective)
        fault = span_fault(self.contract_days(contract_pk, year), in_force, period)
        return _COLUMN_OF_FAULT[fault] if fault else ""

    def _contract_days(self, contract_pk: int, year: int) -> list[Period]:
        return self.stored.timelines[contract_pk].days_in_year(year)

    def _objective_days(self, contract_pk: int, objective: int) -> list[Period]:
        return objective_days(self.stored.timelines[contract_pk], objective)

    def span_message(self, contract: Contract, year: int, action: ActionDraft | None) -> str:
        """Why a year shares no day with its contract or its action."""
        starts_on, ends_on = (action.starts_on, action.ends_on) if action else (None, None)
        period = Period(_known(starts_on), _known(ends_on))
        return span_message(self.stored.timelines[contract.pk], contract.code, year, period)


def _known(day: date | Missing | None) -> date | None:
    return None if isinstance(day, Missing) else day


def column_at_fault(sheet: TypedSheet[Row], *columns: str) -> str:
    """Where a fault stands: in the first of the columns that the file has (the last one it always has)."""
    return next((column for column in columns if sheet.has(column)), columns[-1])
