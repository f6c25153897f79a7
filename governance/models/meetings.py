"""Meetings and what they decide."""

from django.db import models

from cops.audit.models import Versioned
from governance.models.councils import Formation


class Meeting(Versioned):
    """A sitting of a formation."""

    class Mode(models.TextChoices):
        IN_PERSON = "in_person", "En présence"
        REMOTE = "remote", "À distance"
        WRITTEN = "written", "Consultation écrite"

    formation = models.ForeignKey(
        Formation, verbose_name="formation", on_delete=models.PROTECT, related_name="meetings"
    )
    held_on = models.DateField("date")
    mode = models.CharField("forme", max_length=12, choices=Mode, default=Mode.IN_PERSON)
    subject = models.CharField("objet", max_length=200, blank=True)

    class Meta:
        verbose_name = "réunion"
        verbose_name_plural = "réunions"
        ordering = ["-held_on", "-pk"]

    def __str__(self) -> str:
        return f"{self.formation} du {self.held_on:%d/%m/%Y}"


class Decision(Versioned):
    """A decision or an opinion, numbered within its meeting."""

    class Kind(models.TextChoices):
        DECISION = "decision", "Décision"
        OPINION = "opinion", "Avis"

    meeting = models.ForeignKey(
        Meeting, verbose_name="réunion", on_delete=models.PROTECT, related_name="decisions"
    )
    number = models.PositiveSmallIntegerField("numéro")
    kind = models.CharField("nature", max_length=10, choices=Kind, default=Kind.DECISION)
    text = models.TextField("texte")

    class Meta:
        verbose_name = "décision"
        verbose_name_plural = "décisions"
        ordering = ["meeting", "number"]
        constraints = [
            models.UniqueConstraint(
                fields=["meeting", "number"],
                name="governance_decision_number_unique",
                violation_error_message="Cette réunion a déjà une décision de ce numéro.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} n° {self.number} – {self.meeting}"
