"""Saying that something was saved, with the way to take it back."""

from django.contrib import messages
from django.db import models
from django.urls import reverse
from django.utils.html import format_html

from cops.audit import moments
from cops.audit.history.deeds import key_of
from cops.audit.history.subjects import subject_of
from cops.users.requests import UserRequest


def say_saved(request: UserRequest, text: str, *, of: models.Model) -> None:
    """A success message that ends with « Annuler », where this request wrote something of the object.

    `of` is the object of a registered subject (cops.audit.history.subjects), not one of its parts.
    """
    at, subject = moments.written_at(), subject_of(of)
    if at is None or subject is None or not subject.may_undo(request.user):
        messages.success(request, text)
        return
    address = reverse("history_undo", args=[subject.kind, of.pk, key_of(at)])
    messages.success(request, format_html('{} <a href="{}">Annuler</a>', text, address))
