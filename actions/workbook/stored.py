"""What is stored, loaded once for a whole workbook in a fixed number of queries."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from decimal import Decimal
from functools import cached_property
from typing import TypeVar

from django.db.models import Model, Q, QuerySet

from actions.models import (
    Action,
    ActionCommune,
    ActionYear,
    Funding,
    Indicator,
    IndicatorValue,
    Partnership,
    Programme,
)
from actions.workbook.cells import Code, Name, numeric_value
from contracts.models import Contract
from contracts.plan import Timeline
from contracts.selectors import timelines
from cops.lib.french import fold_code
from governance.models import Commune, Organisation, OrganisationName, Person

M = TypeVar("M", bound=Model)


class CodeBook:
    """Codes of one kind (objectives of a contract, communes) → primary key, also by the number that a
    spreadsheet makes of a code."""

    def __init__(self, codes: Iterable[tuple[str, int]]) -> None:
        self._by_code: dict[str, int] = {}
        self._codes: dict[int, str] = {}
        self._by_number: dict[Decimal, list[int]] = defaultdict(list)
        for code, pk in codes:
            self._by_code[fold_code(code)] = pk
            self._codes[pk] = code
            if (number := numeric_value(code)) is not None:
                self._by_number[number].append(pk)

    def code(self, pk: int) -> str:
        """The code as stored."""
        return self._codes[pk]

    def get(self, code: Code) -> int | None:
        """The primary key; None if unknown or if several codes have the number."""
        if isinstance(code, str):
            return self._by_code.get(code)
        candidates = self._by_number.get(code, [])
        return candidates[0] if len(candidates) == 1 else None

    def is_ambiguous(self, code: Code) -> bool:
        """Whether several codes have this number (1.1 and 1.10)."""
        return not isinstance(code, str) and len(self._by_number.get(code, ())) > 1


class Organisations:
    """Organisations by name, present or former; unknown ones are added unsaved, in the order met."""

    def __init__(self) -> None:
        self._by_fold = {row.folded_name: row for row in Organisation.objects.all()}
        self.by_pk = {row.pk: row for row in self._by_fold.values()}
        former = OrganisationName.objects.values_list("organisation_id", "name", "folded_name")
        self._former = list(former.order_by("pk"))
        for organisation_id, _, folded in self._former:
            # A name borne today says more than one borne formerly.
            self._by_fold.setdefault(folded, self.by_pk[organisation_id])
        self.added: list[Organisation] = []

    def stored_names(self) -> Iterator[tuple[str, str]]:
        """Every stored name, present and then former, with the one borne today."""
        yield from ((row.name, row.name) for row in self.by_pk.values())
        yield from ((name, self.by_pk[pk].name) for pk, name, _ in self._former)

    def get(self, name: Name) -> Organisation:
        """The organisation of that name; a new, unsaved one if there is none."""
        known = self._by_fold.get(name.key)
        if known is None:
            known = Organisation(name=name.text, folded_name=name.key)
            known.index()
            self._by_fold[name.key] = known
            self.added.append(known)
        return known


class KnownPeople:
    """People known to the site, by their address. One query."""

    def __init__(self) -> None:
        people = list(Person.objects.order_by("pk").only("pk", "first_name", "last_name", "email"))
        self._people = {person.pk: person for person in people}
        self._by_address: dict[str, list[int]] = defaultdict(list)
        for person in people:
            self._by_address[person.email.casefold()].append(person.pk)

    def address(self, pk: int) -> str:
        """The address of a person, "" if none is known."""
        return self._people[pk].email if pk in self._people else ""

    def name(self, pk: int) -> str:
        return str(self._people.get(pk, ""))

    def with_address(self, address: str) -> list[int]:
        """Who has an address, case ignored."""
        return self._by_address.get(address.casefold(), [])


class Stored:
    """The stored state that concerns the contracts named in a file.

    A query per table whose rows the file's sheets touch, made when first asked for. With `lock` the rows are
    read FOR UPDATE inside the caller's transaction.
    """

    def __init__(self, codes: set[str], *, lock: bool = False) -> None:
        self._lock = lock
        known = list(Contract.objects.order_by("pk"))
        self._all = {contract.code: contract for contract in known}
        folded = [fold_code(contract.code) for contract in known]
        self._folded = {
            code: contract for code, contract in zip(folded, known, strict=True) if folded.count(code) == 1
        }
        self.contracts = {contract for code in codes if (contract := self.contract(code))}
        if lock:
            self._lock_contracts()
        self.timelines: dict[int, Timeline] = timelines(self.contracts)
        self.objectives = {
            pk: CodeBook((row.code, row.pk) for row in line.objectives) for pk, line in self.timelines.items()
        }
        self.organisations = Organisations()

    def contract(self, code: str) -> Contract | None:
        """The contract of a code as written in a file."""
        return self._all.get(code) or self._folded.get(fold_code(code))

    def contract_of_pk(self, pk: int | None) -> Contract | None:
        return next((contract for contract in self._all.values() if contract.pk == pk), None)

    @property
    def contract_codes(self) -> list[str]:
        return sorted(self._all)

    def _lock_contracts(self) -> None:
        """Make other imports, adoptions and amendments of these contracts wait until this one is done."""
        keys = [contract.pk for contract in self.contracts]
        list(Contract.objects.select_for_update().filter(pk__in=keys).order_by("pk").values_list("pk"))

    def _rows(self, rows: QuerySet[M]) -> QuerySet[M]:
        return rows.select_for_update(of=("self",)) if self._lock else rows

    @cached_property
    def communes(self) -> CodeBook:
        """Communes that are or were members of the agglomeration."""
        members = Commune.objects.filter(memberships__isnull=False).distinct()
        return CodeBook(members.values_list("insee_code", "pk"))

    @cached_property
    def programmes(self) -> set[tuple[int, int]]:
        """(contract, year) of adopted programmes."""
        return set(Programme.objects.filter(contract__in=self.contracts).values_list("contract_id", "year"))

    @cached_property
    def actions(self) -> dict[tuple[int, Name], Action]:
        """Actions by contract and reference."""
        rows = self._rows(Action.objects.filter(contract__in=self.contracts).order_by("pk"))
        return {(row.contract_id, Name.exact(row.reference)): row for row in rows}

    @cached_property
    def continued(self) -> dict[tuple[int, Name], int]:
        """Actions that may be continued, and those that are: by contract and reference."""
        return {(one.contract_id, Name.exact(one.reference)): pk for pk, one in self._continued.items()}

    def continued_label(self, pk: int) -> str:
        """A continued action as the workbook writes it: `cops-2004 1.1-01`."""
        found = self._continued[pk]
        contract = self.contract_of_pk(found.contract_id)
        return f"{contract.code if contract else ''} {found.reference}"

    @cached_property
    def _continued(self) -> dict[int, Action]:
        before = {contract.predecessor_id for contract in self.contracts}
        continued = Action.objects.order_by().filter(continued_by__contract__in=self.contracts).values("pk")
        rows = Action.objects.filter(Q(contract__in=before - {None}) | Q(pk__in=continued))
        return {row.pk: row for row in rows.order_by("pk").only("pk", "contract_id", "reference")}

    @cached_property
    def people(self) -> KnownPeople:
        return KnownPeople()

    @cached_property
    def partners(self) -> dict[int, dict[int, int]]:
        """Action → partner organisation → primary key of the partnership."""
        rows = self._rows(Partnership.objects.filter(action__contract__in=self.contracts).order_by("pk"))
        return _nested((row.action_id, row.organisation_id, row.pk) for row in rows)

    @cached_property
    def action_communes(self) -> dict[int, dict[int, int]]:
        """Action → commune → primary key of the row in between."""
        rows = self._rows(ActionCommune.objects.filter(action__contract__in=self.contracts).order_by("pk"))
        return _nested((row.action_id, row.commune_id, row.pk) for row in rows)

    @cached_property
    def years(self) -> dict[tuple[int, int], ActionYear]:
        """Action-years by action and year."""
        rows = self._rows(ActionYear.objects.filter(action__contract__in=self.contracts).order_by("pk"))
        return {(row.action_id, row.year): row for row in rows}

    @cached_property
    def years_of(self) -> dict[int, list[ActionYear]]:
        """Action-years of each action."""
        found: dict[int, list[ActionYear]] = defaultdict(list)
        for row in self.years.values():
            found[row.action_id].append(row)
        return found

    @cached_property
    def indicators(self) -> dict[tuple[int, Name], Indicator]:
        """Indicators by action and name."""
        rows = self._rows(Indicator.objects.filter(action__contract__in=self.contracts).order_by("pk"))
        return {(row.action_id, Name.exact(row.name)): row for row in rows}

    @cached_property
    def values(self) -> dict[tuple[int, int], IndicatorValue]:
        """Indicator values by indicator and action-year."""
        values = IndicatorValue.objects.filter(indicator__action__contract__in=self.contracts)
        rows = self._rows(values.order_by("pk"))
        return {(row.indicator_id, row.action_year_id): row for row in rows}

    @cached_property
    def fundings(self) -> dict[tuple[int, int], Funding]:
        """Fundings by action-year and funder."""
        fundings = Funding.objects.filter(action_year__action__contract__in=self.contracts)
        rows = self._rows(fundings.order_by("pk"))
        return {(row.action_year_id, row.funder_id): row for row in rows}


def _nested(rows: Iterable[tuple[int, int, int]]) -> dict[int, dict[int, int]]:
    found: dict[int, dict[int, int]] = defaultdict(dict)
    for first, second, pk in rows:
        found[first][second] = pk
    return found
