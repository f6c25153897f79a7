"""Where each account stands: invited, active, closed; read for the list of accounts."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import OuterRef, Subquery
from django.utils import timezone

from cops.lib.french import date_fr
from cops.mail.models import AccessLink, Message
from cops.users.models import User


@dataclass(frozen=True, slots=True)
class AccountState:
    """The state of an account in a word, with the tone of its badge; whether an invitation makes sense."""

    label: str
    tone: str
    may_be_invited: bool = False


def account_states(users: Iterable[User], now: datetime) -> dict[int, AccountState]:
    """The states of accounts by primary key; one query whatever their number."""
    users = list(users)
    latest = AccessLink.objects.filter(purpose=AccessLink.Purpose.INVITATION, user=OuterRef("user"))
    links = AccessLink.objects.filter(
        user__in=users, pk=Subquery(latest.order_by("-created_at", "-pk").values("pk")[:1])
    ).select_related("message")
    by_user = {link.user_id: link for link in links}
    return {user.pk: _state(user, by_user.get(user.pk), now) for user in users}


def _state(user: User, link: AccessLink | None, now: datetime) -> AccountState:
    if not user.is_active:
        return AccountState("Désactivé", "neutral")
    if user.has_usable_password():
        return AccountState("Actif", "ok")
    if link is None or link.revoked_at:
        return AccountState("Sans invitation", "bad", may_be_invited=True)
    if link.expires_at <= now:
        return AccountState("Invitation expirée", "bad", may_be_invited=True)
    if link.message and link.message.state == Message.State.FAILED:
        return AccountState("Invitation non envoyée", "bad", may_be_invited=True)
    if link.message and link.message.is_uncertain(now):
        return AccountState("Invitation peut-être non envoyée", "bad", may_be_invited=True)
    return AccountState(
        f"Invité jusqu’au {date_fr(timezone.localdate(link.expires_at))}", "info", may_be_invited=True
    )
