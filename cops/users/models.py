"""Who logs in."""

from typing import Any, ClassVar, Self

from django.contrib.auth.models import (
    AbstractBaseUser,
    BaseUserManager,
    PermissionsMixin,
)
from django.db import models
from django.db.models.functions import Lower
from simple_history.models import HistoricalRecords

from cops.lib.constraints import choices_held
from cops.lib.matching import SameSigns
from cops.users.installation import Installation

__all__ = ["Installation", "SavedView", "SavedViewQuerySet", "User", "UserManager"]


class UserManager(BaseUserManager["User"]):
    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """Create an account; without a password it cannot log in until an invitation is accepted."""
        user = self.model(email=email.strip().lower(), **fields)
        user.set_password(password)
        user.save()
        return user

    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(email__iexact=username)


@choices_held
class User(AbstractBaseUser, PermissionsMixin):
    """An account. Only agent and administrator are stored roles: member and lead follow from the
    designations and actions of the day (design.md, « People »)."""

    class Role(models.TextChoices):
        NONE = "", "Aucun rôle propre"
        AGENT = "agent", "Agent du service"
        ADMINISTRATOR = "administrator", "Administrateur"

    email = models.EmailField(
        "adresse électronique",
        unique=True,
        error_messages={"unique": "Un compte existe déjà pour cette adresse."},
    )
    full_name = models.CharField("nom complet", max_length=150)
    role = models.CharField("rôle", max_length=20, choices=Role, default=Role.NONE, blank=True)
    is_active = models.BooleanField("compte actif", default=True)
    created_at = models.DateTimeField("créé le", auto_now_add=True)

    history = HistoricalRecords(excluded_fields=["password", "last_login"])

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["full_name"]

    objects: ClassVar[UserManager] = UserManager()

    class Meta:
        verbose_name = "compte"
        verbose_name_plural = "comptes"
        ordering = ["full_name", "pk"]
        constraints = [
            models.UniqueConstraint(
                Lower("email"),
                name="users_user_email_unique",
                violation_error_message="Un compte existe déjà pour cette adresse.",
            ),
        ]

    def __str__(self) -> str:
        return self.full_name or self.email

    @property
    def is_agent(self) -> bool:
        return self.is_active and self.role == self.Role.AGENT

    @property
    def is_administrator(self) -> bool:
        return self.is_active and self.role == self.Role.ADMINISTRATOR

    @property
    def is_staff_member(self) -> bool:
        """Agent or administrator: works in the service and reads everything that is not personal."""
        return self.is_agent or self.is_administrator


class SavedViewQuerySet(models.QuerySet["SavedView"]):
    def visible_to(self, user: User) -> Self:
        """Everybody has their own."""
        return self.filter(user=user)

    def of_list(self, path: str) -> Self:
        return self.filter(path=path)


class SavedView(models.Model):
    """The filters and the order of a list, kept by a reader under a name of their own."""

    LONGEST_QUERY = 2000

    user = models.ForeignKey(
        User, verbose_name="compte", on_delete=models.CASCADE, related_name="saved_views"
    )
    name = models.CharField("nom de la vue", max_length=60)
    path = models.CharField("liste", max_length=200, editable=False)
    query = models.CharField("filtres", max_length=LONGEST_QUERY, blank=True, editable=False)

    objects = SavedViewQuerySet.as_manager()

    class Meta:
        verbose_name = "vue enregistrée"
        verbose_name_plural = "vues enregistrées"
        ordering = ["name", "pk"]
        constraints = [
            models.UniqueConstraint(
                "user",
                SameSigns("name"),
                name="users_savedview_name_unique",
                violation_error_message="Vous avez déjà une vue de ce nom.",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def address(self) -> str:
        """Where the view is shown."""
        return f"{self.path}?{self.query}" if self.query else self.path
