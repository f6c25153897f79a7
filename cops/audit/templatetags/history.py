"""The way from an object's page to its history."""

from typing import Any

from django import template
from django.db import models
from django.urls import reverse

from cops.audit.history.subjects import subject_of

register = template.Library()


@register.simple_tag
def history_address(row: models.Model, reader: Any) -> str:
    """The address of the history of an object; empty for readers who may not see it."""
    found = subject_of(row)
    if found is None or not reader.is_staff_member:
        return ""
    return reverse("history", args=[found.kind, row.pk])
