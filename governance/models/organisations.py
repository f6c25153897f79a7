"""Organisations with their names over time, communes with their membership, people."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any, Self

from django.apps import apps
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models, transaction
from django.db.models import Exists, F, OuterRef, Q, Value
from django.db.models.functions import StrIndex
from django.db.models.lookups import Exact
from django.utils import timezone

from cops.audit.models import Versioned
from cops.lib.civility import Civility, short, titled
from cops.lib.constraints import NoOverlap, choices_held
from cops.lib.french import fold_name, squash
from cops.lib.search import Searchable, every_word
from cops.users.models import User

FOLDED_LENGTH = 200


def _check_length(folded: str) -> None:
    """Folding makes some texts longer (œ, ½); what is matched has to be stored whole."""
    if len(folded) > FOLDED_LENGTH:
        raise ValidationError({"name": "Ce nom est trop long : abrégez-le."})


class OrganisationQuerySet(models.QuerySet["Organisation"]):
    def visible_to(self, user: User) -> Self:
        """The service reads all; a member of the council those that sit or sat in it, as far as they may know
        of the formation.

        Rooms to the right add those that their own pages name (`actions.organisations`).
        """
        if user.is_staff_member:
            return self
        if not may_read_council(user):
            return self.none()
        known = _known_formations(user)
        sitting = (
            Q(seats__rule__formation__in=known)
            | Q(designations__seat__rule__formation__in=known)
            | Q(people__designations__seat__rule__formation__in=known)
            | Q(councils__isnull=False)
        )
        return self.filter(pk__in=Organisation.objects.order_by().filter(sitting).values("pk"))

    def search(self, text: str) -> Self:
        """Organisations whose name, present or former, contains every word, case and accents ignored."""

        def named(start: str) -> Q:
            former = OrganisationName.objects.filter(organisation=OuterRef("pk"), search_text__contains=start)
            return Q(search_text__contains=start) | Q(Exists(former))

        return self.filter(every_word(text, named))


NO_SEMICOLON = "Un nom d’organisme n’a pas de point-virgule : dans les classeurs, ce signe sépare les noms."


@choices_held
class Organisation(Searchable, Versioned):
    """A partner: lead, funder, member of the council. `name` is today's; earlier ones are in `names`."""

    class Kind(models.TextChoices):
        AGGLOMERATION = "agglomeration", "Agglomération"
        COMMUNE = "commune", "Commune"
        STATE = "state", "Service de l’État"
        JUSTICE = "justice", "Justice"
        POLICE = "police", "Police ou gendarmerie"
        EDUCATION = "education", "Éducation nationale"
        DEPARTMENT = "department", "Département ou région"
        LANDLORD = "landlord", "Bailleur social"
        TRANSPORT = "transport", "Transporteur"
        HEALTH = "health", "Santé"
        ASSOCIATION = "association", "Association"
        OTHER = "other", "Autre"

    name = models.CharField("nom", max_length=200)
    folded_name = models.CharField(max_length=FOLDED_LENGTH, unique=True, editable=False)
    kind = models.CharField("nature", max_length=20, choices=Kind, default=Kind.OTHER)
    mailbox = models.EmailField("boîte fonctionnelle", blank=True)
    siren = models.CharField(
        "SIREN",
        max_length=9,
        blank=True,
        validators=[RegexValidator(r"^\d{9}$", "Un SIREN compte neuf chiffres.")],
    )

    objects = OrganisationQuerySet.as_manager()

    class Meta:
        verbose_name = "organisme"
        verbose_name_plural = "organismes"
        ordering = ["folded_name", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(folded_name=""),
                name="governance_organisation_name_given",
                violation_error_message="Le nom de l’organisme est vide.",
            ),
            models.CheckConstraint(
                condition=Exact(StrIndex("name", Value(";")), 0),
                name="governance_organisation_name_is_one",
                violation_error_message=NO_SEMICOLON,
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        self._normalise()
        if ";" in self.name:
            raise ValidationError({"name": NO_SEMICOLON})
        names = OrganisationName.objects.filter(folded_name=self.folded_name).select_related("organisation")
        former = names.exclude(organisation=self.pk).first()
        if former is not None:
            whose = f"« {former} », de « {former.organisation} »"
            raise ValidationError({"name": f"Ce nom est déjà un ancien nom d’un autre organisme : {whose}."})
        known = Organisation.objects.filter(folded_name=self.folded_name).exclude(pk=self.pk).first()
        if known is not None:
            message = (
                f"Un organisme porte déjà ce nom : « {known} » (majuscules, accents, espaces, apostrophes et "
                "tirets ne comptent pas)."
            )
            raise ValidationError({"name": message})
        _check_length(self.folded_name)

    def save(self, *args: Any, **kwargs: Any) -> None:
        self._normalise()
        super().save(*args, **kwargs)

    def _normalise(self) -> None:
        self.name = squash(self.name)
        self.folded_name = fold_name(self.name)

    def called(self) -> Sequence[str]:
        return [self.name]

    def name_on(self, day: date) -> str:
        """The name it bore that day; reads `names` (prefetch them for a list)."""
        former = [(row.ends_on, row.name) for row in self.names.all() if row.ends_on and day <= row.ends_on]
        return min(former)[1] if former else self.name

    def rename(self, name: str, *, on: date) -> None:
        """Take a new name from `on`; the old one is kept and still recognised by imports.

        :raises ValidationError: the new name is another organisation's, or the old one or its last day do
            not fit the former names.
        """
        with transaction.atomic():
            former = self.former_name(on)
            self.name = name
            former.full_clean(exclude=["folded_name"])
            self.full_clean(exclude=["folded_name"])
            former.save()
            self.save()

    def former_name(self, on: date) -> "OrganisationName":
        """The present name as it would be kept after a change of name that day, not saved.

        :raises ValidationError: a former name ends later, the order of the names would no longer hold.
        """
        last_day = on - timedelta(days=1)
        if self.names.filter(ends_on__gte=last_day).exists():
            raise ValidationError({"on": "Un ancien nom est porté jusqu’à ce jour ou plus tard."})
        known = self.names.filter(folded_name=fold_name(self.name), ends_on__isnull=True).first()
        former = known or OrganisationName(organisation=self)
        former.name, former.ends_on = self.name, last_day
        return former


class OrganisationName(Searchable, Versioned):
    """A name that an organisation bore until `ends_on`, or another spelling (no end) that imports know."""

    organisation = models.ForeignKey(
        Organisation, verbose_name="organisme", on_delete=models.CASCADE, related_name="names"
    )
    name = models.CharField("nom", max_length=200)
    folded_name = models.CharField(max_length=FOLDED_LENGTH, unique=True, editable=False)
    ends_on = models.DateField("porté jusqu’au", null=True, blank=True)

    class Meta:
        verbose_name = "ancien nom ou variante"
        verbose_name_plural = "anciens noms et variantes"
        ordering = ["organisation", "ends_on", "folded_name"]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        self._normalise()
        others = OrganisationName.objects.filter(folded_name=self.folded_name).exclude(pk=self.pk)
        former = others.select_related("organisation").first()
        if former is not None:
            whose = f"« {former} », de « {former.organisation} »"
            raise ValidationError({"name": f"Ce nom est déjà un ancien nom d’un organisme : {whose}."})
        organisations = Organisation.objects.exclude(pk=self.organisation_id)
        known = organisations.filter(folded_name=self.folded_name).first()
        if known is not None:
            raise ValidationError({"name": f"Un autre organisme porte ce nom : « {known} »."})
        _check_length(self.folded_name)

    def save(self, *args: Any, **kwargs: Any) -> None:
        self._normalise()
        super().save(*args, **kwargs)

    def _normalise(self) -> None:
        self.name = squash(self.name)
        self.folded_name = fold_name(self.name)

    def called(self) -> Sequence[str]:
        return [self.name]


class CommuneQuerySet(models.QuerySet["Commune"]):
    def members(self, on: date) -> Self:
        """Communes that belong to the agglomeration that day."""
        return self.filter(pk__in=CommuneMembership.objects.in_force(on).values("commune"))


class Commune(Versioned):
    """A commune that is or was a member of the agglomeration."""

    insee_code = models.CharField(
        "code INSEE",
        max_length=5,
        unique=True,
        validators=[
            RegexValidator(r"^\d[\dAB]\d{3}$", "Un code INSEE compte cinq caractères, p. ex. 45208.")
        ],
    )
    name = models.CharField("nom", max_length=100)
    siren = models.CharField("SIREN", max_length=9, blank=True)
    population = models.PositiveIntegerField("population municipale", null=True, blank=True)

    objects = CommuneQuerySet.as_manager()

    class Meta:
        verbose_name = "commune"
        verbose_name_plural = "communes"
        ordering = ["name", "pk"]

    def __str__(self) -> str:
        return self.name


class CommuneMembershipQuerySet(models.QuerySet["CommuneMembership"]):
    def in_force(self, on: date) -> Self:
        return self.filter(
            Q(starts_on__isnull=True) | Q(starts_on__lte=on), Q(ends_on__isnull=True) | Q(ends_on__gte=on)
        )


@choices_held
class CommuneMembership(Versioned):
    """A commune's time in the agglomeration, and the force whose zone it lies in."""

    class Zone(models.TextChoices):
        POLICE = "police", "Zone de police"
        GENDARMERIE = "gendarmerie", "Zone de gendarmerie"

    commune = models.ForeignKey(
        Commune, verbose_name="commune", on_delete=models.CASCADE, related_name="memberships"
    )
    starts_on = models.DateField(
        "membre depuis le", null=True, blank=True, help_text="Vide : depuis l’origine."
    )
    ends_on = models.DateField("membre jusqu’au", null=True, blank=True)
    zone = models.CharField("zone", max_length=12, choices=Zone)
    is_confirmed = models.BooleanField("date confirmée", default=True)

    objects = CommuneMembershipQuerySet.as_manager()

    class Meta:
        verbose_name = "appartenance à l’agglomération"
        verbose_name_plural = "appartenances à l’agglomération"
        ordering = ["commune", "starts_on", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True)
                | Q(starts_on__isnull=True)
                | Q(ends_on__gte=F("starts_on")),
                name="governance_communemembership_dates",
                violation_error_message="La fin précède le début.",
            ),
            NoOverlap(
                name="governance_communemembership_no_overlap",
                key="commune",
                violation_error_message="Cette commune est déjà membre à ces dates.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.commune} ({self.get_zone_display()})"


class PersonQuerySet(models.QuerySet["Person"]):
    def of_user(self, user: User) -> Self:
        return self.filter(user=user)

    def seated(self, on: date) -> Self:
        """People with a designation in force that day (both ends inclusive); a row for each of them."""
        return self.filter(
            Q(designations__ends_on__isnull=True) | Q(designations__ends_on__gte=on),
            designations__starts_on__lte=on,
        )

    def visible_to(self, user: User) -> Self:
        """The service reads all; a member of the council the names of who was ever designated to it, but for
        those who only ever sat in a confidential group of others."""
        if user.is_staff_member:
            return self
        if not may_read_council(user):
            return self.none()
        known = _known_formations(user)
        designated = Person.objects.order_by().filter(designations__seat__rule__formation__in=known)
        return self.filter(pk__in=designated.values("pk"))

    def search(self, text: str) -> Self:
        """People whose name contains every word, case and accents ignored."""
        return self.filter(every_word(text, lambda start: Q(search_text__contains=start)))


@choices_held
class Person(Searchable, Versioned):
    """Somebody met through their function; professional contact only."""

    civility = models.CharField(
        "civilité", max_length=10, choices=Civility, blank=True, default=Civility.NONE
    )
    last_name = models.CharField("nom", max_length=100)
    first_name = models.CharField("prénom", max_length=100, blank=True)
    organisation = models.ForeignKey(
        Organisation,
        verbose_name="organisme",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="people",
    )
    function = models.CharField("fonction", max_length=200, blank=True)
    email = models.EmailField("adresse électronique professionnelle", blank=True)
    phone = models.CharField("téléphone professionnel", max_length=30, blank=True)
    user = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        verbose_name="compte",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="person",
    )

    objects = PersonQuerySet.as_manager()

    class Meta:
        verbose_name = "personne"
        verbose_name_plural = "personnes"
        ordering = ["last_name", "first_name", "pk"]

    def __str__(self) -> str:
        return f"{self.first_name} {self.last_name}".strip()

    @property
    def titled(self) -> str:
        """« Mme Inès Essai », or the name alone."""
        return titled(str(self), self.civility)

    @property
    def short_civility(self) -> str:
        """« Mme », « M. », or nothing."""
        return short(self.civility)

    def called(self) -> Sequence[str]:
        return [str(self), self.last_name]


def _known_formations(user: User) -> models.QuerySet[Any]:
    """The formations of which the user may know (`Formation.objects.visible_to`), as a subquery.

    They refer to this module, so their model is asked for by its name.
    """
    known: models.QuerySet[Any] = apps.get_model("governance", "Formation").objects.visible_to(user)
    return known.order_by().values("pk")


def may_read_council(user: User) -> bool:
    """Whether the user works in the service or sits on the council today; one query at most."""
    if not user.is_authenticated or not user.is_active:
        return False
    return user.is_staff_member or Person.objects.of_user(user).seated(timezone.localdate()).exists()
