"""Meetings and what they decide."""

from typing import Self

from django.db import models
from django.db.models import Q
from django.utils import timezone

from cops.audit.models import Versioned
from cops.lib.french import date_fr
from cops.lib.search import Searchable, every_word
from cops.users.models import User
from governance.models.councils import Designation, Formation


class MeetingQuerySet(models.QuerySet["Meeting"]):
    def visible_to(self, user: User) -> Self:
        """The service reads all; a member those of the formations on which they sit today."""
        if user.is_staff_member:
            return self
        mandates = Designation.objects.of_user(user).in_force(timezone.localdate()).order_by()
        return self.filter(formation__in=mandates.values("seat__rule__formation"))

    def search(self, text: str) -> Self:
        """Meetings whose subject, date or formation contain every word, case and accents ignored."""
        return self.filter(
            every_word(
                text,
                lambda word: Q(search_text__contains=word) | Q(formation__search_text__contains=word),
            )
        )


class Meeting(Searchable, Versioned):
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

    objects = MeetingQuerySet.as_manager()

    class Meta:
        verbose_name = "réunion"
        verbose_name_plural = "réunions"
        ordering = ["-held_on", "-pk"]

    def __str__(self) -> str:
        return f"{self.formation} du {self.held_on:%d/%m/%Y}"

    def searched(self) -> str:
        return f"{self.subject} {date_fr(self.held_on)} {self.held_on:%d/%m/%Y}"


class DecisionQuerySet(models.QuerySet["Decision"]):
    def visible_to(self, user: User) -> Self:
        """Decisions of the meetings that the reader may read."""
        if user.is_staff_member:
            return self
        return self.filter(meeting__in=Meeting.objects.visible_to(user).order_by().values("pk"))

    def search(self, text: str) -> Self:
        """Decisions whose nature, number or text contain every word, case and accents ignored."""
        return self.filter(every_word(text, lambda word: Q(search_text__contains=word)))


class Decision(Searchable, Versioned):
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

    objects = DecisionQuerySet.as_manager()

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

    def searched(self) -> str:
        return f"{self.get_kind_display()} n° {self.number} {self.text}"
