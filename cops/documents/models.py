"""Files kept, and the documents being prepared by the background worker."""

import hashlib
from datetime import timedelta
from pathlib import PurePosixPath
from typing import Any, Self
from uuid import uuid4

from django.conf import settings
from django.core.files.base import ContentFile
from django.db import models
from django.db.models import Q
from django.utils import timezone

from cops.lib.search import Searchable, every_word
from cops.users.models import User


def storage_name(document: "Document", filename: str) -> str:
    """Where a file is kept: never under a name that somebody chose."""
    return f"{timezone.localdate():%Y/%m}/{uuid4().hex}{PurePosixPath(filename).suffix.lower()[:10]}"


class DocumentQuerySet(models.QuerySet["Document"]):
    def visible_to(self, user: User) -> Self:
        """Documents of the service for its staff; others only what was prepared for themselves."""
        if user.is_staff_member:
            return self
        return self.filter(visibility=Document.Visibility.OWNER, created_by=user)

    def search(self, text: str) -> Self:
        """Documents whose title, kind or file name contain every word, case and accents ignored."""
        return self.filter(every_word(text, lambda word: Q(search_text__contains=word)))


class Document(Searchable, models.Model):
    """A file with its kind, its digest and who may see it. The content never changes once stored."""

    class Kind(models.TextChoices):
        REPORT_DRAFT = "report_draft", "Rapport provisoire"

    class Visibility(models.TextChoices):
        STAFF = "staff", "Le service"
        OWNER = "owner", "Son auteur et le service"

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

    def searched(self) -> str:
        return f"{self.title} {self.get_kind_display()} {self.filename}"

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
        """Keep `content` as a new document."""
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
        document.file.save(filename, ContentFile(content), save=False)
        document.save()
        return document


class RenderingQuerySet(models.QuerySet["Rendering"]):
    def visible_to(self, user: User) -> Self:
        return self.filter(requested_by=user)

    def unfinished(self) -> Self:
        return self.filter(state__in=[Rendering.State.WAITING, Rendering.State.RUNNING])


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
