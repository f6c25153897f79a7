"""Axes and objectives entered as tables: those a contract begins with, or that an amendment introduces."""

from collections.abc import Collection, Iterable, Iterator
from typing import Any, ClassVar

from django import forms
from django.db import models

from contracts.drafting import Placed, State, arranged
from contracts.entering.seen import SeenForm
from contracts.models import Amendment, Axis, AxisVersion, Contract, Objective, ObjectiveVersion
from contracts.selectors import AXIS, OBJECTIVE, holders, plan_lines
from contracts.services import PlanWriter
from cops.audit.entering import STEP
from cops.audit.rows import EntryRows, RowForm
from cops.lib.forms import LineField, whole_number
from cops.lib.french import list_fr, sort_key
from cops.lib.picking import PickField, PickList

LARGEST_PLACE = 9999


class WholeField(forms.IntegerField):
    """A small whole number, in a narrow input."""

    def __init__(self, **kwargs: Any) -> None:
        limits: dict[str, Any] = {"min_value": 1, "max_value": LARGEST_PLACE, "widget": forms.TextInput}
        super().__init__(**limits | kwargs)
        self.widget.attrs |= {"inputmode": "numeric", "autocomplete": "off", "size": "4"}


def place_field() -> WholeField:
    return WholeField(label="Place", required=False, min_value=0)


class PlanRowForm(SeenForm, RowForm):
    """An axis or an objective with the wording and place that it begins with, which are in its version."""

    title_of_row: ClassVar[str] = ""
    own_version: Any = None

    def prepare(self, version: models.Model | None) -> None:
        self.own_version = version
        if version is not None:
            self.initial.update({name: self.stored_value(name) for name in self.hanging()})
        self.show_seen()

    def hanging(self) -> Iterable[str]:
        return ("wording", "position")

    def stored_value(self, name: str) -> Any:
        if name in ("wording", "position"):
            return self.own_version.title if name == "wording" else self.own_version.position
        return super().stored_value(name)

    @property
    def title(self) -> str:
        value = self[self.key_field].value()
        return f"{self.title_of_row} {value}" if value else f"nouvel {self.title_of_row.lower()}"

    def key(self) -> str:
        return super().key() if self.is_bound else str(self[self.key_field].value() or "")

    @property
    def code_typed(self) -> str:
        """Number or code; of valid rows."""
        return str(self.cleaned_data.get(self.key_field, "")) if self.is_bound else self.key()

    @property
    def wording_typed(self) -> str:
        """Of valid rows."""
        return str(self.cleaned_data["wording"] if self.is_bound else self.own_version.title)

    @property
    def placed(self) -> Placed:
        """The row's line in the plan; only of valid rows."""
        before = self.own_version.position if self.own_version is not None else None
        asked = self.cleaned_data.get("position") if self.is_bound else before
        return Placed(self.code_typed, before, asked)


class AxisForm(PlanRowForm):
    """An axis of the contract."""

    number = WholeField(label="Numéro", error_messages={"required": "Donnez un numéro à l’axe."})
    wording = LineField(
        label="Intitulé de l’axe",
        max_length=300,
        error_messages={"required": "Donnez un intitulé à l’axe."},
    )
    position = place_field()

    key_field = "number"
    title_of_row = "Axe"
    constraint_fields = {"contracts_axis_number_unique": "number"}
    also_validated = ("contract",)

    class Meta:
        model = Axis
        fields = ["number"]

    def __init__(self, data: Any, *, contract: Contract, version: AxisVersion | None, prefix: str) -> None:
        super().__init__(data, instance=version.axis if version else Axis(contract=contract), prefix=prefix)
        self.prepare(version)


class ObjectiveForm(PlanRowForm):
    """An objective; its axis is the first number of its code unless told otherwise."""

    code = LineField(
        label="Code", max_length=20, error_messages={"required": "Donnez un code à l’objectif, comme 1.1."}
    )
    axis_number = WholeField(label="Axe", required=False)
    wording = LineField(
        label="Libellé de l’objectif",
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": "Donnez un libellé à l’objectif."},
    )
    position = place_field()

    key_field = "code"
    title_of_row = "Objectif"
    constraint_fields = {"contracts_objective_code_unique": "code"}
    also_validated = ("contract",)

    class Meta:
        model = Objective
        fields = ["code", "continues"]

    def __init__(
        self,
        data: Any,
        *,
        contract: Contract,
        version: ObjectiveVersion | None,
        prefix: str,
        predecessors: PickList,
    ) -> None:
        row = version.objective if version else Objective(contract=contract)
        super().__init__(data, instance=row, prefix=prefix)
        if predecessors.things:
            self.fields["continues"] = PickField(
                list=predecessors,
                label="Poursuit",
                required=False,
                unknown="Aucun objectif du contrat précédent ne s’appelle « %(typed)s » : choisissez-en un.",
            )
            self.initial["continues"] = row.continues
        else:
            del self.fields["continues"]
        self.prepare(version)

    def hanging(self) -> Iterable[str]:
        return ("axis_number", "wording", "position")

    def stored_value(self, name: str) -> Any:
        return self.instance.axis.number if name == "axis_number" else super().stored_value(name)

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean()
        code = self.cleaned_data.get("code", "").partition(".")[0]
        if self.cleaned_data.get("axis_number", 0) is None:
            self.cleaned_data["axis_number"] = whole_number(code)
        return cleaned

    @property
    def axis_typed(self) -> int | None:
        if not self.is_bound:
            return int(self.instance.axis.number)
        return self.cleaned_data.get("axis_number")


class AxisRows(EntryRows[AxisForm]):
    """Axes that begin with an amendment, or with the contract (None)."""

    def __init__(self, data: Any, *, contract: Contract, stored: list[AxisVersion], blank: int) -> None:
        versions = {row.axis_id: row for row in stored}
        super().__init__(
            data,
            prefix="axes",
            stored=[row.axis for row in stored],
            make=lambda data, prefix, row: AxisForm(
                data, contract=contract, version=versions[row.pk] if row else None, prefix=prefix
            ),
            blank=blank,
        )
        if self.is_step and self.data[STEP] == AXIS:
            self.add()


class ObjectiveRows(EntryRows[ObjectiveForm]):
    """Objectives that begin with an amendment, or with the contract (None)."""

    def __init__(self, data: Any, *, contract: Contract, stored: list[ObjectiveVersion], blank: int) -> None:
        versions = {row.objective_id: row for row in stored}
        self.predecessors = predecessor_list(contract)
        super().__init__(
            data,
            prefix="objectives",
            stored=[row.objective for row in stored],
            make=lambda data, prefix, row: ObjectiveForm(
                data,
                contract=contract,
                version=versions[row.pk] if row else None,
                prefix=prefix,
                predecessors=self.predecessors,
            ),
            blank=blank,
        )
        if self.is_step and self.data[STEP] == OBJECTIVE:
            self.add()


class PlanTables:
    """Both tables as one form; a step named for a kind adds a row of it.

    `amendment` is whose axes and objectives are entered (None: the contract's),
    `elsewhere` are the numbers of axes outside the table under which objectives may stand."""

    def __init__(self, data: Any, *, contract: Contract, amendment: Amendment | None = None) -> None:
        self.contract, self.amendment = contract, amendment
        self.lines = plan_lines(contract)
        introduced = [line for line in self.lines if line.begins_with(amendment)]
        axes = [line.own(amendment) for line in introduced if line.kind == AXIS]
        objectives = [line.own(amendment) for line in introduced if line.kind == OBJECTIVE]
        is_first = amendment is None and not axes
        self.axes = AxisRows(data, contract=contract, stored=axes, blank=3 if is_first else 1)
        self.objectives = ObjectiveRows(
            data, contract=contract, stored=objectives, blank=6 if is_first else 1
        )
        self.elsewhere: Collection[int] = ()
        self.places: dict[tuple[str, str], int] = {}

    def is_valid(self) -> bool:
        found = [self.axes.is_valid(), self.objectives.is_valid()]
        return all(found) and all([self._axes_are_there(), self._may_remove()])

    def arrange(self, others: Iterable[tuple[str, int, Placed]] = ()) -> None:
        """Give each row of valid tables its place, among other lines of the plan (kind, axis, line)."""
        lines = [*others]
        lines += [(AXIS, 0, row.placed) for row in self.axes.filled_rows]
        lines += [(OBJECTIVE, row.axis_typed or 0, row.placed) for row in self.objectives.filled_rows]
        groups: dict[tuple[str, int], list[Placed]] = {}
        for kind, axis, line in lines:
            groups.setdefault((kind, 0 if kind == AXIS else axis), []).append(line)
        self.places = {
            (kind, code): place
            for (kind, _), group in groups.items()
            for code, place in arranged(group).items()
        }

    def axis_states(self) -> Iterator[tuple[AxisForm, State]]:
        """What each axis that stays in the table becomes; of valid tables that are arranged."""
        for row in self.axes.filled_rows:
            yield row, State(row.wording_typed, self.places[AXIS, row.code_typed])

    def objective_states(self) -> Iterator[tuple[ObjectiveForm, State]]:
        """What each objective that stays in the table becomes; of valid tables that are arranged."""
        for row in self.objectives.filled_rows:
            yield row, State(row.wording_typed, self.places[OBJECTIVE, row.code_typed])

    def write(self, writer: PlanWriter) -> None:
        """Store valid tables: objectives are deleted before their axes, and created after them."""
        for objective in self.objectives.removed:
            writer.remove(objective)
        for axis_row, state in self.axis_states():
            self._write(writer, axis_row, state)
        axes = {axis.number: axis for axis in Axis.objects.filter(contract=self.contract)}
        for row, state in self.objective_states():
            if row.is_new or row.axis_typed != row.instance.axis.number:
                row.instance.axis = axes[row.axis_typed or 0]
            self._write(writer, row, state)
        for axis in self.axes.removed:
            writer.remove(axis)

    def _write(self, writer: PlanWriter, row: PlanRowForm, state: State) -> None:
        is_altered = row.is_bound and row.is_altered
        if is_altered or state.position != row.own_version.position:
            stored = (line for line in self.lines if line.thing == row.instance)
            writer.introduce(row.instance, state, next(stored, None))

    @property
    def forms(self) -> list[Any]:
        return [*self.axes.forms, *self.objectives.forms]

    @property
    def axis_numbers(self) -> set[int]:
        """Numbers of the axes that stay or are added in the table."""
        numbers = {row.code_typed for row in self.axes.filled_rows}
        return {number for text in numbers if (number := whole_number(text)) is not None}

    def _axes_are_there(self) -> bool:
        known, is_sound = self.axis_numbers | set(self.elsewhere), True
        for row in self.objectives.filled_rows:
            if row.axis_typed not in known:
                message = (
                    f"L’axe {row.axis_typed} n’est pas dans le plan : ajoutez-le, ou corrigez le numéro."
                )
                if row.is_bound:
                    row.add_error("axis_number", message)
                is_sound = False
        return is_sound

    def _may_remove(self) -> bool:
        """What others refer to stays; the row says what refers to it."""
        gone = {row.instance.pk for row in self.objectives.bound_rows if row.is_removed and not row.is_new}
        found = [self._may_go(row, set()) for row in self.objectives.bound_rows]
        found += [self._may_go(row, gone) for row in self.axes.bound_rows]
        return all(found)

    def _may_go(self, row: PlanRowForm, gone: set[int]) -> bool:
        if row.is_new or not row.is_removed:
            return True
        line = next(line for line in self.lines if line.thing == row.instance)
        held_by = holders(line, self.lines, besides=self.amendment, gone=gone)
        if held_by:
            row.add_error(
                "remove",
                f"{row.title} ne peut pas être supprimé : {list_fr(held_by)} en "
                f"{'dépend' if len(held_by) == 1 else 'dépendent'}. Il reste possible de le retirer par un "
                "avenant.",
            )
        return not held_by


def predecessor_list(contract: Contract) -> PickList:
    """Objectives of the contract before this one, each as last worded."""
    if contract.predecessor_id is None:
        return PickList("predecessors", {})
    rows = Objective.objects.filter(contract=contract.predecessor_id).prefetch_related("versions")
    named = {f"{row.code} – {_last_title(row)}": row for row in rows}
    return PickList("predecessors", {label: named[label] for label in sorted(named, key=sort_key)})


def _last_title(objective: Objective) -> str:
    versions = sorted(objective.versions.all(), key=lambda row: row.pk)
    return versions[-1].title if versions else "sans libellé"
