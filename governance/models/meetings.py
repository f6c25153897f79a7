"""Meetings: their agenda, who was convened to them and came, what was noted."""

from collections.abc import Sequence
from datetime import date, time
from typing import Self
from uuid import uuid4

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils import timezone

from cops.audit.models import Versioned
from cops.lib.civility import Civility, titled
from cops.lib.constraints import choices_held
from cops.lib.french import date_fr
from cops.lib.search import Searchable, every_word
from cops.mail.models import Message
from cops.users.models import User
from governance.models.answers import Question, told
from governance.models.councils import Designation, Formation, Seat
from governance.models.organisations import Organisation, Person

CONFIDENTIAL = (
    "Un groupe confidentiel ne note que la date, les services présents et les décisions générales "
    "(art. L132-5 CSI)"
)


# A meeting that ends earlier than it begins ends the next day: only in the evening, else it is a slip.
OVERNIGHT_FROM, OVERNIGHT_UNTIL = time(17), time(6)


class MeetingQuerySet(models.QuerySet["Meeting"]):
    def visible_to(self, user: User) -> Self:
        """The service reads all; a member those of the formations on which they sit today."""
        if user.is_staff_member:
            return self
        mandates = Designation.objects.of_user(user).in_force(timezone.localdate()).order_by()
        return self.filter(formation__in=mandates.values("seat__rule__formation"))

    def search(self, text: str) -> Self:
        """Meetings whose subject, date, formation or agenda contain every word, case and accents ignored.

        Those of a confidential group stay out of every search.
        """

        def holds(start: str) -> Q:
            items = AgendaItem.objects.filter(meeting=OuterRef("pk"), search_text__contains=start)
            return (
                Q(search_text__contains=start)
                | Q(formation__search_text__contains=start)
                | Q(Exists(items.order_by()))
            )

        return self.filter(every_word(text, holds), formation__is_confidential=False)


@choices_held
class Meeting(Searchable, Versioned):
    """A sitting of a formation."""

    class Kind(models.TextChoices):
        ORDINARY = "ordinary", "Réunion ordinaire"
        CRISIS = "crisis", "Cellule de crise"

    class Mode(models.TextChoices):
        IN_PERSON = "in_person", "En présence"
        REMOTE = "remote", "À distance"
        WRITTEN = "written", "Consultation écrite"

    class State(models.TextChoices):
        PREPARED = "prepared", "En préparation"
        CONVENED = "convened", "Convoquée"
        HELD = "held", "Tenue"
        CLOSED = "closed", "Close"
        CANCELLED = "cancelled", "Annulée"

    formation = models.ForeignKey(
        Formation, verbose_name="formation", on_delete=models.PROTECT, related_name="meetings"
    )
    kind = models.CharField("nature", max_length=10, choices=Kind, default=Kind.ORDINARY)
    state = models.CharField("état", max_length=10, choices=State, default=State.PREPARED)
    held_on = models.DateField(
        "date", help_text="Pour une consultation écrite : le dernier jour pour répondre."
    )
    starts_at = models.TimeField("heure de début", null=True, blank=True)
    ends_at = models.TimeField("heure de fin", null=True, blank=True)
    mode = models.CharField("forme", max_length=12, choices=Mode, default=Mode.IN_PERSON)
    place = models.CharField("lieu", max_length=300, blank=True)
    remote_link = models.URLField("lien de connexion", blank=True)
    subject = models.CharField("objet", max_length=200, blank=True)
    chaired_by = models.CharField("présidée par", max_length=200, blank=True, help_text="Nom et fonction.")
    calendar_uid = models.UUIDField("identifiant d’agenda", default=uuid4, unique=True, editable=False)
    services_present = models.ManyToManyField(
        Organisation,
        verbose_name="services présents",
        blank=True,
        related_name="+",
        help_text="Pour un groupe confidentiel, à la place des présences par personne.",
    )

    objects = MeetingQuerySet.as_manager()

    class Meta:
        verbose_name = "réunion"
        verbose_name_plural = "réunions"
        ordering = ["-held_on", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_at__isnull=True)
                | Q(starts_at__isnull=False, ends_at__gt=F("starts_at"))
                | Q(starts_at__isnull=False, starts_at__gte=OVERNIGHT_FROM, ends_at__lte=OVERNIGHT_UNTIL),
                name="governance_meeting_times",
                violation_error_message=(
                    "L’heure de fin ne suit pas une heure de début. Une réunion ne passe minuit que si elle "
                    "commence à 17 h ou après, et finit à 6 h ou avant."
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.formation} du {self.held_on:%d/%m/%Y}"

    def clean(self) -> None:
        if self.formation_id and self.formation.is_confidential and (self.subject or self.chaired_by):
            raise ValidationError(f"{CONFIDENTIAL} : ni objet ni nom.")

    @property
    def question(self) -> Question:
        """What those convened are asked."""
        return Question(self.held_on, self.starts_at, self.ends_at, self.mode, self.place)

    def called(self) -> Sequence[str]:
        return [self.subject, date_fr(self.held_on), f"{self.held_on:%d/%m/%Y}"]


@choices_held
class AgendaItem(Searchable, Versioned):
    """A point of a meeting's agenda."""

    class Kind(models.TextChoices):
        INFORMATION = "information", "Information"
        DISCUSSION = "discussion", "Échange"
        OPINION = "opinion", "Avis"
        DECISION = "decision", "Décision"

    meeting = models.ForeignKey(
        Meeting, verbose_name="réunion", on_delete=models.CASCADE, related_name="agenda"
    )
    position = models.PositiveSmallIntegerField("rang")
    title = models.CharField("intitulé", max_length=300)
    kind = models.CharField("nature", max_length=12, choices=Kind, default=Kind.INFORMATION)
    duration = models.PositiveSmallIntegerField("durée en minutes", null=True, blank=True)
    rapporteur = models.CharField("rapporteur", max_length=200, blank=True, help_text="Nom et fonction.")
    description = models.TextField("exposé", blank=True)

    class Meta:
        verbose_name = "point de l’ordre du jour"
        verbose_name_plural = "ordre du jour"
        ordering = ["meeting", "position", "pk"]

    def __str__(self) -> str:
        return self.title

    def clean(self) -> None:
        if self.meeting_id and self.meeting.formation.is_confidential:
            raise ValidationError(f"{CONFIDENTIAL} : pas d’ordre du jour.")

    def called(self) -> Sequence[str]:
        return [self.title]

    def told(self) -> str:
        return self.description


@choices_held
class Convocation(models.Model):
    """What was sent to those convened, once: the first call, a change, or the cancellation.

    `agenda` and the facts of the meeting are kept as they were sent: what differs from them today is a change
    made after the convocation. `sequence` is that of the calendar invitation (RFC 5545).
    """

    class Kind(models.TextChoices):
        CALL = "call", "Convocation"
        CHANGE = "change", "Modification"
        CANCELLATION = "cancellation", "Annulation"

    meeting = models.ForeignKey(
        Meeting, verbose_name="réunion", on_delete=models.PROTECT, related_name="convocations"
    )
    sequence = models.PositiveSmallIntegerField("séquence")
    kind = models.CharField("nature", max_length=12, choices=Kind, default=Kind.CALL)
    sent_at = models.DateTimeField("envoyée le", auto_now_add=True)
    sent_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="envoyée par",
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
    )
    note = models.TextField("message", blank=True)
    snapshot = models.JSONField("tel qu’envoyé", default=dict)

    class Meta:
        verbose_name = "convocation"
        verbose_name_plural = "convocations"
        ordering = ["meeting", "sequence"]
        constraints = [
            models.UniqueConstraint(
                fields=["meeting", "sequence"],
                name="governance_convocation_once",
                violation_error_message="Cette convocation est déjà partie.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} – {self.meeting}"

    @property
    def told_day(self) -> date | None:
        """The meeting's day as it was sent."""
        day = self.snapshot.get("meeting", {}).get("held_on")
        return date.fromisoformat(day) if day else None


class AttendanceQuerySet(models.QuerySet["Attendance"]):
    def listed(self) -> Self:
        """Who is on the attendance list of their meeting: guests, and members whose mandate on the seat runs
        that day. Whoever held the seat before or after leaves it, unless they sat or somebody sat for them;
        of somebody without any mandate on it nothing says that they left."""
        sat = Q(presence__in=[Attendance.Presence.PRESENT, Attendance.Presence.REPRESENTED])
        mandates = Designation.objects.filter(seat=OuterRef("seat"), person=OuterRef("person")).order_by()
        day = OuterRef("meeting__held_on")
        running = mandates.filter(Q(ends_on__isnull=True) | Q(ends_on__gte=day), starts_on__lte=day)
        return self.filter(sat | Exists(running) | ~Exists(mandates))


@choices_held
class Attendance(Versioned):
    """Somebody convened to a meeting: what they answered, and whether they came.

    The name, function and organisation are those of the meeting's day. A guest has no seat.

    The answer is kept with what was asked. It stands while the meeting is still that (its agenda aside), and
    again once it is that again; one of which it was not kept stands.
    """

    class Quality(models.TextChoices):
        TITULAR = "titular", "Titulaire"
        SUBSTITUTE = "substitute", "Suppléant ou représentant"
        ASSISTANT = "assistant", "Assistant"
        GUEST = "guest", "Invité"

    class Reply(models.TextChoices):
        NONE = "", "Sans réponse"
        PRESENT = "present", "Sera présent"
        REPRESENTED = "represented", "Sera représenté"
        EXCUSED = "excused", "Excusé"

    class Presence(models.TextChoices):
        UNKNOWN = "", "Non pointé"
        PRESENT = "present", "Présent"
        REPRESENTED = "represented", "Représenté"
        EXCUSED = "excused", "Excusé"
        ABSENT = "absent", "Absent"

    meeting = models.ForeignKey(
        Meeting, verbose_name="réunion", on_delete=models.CASCADE, related_name="attendances"
    )
    seat = models.ForeignKey(
        Seat,
        verbose_name="siège",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="attendances",
    )
    person = models.ForeignKey(
        Person,
        verbose_name="personne",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="attendances",
    )
    quality = models.CharField("qualité", max_length=12, choices=Quality, default=Quality.TITULAR)
    name = models.CharField("nom", max_length=200)
    function = models.CharField("fonction", max_length=200, blank=True)
    organisation = models.CharField("organisme", max_length=200, blank=True)
    email = models.EmailField("adresse", blank=True)
    reply = models.CharField("réponse", max_length=12, choices=Reply, blank=True, default=Reply.NONE)
    replied_at = models.DateTimeField("répondu le", null=True, blank=True)
    asked_held_on = models.DateField("répondu pour le", null=True, blank=True)
    asked_starts_at = models.TimeField("répondu pour un début à", null=True, blank=True)
    asked_ends_at = models.TimeField("répondu pour une fin à", null=True, blank=True)
    asked_mode = models.CharField("répondu pour la forme", max_length=12, choices=Meeting.Mode, blank=True)
    asked_place = models.CharField("répondu pour le lieu", max_length=300, blank=True)
    presence = models.CharField(
        "présence", max_length=12, choices=Presence, blank=True, default=Presence.UNKNOWN
    )
    represented_by = models.CharField(
        "représenté par", max_length=200, blank=True, help_text="Prénom et nom."
    )
    representative_function = models.CharField("fonction du représentant", max_length=200, blank=True)
    comment = models.CharField("remarque", max_length=300, blank=True)

    objects = AttendanceQuerySet.as_manager()

    class Meta:
        verbose_name = "personne convoquée"
        verbose_name_plural = "personnes convoquées"
        ordering = ["meeting", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["meeting", "seat", "person"],
                condition=Q(person__isnull=False, seat__isnull=False),
                name="governance_attendance_once",
                violation_error_message="Cette personne est déjà convoquée pour ce siège.",
            ),
            models.UniqueConstraint(
                fields=["meeting", "person"],
                condition=Q(person__isnull=False, seat__isnull=True),
                name="governance_attendance_guest_once",
                violation_error_message="Cette personne est déjà invitée.",
            ),
            models.CheckConstraint(
                condition=Q(seat__isnull=True, quality="guest")
                | (Q(seat__isnull=False) & ~Q(quality="guest")),
                name="governance_attendance_guest_has_no_seat",
                violation_error_message="Un invité n’occupe pas de siège, un membre en occupe un.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} – {self.meeting}"

    def clean(self) -> None:
        noted = self.presence or self.represented_by or self.comment
        if noted and self.meeting_id and self.meeting.formation.is_confidential:
            raise ValidationError(f"{CONFIDENTIAL} : pas de présence par personne.")

    @property
    def civility(self) -> str:
        """That of the person's record today; empty for a guest without one. `person` is loaded."""
        return self.person.civility if self.person else Civility.NONE

    @property
    def titled(self) -> str:
        """« Mme Inès Essai », or the name alone. `person` is loaded."""
        return titled(self.name, self.civility)

    @property
    def asked(self) -> Question | None:
        """What the answer was given for; None where it was not kept."""
        if self.asked_held_on is None:
            return None
        hours = self.asked_starts_at, self.asked_ends_at
        return Question(self.asked_held_on, *hours, self.asked_mode, self.asked_place)

    @asked.setter
    def asked(self, question: Question | None) -> None:
        values = question or (None, None, None, "", "")
        for name, value in zip(Question._fields, values, strict=True):
            setattr(self, f"asked_{name}", value)

    @property
    def is_outdated(self) -> bool:
        """Whether the answer was given for another day, hour, form or place: it is asked again."""
        return bool(self.reply) and self.asked not in (None, self.meeting.question)

    @property
    def standing_reply(self) -> str:
        """The answer that counts; none where it is outdated."""
        return self.Reply.NONE.value if self.is_outdated else self.reply

    @property
    def asked_fr(self) -> str:
        """What an outdated answer was given for: « pour le 9 décembre 2026 »; empty where it stands."""
        if self.asked is None or not self.is_outdated:
            return ""
        return told(self.asked, self.meeting.question, self.get_asked_mode_display())


@choices_held
class ConvocationMessage(models.Model):
    """The e-mail by which one person got one convocation.

    `kind` is what it was to that person: with one change of the meeting, its newcomers are called, and those
    who leave it are told that it is off for them.
    """

    convocation = models.ForeignKey(
        Convocation, verbose_name="convocation", on_delete=models.PROTECT, related_name="messages"
    )
    attendance = models.ForeignKey(
        Attendance, verbose_name="personne convoquée", on_delete=models.PROTECT, related_name="messages"
    )
    message = models.OneToOneField(
        Message, verbose_name="message", on_delete=models.PROTECT, related_name="convocation_message"
    )
    kind = models.CharField("nature", max_length=12, choices=Convocation.Kind)

    class Meta:
        verbose_name = "envoi d’une convocation"
        verbose_name_plural = "envois des convocations"
        ordering = ["convocation", "pk"]

    def __str__(self) -> str:
        return f"{self.attendance.name} – {self.convocation}"


class Minutes(Versioned):
    """The minutes of a meeting, in Markdown; locked once a later meeting has approved them."""

    meeting = models.OneToOneField(
        Meeting, verbose_name="réunion", on_delete=models.PROTECT, related_name="minutes"
    )
    text = models.TextField("texte", blank=True, help_text="Mise en forme Markdown.")
    approved_in = models.ForeignKey(
        Meeting,
        verbose_name="approuvé à la réunion",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="approved_minutes",
    )
    approved_at = models.DateTimeField("approuvé le", null=True, blank=True)

    class Meta:
        verbose_name = "compte rendu"
        verbose_name_plural = "comptes rendus"
        ordering = ["meeting"]
        constraints = [
            models.CheckConstraint(
                condition=Q(approved_in__isnull=True, approved_at__isnull=True)
                | Q(approved_in__isnull=False, approved_at__isnull=False),
                name="governance_minutes_approved",
                violation_error_message="Un compte rendu approuvé l’est à une réunion et à une date.",
            ),
        ]

    def __str__(self) -> str:
        return f"Compte rendu – {self.meeting}"

    @property
    def is_locked(self) -> bool:
        return self.approved_in_id is not None
