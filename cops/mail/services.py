"""Putting messages into the outbox and sending them; inviting people to open their account."""

from collections.abc import Iterable
from datetime import timedelta

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from cops.audit.models import Event
from cops.documents.models import Document
from cops.lib.addresses import site_address
from cops.lib.service import service
from cops.mail.models import AccessLink, Message
from cops.mail.tasks import send_message
from cops.users.models import User

INVITATION_LIFETIME = timedelta(days=7)


def enqueue(
    *,
    recipient: str,
    subject: str,
    body: str,
    is_private: bool = False,
    calendar: str = "",
    documents: Iterable[Document] = (),
) -> Message:
    """Put a message into the outbox; the background worker sends it once this transaction is committed.

    Where `body` holds TOKEN_MARK, the token of a link is put in when it is sent: give the message an
    AccessLink in the same transaction.

    :param is_private: the text holds a personal link itself; it is forgotten once sent.
    :param calendar: an iCalendar text, sent as an invitation.
    :param documents: papers to attach.
    :raises ValidationError: the address is not one.
    """
    message = Message(
        recipient=recipient, subject=subject, body=body, is_private=is_private, calendar=calendar
    )
    message.full_clean()
    message.save()
    if papers := list(documents):
        message.documents.add(*papers)
    transaction.on_commit(lambda: send_message.enqueue(message.pk))
    return message


@transaction.atomic
def invite(user: User, *, by: User | None) -> AccessLink:
    """Send `user` a link to choose a password; earlier invitations stop working.

    :param by: who invites; None for the command line.
    """
    link, address = issue_invitation(user, by=by)
    opens = f"{by} vous ouvre un accès" if by else "Un accès vous est ouvert"
    link.message = enqueue(
        recipient=user.email,
        subject="Votre accès au suivi du contrat de prévention et de sécurité",
        body=(
            f"Bonjour {user.full_name},\n\n"
            f"{opens} au suivi du contrat de prévention et de sécurité.\n"
            "Choisissez votre mot de passe à cette adresse, valable sept jours et une seule fois :\n\n"
            f"{address}\n\n"
            "Si vous n’attendiez pas ce message, ne faites rien : le lien cessera de fonctionner.\n\n"
            f"{service().signature}\n"
        ),
        is_private=True,
    )
    link.save(update_fields=["message"])
    return link


@transaction.atomic
def issue_invitation(user: User, *, by: User | None) -> tuple[AccessLink, str]:
    """A link to choose a password, with its address, which cannot be had again; earlier ones stop working.

    The account is locked, so that of two who invite at once one link stays.
    """
    User.objects.select_for_update().get(pk=user.pk)
    AccessLink.objects.filter(
        user=user, purpose=AccessLink.Purpose.INVITATION, used_at__isnull=True, revoked_at__isnull=True
    ).update(revoked_at=timezone.now())
    link, token = AccessLink.issue(
        AccessLink.Purpose.INVITATION, user=user, created_by=by, lifetime=INVITATION_LIFETIME
    )
    summary = f"Invitation de {user}" if by else f"Invitation de {user} par la ligne de commande"
    Event.record(Event.Action.INVITED, actor=by, summary=summary, subject=user)
    return link, site_address(reverse("accept_invitation", args=[token]))


def invited_by(token: str) -> AccessLink | None:
    """The invitation of this token, if its account is open and has no password yet."""
    invitations = AccessLink.objects.usable(token).filter(purpose=AccessLink.Purpose.INVITATION)
    link = invitations.filter(user__is_active=True).select_related("user").first()
    return None if link is None or link.user is None or link.user.has_usable_password() else link


@transaction.atomic
def accept_invitation(link: AccessLink, *, password: str) -> bool:
    """Set the password chosen through the link; False if it was used or revoked, or the account closed,
    meanwhile."""
    if link.user is None:
        raise ValueError(f"{link} is no invitation to an account")
    user = User.objects.select_for_update().get(pk=link.user.pk)
    if not user.is_active or not link.consume():
        return False
    user.set_password(password)
    user.save()
    Event.record(Event.Action.JOINED, actor=user, summary="Mot de passe choisi", subject=user)
    return True
