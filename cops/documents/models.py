"""Files kept, and the documents being prepared by the background worker."""

import hashlib
from collections.abc import Iterable, Sequence
from datetime import timedelta
from pathlib import PurePosixPath
from typing import Any, Self
from uuid import uuid4

from django.conf import settings
from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.core.files.base import ContentFile
from django.db import models
from django.db.models import Q
from django.utils import timezone

from cops.audit.models import Versioned
from cops.documents import carriers
from cops.lib.constraints import choices_held
from cops.lib.search import Searchable, every_word
from cops.users.models import User


def storage_name(document: "Document", filename: str) -> str:
    """Where a file is kept: never under a name that somebody chose."""
    return f"{timezone.localdate():%Y/%m}/{uuid4().hex}{PurePosixPath(filename).suffix.lower()[:10]}"


class DocumentQuerySet(models.QuerySet["Document"]):
    def visible_to(self, user: User) -> Self:
        """The service reads all; others what was prepared for themselves, and what is attached for readers
        to something that they may read today."""
        if user.is_staff_member:
            return self
        attached = Attachment.objects.visible_to(user).order_by().values("document")
        return self.filter(
            Q(visibility=Document.Visibility.OWNER, created_by=user)
            | Q(visibility=Document.Visibility.ATTACHED, pk__in=attached)
        )

    def search(self, text: str) -> Self:
        """Documents whose title, kind or file name contain every word, case and accents ignored.

        What was replaced or withdrawn is not found, nor the papers of what stays out of every search.
        """
        found = every_word(text, lambda start: Q(search_text__contains=start))
        attached = Attachment.objects.current().exclude(carriers.attached_to_discreet()).order_by()
        return self.filter(found).filter(
            ~Q(visibility=Document.Visibility.ATTACHED) | Q(pk__in=attached.values("document"))
        )


@choices_held
class Document(Searchable, models.Model):
    """A file with its kind, its digest and who may see it. The content never changes once stored."""

    class Kind(models.TextChoices):
        REPORT_DRAFT = "report_draft", "Rapport provisoire"
        ROSTER = "roster", "Composition d’une formation"
        ATTENDANCE = "attendance", "Feuille de présence"
        CONVOCATION = "convocation", "Convocation"
        CRISIS_REPORT = "crisis_report", "Cellule de crise"
        MINUTES = "minutes", "Compte rendu de réunion"
        MEETING_PACK = "meeting_pack", "Dossier de séance"
        # Of what is attached:
        DELIBERATION = "deliberation", "Délibération ou acte"
        AGREEMENT = "agreement", "Convention ou contrat signé"
        FUNDING = "funding", "Dossier de financement"
        NOTE = "note", "Note ou courrier"
        PRESENTATION = "presentation", "Support de présentation"
        ACCOUNT = "account", "Compte rendu ou bilan"
        FIGURES = "figures", "Tableau de données"
        OTHER = "other", "Autre pièce"

    class Visibility(models.TextChoices):
        STAFF = "staff", "Le service"
        OWNER = "owner", "Son auteur et le service"
        ATTACHED = "attached", "Ceux que dit la pièce jointe"

    kind = models.CharField("nature", max_length=20, choices=Kind)
    title = models.CharField("titre", max_length=200)
    filename = models.CharField("nom du fichier", max_length=150)
    content_type = models.CharField("type", max_length=100)
    file = models.FileField("fichier", upload_to=storage_name, max_length=200)
    size = models.PositiveBigIntegerField("taille en octets")
    digest = models.CharField("empreinte SHA-256", max_length=64)
    visibility = models.CharField("visible par", max_length=10, choices=Visibility, default=Visibility.STAFF)
    created_at = models.DateTimeField("créé le", auto_now_add=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="auteur", on_delete=models.PROTECT, related_name="+", null=True
    )

    objects = DocumentQuerySet.as_manager()

    class Meta:
        verbose_name = "document"
        verbose_name_plural = "documents"
        ordering = ["-created_at", "-pk"]

    def __str__(self) -> str:
        return self.title

    def called(self) -> Sequence[str]:
        return [self.title, str(self.get_kind_display()), self.filename]

    @property
    def extension(self) -> str:
        """The kind of file as people say it: « PDF », « DOCX »."""
        return PurePosixPath(self.filename).suffix.removeprefix(".").upper()

    @classmethod
    def store(
        cls,
        content: bytes,
        *,
        kind: Kind,
        title: str,
        filename: str,
        content_type: str,
        visibility: Visibility,
        created_by: User | None,
    ) -> Self:
        """Keep `content` as a new document; where that fails (a full disk), neither file nor row is left."""
        document = cls(
            kind=kind,
            title=title,
            filename=filename,
            content_type=content_type,
            visibility=visibility,
            created_by=created_by,
            size=len(content),
            digest=hashlib.sha256(content).hexdigest(),
        )
        name = storage_name(document, filename)
        storage = document.file.storage
        try:
            document.file.name = storage.save(name, ContentFile(content))
            document.save()
        except BaseException:
            storage.delete(document.file.name or name)
            raise
        return document


class AttachmentQuerySet(models.QuerySet["Attachment"]):
    def visible_to(self, user: User) -> Self:
        """The service reads all; others what is meant for the readers of an object that they read today."""
        if user.is_staff_member:
            return self
        return self.current().for_readers().filter(carriers.attached_to_readable(user))

    def current(self) -> Self:
        return self.filter(withdrawn_at__isnull=True)

    def for_readers(self) -> Self:
        """Those that are not for the service alone."""
        return self.filter(audience=Attachment.Audience.READERS)

    def of(self, targets: Iterable[models.Model]) -> Self:
        """Those attached to one of these objects."""
        keys: dict[type[models.Model], list[int]] = {}
        for target in targets:
            keys.setdefault(type(target), []).append(target.pk)
        types = ContentType.objects.get_for_models(*keys)
        condition = Q(pk__in=[])
        for model, found in keys.items():
            condition |= Q(target_type=types[model], target_id__in=found)
        return self.filter(condition)


@choices_held
class Attachment(Versioned):
    """A document attached to an object (an action, a meeting …), for the service or for all who read that."""

    class Audience(models.TextChoices):
        STAFF = "staff", "Le service seulement"
        READERS = "readers", "Tous ceux qui lisent la page"

    KINDS = [
        (kind.value, kind.label)
        for kind in (
            Document.Kind.DELIBERATION,
            Document.Kind.AGREEMENT,
            Document.Kind.FUNDING,
            Document.Kind.NOTE,
            Document.Kind.PRESENTATION,
            Document.Kind.ACCOUNT,
            Document.Kind.FIGURES,
            Document.Kind.OTHER,
        )
    ]

    target_type = models.ForeignKey(
        ContentType, verbose_name="type d’objet", on_delete=models.PROTECT, related_name="+"
    )
    target_id = models.PositiveBigIntegerField("identifiant de l’objet")
    target = GenericForeignKey("target_type", "target_id")
    document = models.OneToOneField(
        Document, verbose_name="document", on_delete=models.PROTECT, related_name="attachment"
    )
    title = models.CharField("titre", max_length=200)
    kind = models.CharField("nature", max_length=20, choices=KINDS, default=Document.Kind.OTHER)
    audience = models.CharField("qui la lit", max_length=10, choices=Audience, default=Audience.STAFF)
    withdrawn_at = models.DateTimeField("retirée le", null=True, blank=True)

    objects = AttachmentQuerySet.as_manager()

    class Meta:
        verbose_name = "pièce jointe"
        verbose_name_plural = "pièces jointes"
        ordering = ["pk"]
        indexes = [models.Index(fields=["target_type", "target_id"], name="documents_attachment_target")]

    def __str__(self) -> str:
        return self.title


class FormerVersion(models.Model):
    """A document that was attached until another one replaced it; the service alone still reads it."""

    attachment = models.ForeignKey(
        Attachment, verbose_name="pièce jointe", on_delete=models.CASCADE, related_name="former_versions"
    )
    document = models.OneToOneField(
        Document, verbose_name="document", on_delete=models.PROTECT, related_name="former_version"
    )
    replaced_at = models.DateTimeField("remplacée le", auto_now_add=True)
    replaced_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="remplacée par",
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
    )

    class Meta:
        verbose_name = "version antérieure"
        verbose_name_plural = "versions antérieures"
        ordering = ["attachment", "-replaced_at", "-pk"]

    def __str__(self) -> str:
        return str(self.document)


class RenderingQuerySet(models.QuerySet["Rendering"]):
    def visible_to(self, user: User) -> Self:
        return self.filter(requested_by=user)

    def unfinished(self) -> Self:
        return self.filter(state__in=[Rendering.State.WAITING, Rendering.State.RUNNING])


@choices_held
class Rendering(models.Model):
    """A document that the background worker prepares: asked for, in progress, then done or failed."""

    class State(models.TextChoices):
        WAITING = "waiting", "En attente"
        RUNNING = "running", "En cours"
        DONE = "done", "Terminé"
        FAILED = "failed", "Échec"

    # A worker that died leaves its rendering « running »: past this it is offered again.
    PATIENCE = timedelta(minutes=10)

    requested_at = models.DateTimeField("demandé le", auto_now_add=True)
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="demandé par", on_delete=models.CASCADE, related_name="+"
    )
    subject = models.CharField(
        "objet", max_length=100, help_text="Ce qui est préparé, p. ex. cops-2009/2012."
    )
    state = models.CharField("état", max_length=10, choices=State, default=State.WAITING)
    progress = models.CharField("avancement", max_length=200, blank=True)
    updated_at = models.DateTimeField("dernière nouvelle", auto_now=True)
    document = models.ForeignKey(
        Document, verbose_name="document", on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )

    objects = RenderingQuerySet.as_manager()

    class Meta:
        verbose_name = "préparation de document"
        verbose_name_plural = "préparations de documents"
        ordering = ["-requested_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["requested_by", "subject"],
                condition=Q(state__in=["waiting", "running"]),
                name="documents_rendering_one_at_a_time",
                violation_error_message="Ce document est déjà en préparation.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.subject} ({self.get_state_display()})"

    @property
    def is_finished(self) -> bool:
        return self.state in {self.State.DONE, self.State.FAILED}

    def report(self, progress: str) -> bool:
        """Tell how far the work has come (shown on the page that waits for it)."""
        return self._move(state=self.State.RUNNING, progress=progress[:200])

    def succeed(self, document: Document) -> bool:
        return self._move(state=self.State.DONE, document=document, progress="")

    def fail(self, message: str) -> bool:
        return self._move(state=self.State.FAILED, progress=message[:200])

    def _move(self, **changes: Any) -> bool:
        """Write the step; False, and nothing is written, if it is over already.

        A worker taken for dead may still be at work: what was given up stays so.
        """
        changes["updated_at"] = timezone.now()
        if not Rendering.objects.unfinished().filter(pk=self.pk).update(**changes):
            return False
        for name, value in changes.items():
            setattr(self, name, value)
        return True
