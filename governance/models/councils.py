"""The council, its formations, the rules that say who sits, and who was designated."""

from collections.abc import Sequence
from datetime import date
from typing import Self

from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from cops.audit.models import Versioned
from cops.lib.civility import Civility
from cops.lib.constraints import NoOverlap, choices_held
from cops.lib.periods import PartialDate, Period, Precision
from cops.lib.search import Searchable
from cops.users.models import User
from governance.models.organisations import Commune, Organisation, Person

PRECISIONS = [
    (Precision.DAY.value, "au jour"),
    (Precision.MONTH.value, "au mois"),
    (Precision.YEAR.value, "à l’année"),
]


@choices_held
class Council(Versioned):
    """The CISPD: supervises and coordinates local prevention; the agglomeration's President chairs it."""

    code = models.SlugField("code", max_length=30, unique=True)
    name = models.CharField("nom", max_length=200)
    agglomeration = models.ForeignKey(
        Organisation, verbose_name="agglomération", on_delete=models.PROTECT, related_name="councils"
    )
    created_on = models.DateField(
        "créé le", help_text="Premier jour possible si la date n’est connue qu’au mois."
    )
    created_precision = models.CharField(
        "précision", max_length=5, choices=PRECISIONS, default=Precision.DAY.value
    )

    class Meta:
        verbose_name = "conseil"
        verbose_name_plural = "conseils"
        ordering = ["created_on", "pk"]

    def __str__(self) -> str:
        return self.name

    @property
    def created(self) -> PartialDate:
        """The creation, as precisely as it is known."""
        return PartialDate.from_day(self.created_on, Precision(self.created_precision))


class FormationQuerySet(models.QuerySet["Formation"]):
    def visible_to(self, user: User) -> Self:
        """The service reads all; a member of the council all but the confidential groups of others.

        Whether the user is a member is asked by `governance.view_composition`.
        """
        if user.is_staff_member:
            return self
        mandates = Designation.objects.of_user(user).in_force(timezone.localdate()).order_by()
        return self.filter(Q(is_confidential=False) | Q(pk__in=mandates.values("seat__rule__formation")))


@choices_held
class Formation(Searchable, Versioned):
    """A way in which the council sits."""

    class Kind(models.TextChoices):
        PLENARY = "plenary", "Formation plénière"
        RESTRICTED = "restricted", "Formation restreinte"
        GROUP = "group", "Groupe de travail"

    council = models.ForeignKey(
        Council, verbose_name="conseil", on_delete=models.CASCADE, related_name="formations"
    )
    code = models.SlugField("code", max_length=30, unique=True)
    name = models.CharField("nom", max_length=200)
    kind = models.CharField("nature", max_length=12, choices=Kind)
    purpose = models.TextField("rôle", blank=True)
    starts_on = models.DateField(
        "siège depuis le", null=True, blank=True, help_text="Vide : depuis l’origine."
    )
    ends_on = models.DateField("siège jusqu’au", null=True, blank=True)
    is_confidential = models.BooleanField(
        "confidentiel",
        default=False,
        help_text=(
            "Échange nominatif (art. L132-5 CSI) : seuls la date, les services présents et les décisions "
            "générales sont notés."
        ),
    )
    notice_days = models.PositiveSmallIntegerField("délai de convocation en jours", default=15)

    objects = FormationQuerySet.as_manager()

    class Meta:
        verbose_name = "formation"
        verbose_name_plural = "formations"
        ordering = ["council", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["council", "kind"],
                condition=Q(kind__in=["plenary", "restricted"]),
                name="governance_formation_one_of_a_kind",
                violation_error_message="Le conseil a déjà cette formation.",
            ),
            models.CheckConstraint(
                condition=Q(is_confidential=False) | Q(kind="group"),
                name="governance_formation_only_groups_confidential",
                violation_error_message="Seul un groupe de travail peut être confidentiel.",
            ),
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True)
                | Q(starts_on__isnull=True)
                | Q(ends_on__gte=F("starts_on")),
                name="governance_formation_dates",
                violation_error_message="La fin précède le début.",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def called(self) -> Sequence[str]:
        return [self.name]

    @property
    def is_group(self) -> bool:
        return self.kind == self.Kind.GROUP

    @property
    def period(self) -> Period:
        """The days on which it exists."""
        return Period(self.starts_on, self.ends_on)


class SeatRuleQuerySet(models.QuerySet["SeatRule"]):
    def in_force(self, on: date) -> Self:
        return self.filter(
            Q(starts_on__isnull=True) | Q(starts_on__lte=on), Q(ends_on__isnull=True) | Q(ends_on__gte=on)
        )


_HELD_BY_A_WOMAN = {
    "president": "La Présidente de l’agglomération",
    "prefect": "La Préfète",
    "prosecutor": "La Procureure de la République",
}


@choices_held
class SeatRule(Versioned):
    """How many sit under one head of a formation's composition, and who designates them."""

    class Basis(models.TextChoices):
        NAMED = "named", "Siège nommé"
        FIXED = "fixed", "Nombre fixe"
        AT_LEAST = "at_least", "Au moins"
        PER_COMMUNE = "per_commune", "Un par commune membre"

    class Convener(models.TextChoices):
        PRESIDENT = "president", "Le Président de l’agglomération"
        PREFECT = "prefect", "Le Préfet"
        PROSECUTOR = "prosecutor", "Le Procureur de la République"

        def held_by(self, civility: str) -> str:
            """The authority as it is called when somebody of that civility holds it."""
            return _HELD_BY_A_WOMAN[self.value] if civility == Civility.MADAME else str(self.label)

    formation = models.ForeignKey(
        Formation, verbose_name="formation", on_delete=models.CASCADE, related_name="seat_rules"
    )
    position = models.PositiveSmallIntegerField("rang")
    label = models.CharField("libellé", max_length=200)
    category = models.CharField("catégorie", max_length=100)
    basis = models.CharField("base", max_length=12, choices=Basis)
    number = models.PositiveSmallIntegerField("nombre", default=1)
    designated_by = models.CharField("désigné par", max_length=200, blank=True)
    may_be_represented = models.BooleanField("peut être représenté", default=False)
    by_right = models.BooleanField("siège de droit", default=False)
    convenes = models.CharField(
        "réunit la cellule de crise comme",
        max_length=12,
        choices=Convener,
        blank=True,
        help_text="Seuls le Président de l’agglomération, le Préfet et le Procureur le peuvent.",
    )
    starts_on = models.DateField("valable du", null=True, blank=True)
    ends_on = models.DateField("au", null=True, blank=True)

    objects = SeatRuleQuerySet.as_manager()

    class Meta:
        verbose_name = "règle de composition"
        verbose_name_plural = "règles de composition"
        ordering = ["formation", "position", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(number__gte=1),
                name="governance_seatrule_number_positive",
                violation_error_message="Une règle donne au moins un siège.",
            ),
            models.CheckConstraint(
                condition=~Q(basis__in=["named", "per_commune"]) | Q(number=1),
                name="governance_seatrule_single",
                violation_error_message="Un siège nommé ou communal est un seul siège.",
            ),
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True)
                | Q(starts_on__isnull=True)
                | Q(ends_on__gte=F("starts_on")),
                name="governance_seatrule_dates",
                violation_error_message="La fin précède le début.",
            ),
        ]

    def __str__(self) -> str:
        return self.label

    @property
    def period(self) -> Period:
        """The days on which it is valid."""
        return Period(self.starts_on, self.ends_on)


class Seat(Versioned):
    """One chair that a rule gives: of a commune, of one or two organisations, or the n-th of its rule."""

    rule = models.ForeignKey(SeatRule, verbose_name="règle", on_delete=models.CASCADE, related_name="seats")
    number = models.PositiveSmallIntegerField("numéro", default=1)
    commune = models.ForeignKey(
        Commune, verbose_name="commune", on_delete=models.PROTECT, null=True, blank=True, related_name="seats"
    )
    organisations = models.ManyToManyField(
        Organisation, verbose_name="organismes", blank=True, related_name="seats"
    )

    class Meta:
        verbose_name = "siège"
        verbose_name_plural = "sièges"
        ordering = ["rule", "number", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["rule", "number"],
                condition=Q(commune__isnull=True),
                name="governance_seat_number_unique",
                violation_error_message="Ce siège existe déjà.",
            ),
            models.UniqueConstraint(
                fields=["rule", "commune"],
                condition=Q(commune__isnull=False),
                name="governance_seat_commune_unique",
                violation_error_message="Cette commune a déjà ce siège.",
            ),
        ]

    def __str__(self) -> str:
        return (
            f"{self.rule.label} – {self.commune}" if self.commune else f"{self.rule.label} n° {self.number}"
        )


class DesignationQuerySet(models.QuerySet["Designation"]):
    def in_force(self, on: date) -> Self:
        """Designations whose mandate includes that day (both ends inclusive)."""
        return self.filter(Q(ends_on__isnull=True) | Q(ends_on__gte=on), starts_on__lte=on)

    def of_user(self, user: User) -> Self:
        return self.filter(person__user=user)


@choices_held
class Designation(Versioned):
    """A person on a seat for a time, with the function and organisation held then."""

    class Quality(models.TextChoices):
        TITULAR = "titular", "Titulaire"
        SUBSTITUTE = "substitute", "Suppléant ou représentant"
        ASSISTANT = "assistant", "Assistant"

    seat = models.ForeignKey(
        Seat, verbose_name="siège", on_delete=models.PROTECT, related_name="designations"
    )
    person = models.ForeignKey(
        Person, verbose_name="personne", on_delete=models.PROTECT, related_name="designations"
    )
    quality = models.CharField("qualité", max_length=12, choices=Quality, default=Quality.TITULAR)
    function = models.CharField("fonction exercée", max_length=200, blank=True)
    organisation = models.ForeignKey(
        Organisation,
        verbose_name="organisme",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="designations",
    )
    authority = models.CharField(
        "autorité qui désigne", max_length=200, blank=True, help_text="Si ce n’est pas celle de la règle."
    )
    act = models.CharField("acte de désignation", max_length=200, blank=True)
    starts_on = models.DateField("du")
    ends_on = models.DateField("au", null=True, blank=True, help_text="Dernier jour du mandat, inclus.")

    objects = DesignationQuerySet.as_manager()

    class Meta:
        verbose_name = "désignation"
        verbose_name_plural = "désignations"
        ordering = ["seat", "starts_on", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on")),
                name="governance_designation_dates",
                violation_error_message="Le mandat finit avant de commencer.",
            ),
            NoOverlap(
                name="governance_designation_one_titular",
                key="seat",
                only={"quality": "titular"},
                violation_error_message="Ce siège a déjà un titulaire à ces dates.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person} – {self.seat}"

    @property
    def period(self) -> Period:
        """The days of the mandate, both ends included."""
        return Period(self.starts_on, self.ends_on)
