"""Entering: what somebody typed is neither lost nor saved twice.

Every form that people enter something with carries a ticket, a signed field that says for whom it was shown
and gives it a number (`{% include "components/entry.html" %}` inside the form). `enter` runs a form's page:

    entry = enter(request, bind=lambda data: ThingForm(data, instance=thing(pk)), save=save)
    if entry.address:
        return redirect(entry.address)
    return render(request, "….html", {"entry": entry, "form": entry.form})

`bind` loads afresh what the form is about (under lock, where its rules span several rows) and binds the form
to the data, if there is any; `save` writes a valid form and returns the address to go on to.
"""

import hashlib
import json
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Generic, Protocol, TypeVar

from django.contrib import messages
from django.core import signing
from django.db import IntegrityError, transaction
from django.http import QueryDict

from cops.audit import kept
from cops.audit.models import StaleVersionError, Submission
from cops.users.models import User
from cops.users.requests import UserRequest

FIELD = "entry"
STEP = "step"  # a button of this name changes the form (adds a row …) and saves nothing
DISCARD = "discard"  # a button of this name forgets what was kept
ATTEMPTS = 3

_SIGNER = signing.Signer(salt="cops.entry")

ALREADY_SAVED = "Cette saisie était déjà enregistrée ; elle ne l’a pas été une seconde fois."
FOUND_AGAIN = "Votre saisie a été retrouvée ; vérifiez-la puis enregistrez-la."


class Enterable(Protocol):
    """A form, or a table of them."""

    def is_valid(self) -> bool: ...


F = TypeVar("F", bound=Enterable)


@dataclass(frozen=True, slots=True)
class Ticket:
    """For whom a form was shown, and its number, good for one save."""

    user_pk: int
    nonce: str

    @classmethod
    def issue(cls, user: User) -> "Ticket":
        return cls(user.pk, secrets.token_urlsafe(16))

    @classmethod
    def read(cls, text: str) -> "Ticket | None":
        """The ticket of a posted field; None for what this site did not sign."""
        try:
            user_pk, nonce = _SIGNER.unsign_object(text)
        except (signing.BadSignature, ValueError, TypeError):
            return None
        return cls(user_pk, nonce)

    def __str__(self) -> str:
        return _SIGNER.sign_object([self.user_pk, self.nonce])


@dataclass(slots=True)
class Entry(Generic[F]):
    """What a form's page shows, or where it goes on to."""

    form: F
    ticket: Ticket
    address: str = ""  # not empty: what was posted is saved, go there
    is_found_again: bool = False  # the form holds what was typed before the session ended
    saved_before: str = ""  # the page that an earlier state of this form led to, before going back to it
    is_judged: bool = False  # whether errors are to be shown


def enter(
    request: UserRequest, *, bind: Callable[[QueryDict | None], F], save: Callable[[F], str]
) -> Entry[F]:
    """Show, check or save a form, once whatever happens: double click, back button, end of the session.

    The save runs in one transaction with `bind`, so what `bind` locks stays as it was checked. A conflict of
    two writers is tried again, now against what the other has written.
    """
    if request.method != "POST":
        return _shown(request, bind)
    if DISCARD in request.POST:
        kept.forget(request, request.get_full_path())
        return Entry(bind(None), Ticket.issue(request.user), request.get_full_path())
    ticket = Ticket.read(request.POST.get(FIELD, "")) or Ticket.issue(request.user)
    if ticket.user_pk != request.user.pk:  # typed by somebody else, who left this browser
        return Entry(bind(None), Ticket.issue(request.user))
    if STEP in request.POST:
        return Entry(bind(request.POST), ticket)
    entry = _submitted(request, ticket, bind, save)
    if entry.address:
        kept.forget(request, request.get_full_path())
        _say_remarks(request, entry.form)
    return entry


def _say_remarks(request: UserRequest, form: Enterable) -> None:
    """What is worth knowing of the rows of a table and holds nobody up."""
    for title, text in getattr(form, "remarks", ()):
        messages.info(request, f"À savoir, {title} : {text}")


def _shown(request: UserRequest, bind: Callable[[QueryDict | None], F]) -> Entry[F]:
    found = kept.recall(request, request.get_full_path())
    ticket = Ticket.read(found.get(FIELD, "")) if found else None
    if found is None or ticket is None or ticket.user_pk != request.user.pk:
        return Entry(bind(None), Ticket.issue(request.user))
    form = bind(found)
    form.is_valid()
    return Entry(form, ticket, is_found_again=True, is_judged=True)


def _submitted(
    request: UserRequest, ticket: Ticket, bind: Callable[[QueryDict | None], F], save: Callable[[F], str]
) -> Entry[F]:
    digest = _digest(request)
    for attempt in range(1, ATTEMPTS + 1):
        earlier = Submission.objects.filter(nonce=ticket.nonce).first()
        if earlier is not None:
            return _repeated(request, earlier, digest, bind)
        try:
            return _attempt(request, ticket, digest, bind, save)
        except (IntegrityError, StaleVersionError):
            if attempt == ATTEMPTS:
                raise
    raise AssertionError("unreachable")


def _attempt(
    request: UserRequest,
    ticket: Ticket,
    digest: str,
    bind: Callable[[QueryDict | None], F],
    save: Callable[[F], str],
) -> Entry[F]:
    """One try in one transaction. The number is taken first: of two equal requests the second waits here for
    the first, and then finds it taken."""
    with transaction.atomic():
        taken = Submission.objects.create(nonce=ticket.nonce, user=request.user, digest=digest)
        form = bind(request.POST)
        if not form.is_valid():
            transaction.set_rollback(True)
            return Entry(form, ticket, is_judged=True)
        address = save(form)
        Submission.objects.filter(pk=taken.pk).update(address=address)
    return Entry(form, ticket, address, is_judged=True)


def _repeated(
    request: UserRequest, earlier: Submission, digest: str, bind: Callable[[QueryDict | None], F]
) -> Entry[F]:
    """A number that was used: the same content goes where it went; another one (somebody went back and typed
    on) is shown with a new number, and saved when its author has seen that."""
    if earlier.digest == digest:
        messages.info(request, ALREADY_SAVED)
        return Entry(bind(None), Ticket.issue(request.user), earlier.address)
    with transaction.atomic():
        form = bind(request.POST)
        form.is_valid()
        transaction.set_rollback(True)
    return Entry(form, Ticket.issue(request.user), saved_before=earlier.address, is_judged=True)


def _digest(request: UserRequest) -> str:
    """Of all that was sent, files included: another file under the same words is another thing to save."""
    fields = sorted((name, values) for name, values in request.POST.lists() if name != "csrfmiddlewaretoken")
    files = sorted((name, [_file_digest(file) for file in sent]) for name, sent in request.FILES.lists())
    return hashlib.sha256(json.dumps([fields, files] if files else fields).encode()).hexdigest()


def _file_digest(file: Any) -> str:
    digest = hashlib.sha256(str(file.name).encode())
    for chunk in file.chunks():  # leaves the file at its start for whoever reads it next
        digest.update(chunk)
    file.seek(0)
    return digest.hexdigest()


def may_keep(data: QueryDict) -> bool:
    """Whether a body may be kept until its author has logged in: only forms that we showed to somebody."""
    return DISCARD not in data and Ticket.read(data.get(FIELD, "")) is not None


def belongs_to(fields: Any, user: User) -> bool:
    """Whether fields that were kept are the user's."""
    ticket = Ticket.read(fields.get(FIELD, [""])[0])
    return ticket is not None and ticket.user_pk == user.pk
