"""What is sent: the outbox, and the links it carries."""

import hashlib
import re
import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta
from email.utils import make_msgid, parseaddr
from typing import Self

from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.core.validators import validate_email
from django.db import models
from django.db.models import Case, F, Q, Value, When
from django.utils import timezone

from cops.documents.models import Document
from cops.lib.constraints import choices_held
from cops.users.models import User

DOMAIN = re.compile(r"[a-z0-9-]+(\.[a-z0-9-]+)*\.[a-z]{2,}", re.IGNORECASE)

# Where the text of a message names a personal link, its token stands here; it is drawn when the message is
# sent, so that it is stored nowhere.
TOKEN_MARK = "{jeton}"  # noqa: S105 - the mark, no token


def new_message_id() -> str:
    """A Message-ID that stays the same however often the message is tried."""
    return make_msgid(domain=mail_domain())


def mail_domain() -> str:
    """The domain that messages come from: that of the sender's address, else that of the site."""
    sender = parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition("@")[2]
    for name in (sender, *settings.ALLOWED_HOSTS):
        if DOMAIN.fullmatch(name):
            return str(name)
    return "cops.invalid"


class MessageQuerySet(models.QuerySet["Message"]):
    def abandoned(self, now: datetime) -> Self:
        """Messages whose worker died while it was sending them: no sending takes that long."""
        return self.filter(self._is_abandoned(now), state=Message.State.SENDING)

    def uncertain(self, now: datetime) -> Self:
        """Messages that may have left or not, known as such or not yet."""
        return self.filter(
            Q(state=Message.State.UNCERTAIN) | Q(self._is_abandoned(now), state=Message.State.SENDING)
        )

    def settle(self, now: datetime) -> int:
        """Write down that abandoned messages are uncertain; how many there were."""
        return self.abandoned(now).update(
            state=Message.State.UNCERTAIN,
            error="Le traitement de fond s’est arrêté pendant l’envoi : le message est peut-être parti.",
            body=Message.kept_body(),
        )

    def forgotten(self, now: datetime) -> Self:
        """Messages that wait and that nobody seems to be about to send: their task was lost."""
        return self.filter(state=Message.State.WAITING, queued_at__lt=now - Message.WAITING_PATIENCE)

    @staticmethod
    def _is_abandoned(now: datetime) -> Q:
        return Q(taken_at__isnull=True) | Q(taken_at__lt=now - Message.SENDING_PATIENCE)


@choices_held
class Message(models.Model):
    """An e-mail with its state.

    A worker that sends takes the message first (`taken_at`), and gives up within a time far shorter than
    `SENDING_PATIENCE`: a message that is « sending » for longer was left by a worker that died. It is
    uncertain, it may have left: it is not sent again by itself, a person decides.
    """

    SENDING_PATIENCE = timedelta(minutes=3)
    WAITING_PATIENCE = timedelta(minutes=10)

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
    queued_at = models.DateTimeField("mis en file le", default=timezone.now, editable=False)
    taken_at = models.DateTimeField("envoi commencé le", null=True, blank=True, editable=False)
    sent_at = models.DateTimeField("envoyé le", null=True, blank=True)

    objects = MessageQuerySet.as_manager()

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

    @staticmethod
    def kept_body() -> Case:
        """The text as it stays once sending was tried: one that holds a personal link is forgotten."""
        return Case(When(is_private=True, then=Value("", output_field=models.TextField())), default=F("body"))

    def is_uncertain(self, now: datetime) -> bool:
        """Whether it may have left or not, known as such or not yet."""
        if self.state == self.State.SENDING:
            return self.taken_at is None or self.taken_at < now - self.SENDING_PATIENCE
        return self.state == self.State.UNCERTAIN


class AccessLinkQuerySet(models.QuerySet["AccessLink"]):
    def usable(self, token: str) -> Self:
        """The link of this token, if it was neither used nor revoked and has not expired."""
        return self.filter(
            token_digest=_digest(token),
            used_at__isnull=True,
            revoked_at__isnull=True,
            expires_at__gt=timezone.now(),
        )

    def to_any(self, targets: Sequence[models.Model]) -> Self:
        """The links that open one of these objects, which are of one kind."""
        if not targets:
            return self.none()
        kind = ContentType.objects.get_for_model(targets[0])
        return self.filter(target_type=kind, target_id__in=[target.pk for target in targets])


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


@choices_held
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

    def renewed(self) -> str:
        """The token of another link like this one, which goes on working: a message that is sent twice
        carries two."""
        token = secrets.token_urlsafe(32)
        type(self).objects.create(
            purpose=self.purpose,
            user=self.user,
            target_type=self.target_type,
            target_id=self.target_id,
            token_digest=_digest(token),
            message=self.message,
            created_by=self.created_by,
            expires_at=self.expires_at,
        )
        return token

    def consume(self) -> bool:
        """Mark as used; False when somebody was faster (one conditional update decides)."""
        return bool(
            type(self)
            .objects.filter(
                pk=self.pk, used_at__isnull=True, revoked_at__isnull=True, expires_at__gt=timezone.now()
            )
            .update(used_at=timezone.now())
        )
