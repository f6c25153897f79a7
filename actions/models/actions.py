"""Actions: what partners do under an objective."""

import re
from typing import Any, Self

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q

from contracts.models import Contract, Objective
from cops.audit.models import Versioned
from cops.lib.constraints import choices_held
from cops.lib.french import exact_key, fold_search
from cops.lib.matching import SameSigns
from cops.lib.search import every_word, indexed
from cops.users.models import User
from governance.access import is_member
from governance.models import Commune, Organisation, Person


class CountingUnit(models.TextChoices):
    """What an action counts; units are never added together."""

    PEOPLE = "people", "personnes"
    FAMILIES = "families", "familles"
    ATTENDANCES = "attendances", "participations"
    INTERVENTIONS = "interventions", "interventions"
    FACILITIES = "facilities", "équipements"


class ActionQuerySet(models.QuerySet["Action"]):
    def visible_to(self, user: User) -> Self:
        """The service reads all actions, a member those that are not confidential, a lead their own."""
        if user.is_staff_member:
            return self
        own = Q(contact__user=user)
        return self.filter(own | Q(is_confidential=False) if is_member(user) else own)

    def of_reference(self, reference: str) -> Self:
        """Actions of a reference, whichever apostrophe or hyphen was typed."""
        return self.annotate(match=SameSigns("reference")).filter(match=exact_key(reference))

    def search(self, text: str) -> Self:
        """Actions whose reference, title, lead or description hold every word, case and accents ignored."""
        return self.filter(
            every_word(
                text, lambda start: Q(search_text__contains=start) | Q(lead__search_text__contains=start)
            )
        )


@choices_held
class Action(Versioned):
    """An action of a contract (« fiche action »)."""

    class Calendar(models.TextChoices):
        CIVIL = "civil", "Année civile"
        SCHOOL = "school", "Année scolaire (comptée l’année où elle finit)"

    contract = models.ForeignKey(
        Contract, verbose_name="contrat", on_delete=models.PROTECT, related_name="actions"
    )
    reference = models.CharField("référence", max_length=50)
    reference_key = models.CharField(max_length=200, editable=False, default="")
    title = models.CharField("intitulé", max_length=300)
    objective = models.ForeignKey(
        Objective, verbose_name="objectif", on_delete=models.PROTECT, related_name="actions"
    )
    continues = models.ForeignKey(
        "self",
        verbose_name="poursuit l’action",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="continued_by",
        help_text="Action du contrat précédent.",
    )
    lead = models.ForeignKey(
        Organisation, verbose_name="pilote", on_delete=models.PROTECT, related_name="led_actions"
    )
    contact = models.ForeignKey(
        Person,
        verbose_name="personne référente",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="actions",
    )
    partners: models.ManyToManyField[Organisation, "Partnership"] = models.ManyToManyField(
        Organisation, verbose_name="partenaires", through="Partnership", related_name="partnered_actions"
    )
    communes: models.ManyToManyField[Commune, "ActionCommune"] = models.ManyToManyField(
        Commune, verbose_name="communes", through="ActionCommune", related_name="actions"
    )
    diagnosis = models.TextField("constat", blank=True)
    description = models.TextField("description", blank=True)
    audience = models.TextField("public", blank=True)
    counting_unit = models.CharField("unité de compte", max_length=20, choices=CountingUnit, blank=True)
    calendar = models.CharField("calendrier", max_length=10, choices=Calendar, default=Calendar.CIVIL)
    is_confidential = models.BooleanField("confidentielle", default=False)
    starts_on = models.DateField("début", null=True, blank=True)
    ends_on = models.DateField("fin", null=True, blank=True)
    search_text = models.TextField(editable=False, default="")

    objects = ActionQuerySet.as_manager()

    class Meta:
        verbose_name = "action"
        verbose_name_plural = "actions"
        ordering = ["contract", "reference_key", "reference"]
        constraints = [
            models.UniqueConstraint(
                "contract",
                SameSigns("reference"),
                name="actions_action_reference_unique",
                violation_error_message="Cette référence existe déjà dans ce contrat.",
            ),
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True)
                | Q(starts_on__isnull=True)
                | Q(ends_on__gte=F("starts_on")),
                name="actions_action_dates",
                violation_error_message="La fin de l’action précède son début.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.reference} {self.title}"

    def clean(self) -> None:
        known = Action.objects.of_reference(self.reference).filter(contract=self.contract_id)
        same = known.exclude(pk=self.pk).first() if self.reference else None
        if same is not None:
            raise ValidationError({"reference": f"Cette référence existe déjà dans ce contrat : « {same} »."})

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.index()
        super().save(*args, **kwargs)

    def index(self) -> None:
        """Refresh the stored search and sorting columns; bulk paths call it before writing."""
        self.search_text = indexed([self.reference, self.title], f"{self.description} {self.audience}")
        self.reference_key = reference_key(self.reference)


def reference_key(reference: str) -> str:
    """A text that sorts references as people count: 1.2-10 after 1.2-9.

    >>> reference_key("1.2-10") > reference_key("1.2-9")
    True
    """
    return re.sub(r"\d+", lambda match: match[0].lstrip("0").rjust(8, "0"), fold_search(reference))[:200]


class Partnership(Versioned):
    """An organisation that takes part in an action without leading it."""

    action = models.ForeignKey(
        Action, verbose_name="action", on_delete=models.CASCADE, related_name="partnerships"
    )
    organisation = models.ForeignKey(
        Organisation, verbose_name="organisme", on_delete=models.PROTECT, related_name="partnerships"
    )

    class Meta:
        verbose_name = "partenariat"
        verbose_name_plural = "partenariats"
        ordering = ["action", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["action", "organisation"],
                name="actions_partnership_once",
                violation_error_message="Cet organisme est déjà partenaire de l’action.",
            ),
        ]

    def __str__(self) -> str:
        return str(self.organisation)


class ActionCommune(Versioned):
    """A commune on whose territory an action takes place; none means the whole agglomeration."""

    action = models.ForeignKey(
        Action, verbose_name="action", on_delete=models.CASCADE, related_name="action_communes"
    )
    commune = models.ForeignKey(
        Commune, verbose_name="commune", on_delete=models.PROTECT, related_name="action_communes"
    )

    class Meta:
        verbose_name = "commune d’une action"
        verbose_name_plural = "communes des actions"
        ordering = ["action", "commune"]
        constraints = [
            models.UniqueConstraint(
                fields=["action", "commune"],
                name="actions_actioncommune_once",
                violation_error_message="Cette commune est déjà indiquée.",
            ),
        ]

    def __str__(self) -> str:
        return str(self.commune)
