"""Contracts, their signatories and amendments."""

from collections.abc import Sequence
from typing import Any, Self

from django.db import models
from django.db.models import Exists, F, OuterRef, Q

from cops.audit.models import Versioned
from cops.lib.constraints import choices_held
from cops.lib.periods import PartialDate, Precision
from cops.lib.search import Searchable, every_word
from cops.users.models import User
from governance.access import is_member
from governance.models import Decision, Organisation, OrganisationName
from governance.models.councils import PRECISIONS


class ContractQuerySet(models.QuerySet["Contract"]):
    def visible_to(self, user: User) -> Self:
        """Contracts are read by the service and by the members of the council."""
        return self if user.is_staff_member or is_member(user) else self.none()

    def search(self, text: str) -> Self:
        """Contracts whose title, code, legal texts or note contain every word, case and accents ignored."""
        return self.filter(every_word(text, lambda start: Q(search_text__contains=start)))


def visible_contracts(user: User) -> models.QuerySet[Any]:
    """The contracts that the user reads, as a subquery for what is part of them."""
    return Contract.objects.visible_to(user).order_by().values("pk")


@choices_held
class Contract(Searchable, Versioned):
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

    def called(self) -> Sequence[str]:
        return [self.title, self.code]

    def told(self) -> str:
        return f"{self.legal_basis} {self.deliberation_reference} {self.note}"

    @property
    def starts(self) -> PartialDate:
        return PartialDate.from_day(self.starts_on, Precision(self.starts_precision))

    @property
    def original_end(self) -> PartialDate:
        return PartialDate.from_day(self.ends_on, Precision(self.ends_precision))


class SignatoryQuerySet(models.QuerySet["Signatory"]):
    def visible_to(self, user: User) -> Self:
        """Those of the contracts that the user reads."""
        return self.filter(contract__in=visible_contracts(user))

    def search(self, text: str) -> Self:
        """Those whose capacity or organisation, by its present or a former name, hold every word."""

        def holds(start: str) -> Q:
            former = OrganisationName.objects.order_by().filter(
                organisation=OuterRef("organisation"), search_text__contains=start
            )
            return (
                Q(search_text__contains=start)
                | Q(organisation__search_text__contains=start)
                | Q(Exists(former))
            )

        return self.filter(every_word(text, holds))


class Signatory(Searchable, Versioned):
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

    objects = SignatoryQuerySet.as_manager()

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

    def called(self) -> Sequence[str]:
        return [self.capacity]


class AmendmentQuerySet(models.QuerySet["Amendment"]):
    def visible_to(self, user: User) -> Self:
        """Those of the contracts that the user reads."""
        return self.filter(contract__in=visible_contracts(user))

    def search(self, text: str) -> Self:
        """Amendments whose number, purpose or deliberation contain every word, case and accents ignored."""
        return self.filter(every_word(text, lambda start: Q(search_text__contains=start)))


class Amendment(Searchable, Versioned):
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

    def called(self) -> Sequence[str]:
        return [f"Avenant n° {self.number}", f"Avenant {self.number}"]

    def told(self) -> str:
        return f"{self.summary} {self.deliberation_reference}"
