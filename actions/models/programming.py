"""What is planned and done each year."""

from typing import Self

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q

from actions.models.actions import Action
from contracts.models import Contract, Objective
from cops.audit.models import Versioned
from cops.lib.constraints import choices_held
from cops.users.models import User
from governance.models import Decision, Organisation

COUNT_MAX = 2_147_483_647


class Status(models.TextChoices):
    """How far an action came in a year; empty (not a member here) is « non renseignée »."""

    DONE = "done", "Réalisée"
    PARTIAL = "partial", "Partiellement réalisée"
    IN_PROGRESS = "in_progress", "En cours"
    POSTPONED = "postponed", "Reportée"
    DROPPED = "dropped", "Abandonnée"
    NOT_DONE = "not_done", "Non réalisée"

    @classmethod
    def needing_reason(cls) -> tuple["Status", ...]:
        """Statuses that must say why the plan was not met."""
        return (cls.PARTIAL, cls.POSTPONED, cls.DROPPED, cls.NOT_DONE)


class Reason(models.TextChoices):
    """Why what was planned was not, or not wholly, done."""

    FUNDING = "funding", "Financement"
    LEAD = "lead", "Pilote"
    STAFFING = "staffing", "Personnel"
    PARTNER = "partner", "Partenaire"
    AUDIENCE = "audience", "Public"
    LEGAL = "legal", "Juridique"
    SCHEDULE = "schedule", "Calendrier"
    DECISION = "decision", "Décision"
    DUPLICATE = "duplicate", "Doublon"
    CONTEXT = "context", "Contexte"
    NEED_GONE = "need_gone", "Besoin disparu"
    TECHNICAL = "technical", "Technique"
    OTHER = "other", "Autre"


def _not_negative(field: str) -> Q:
    return Q(**{f"{field}__isnull": True}) | Q(**{f"{field}__gte": 0})


class ActionYearQuerySet(models.QuerySet["ActionYear"]):
    def visible_to(self, user: User) -> Self:
        return self.filter(action__in=Action.objects.visible_to(user))

    def for_year(self, contract: Contract, year: int) -> Self:
        return self.filter(action__contract=contract, year=year)


@choices_held
class ActionYear(Versioned):
    """An action in one year: planned or not, done or not, with its figures.

    Objective and lead are those of that year, copied at creation: moving the action never rewrites the past.
    """

    action = models.ForeignKey(Action, verbose_name="action", on_delete=models.CASCADE, related_name="years")
    year = models.PositiveSmallIntegerField(
        "année", validators=[MinValueValidator(1900), MaxValueValidator(2200)]
    )
    objective = models.ForeignKey(
        Objective, verbose_name="objectif de l’année", on_delete=models.PROTECT, related_name="action_years"
    )
    lead = models.ForeignKey(
        Organisation,
        verbose_name="pilote de l’année",
        on_delete=models.PROTECT,
        related_name="led_action_years",
    )
    is_planned = models.BooleanField("prévue", default=True)
    status = models.CharField("statut", max_length=12, choices=Status, blank=True)
    reason = models.CharField("motif d’écart", max_length=12, choices=Reason, blank=True)
    comment = models.TextField("commentaire", blank=True)
    planned_budget = models.DecimalField(
        "budget prévu (€)", max_digits=14, decimal_places=2, null=True, blank=True
    )
    actual_cost = models.DecimalField("coût réel (€)", max_digits=14, decimal_places=2, null=True, blank=True)
    planned_count = models.PositiveIntegerField("quantité prévue", null=True, blank=True)
    actual_count = models.PositiveIntegerField("quantité réalisée", null=True, blank=True)
    impact = models.TextField("impact constaté", blank=True)

    objects = ActionYearQuerySet.as_manager()

    class Meta:
        verbose_name = "programmation annuelle"
        verbose_name_plural = "programmations annuelles"
        ordering = ["action", "year"]
        constraints = [
            models.UniqueConstraint(
                fields=["action", "year"],
                name="actions_actionyear_unique",
                violation_error_message="Cette année existe déjà pour cette action.",
            ),
            models.CheckConstraint(
                condition=(
                    Q(status__in=["partial", "postponed", "dropped", "not_done"]) & ~Q(reason="")
                    | ~Q(status__in=["partial", "postponed", "dropped", "not_done"]) & Q(reason="")
                ),
                name="actions_actionyear_reason_with_status",
                violation_error_message=(
                    "Un motif est attendu si l’action est partielle, reportée, abandonnée ou non réalisée, "
                    "et seulement alors."
                ),
            ),
            models.CheckConstraint(
                condition=~Q(reason="other") | ~Q(comment=""),
                name="actions_actionyear_other_needs_comment",
                violation_error_message="Le motif « autre » demande un commentaire.",
            ),
            models.CheckConstraint(
                condition=_not_negative("planned_budget") & _not_negative("actual_cost"),
                name="actions_actionyear_amounts_not_negative",
                violation_error_message="Un montant est positif ou nul.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.action.reference} en {self.year}"


class ProgrammeQuerySet(models.QuerySet["Programme"]):
    def visible_to(self, user: User) -> Self:
        """Those of the contracts that the user reads."""
        return self.filter(contract__in=Contract.objects.visible_to(user).order_by().values("pk"))


class Programme(Versioned):
    """The plan of a year as adopted by a decision: from then on its planned columns are locked."""

    contract = models.ForeignKey(
        Contract, verbose_name="contrat", on_delete=models.PROTECT, related_name="programmes"
    )
    year = models.PositiveSmallIntegerField("année")
    adopted_by = models.ForeignKey(
        Decision, verbose_name="adopté par", on_delete=models.PROTECT, related_name="programmes"
    )

    objects = ProgrammeQuerySet.as_manager()

    class Meta:
        verbose_name = "programme annuel"
        verbose_name_plural = "programmes annuels"
        ordering = ["contract", "year"]
        constraints = [
            models.UniqueConstraint(
                fields=["contract", "year"],
                name="actions_programme_unique",
                violation_error_message="Le programme de cette année est déjà adopté.",
            ),
        ]

    def __str__(self) -> str:
        return f"Programme {self.year}"


class TransitionQuerySet(models.QuerySet["Transition"]):
    def visible_to(self, user: User) -> Self:
        """Those of the actions that the user reads."""
        readable = ActionYear.objects.visible_to(user).order_by().values("pk")
        return self.filter(action_year__in=readable)


@choices_held
class Transition(models.Model):
    """A change of status: who, when, from what to what and why. Only ever added to."""

    action_year = models.ForeignKey(
        ActionYear, verbose_name="programmation", on_delete=models.CASCADE, related_name="transitions"
    )
    at = models.DateTimeField("instant", auto_now_add=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="auteur", on_delete=models.PROTECT, null=True, related_name="+"
    )
    from_status = models.CharField("de", max_length=12, choices=Status, blank=True)
    to_status = models.CharField("à", max_length=12, choices=Status, blank=True)
    reason = models.CharField("motif", max_length=12, choices=Reason, blank=True)
    decision = models.ForeignKey(
        Decision,
        verbose_name="décision",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="transitions",
    )

    objects = TransitionQuerySet.as_manager()

    class Meta:
        verbose_name = "changement de statut"
        verbose_name_plural = "changements de statut"
        ordering = ["-at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(from_status=models.F("to_status")),
                name="actions_transition_changes",
                violation_error_message="Le statut ne change pas.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.action_year} : {self.get_to_status_display() or 'non renseignée'}"
