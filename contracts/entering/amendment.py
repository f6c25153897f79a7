"""An amendment as it is entered: its dates, what it makes of each axis and objective, what it adds."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, ClassVar

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Column, Fieldset, Row
from django import forms
from django.forms.utils import ErrorDict
from django.utils.text import Truncator

from contracts import stranding
from contracts.drafting import Draft, Placed, Preview, State, drafted, preview
from contracts.entering.moves import MovesForm
from contracts.entering.plan import PlanTables, WholeField, place_field
from contracts.entering.seen import SeenForm
from contracts.models import Amendment, Contract, Objective
from contracts.plan import AmendmentRow, PlannedAxis, Timeline
from contracts.selectors import AXIS, PlanLine, rank_of, timeline
from contracts.services import PlanWriter, state_of
from cops.audit.conflicts import comparable, entry_helper
from cops.audit.entering import STEP
from cops.lib.forms import LineField, day_field
from cops.lib.french import date_fr
from cops.lib.picking import PickField, PickList
from cops.users.models import User
from governance.models import Decision

CONFIRM = "confirm"  # a button of this name records what was previewed
PARTS = ("wording", "position", "withdrawn")


class AmendmentForm(SeenForm):
    """An amendment with what it makes of the lines that were in the plan before it: each is kept unless its
    wording or place is changed or it is withdrawn. All of it is one sheet with one version."""

    number = WholeField(label="Numéro", max_value=999, error_messages={"required": "Donnez un numéro."})
    effective_on = day_field(
        required=True,
        label="En vigueur le",
        help_text="Le jour à partir duquel il s’applique.",
        error_messages={"required": "Indiquez le jour où l’avenant entre en vigueur."},
    )
    signed_on = day_field(label="Signé le")
    new_end_on = day_field(label="Nouvelle fin du contrat", help_text="Vide\u00a0: la fin ne change pas.")
    deliberation_reference = LineField(label="Délibération", required=False, max_length=100)
    deliberated_on = day_field(label="Délibérée le")

    constraint_fields: ClassVar[dict[str, str]] = {
        "contracts_amendment_number_unique": "number",
        "contracts_amendment_dates": "new_end_on",
    }
    also_validated = ("contract",)

    class Meta:
        model = Amendment
        fields = [
            "number",
            "effective_on",
            "is_confirmed",
            "signed_on",
            "new_end_on",
            "summary",
            "deliberation_reference",
            "deliberated_on",
            "approved_by",
        ]
        widgets = {"summary": forms.Textarea(attrs={"rows": 3})}
        help_texts = {
            "summary": "En une ou deux phrases, par exemple «\u00a0Prolonge le contrat de deux ans\u00a0».",
            "is_confirmed": "À décocher tant que la date d’effet est à vérifier.",
        }

    def __init__(
        self, data: Any, *, instance: Amendment, lines: Iterable[PlanLine], decisions: PickList
    ) -> None:
        super().__init__(data, instance=instance)
        self.lines = {f"{line.kind}_{line.pk}": line for line in lines}
        self.before = {key: state_of(line.before(instance)) for key, line in self.lines.items()}
        self.now = {
            key: state_of(line.own(instance) or line.before(instance)) for key, line in self.lines.items()
        }
        self.followed: list[str] = []
        self.fields["approved_by"] = PickField(
            list=decisions,
            label="Approuvé par",
            required=False,
            unknown="Aucune décision ne s’appelle « %(typed)s » : choisissez-en une de la liste.",
            help_text="La décision du conseil\u00a0: tapez quelques lettres, puis choisissez.",
        )
        self.initial["approved_by"] = instance.approved_by
        for key, line in self.lines.items():
            self._add_line(key, line)
        self.show_seen()
        self.helper = _helper()

    def _add_line(self, key: str, line: PlanLine) -> None:
        self.fields[f"{key}_wording"] = LineField(
            label=f"{line.name}, libellé",
            required=False,
            max_length=300,
            widget=forms.Textarea(attrs={"rows": 2}),
        )
        self.fields[f"{key}_position"] = place_field()
        self.fields[f"{key}_position"].label = f"{line.name}, place"
        self.fields[f"{key}_withdrawn"] = forms.BooleanField(label=f"{line.name}, retiré", required=False)
        self.initial.update({name: self._now(name) for name in (f"{key}_{part}" for part in PARTS)})

    # --- what hangs on the amendment ----------------------------------------------------------------------

    def hanging(self) -> Iterable[str]:
        return [f"{key}_{part}" for key in self.lines for part in PARTS]

    def _now(self, name: str) -> Any:
        key, _, part = name.rpartition("_")
        state = self.now[key]
        return {"wording": state.title, "position": state.position, "withdrawn": state.is_withdrawn}[part]

    def stored_value(self, name: str) -> Any:
        return self._now(name) if name.rpartition("_")[0] in self.lines else super().stored_value(name)

    def reconcile(self) -> None:
        if self.loaded_version is None:
            self._follow()
        super().reconcile()

    def _follow(self) -> None:
        """What the author of a new amendment left as it was shown, and others have changed since, is as they
        left it: it would otherwise become a change of the amendment."""
        seen, data = self.seen_values(), self.data.copy()
        for name, was in seen.items():
            if self._typed(name) == was != comparable(self._now(name)):
                self._write(data, name, self._now(name))
                self.followed.append(str(self.fields[name].label))
        data["seen"] = self._seen_text()
        self.data = data

    # --- checking -----------------------------------------------------------------------------------------

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean()
        self._check_order()
        for key, line in self.lines.items():
            self._check_line(key, line)
        return cleaned

    def _check_order(self) -> None:
        """Amendments take effect in the order of their numbers: each builds upon the one before it."""
        number, day = self.cleaned_data.get("number"), self.cleaned_data.get("effective_on")
        if not number or not day or not self.changes("number", "effective_on"):
            return
        contract, stored = self.instance.contract, self._stored_rank
        if day < contract.starts.first_day:
            self.add_error("effective_on", f"Le contrat ne commence que le {date_fr(contract.starts_on)}.")
            return
        for other in contract.amendments.exclude(pk=self.instance.pk):
            is_earlier = stored is None or rank_of(other) < stored
            if is_earlier and day < other.effective_on:
                self.add_error("effective_on", _order_message(other, "avant"))
            elif not is_earlier and day > other.effective_on:
                self.add_error("effective_on", _order_message(other, "après"))
            elif is_earlier != (number > other.number) and number != other.number:
                where = "suit" if is_earlier else "précède"
                self.add_error(
                    "number", f"Cet avenant {where} l’avenant n° {other.number} : son numéro aussi."
                )

    @property
    def _stored_rank(self) -> Any:
        if self.loaded_version is None:
            return None
        return rank_of(Amendment.objects.get(pk=self.instance.pk))

    def _check_line(self, key: str, line: PlanLine) -> None:
        is_withdrawn = self.cleaned_data.get(f"{key}_withdrawn")
        if not is_withdrawn:
            if self.cleaned_data.get(f"{key}_wording") == "":
                self.add_error(f"{key}_wording", "Gardez un libellé, ou cochez « Retirer ».")
            return
        later = line.after(self.instance)
        if later and not self.now[key].is_withdrawn:
            self.add_error(
                f"{key}_withdrawn",
                f"L’avenant n° {later[0].amendment.number} le modifie ensuite : il ne peut pas être retiré "
                "avant.",
            )

    # --- results ------------------------------------------------------------------------------------------

    @property
    def placed(self) -> Iterator[tuple[str, int, Placed]]:
        """The lines that stand once the amendment is in effect; of a valid form."""
        for key, line in self.lines.items():
            if not self.cleaned_data[f"{key}_withdrawn"]:
                asked = self.cleaned_data[f"{key}_position"]
                yield line.kind, line.axis_number, Placed(line.code, self.now[key].position, asked)

    def states(self, places: Mapping[tuple[str, str], int]) -> Iterator[tuple[PlanLine, State]]:
        """What the amendment makes of each line; of a valid form."""
        for key, line in self.lines.items():
            if self.cleaned_data[f"{key}_withdrawn"]:
                yield line, State(self.now[key].title, self.now[key].position, is_withdrawn=True)
            else:
                yield line, State(self.cleaned_data[f"{key}_wording"], places[line.kind, line.code])

    @property
    def rows(self) -> list[dict[str, Any]]:
        """The lines with their fields for the page, each axis before its objectives."""
        return [
            {
                "line": line,
                "is_axis": line.kind == AXIS,
                "was_withdrawn": self.before[key].is_withdrawn,
                **{part: self[f"{key}_{part}"] for part in PARTS},
            }
            for key, line in self._by_axis()
        ]

    def _by_axis(self) -> list[tuple[str, PlanLine]]:
        axes = [line.axis_number for line in self.lines.values() if line.kind == AXIS]
        place = {number: place for place, number in enumerate(axes)}
        return sorted(self.lines.items(), key=lambda item: place.get(item[1].axis_number, len(axes)))


def _order_message(other: Amendment, word: str) -> str:
    return (
        f"L’avenant n° {other.number} prend effet le {date_fr(other.effective_on)} : celui-ci ne peut pas "
        f"prendre effet {word}."
    )


class AmendmentEntry:
    """The form of an amendment and the tables of what it adds, as one form. It is valid once it has been
    previewed and confirmed; `is_sound` says whether it can be."""

    after: Timeline  # of a sound entry: the contract with the amendment
    moves: MovesForm  # of a sound entry: what it strands, and where that goes

    def __init__(self, data: Any, *, contract: Contract, amendment: Amendment, user: User) -> None:
        self.contract, self.amendment, self.data, self.user = contract, amendment, data, user
        self.replaces = amendment.number if amendment.pk else None
        self.tables = PlanTables(data, contract=contract, amendment=amendment)
        lines = [line for line in self.tables.lines if line.before(amendment) is not None]
        self.form = AmendmentForm(data, instance=amendment, lines=lines, decisions=decision_list(user))
        self.is_confirmed = data is not None and CONFIRM in data
        self.is_sound = False
        if data is not None and STEP in data:
            self.form.reconcile()
            self.form._errors = ErrorDict()

    def is_valid(self) -> bool:
        found = [self.form.is_valid(), not self.form.followed]
        if found[0]:
            self.tables.elsewhere = {line.axis_number for kind, _, line in self._standing() if kind == AXIS}
        found += [self.tables.is_valid(), not self.tables.axes.notices, not self.tables.objectives.notices]
        self.is_sound = all(found)
        if self.is_sound:
            self.tables.arrange(self.form.placed)
            self._judge_moves()
        return self.is_settled

    @property
    def is_settled(self) -> bool:
        """Whether all of it was previewed, with what it strands, and confirmed."""
        return self.is_sound and self.is_confirmed and self.moves.is_valid()

    def _judge_moves(self) -> None:
        """What the amendment strands, as the rooms that hang things on objectives find it."""
        history = timeline(self.contract)
        self.after = drafted(history, self.draft())
        found = stranding.stranded(self.contract, history, self.after)
        data = self.data if self.is_confirmed else None
        self.moves = MovesForm(data, found, self.after, may_move=stranding.may_move(self.user))
        if not self.is_confirmed:
            self.moves.recall(self.data)

    def _standing(self) -> Iterator[tuple[str, int, PlanLine]]:
        for key, line in self.form.lines.items():
            if not self.form.cleaned_data[f"{key}_withdrawn"]:
                yield line.kind, line.axis_number, line

    @property
    def is_altered(self) -> bool:
        tables = (self.tables.axes, self.tables.objectives)
        return self.form.is_altered or any(rows.altered_rows or rows.removed for rows in tables)

    @property
    def forms(self) -> list[Any]:
        return self.tables.forms

    def write(self, writer: PlanWriter) -> None:
        """Store what a sound amendment makes of the plan, once the amendment itself is stored."""
        for line, state in self.form.states(self.tables.places):
            writer.write(line, state)
        self.tables.write(writer)

    # --- the preview --------------------------------------------------------------------------------------

    def draft(self) -> Draft:
        """The amendment as drafted; of a sound entry."""
        cleaned = self.form.cleaned_data
        axes: dict[int, State] = {}
        objectives: dict[str, State] = {}
        for line, state in self.form.states(self.tables.places):
            if state != state_of(line.before(self.amendment)):
                if line.kind == AXIS:
                    axes[line.axis_number] = state
                else:
                    objectives[line.code] = state
        axes |= {int(row.code_typed): state for row, state in self.tables.axis_states()}
        added = list(self.tables.objective_states())
        return Draft(
            AmendmentRow(cleaned["number"], cleaned["effective_on"], cleaned["new_end_on"]),
            self.replaces,
            axes,
            objectives | {row.code_typed: state for row, state in added},
            {row.code_typed: row.axis_typed or 0 for row, _ in added},
            {row.code_typed: row.instance.pk for row, _ in added if row.instance.pk},
        )

    def preview(self) -> tuple[Preview, tuple[PlannedAxis, ...]]:
        """What a sound amendment changes, in sentences, and the plan from then on."""
        row, is_confirmed = self.draft().row, self.form.cleaned_data["is_confirmed"]
        told = preview(self.after, row.number, is_confirmed=is_confirmed)
        return told, self.after.plan(row.effective_on).axes

    def settle(self, *, by: User) -> None:
        """Move what its author wants moved, once the amendment is stored with all that it changes."""
        moves = self.moves.wanted(Objective.objects.filter(contract=self.contract))
        stranding.move(moves, reason=f"Avenant n° {self.amendment.number}", by=by)


def decision_list(user: User) -> PickList:
    """Decisions that the reader may read, the latest first; one query."""
    found = Decision.objects.visible_to(user).select_related("meeting__formation")
    rows = found.order_by("-meeting__held_on", "-meeting", "number")
    return PickList("decisions", {f"{row} : {Truncator(row.text).chars(70)}": row for row in rows})


def _helper() -> FormHelper:
    return entry_helper(
        "seen",
        Fieldset(
            "L’avenant",
            Row(
                Column("number", css_class="col-md-3"),
                Column("signed_on", css_class="col-md-4"),
            ),
            Row(
                Column("effective_on", css_class="col-md-4"),
                Column("new_end_on", css_class="col-md-4"),
            ),
            "is_confirmed",
            "summary",
        ),
        Fieldset(
            "Ce qui le fonde",
            Row(
                Column("deliberation_reference", css_class="col-md-8"),
                Column("deliberated_on", css_class="col-md-4"),
            ),
            "approved_by",
        ),
    )
