"""What may be done to a person: entered, linked to an account, deleted. Each deed goes to the journal."""

from django.db import transaction
from django.db.models import QuerySet

from cops.audit.models import Event
from cops.lib.french import elide
from cops.mail.administration import open_account
from cops.users.models import User
from governance.models import Organisation, Person
from governance.references import delete_if_unreferenced


class AlreadyLinkedError(ValueError):
    """The person or the account is linked to another one; nothing was written."""


def namesakes(person: Person, organisation: Organisation | None) -> QuerySet[Person]:
    """Other people of that name, case and accents ignored, in that organisation (or in none)."""
    same = Person.objects.filter(search_text=person.searched(), organisation=organisation)
    return same.exclude(pk=person.pk).order_by("pk")


def accounts_to_link() -> QuerySet[User]:
    """Open accounts that belong to nobody yet."""
    return User.objects.filter(is_active=True, person__isnull=True).order_by("full_name", "email")


@transaction.atomic
def save_person(person: Person, *, by: User) -> None:
    """Create or change a person. Raises StaleVersionError."""
    is_new = person.pk is None
    person.save()
    kind = Event.Action.CREATED if is_new else Event.Action.CHANGED
    Event.record(kind, actor=by, summary=f"Personne {person}", subject=person)


@transaction.atomic
def link_account(person: Person, user: User, *, by: User) -> None:
    """Say whose account it is: what the person may read follows from their designations and actions.

    :raises AlreadyLinkedError: the person has another account, or the account another person.
    """
    if person.user_id is not None or Person.objects.of_user(user).exists():
        raise AlreadyLinkedError("Cette personne ou ce compte a déjà été relié entre-temps.")
    person.user = user
    person.save()
    summary = f"Compte {user.email} relié à {person}"
    Event.record(Event.Action.CHANGED, actor=by, summary=summary, subject=person)


@transaction.atomic
def invite_person(person: Person, *, email: str, by: User) -> User:
    """Open an account without a role for the person, and invite them to choose a password.

    :raises ValidationError: the address is taken or is not one.
    :raises AlreadyLinkedError: the person has an account.
    """
    user = open_account(email=email, full_name=str(person), role=User.Role.NONE, by=by)
    link_account(person, user, by=by)
    return user


@transaction.atomic
def unlink_account(person: Person, *, by: User) -> None:
    """Take the account away; what it could read through the person, it can read no more at once."""
    user = person.user
    if user is None:
        return
    person.user = None
    person.save()
    summary = f"Compte {user.email} séparé {elide('de', str(person))}"
    Event.record(Event.Action.CHANGED, actor=by, summary=summary, subject=person)


@transaction.atomic
def delete_person(person: Person, *, by: User) -> None:
    """Delete a person whom nothing names.

    :raises StillReferredToError: something names them.
    """
    summary = f"Personne {person}"
    delete_if_unreferenced(person)
    Event.record(Event.Action.DELETED, actor=by, summary=summary)
