"""What happened: optimistic locking, the journal, and the imports."""

import hashlib
from collections.abc import Iterable
from typing import Any, ClassVar, NoReturn, Self

from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.db import models, transaction
from django.db.models import F
from simple_history.models import HistoricalRecords

from cops.lib.constraints import choices_held
from cops.users.models import User


class StaleVersionError(Exception):
    """Somebody else saved this object since it was loaded; nothing was written."""

    def __init__(self, stale: models.Model) -> None:
        super().__init__(f"« {stale} » a été modifié entre-temps par quelqu’un d’autre.")
        self.stale = stale


class Versioned(models.Model):
    """Optimistic locking and history for everything people enter.

    `save()` writes only if the stored version is the one that was loaded, else raises StaleVersionError.
    Bulk paths bump `version` themselves and write history with simple_history's bulk functions.
    """

    version = models.PositiveIntegerField("version", default=1, editable=False)

    history = HistoricalRecords(inherit=True)

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        if self._state.adding:
            super().save(*args, **kwargs)
            return
        with transaction.atomic(using=kwargs.get("using")):
            stored = type(self)._base_manager.filter(pk=self.pk, version=self.version)
            if not stored.update(version=F("version") + 1):
                raise StaleVersionError(self)
            self.version += 1
            try:
                super().save(*args, **kwargs)
            except BaseException:
                self.version -= 1
                raise


class AppendOnlyQuerySet(models.QuerySet[Any]):
    """Rows of an `AppendOnly` model: added in any number, neither changed (`bulk_update` included, which goes
    through `update`) nor removed."""

    def bulk_create(self, objs: Iterable[Any], *args: Any, **kwargs: Any) -> list[Any]:
        if kwargs.get("update_conflicts"):
            self._refuse_change()
        return super().bulk_create(objs, *args, **kwargs)

    def update(self, **kwargs: Any) -> NoReturn:
        self._refuse_change()

    def delete(self) -> NoReturn:
        raise TypeError(f"{self.model.register} ne s’efface pas")

    def _refuse_change(self) -> NoReturn:
        raise TypeError(f"{self.model.register} ne se modifie pas")


class AppendOnly(models.Model):
    """A register: its rows are only ever added to. Changing or deleting one raises `TypeError`.

    What goes around the models (SQL, `_base_manager`, a cascade) is not held back.
    """

    register: ClassVar[str]  # its name with its article, in French: « le journal »

    objects = AppendOnlyQuerySet.as_manager()

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding:
            raise TypeError(f"{self.register} ne se modifie pas")
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise TypeError(f"{self.register} ne s’efface pas")


@choices_held
class Event(AppendOnly):
    """One line of the journal: who did what to what."""

    register = "le journal"

    class Action(models.TextChoices):
        LOGGED_IN = "logged_in", "Connexion"
        LOGIN_FAILED = "login_failed", "Connexion refusée"
        LOGGED_OUT = "logged_out", "Déconnexion"
        IMPORTED = "imported", "Import"
        EXPORTED = "exported", "Export"
        RENDERED = "rendered", "Document préparé"
        DOWNLOADED = "downloaded", "Document téléchargé"
        INVITED = "invited", "Invitation envoyée"
        JOINED = "joined", "Invitation acceptée"
        ROLE_CHANGED = "role_changed", "Rôle modifié"
        DEACTIVATED = "deactivated", "Compte désactivé"
        REACTIVATED = "reactivated", "Compte réactivé"
        SENT = "sent", "Envoi"
        REPLIED = "replied", "Réponse à une convocation"
        CREATED = "created", "Création"
        CHANGED = "changed", "Modification"
        UNDONE = "undone", "Annulation"
        DELETED = "deleted", "Suppression"

    at = models.DateTimeField("instant", auto_now_add=True)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="auteur",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
    )
    action = models.CharField("action", max_length=30, choices=Action)
    subject_type = models.ForeignKey(
        ContentType, verbose_name="type d’objet", on_delete=models.PROTECT, null=True, related_name="+"
    )
    subject_id = models.CharField("identifiant de l’objet", max_length=40, blank=True)
    summary = models.CharField("résumé", max_length=300)
    detail = models.JSONField("détail", default=dict, blank=True)

    class Meta:
        verbose_name = "événement"
        verbose_name_plural = "journal"
        ordering = ["-at", "-pk"]
        indexes = [models.Index(fields=["subject_type", "subject_id"], name="audit_event_subject")]

    def __str__(self) -> str:
        return f"{self.get_action_display()} : {self.summary}"

    @classmethod
    def record(
        cls,
        action: Action,
        *,
        actor: User | None,
        summary: str,
        subject: models.Model | None = None,
        **detail: Any,
    ) -> "Event":
        """Add a line to the journal, in the caller's transaction: it is kept if and only if the deed is."""
        return cls.objects.create(
            action=action,
            actor=actor,
            summary=" ".join(summary.split())[:300],
            subject_type=ContentType.objects.get_for_model(subject) if subject else None,
            subject_id=str(subject.pk) if subject else "",
            detail=detail,
        )


class ImportBatchQuerySet(models.QuerySet["ImportBatch"]):
    def visible_to(self, user: User) -> Self:
        """Workbooks of actions: only those who may import see them."""
        return self.filter(kind=ImportBatch.Kind.WORKBOOK) if user.is_agent else self.none()

    def rosters_visible_to(self, user: User) -> Self:
        """Rosters of a formation: only those who manage its composition see them."""
        return self.filter(kind=ImportBatch.Kind.ROSTER) if user.is_administrator else self.none()


@choices_held
class ImportBatch(models.Model):
    """A file sent to be imported: previewed first, then applied once or left; undone at most once.

    `applied_at` is the instant that the history rows of the import bear: they are found by it.
    """

    class Kind(models.TextChoices):
        WORKBOOK = "workbook", "Classeur des actions"
        ROSTER = "roster", "Composition d’une formation"

    class State(models.TextChoices):
        REFUSED = "refused", "À corriger"
        READY = "ready", "Prêt à importer"
        APPLIED = "applied", "Importé"
        UNDONE = "undone", "Annulé"

    created_at = models.DateTimeField("envoyé le", auto_now_add=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="envoyé par",
        on_delete=models.PROTECT,
        related_name="+",
        null=True,
    )
    kind = models.CharField("nature", max_length=10, choices=Kind, default=Kind.WORKBOOK)
    filename = models.CharField("fichier", max_length=255)
    content = models.BinaryField("contenu", editable=False)
    digest = models.CharField("empreinte SHA-256", max_length=64, editable=False)
    state = models.CharField("état", max_length=10, choices=State)
    outcome = models.JSONField("résultat", default=dict, editable=False)
    applied_at = models.DateTimeField("importé le", null=True, blank=True)
    applied_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="importé par",
        on_delete=models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
    )
    undone_at = models.DateTimeField("annulé le", null=True, blank=True)
    undone_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="annulé par",
        on_delete=models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
    )

    objects = ImportBatchQuerySet.as_manager()

    class Meta:
        verbose_name = "import"
        verbose_name_plural = "imports"
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(state__in=["applied", "undone"], applied_at__isnull=False)
                | (~models.Q(state__in=["applied", "undone"]) & models.Q(applied_at__isnull=True)),
                name="audit_importbatch_applied_at",
                violation_error_message="Un import appliqué a une date d’application, un autre n’en a pas.",
            ),
            models.CheckConstraint(
                condition=models.Q(state="undone", undone_at__isnull=False)
                | (~models.Q(state="undone") & models.Q(undone_at__isnull=True)),
                name="audit_importbatch_undone_at",
                violation_error_message="Un import annulé a une date d’annulation, un autre n’en a pas.",
            ),
        ]

    def __str__(self) -> str:
        return self.filename

    def save(self, *args: Any, **kwargs: Any) -> None:
        if self._state.adding:
            self.digest = hashlib.sha256(self.content).hexdigest()
        super().save(*args, **kwargs)


class Submission(models.Model):
    """A form that was saved: its nonce, which no other save can use, and the page that the save led to.

    What was posted is not kept, only its digest: it tells a form that was sent twice from one that was
    changed after going back.
    """

    nonce = models.CharField("numéro du formulaire", max_length=32, unique=True)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="auteur", on_delete=models.CASCADE, related_name="+"
    )
    at = models.DateTimeField("instant", auto_now_add=True)
    digest = models.CharField("empreinte de la saisie", max_length=64)
    address = models.CharField("page suivante", max_length=300, blank=True)

    class Meta:
        verbose_name = "formulaire enregistré"
        verbose_name_plural = "formulaires enregistrés"
        ordering = ["-at", "-pk"]

    def __str__(self) -> str:
        return f"{self.user} : {self.address}"
