"""What the administrator does to accounts: open, change, close, open again. Each deed goes to the journal."""

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from cops.audit.models import Event
from cops.lib.constraints import save_new
from cops.lib.french import elide
from cops.mail.models import AccessLink
from cops.mail.services import invite
from cops.users.models import User


class AccountRuleError(ValueError):
    """A rule about accounts forbids the change; the message says which, in French. Nothing was written."""


@transaction.atomic
def open_account(*, email: str, full_name: str, role: User.Role, by: User) -> User:
    """Create an account and invite its owner to choose a password.

    :raises ValidationError: by field: the address is taken or is not one, or the role does not exist.
    """
    user = _created(email=email, full_name=full_name, role=role)
    invite(user, by=by)
    return user


@transaction.atomic
def open_administrator(*, email: str, full_name: str) -> User:
    """Create the account of an administrator whom nobody on the site invites; the caller invites.

    :raises ValidationError: as `open_account`.
    """
    return _created(email=email, full_name=full_name, role=User.Role.ADMINISTRATOR)


def _created(*, email: str, full_name: str, role: User.Role) -> User:
    user = User(email=email.strip().lower(), full_name=full_name, role=role)
    user.set_unusable_password()
    user.full_clean()
    save_new(user)
    return user


@transaction.atomic
def change_account(user: User, *, full_name: str, role: User.Role, by: User) -> None:
    """Correct the name and give another role.

    :raises AccountRuleError: one's own role, or the last administrator.
    """
    administrators = _locked(user)
    former = User.Role(user.role)
    if role != former:
        _check_administrators(administrators, user, by=by, stays=role == User.Role.ADMINISTRATOR)
    user.full_name, user.role = full_name, role
    user.full_clean()
    user.save()
    if role != former:
        summary = f"{user} : « {former.label} » devient « {role.label} »"
        Event.record(
            Event.Action.ROLE_CHANGED, actor=by, summary=summary, subject=user, former=former, new=role
        )


@transaction.atomic
def deactivate(user: User, *, by: User) -> None:
    """Close an account at once: its session ends with the next request, and its invitation stops working.

    :raises AccountRuleError: one's own account, or the last administrator.
    """
    _check_administrators(_locked(user), user, by=by, stays=False)
    if not user.is_active:
        return
    user.is_active = False
    user.save()
    AccessLink.objects.filter(user=user, used_at__isnull=True, revoked_at__isnull=True).update(
        revoked_at=timezone.now()
    )
    Event.record(
        Event.Action.DEACTIVATED, actor=by, summary=f"Compte {elide('de', str(user))} désactivé", subject=user
    )


@transaction.atomic
def reactivate(user: User, *, by: User) -> None:
    """Open a closed account again, with the role and the password it had."""
    _locked(user)
    if user.is_active:
        return
    user.is_active = True
    user.save()
    Event.record(
        Event.Action.REACTIVATED, actor=by, summary=f"Compte {elide('de', str(user))} réactivé", subject=user
    )


def _locked(user: User) -> set[int]:
    """Lock the account, read it afresh, and lock all administrators: their primary keys.

    What somebody else has just decided about the account is not written over, and two administrators cannot
    close each other at the same time. All are locked in one order.
    """
    concerned = Q(pk=user.pk) | Q(role=User.Role.ADMINISTRATOR, is_active=True)
    rows = User.objects.filter(concerned).order_by("pk").select_for_update()
    administrators = {row.pk for row in rows if row.is_administrator}
    user.refresh_from_db()
    return administrators


def _check_administrators(administrators: set[int], user: User, *, by: User, stays: bool) -> None:
    """Refuse a change to oneself, and one after which nobody administers the site."""
    if user.pk == by.pk:
        raise AccountRuleError("Votre propre compte ne peut être changé que par un autre administrateur.")
    if by.pk not in administrators:
        raise AccountRuleError("Vous n’êtes plus administrateur : rien n’a été changé.")
    if not stays and not administrators - {user.pk}:
        raise AccountRuleError("Le site garde au moins un administrateur : nommez-en un autre d’abord.")
