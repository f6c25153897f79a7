"""What a meeting decides, and what comes of it."""

from collections.abc import Sequence
from datetime import date
from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import Q

from cops.audit.history.subjects import needed_by
from cops.audit.models import Versioned
from cops.lib.constraints import choices_held
from cops.lib.search import Searchable, every_word
from cops.users.models import User
from governance.models.meetings import AgendaItem, Meeting

OPEN_STATES = ("open", "under_way")


class DecisionQuerySet(models.QuerySet["Decision"]):
    def visible_to(self, user: User) -> Self:
        """Decisions of the meetings that the reader may read."""
        if user.is_staff_member:
            return self
        return self.filter(meeting__in=Meeting.objects.visible_to(user).order_by().values("pk"))

    def search(self, text: str) -> Self:
        """Decisions whose nature, number or text contain every word, case and accents ignored.

        Those of a confidential group stay out of every search.
        """
        found = every_word(text, lambda start: Q(search_text__contains=start))
        return self.filter(found, meeting__formation__is_confidential=False)

    def late(self, today: date) -> Self:
        """Those still open past their deadline."""
        return self.filter(state__in=OPEN_STATES, due_on__lt=today)


@choices_held
class Decision(Searchable, Versioned):
    """A decision or an opinion, numbered within its meeting."""

    class Kind(models.TextChoices):
        DECISION = "decision", "Décision"
        OPINION = "opinion", "Avis"

    class State(models.TextChoices):
        OPEN = "open", "À suivre"
        UNDER_WAY = "under_way", "En cours"
        DONE = "done", "Suivie d’effet"
        DROPPED = "dropped", "Abandonnée"

    meeting = models.ForeignKey(
        Meeting, verbose_name="réunion", on_delete=models.PROTECT, related_name="decisions"
    )
    agenda_item = models.ForeignKey(
        AgendaItem,
        verbose_name="point de l’ordre du jour",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="decisions",
    )
    number = models.PositiveSmallIntegerField("numéro")
    kind = models.CharField("nature", max_length=10, choices=Kind, default=Kind.DECISION)
    text = models.TextField("texte")
    vote = models.CharField(
        "vote", max_length=200, blank=True, help_text="P. ex. « à l’unanimité » ou « 9 pour, 2 abstentions »."
    )
    owner = models.CharField(
        "responsable", max_length=200, blank=True, help_text="Un service ou une fonction."
    )
    due_on = models.DateField("échéance", null=True, blank=True)
    state = models.CharField("état", max_length=10, choices=State, default=State.OPEN)

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

    def called(self) -> Sequence[str]:
        return [f"{self.get_kind_display()} n° {self.number}", f"{self.get_kind_display()} {self.number}"]

    def told(self) -> str:
        return self.text

    @property
    def is_open(self) -> bool:
        """Whether something is still to be done about it."""
        return self.state in OPEN_STATES

    def is_late(self, today: date) -> bool:
        """Whether it is still open past its deadline."""
        return self.is_open and self.due_on is not None and self.due_on < today

    def effects(self, user: User) -> list[models.Model]:
        """What points at this decision (the amendment that it approves …), as far as the user may read it.

        Found by the foreign keys alone, in the order of the models and rows. One query a model, besides those
        that tell who the reader is.
        """
        found: list[models.Model] = []
        for relation in effect_relations():
            rows: Any = relation.related_model.objects
            visible = rows.visible_to(user).filter(**{relation.field.name: self}).order_by("pk")
            needed = needed_by(relation.related_model)
            found += visible.select_related(*needed) if needed else visible
        return found


def effect_relations() -> list[Any]:
    """The reverse relations of a decision whose rows are its effects: not those that are deleted with it,
    which are parts of it, nor its history, which is hidden."""
    return [
        relation
        for relation in Decision._meta.related_objects
        if not relation.many_to_many and relation.on_delete is not models.CASCADE
    ]


@choices_held
class FollowUp(models.Model):
    """What was done about a decision, as told on a day; shown at the formation's next meeting."""

    decision = models.ForeignKey(
        Decision, verbose_name="décision", on_delete=models.CASCADE, related_name="follow_ups"
    )
    told_on = models.DateField("à la date du")
    state = models.CharField("état", max_length=10, choices=Decision.State)
    text = models.TextField("suites données")
    recorded_at = models.DateTimeField("noté le", auto_now_add=True)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="noté par",
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
    )

    class Meta:
        verbose_name = "suite donnée"
        verbose_name_plural = "suites données"
        ordering = ["decision", "told_on", "pk"]

    def __str__(self) -> str:
        return f"{self.decision} : {self.get_state_display()}"
