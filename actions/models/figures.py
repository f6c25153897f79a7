"""Indicators and funding of an action's years."""

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q

from actions.models.actions import Action
from actions.models.programming import ActionYear
from cops.audit.models import Versioned
from cops.lib.constraints import choices_held
from cops.lib.french import exact_key
from cops.lib.matching import SameSigns
from governance.models import Organisation


class Nature(models.TextChoices):
    OUTPUT = "output", "Réalisation"
    RESULT = "result", "Résultat"
    IMPACT = "impact", "Impact"


class Direction(models.TextChoices):
    UP = "up", "À la hausse"
    DOWN = "down", "À la baisse"


@choices_held
class Indicator(Versioned):
    """What is measured on an action, year after year."""

    action = models.ForeignKey(
        Action, verbose_name="action", on_delete=models.CASCADE, related_name="indicators"
    )
    name = models.CharField("indicateur", max_length=200)
    nature = models.CharField("nature", max_length=10, choices=Nature)
    unit = models.CharField("unité", max_length=50, blank=True)
    direction = models.CharField("sens attendu", max_length=5, choices=Direction)
    baseline = models.DecimalField(
        "valeur de référence", max_digits=18, decimal_places=4, null=True, blank=True
    )

    class Meta:
        verbose_name = "indicateur"
        verbose_name_plural = "indicateurs"
        ordering = ["action", "name", "pk"]
        constraints = [
            models.UniqueConstraint(
                "action",
                SameSigns("name"),
                name="actions_indicator_name_unique",
                violation_error_message="Cette action a déjà un indicateur de ce nom.",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        others = Indicator.objects.filter(action=self.action_id).exclude(pk=self.pk)
        known = others.annotate(match=SameSigns("name")).filter(match=exact_key(self.name)).first()
        if known is not None:
            raise ValidationError({"name": f"Cette action a déjà l’indicateur « {known} »."})


class IndicatorValue(Versioned):
    """Target and value of an indicator in one year of its action."""

    indicator = models.ForeignKey(
        Indicator, verbose_name="indicateur", on_delete=models.CASCADE, related_name="values"
    )
    action_year = models.ForeignKey(
        ActionYear, verbose_name="programmation", on_delete=models.CASCADE, related_name="indicator_values"
    )
    target = models.DecimalField("cible", max_digits=18, decimal_places=4, null=True, blank=True)
    value = models.DecimalField("valeur", max_digits=18, decimal_places=4, null=True, blank=True)

    class Meta:
        verbose_name = "valeur d’indicateur"
        verbose_name_plural = "valeurs d’indicateurs"
        ordering = ["indicator", "action_year"]
        constraints = [
            models.UniqueConstraint(
                fields=["indicator", "action_year"],
                name="actions_indicatorvalue_unique",
                violation_error_message="Cet indicateur a déjà une valeur cette année-là.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.indicator} ({self.action_year})"


class Funding(Versioned):
    """What a funder was asked, granted and paid for an action's year."""

    action_year = models.ForeignKey(
        ActionYear, verbose_name="programmation", on_delete=models.CASCADE, related_name="fundings"
    )
    funder = models.ForeignKey(
        Organisation, verbose_name="financeur", on_delete=models.PROTECT, related_name="fundings"
    )
    requested = models.DecimalField("demandé (€)", max_digits=14, decimal_places=2, null=True, blank=True)
    granted = models.DecimalField("accordé (€)", max_digits=14, decimal_places=2, null=True, blank=True)
    paid = models.DecimalField("versé (€)", max_digits=14, decimal_places=2, null=True, blank=True)

    class Meta:
        verbose_name = "financement"
        verbose_name_plural = "financements"
        ordering = ["action_year", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["action_year", "funder"],
                name="actions_funding_unique",
                violation_error_message="Ce financeur est déjà indiqué pour cette année.",
            ),
            models.CheckConstraint(
                condition=(Q(requested__isnull=True) | Q(requested__gte=0))
                & (Q(granted__isnull=True) | Q(granted__gte=0))
                & (Q(paid__isnull=True) | Q(paid__gte=0)),
                name="actions_funding_not_negative",
                violation_error_message="Un montant est positif ou nul.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.funder} ({self.action_year})"
