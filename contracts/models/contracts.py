"""Contracts, their signatories and amendments."""

from typing import Self

from django.db import models
from django.db.models import F, Q

from cops.audit.models import Versioned
from cops.lib.constraints import choices_held
from cops.lib.periods import PartialDate, Precision
from cops.users.models import User
from governance.access import is_member
from governance.models import Decision, Organisation
from governance.models.councils import PRECISIONS


class ContractQuerySet(models.QuerySet["Contract"]):
    def visible_to(self, user: User) -> Self:
        """Contracts are read by the service and by the members of the council."""
        return self if user.is_staff_member or is_member(user) else self.none()


@choices_held
class Contract(Versioned):
    """A prevention and security contract. Its dates are kept as precisely as they are known: the stored day
    is the first (start) or last (end) possible one, `*_precision` says how much of it is known."""

    code = models.SlugField("code", max_length=30, unique=True)
    title = models.CharField("intitulé", max_length=200)
    predecessor = models.OneToOneField(
        "self",
        verbose_name="contrat précédent",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="successor",
    )
    legal_basis = models.CharField("base légale", max_length=300, blank=True)
    deliberation_reference = models.CharField("délibération", max_length=100, blank=True)
    deliberated_on = models.DateField("délibérée le", null=True, blank=True)
    starts_on = models.DateField("début")
    starts_precision = models.CharField("précision du début", max_length=5, choices=PRECISIONS, default="day")
    ends_on = models.DateField("fin d’origine", help_text="Avant tout avenant.")
    ends_precision = models.CharField("précision de la fin", max_length=5, choices=PRECISIONS, default="day")
    note = models.TextField("ce qui reste à confirmer", blank=True)

    objects = ContractQuerySet.as_manager()

    class Meta:
        verbose_name = "contrat"
        verbose_name_plural = "contrats"
        ordering = ["-starts_on", "code"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on__gte=F("starts_on")),
                name="contracts_contract_dates",
                violation_error_message="Le contrat finit avant de commencer.",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def starts(self) -> PartialDate:
        return PartialDate.from_day(self.starts_on, Precision(self.starts_precision))

    @property
    def original_end(self) -> PartialDate:
        return PartialDate.from_day(self.ends_on, Precision(self.ends_precision))


class Signatory(Versioned):
    """An organisation that signed a contract."""

    contract = models.ForeignKey(
        Contract, verbose_name="contrat", on_delete=models.CASCADE, related_name="signatories"
    )
    organisation = models.ForeignKey(
        Organisation, verbose_name="organisme", on_delete=models.PROTECT, related_name="signatures"
    )
    position = models.PositiveSmallIntegerField("rang", default=1)
    capacity = models.CharField("en qualité de", max_length=200, blank=True)
    signed_on = models.DateField("signé le", null=True, blank=True)

    class Meta:
        verbose_name = "signataire"
        verbose_name_plural = "signataires"
        ordering = ["contract", "position", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["contract", "organisation"],
                name="contracts_signatory_once",
                violation_error_message="Cet organisme a déjà signé ce contrat.",
            ),
        ]

    def __str__(self) -> str:
        return str(self.organisation)


class AmendmentQuerySet(models.QuerySet["Amendment"]):
    def visible_to(self, user: User) -> Self:
        """Those of the contracts that the user reads."""
        return self.filter(contract__in=Contract.objects.visible_to(user).order_by().values("pk"))


class Amendment(Versioned):
    """A change to a contract from its effective day on: a new end, wordings, objectives in and out."""

    contract = models.ForeignKey(
        Contract, verbose_name="contrat", on_delete=models.CASCADE, related_name="amendments"
    )
    number = models.PositiveSmallIntegerField("numéro")
    signed_on = models.DateField("signé le", null=True, blank=True)
    effective_on = models.DateField("en vigueur le")
    is_confirmed = models.BooleanField("date d’effet confirmée", default=True)
    new_end_on = models.DateField("nouvelle fin du contrat", null=True, blank=True)
    summary = models.TextField("objet", blank=True)
    deliberation_reference = models.CharField("délibération", max_length=100, blank=True)
    deliberated_on = models.DateField("délibérée le", null=True, blank=True)
    approved_by = models.ForeignKey(
        Decision,
        verbose_name="approuvé par",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="amendments",
    )

    objects = AmendmentQuerySet.as_manager()

    class Meta:
        verbose_name = "avenant"
        verbose_name_plural = "avenants"
        ordering = ["contract", "effective_on", "number"]
        constraints = [
            models.UniqueConstraint(
                fields=["contract", "number"],
                name="contracts_amendment_number_unique",
                violation_error_message="Ce contrat a déjà un avenant de ce numéro.",
            ),
            models.CheckConstraint(
                condition=Q(new_end_on__isnull=True) | Q(new_end_on__gte=F("effective_on")),
                name="contracts_amendment_dates",
                violation_error_message="La nouvelle fin précède l’entrée en vigueur.",
            ),
        ]

    def __str__(self) -> str:
        return f"Avenant n° {self.number}"
