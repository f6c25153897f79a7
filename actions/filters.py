"""Narrowing down the list of actions by what stands in the address."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from typing import Any, Self

import django_filters
from django.db.models import Q, QuerySet, TextChoices
from django.http import QueryDict

from actions.listing import Facets, facets, listed_actions
from actions.models import Action, ActionCommune, CountingUnit, Status
from actions.workbook.sheets import STATUS_CODES, UNIT_CODES
from contracts.models import Contract
from contracts.plan import Timeline
from cops.audit.lists import ListFilter
from cops.lib.french import sort_key
from cops.users.models import User

UNREPORTED = "vide"
WHOLE_TERRITORY = "toutes"
NO_UNIT = "aucune"
CONTRACT, ALL_CONTRACTS = "contrat", "tous"

Choices = list[tuple[str, str]]


def _labelled(codes: Mapping[str, str], labels: type[TextChoices]) -> Choices:
    return [(code, str(labels(identifier).label)) for code, identifier in codes.items()]


class ActionFilter(ListFilter):
    """Filters of the list of actions.

    Names and values stand in the address, so they are French, with the codes of the workbook.
    """

    q = django_filters.CharFilter(label="Rechercher", method="search", max_length=200)
    contrat = django_filters.ChoiceFilter(label="Contrat", method="of_contract", empty_label=None)
    annee = django_filters.ChoiceFilter(
        label="Année", method="shown_already", empty_label="Dernière année de chacune"
    )
    statut = django_filters.ChoiceFilter(
        label="Statut",
        method="with_status",
        choices=[*_labelled(STATUS_CODES, Status), (UNREPORTED, "Non renseigné")],
        empty_label="Tous les statuts",
    )
    axe = django_filters.ChoiceFilter(label="Axe", method="of_axis", empty_label="Tous les axes")
    objectif = django_filters.ChoiceFilter(
        label="Objectif", method="of_objective", empty_label="Tous les objectifs"
    )
    pilote = django_filters.ChoiceFilter(
        label="Pilote", field_name="listed_lead_id", empty_label="Tous les pilotes"
    )
    commune = django_filters.ChoiceFilter(
        label="Commune", method="in_commune", empty_label="Toutes les communes"
    )
    prevue = django_filters.ChoiceFilter(
        label="Programmation",
        method="planned_or_not",
        choices=[("oui", "Prévues"), ("non", "Non prévues")],
        empty_label="Prévues ou non",
    )
    unite = django_filters.ChoiceFilter(
        label="Unité de compte",
        method="counted_in",
        choices=[*_labelled(UNIT_CODES, CountingUnit), (NO_UNIT, "Sans unité")],
        empty_label="Toutes les unités",
    )

    def __init__(self, data: QueryDict, *, user: User, choices: Facets, usual: str = "") -> None:
        """
        :param usual: the code of the contract shown where the address names none, empty for all of them.
        """
        self.user, self.offered, self.usual = user, choices, usual
        super().__init__(data, queryset=Action.objects.none())
        self._offer(choices)

    @classmethod
    def asked(cls, query: QueryDict, *, user: User, on: date, contract: str = "") -> Self:
        """What an address asks for; its `data` names the contract even where the address does not.

        :param contract: the code of the one then shown instead of the usual one.
        """
        named = query.get(CONTRACT, "")
        offered = facets(user, "" if named == ALL_CONTRACTS else named)
        usual = offered.usual_contract(on)
        data = query
        if usual and not named:
            data = query.copy()
            data[CONTRACT] = _contract_named(query, offered) or contract or usual
        return cls(data, user=user, choices=offered, usual=usual)

    def _offer(self, offered: Facets) -> None:
        fields = self.form.fields
        fields["contrat"].choices = [
            (ALL_CONTRACTS, "Tous les contrats"),
            *((contract.code, contract.title) for contract in offered.contracts),
        ]
        fields["annee"].choices = [(str(year), str(year)) for year in offered.years]
        fields["axe"].choices = _grouped(offered, _axes_of)
        fields["objectif"].choices = _grouped(offered, _objectives_of)
        fields["pilote"].choices = [(str(pk), name) for pk, name in offered.leads]
        fields["commune"].choices = [
            (WHOLE_TERRITORY, "Tout le territoire seulement"),
            *((commune.insee_code, commune.name) for commune in offered.communes),
        ]

    @property
    def year_shown(self) -> int | None:
        """The year whose status and figures are shown; None for each action's last one."""
        year = self.form.cleaned_data.get("annee") if self.form.is_valid() else None
        return int(year) if year else None

    def filter_queryset(self, queryset: QuerySet[Action]) -> QuerySet[Action]:
        if self.form.errors:
            return listed_actions(self.user).none()
        return super().filter_queryset(listed_actions(self.user, self.year_shown))

    @property
    def active(self) -> list[tuple[str, str, str]]:
        """The filters in use as (name, label, value in words)."""
        if not self.form.is_valid():
            return []
        return [
            (name, str(self.form.fields[name].label), _in_words(self.form.fields[name], value))
            for name, value in self.form.cleaned_data.items()
            if value and not (name == CONTRACT and self._shows_all(value))
        ]

    def _shows_all(self, contract: str) -> bool:
        return contract == ALL_CONTRACTS or len(self.offered.contracts) < 2

    @property
    def is_narrowing(self) -> bool:
        """Whether it shows less than a list whose address asks for nothing."""
        return any((name, self.data[name]) != (CONTRACT, self.usual) for name, _label, _value in self.active)

    @property
    def is_of_one_contract(self) -> bool:
        return len(self.offered.contracts) < 2 or self.data.get(CONTRACT) != ALL_CONTRACTS

    def of_contract(self, actions: Any, name: str, value: str) -> Any:
        return actions if value == ALL_CONTRACTS else actions.filter(contract__code=value)

    def shown_already(self, actions: Any, name: str, value: str) -> Any:
        """The year is not a condition among others: all of them look at it (`listed_actions`)."""
        return actions

    def with_status(self, actions: Any, name: str, value: str) -> Any:
        return actions.filter(listed_status=STATUS_CODES.get(value, ""))

    def of_axis(self, actions: Any, name: str, value: str) -> Any:
        code, _, number = value.rpartition(":")
        return actions.filter(contract__code=code, listed_axis=int(number))

    def of_objective(self, actions: Any, name: str, value: str) -> Any:
        code, _, objective = value.rpartition(":")
        return actions.filter(contract__code=code, listed_objective=objective)

    def in_commune(self, actions: Any, name: str, value: str) -> Any:
        """Actions of the whole territory concern each commune."""
        bounded = ActionCommune.objects.order_by().values("action")
        everywhere = ~Q(pk__in=bounded)
        if value == WHOLE_TERRITORY:
            return actions.filter(everywhere)
        return actions.filter(everywhere | Q(pk__in=bounded.filter(commune__insee_code=value)))

    def planned_or_not(self, actions: Any, name: str, value: str) -> Any:
        return actions.filter(listed_is_planned=value == "oui")

    def counted_in(self, actions: Any, name: str, value: str) -> Any:
        return actions.filter(counting_unit=UNIT_CODES.get(value, ""))


def _contract_named(query: QueryDict, offered: Facets) -> str:
    """The contract of the axis or objective that an address asks for, whose code stands in its value."""
    named = {query.get(name, "").rpartition(":")[0] for name in ("axe", "objectif")}
    return next((contract.code for contract in offered.contracts if contract.code in named), "")


def _in_words(field: Any, value: str) -> str:
    """The label of the choice taken, or the text searched for."""
    labels = {str(key): str(label) for key, label in _flat(getattr(field, "choices", ()))}
    return labels.get(value, f"«\u00a0{value}\u00a0»")


def _flat(choices: Iterable[Any]) -> Iterator[tuple[Any, Any]]:
    for key, label in choices:
        if isinstance(label, list | tuple):
            yield from label
        else:
            yield key, label


def _grouped(offered: Facets, choices_of: Callable[[Contract, Timeline], Choices]) -> list[tuple[str, Any]]:
    """One list where a single contract has choices, else one group per contract."""
    choices = {
        contract: choices_of(contract, offered.timelines[contract.pk]) for contract in offered.contracts
    }
    filled = {contract: found for contract, found in choices.items() if found}
    if len(filled) == 1:
        return list(*filled.values())
    return [(contract.title, found) for contract, found in filled.items()]


def _axes_of(contract: Contract, plan: Timeline) -> Choices:
    """The axes of a contract, worded as last known."""
    return [
        (f"{contract.code}:{axis.number}", f"{axis.number} – {plan.last_axis_title(axis.number, _end(plan))}")
        for axis in sorted(plan.axes, key=lambda axis: axis.number)
    ]


def _objectives_of(contract: Contract, plan: Timeline) -> Choices:
    """The objectives of a contract, worded as last known."""
    return [
        (f"{contract.code}:{row.code}", f"{row.code} – {_title(plan, row.code)}")
        for row in sorted(plan.objectives, key=lambda row: (row.axis_number, sort_key(row.code)))
    ]


def _title(plan: Timeline, code: str) -> str:
    wording = plan.last_wording(code, _end(plan))
    return wording.title if wording else "sans libellé"


def _end(plan: Timeline) -> int:
    return max(plan.years(), default=plan.starts.year)
