"""The AME's reference data: read from its fixture and stored where it is not there yet."""

import json
from datetime import date
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction

from contracts.models import Amendment, Axis, AxisVersion, Contract, Objective, ObjectiveVersion
from cops.lib.french import fold_name
from cops.lib.periods import PartialDate
from governance.models import Commune, CommuneMembership, Council, Formation, Organisation, Seat, SeatRule

REFERENCE: Path = settings.BASE_DIR / "fixtures" / "ame-reference.json"


@transaction.atomic
def load_reference(path: Path = REFERENCE) -> int:
    """Store what the fixture holds and the database does not; what is there already is never changed.

    :returns: how many objects were created; 0 on a second call.
    """
    return _Loader().load(json.loads(path.read_text()))


class _Loader:
    """Counts what it creates; every `_…` method stores one kind of object if it is absent."""

    def __init__(self) -> None:
        self.created = 0

    def load(self, data: dict[str, Any]) -> int:
        for row in data["organisations"]:
            self._ensure(Organisation, {"folded_name": fold_name(row["name"])}, row)
        for row in data["communes"]:
            self._commune(row)
        self._council(data["council"])
        for row in data["contracts"]:
            self._contract(row)
        return self.created

    def _ensure(self, model: Any, key: dict[str, Any], values: dict[str, Any]) -> tuple[Any, bool]:
        instance = model.objects.filter(**key).first()
        if instance:
            return instance, False
        instance = model(**key | values)
        instance.full_clean(exclude=["folded_name"])
        instance.save()
        self.created += 1
        return instance, True

    def _commune(self, row: dict[str, Any]) -> None:
        membership = row.pop("membership")
        commune, is_new = self._ensure(Commune, {"insee_code": row["insee_code"]}, row)
        if is_new:
            since = membership.pop("starts_on")
            starts_on = date.fromisoformat(since) if since else None
            self._ensure(CommuneMembership, {"commune": commune, "starts_on": starts_on}, membership)

    def _council(self, row: dict[str, Any]) -> None:
        created = PartialDate.parse(row.pop("created"))
        formations = row.pop("formations")
        row["agglomeration"] = Organisation.objects.get(folded_name=fold_name(row["agglomeration"]))
        dates = {"created_on": created.first_day, "created_precision": created.precision.value}
        council, _ = self._ensure(Council, {"code": row["code"]}, row | dates)
        for formation_row in formations:
            self._formation(council, formation_row)

    def _formation(self, council: Council, row: dict[str, Any]) -> None:
        rules = row.pop("seat_rules")
        formation, is_new = self._ensure(Formation, {"code": row["code"]}, row | {"council": council})
        if is_new:
            for position, rule in enumerate(rules, 1):
                self._seat_rule(formation, position, rule)

    def _seat_rule(self, formation: Formation, position: int, row: dict[str, Any]) -> None:
        organisations = row.pop("organisations", [])
        commune = row.pop("commune", None)
        rule, _ = self._ensure(SeatRule, {"formation": formation, "position": position}, row)
        if rule.basis == SeatRule.Basis.PER_COMMUNE:
            for number, member in enumerate(Commune.objects.order_by("insee_code"), 1):
                self._ensure(Seat, {"rule": rule, "commune": member}, {"number": number})
            return
        for number in range(1, rule.number + 1):
            values = {"commune": Commune.objects.get(insee_code=commune) if commune else None}
            seat, _ = self._ensure(Seat, {"rule": rule, "number": number}, values)
            names = [fold_name(name) for name in organisations]
            seat.organisations.set(Organisation.objects.filter(folded_name__in=names))

    def _contract(self, row: dict[str, Any]) -> None:
        axes, amendments = row.pop("axes"), row.pop("amendments")
        starts, ends = PartialDate.parse(row.pop("starts")), PartialDate.parse(row.pop("ends"))
        predecessor = row.pop("predecessor", None)
        values = row | {
            "starts_on": starts.first_day,
            "starts_precision": starts.precision.value,
            "ends_on": ends.last_day,
            "ends_precision": ends.precision.value,
            "predecessor": Contract.objects.get(code=predecessor) if predecessor else None,
        }
        contract, is_new = self._ensure(Contract, {"code": row["code"]}, values)
        if is_new:
            for amendment in amendments:
                self._amendment(contract, amendment)
            for position, axis in enumerate(axes, 1):
                self._axis(contract, position, axis)

    def _amendment(self, contract: Contract, row: dict[str, Any]) -> None:
        dates = {name: date.fromisoformat(row.pop(name)) for name in ("effective_on", "new_end_on")}
        self._ensure(Amendment, {"contract": contract, "number": row["number"]}, row | dates)

    def _axis(self, contract: Contract, position: int, row: dict[str, Any]) -> None:
        axis, _ = self._ensure(Axis, {"contract": contract, "number": row["number"]}, {})
        self._ensure(
            AxisVersion, {"axis": axis, "amendment": None}, {"title": row["title"], "position": position}
        )
        for place, item in enumerate(row["objectives"], 1):
            objective, _ = self._ensure(
                Objective, {"contract": contract, "code": item["code"]}, {"axis": axis}
            )
            values = {"title": item["title"], "position": place}
            self._ensure(ObjectiveVersion, {"objective": objective, "amendment": None}, values)
