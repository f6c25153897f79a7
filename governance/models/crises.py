"""The restricted formation gathered as a crisis cell, and its logbook, which is only ever added to."""

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from cops.audit.models import AppendOnly, Versioned
from cops.lib.civility import Civility
from cops.lib.constraints import choices_held
from cops.users.models import User
from governance.models.councils import SeatRule
from governance.models.meetings import Meeting
from governance.models.organisations import Commune


class CrisisCellQuerySet(models.QuerySet["CrisisCell"]):
    def visible_to(self, user: User) -> Self:
        """Cells of the meetings that the reader may read."""
        return self.filter(meeting__in=Meeting.objects.visible_to(user).order_by().values("pk"))


@choices_held
class CrisisCell(Versioned):
    """A meeting of the restricted formation on a major event, convened by one of three authorities."""

    meeting = models.OneToOneField(
        Meeting, verbose_name="réunion", on_delete=models.PROTECT, related_name="crisis_cell"
    )
    event = models.CharField("événement", max_length=300)
    communes = models.ManyToManyField(Commune, verbose_name="communes touchées", related_name="crisis_cells")
    convened_by = models.CharField("convoquée par", max_length=12, choices=SeatRule.Convener)
    convener_name = models.CharField("nom de l’autorité", max_length=200)
    convener_civility = models.CharField(
        "civilité de l’autorité", max_length=10, choices=Civility, blank=True, default=Civility.NONE
    )
    acting_name = models.CharField(
        "nom de la personne qui agit pour elle",
        max_length=200,
        blank=True,
        help_text="Si ce n’est pas elle-même.",
    )
    acting_function = models.CharField("sa fonction", max_length=200, blank=True)
    means_needed = models.TextField(
        "moyens à coordonner ou à engager", help_text="Agglomération, villes, partenaires."
    )
    opened_at = models.DateTimeField("ouverte le", default=timezone.now)
    opened_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="ouverte par",
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
    )
    closed_at = models.DateTimeField("close le", null=True, blank=True)
    lessons = models.TextField("enseignements", blank=True)

    objects = CrisisCellQuerySet.as_manager()

    class Meta:
        verbose_name = "cellule de crise"
        verbose_name_plural = "cellules de crise"
        ordering = ["-opened_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(closed_at__isnull=True) | Q(closed_at__gte=F("opened_at")),
                name="governance_crisiscell_times",
                violation_error_message="La cellule est close avant d’être ouverte.",
            ),
            models.CheckConstraint(
                condition=Q(acting_name="", acting_function="")
                | (~Q(acting_name="") & ~Q(acting_function="")),
                name="governance_crisiscell_acting_named",
                violation_error_message="Qui agit pour l’autorité est nommé, avec sa fonction.",
            ),
        ]

    def __str__(self) -> str:
        return self.event

    @property
    def convener_title(self) -> str:
        """The authority that convened it, as its holder is called: « La Présidente de l’agglomération »."""
        return SeatRule.Convener(self.convened_by).held_by(self.convener_civility)

    @property
    def is_open(self) -> bool:
        return self.closed_at is None


@choices_held
class LogEntry(AppendOnly):
    """A line of the logbook. Never changed: a mistake is corrected by a further entry that names it."""

    register = "la main courante"

    class Kind(models.TextChoices):
        FACT = "fact", "Fait"
        MEANS_ASKED = "means_asked", "Moyens demandés"
        MEANS_ENGAGED = "means_engaged", "Moyens engagés"
        DECISION = "decision", "Décision"
        SITUATION = "situation", "Point de situation"
        CORRECTION = "correction", "Rectification"

    class MeansOf(models.TextChoices):
        """Whose means a cell coordinates or engages, beyond those of the State."""

        AGGLOMERATION = "agglomeration", "Agglomération"
        TOWN = "town", "Ville"
        PARTNER = "partner", "Partenaire"

    cell = models.ForeignKey(
        CrisisCell, verbose_name="cellule de crise", on_delete=models.PROTECT, related_name="entries"
    )
    kind = models.CharField("nature", max_length=15, choices=Kind, default=Kind.FACT)
    happened_at = models.DateTimeField("survenu le")
    recorded_at = models.DateTimeField("noté le", auto_now_add=True)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="noté par",
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
    )
    text = models.TextField("texte")
    engaged_by = models.CharField(
        "par qui", max_length=200, blank=True, help_text="Qui demande ou engage les moyens."
    )
    means_of = models.CharField("moyens de", max_length=13, choices=MeansOf, blank=True)
    corrects = models.ForeignKey(
        "self",
        verbose_name="rectifie",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="corrections",
    )

    class Meta:
        verbose_name = "ligne de la main courante"
        verbose_name_plural = "main courante"
        ordering = ["cell", "happened_at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind="correction", corrects__isnull=False)
                | (~Q(kind="correction") & Q(corrects__isnull=True)),
                name="governance_logentry_correction",
                violation_error_message="Une rectification désigne la ligne qu’elle rectifie.",
            ),
            models.CheckConstraint(
                condition=Q(means_of="") | Q(kind__in=["means_asked", "means_engaged"]),
                name="governance_logentry_means_of",
                violation_error_message="Seuls des moyens sont de l’agglomération, d’une ville ou d’un "
                "partenaire.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} : {self.text[:60]}"
