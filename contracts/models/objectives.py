"""Axes and objectives, and their wording and place as each amendment left them."""

from collections.abc import Sequence
from typing import Self

from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Exists, OuterRef, Q

from contracts.models.contracts import Amendment, Contract, visible_contracts
from cops.audit.models import Versioned
from cops.lib.search import Searchable, every_word
from cops.users.models import User


class AxisQuerySet(models.QuerySet["Axis"]):
    def visible_to(self, user: User) -> Self:
        """Those of the contracts that the user reads."""
        return self.filter(contract__in=visible_contracts(user))

    def search(self, text: str) -> Self:
        """Axes whose number or one of whose wordings hold every word, case and accents ignored."""

        def holds(start: str) -> Q:
            worded = AxisVersion.objects.order_by().filter(axis=OuterRef("pk"), search_text__contains=start)
            return Q(search_text__contains=start) | Q(Exists(worded))

        return self.filter(every_word(text, holds))


class Axis(Searchable, Versioned):
    """A theme of the contract; its title is in its versions."""

    contract = models.ForeignKey(
        Contract, verbose_name="contrat", on_delete=models.CASCADE, related_name="axes"
    )
    number = models.PositiveSmallIntegerField("numéro")

    objects = AxisQuerySet.as_manager()

    class Meta:
        verbose_name = "axe"
        verbose_name_plural = "axes"
        ordering = ["contract", "number"]
        constraints = [
            models.UniqueConstraint(
                fields=["contract", "number"],
                name="contracts_axis_number_unique",
                violation_error_message="Ce contrat a déjà un axe de ce numéro.",
            ),
        ]

    def __str__(self) -> str:
        return f"Axe {self.number}"

    def called(self) -> Sequence[str]:
        return [str(self)]


class ObjectiveQuerySet(models.QuerySet["Objective"]):
    def visible_to(self, user: User) -> Self:
        """Those of the contracts that the user reads."""
        return self.filter(contract__in=visible_contracts(user))

    def search(self, text: str) -> Self:
        """Objectives whose code or one of whose wordings hold every word, case and accents ignored."""

        def holds(start: str) -> Q:
            worded = ObjectiveVersion.objects.order_by().filter(
                objective=OuterRef("pk"), search_text__contains=start
            )
            return Q(search_text__contains=start) | Q(Exists(worded))

        return self.filter(every_word(text, holds))


class Objective(Searchable, Versioned):
    """An objective of an axis; its code is never reused in its contract, its wording is in its versions."""

    contract = models.ForeignKey(
        Contract, verbose_name="contrat", on_delete=models.CASCADE, related_name="objectives"
    )
    axis = models.ForeignKey(Axis, verbose_name="axe", on_delete=models.CASCADE, related_name="objectives")
    code = models.CharField(
        "code",
        max_length=20,
        validators=[RegexValidator(r"^\d+(\.\d+)*$", "Un code d’objectif s’écrit comme 1.1.")],
    )
    continues = models.ForeignKey(
        "self",
        verbose_name="poursuit l’objectif",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="continued_by",
        help_text="Objectif du contrat précédent.",
    )

    objects = ObjectiveQuerySet.as_manager()

    class Meta:
        verbose_name = "objectif"
        verbose_name_plural = "objectifs"
        ordering = ["contract", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["contract", "code"],
                name="contracts_objective_code_unique",
                violation_error_message="Ce code a déjà servi dans ce contrat.",
            ),
        ]

    def __str__(self) -> str:
        return self.code

    def called(self) -> Sequence[str]:
        return [self.code, f"Objectif {self.code}"]


class PlanVersion(Searchable, Versioned):
    """What an axis or an objective is from an amendment on (from the contract's start without one)."""

    amendment = models.ForeignKey(
        Amendment,
        verbose_name="avenant",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="%(class)ss",
    )
    title = models.CharField("libellé", max_length=300)
    position = models.PositiveSmallIntegerField("place")
    is_withdrawn = models.BooleanField("retiré", default=False)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.title

    def called(self) -> Sequence[str]:
        return [self.title]


class AxisVersion(PlanVersion):
    axis = models.ForeignKey(Axis, verbose_name="axe", on_delete=models.CASCADE, related_name="versions")

    class Meta:
        verbose_name = "version d’un axe"
        verbose_name_plural = "versions d’axes"
        ordering = ["axis", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["axis", "amendment"],
                name="contracts_axisversion_unique",
                violation_error_message="Cet axe a déjà une version pour cet avenant.",
            ),
            models.UniqueConstraint(
                fields=["axis"],
                condition=Q(amendment__isnull=True),
                name="contracts_axisversion_first_unique",
                violation_error_message="Cet axe a déjà sa version d’origine.",
            ),
        ]


class ObjectiveVersion(PlanVersion):
    objective = models.ForeignKey(
        Objective, verbose_name="objectif", on_delete=models.CASCADE, related_name="versions"
    )

    class Meta:
        verbose_name = "version d’un objectif"
        verbose_name_plural = "versions d’objectifs"
        ordering = ["objective", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["objective", "amendment"],
                name="contracts_objectiveversion_unique",
                violation_error_message="Cet objectif a déjà une version pour cet avenant.",
            ),
            models.UniqueConstraint(
                fields=["objective"],
                condition=Q(amendment__isnull=True),
                name="contracts_objectiveversion_first_unique",
                violation_error_message="Cet objectif a déjà sa version d’origine.",
            ),
        ]
