"""What is sent: the outbox, and the links it carries."""

import hashlib
import secrets
from datetime import timedelta
from email.utils import make_msgid
from typing import Self

from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.core.validators import validate_email
from django.db import models
from django.utils import timezone

from cops.documents.models import Document
from cops.users.models import User


def new_message_id() -> str:
    """A Message-ID that stays the same however often the message is tried."""
    return make_msgid(domain="cops.invalid")


class Message(models.Model):
    """An e-mail with its state. A message found in « sending » after its worker died is uncertain: it may
    have left, so it is not sent again by itself."""

    class State(models.TextChoices):
        WAITING = "waiting", "En attente"
        SENDING = "sending", "En cours d’envoi"
        SENT = "sent", "Envoyé"
        FAILED = "failed", "Échec"
        UNCERTAIN = "uncertain", "Incertain"

    recipient = models.EmailField("destinataire")
    subject = models.CharField("objet", max_length=200)
    body = models.TextField("texte", blank=True)
    is_private = models.BooleanField(
        "contient un lien personnel",
        default=False,
        help_text="Le texte est oublié après l’envoi, réussi ou non.",
    )
    documents = models.ManyToManyField(Document, verbose_name="pièces jointes", blank=True, related_name="+")
    calendar = models.TextField("invitation d’agenda", blank=True, help_text="Texte iCalendar (RFC 5545).")
    state = models.CharField("état", max_length=10, choices=State, default=State.WAITING)
    message_id = models.CharField("Message-ID", max_length=200, unique=True, default=new_message_id)
    error = models.CharField("erreur", max_length=300, blank=True)
    created_at = models.DateTimeField("créé le", auto_now_add=True)
    sent_at = models.DateTimeField("envoyé le", null=True, blank=True)

    class Meta:
        verbose_name = "message"
        verbose_name_plural = "messages"
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(state="sent", sent_at__isnull=False)
                | (~models.Q(state="sent") & models.Q(sent_at__isnull=True)),
                name="mail_message_sent_at",
                violation_error_message="Un message envoyé a une date d’envoi, un autre n’en a pas.",
            ),
        ]

    def __str__(self) -> str:
        return self.subject

    def clean(self) -> None:
        self.subject = " ".join(self.subject.split())
        validate_email(self.recipient)


class AccessLinkQuerySet(models.QuerySet["AccessLink"]):
    def usable(self, token: str) -> Self:
        """The link of this token, if it was neither used nor revoked and has not expired."""
        return self.filter(
            token_digest=_digest(token),
            used_at__isnull=True,
            revoked_at__isnull=True,
            expires_at__gt=timezone.now(),
        )


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


class AccessLink(models.Model):
    """A personal link that opens one thing for a time. Only the digest of its token is stored: whoever reads
    the database cannot use it."""

    class Purpose(models.TextChoices):
        INVITATION = "invitation", "Invitation à ouvrir un compte"
        REPLY = "reply", "Réponse à une convocation"

    purpose = models.CharField("usage", max_length=20, choices=Purpose)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="compte",
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="access_links",
    )
    target_type = models.ForeignKey(
        ContentType,
        verbose_name="type d’objet",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
    )
    target_id = models.PositiveBigIntegerField("identifiant de l’objet", null=True, blank=True)
    token_digest = models.CharField("empreinte", max_length=64, unique=True, editable=False)
    message = models.ForeignKey(
        Message, verbose_name="message", on_delete=models.SET_NULL, null=True, related_name="access_links"
    )
    created_at = models.DateTimeField("créé le", auto_now_add=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="créé par",
        on_delete=models.PROTECT,
        related_name="+",
        null=True,
    )
    expires_at = models.DateTimeField("expire le")
    used_at = models.DateTimeField("utilisé le", null=True, blank=True)
    revoked_at = models.DateTimeField("révoqué le", null=True, blank=True)

    objects = AccessLinkQuerySet.as_manager()

    class Meta:
        verbose_name = "lien personnel"
        verbose_name_plural = "liens personnels"
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(expires_at__gt=models.F("created_at")),
                name="mail_accesslink_expires_after_creation",
                violation_error_message="Un lien expire après sa création.",
            ),
            models.CheckConstraint(
                condition=models.Q(purpose="invitation", user__isnull=False)
                | models.Q(purpose="reply", target_type__isnull=False, target_id__isnull=False),
                name="mail_accesslink_opens_something",
                violation_error_message="Un lien ouvre un compte ou un objet.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_purpose_display()} – {self.user or self.target_id}"

    @classmethod
    def issue(
        cls,
        purpose: Purpose,
        *,
        user: User | None = None,
        target: models.Model | None = None,
        created_by: User | None,
        lifetime: timedelta,
    ) -> tuple["AccessLink", str]:
        """Create a link to an account or to an object; it comes with its token, which cannot be had again."""
        token = secrets.token_urlsafe(32)
        link = cls.objects.create(
            purpose=purpose,
            user=user,
            target_type=ContentType.objects.get_for_model(target) if target else None,
            target_id=target.pk if target else None,
            created_by=created_by,
            token_digest=_digest(token),
            expires_at=timezone.now() + lifetime,
        )
        return link, token

    def consume(self) -> bool:
        """Mark as used; False when somebody was faster (one conditional update decides)."""
        return bool(
            type(self)
            .objects.filter(
                pk=self.pk, used_at__isnull=True, revoked_at__isnull=True, expires_at__gt=timezone.now()
            )
            .update(used_at=timezone.now())
        )
