"""What people type is cleaned where it comes in: no text field of a form keeps signs that nobody sees.

The fields are found from the forms: every form class of the rooms, and every form that a page makes.
"""

import importlib
import pkgutil
from collections.abc import Iterator
from typing import Any

import pytest
from django import forms
from django.test import Client
from django.urls import reverse

from cops.lib.forms import LinesField, OneLine, WebAddressField
from cops.users.forms import OwnLabels
from tests.access import ROUTES

pytestmark = pytest.mark.once

ROOMS = ("cops", "governance", "contracts", "actions", "evaluation")
READERS = ("anonymous", "member", "agent", "administrator")
NOT_TYPED = (forms.HiddenInput, forms.PasswordInput, forms.MultipleHiddenInput)


def is_cleaned(field: forms.Field) -> bool:
    """Whether a field is no typed text, or cleans it. What a password holds is its owner's business."""
    if not isinstance(field, forms.CharField) or isinstance(field.widget, NOT_TYPED) or field.disabled:
        return True
    return isinstance(field, OneLine | LinesField)


def careless(form: type[forms.BaseForm] | forms.BaseForm) -> list[str]:
    kind = form if isinstance(form, type) else type(form)
    fields: dict[str, Any] = form.base_fields if isinstance(form, type) else form.fields
    return [
        f"{kind.__module__}.{kind.__name__}.{name}" for name, field in fields.items() if not is_cleaned(field)
    ]


def _classes(base: type[forms.BaseForm]) -> Iterator[type[forms.BaseForm]]:
    for one in base.__subclasses__():
        yield one
        yield from _classes(one)


def is_ours(form: type) -> bool:
    return form.__module__.split(".")[0] in ROOMS


def test_every_form_class_cleans_its_texts() -> None:
    for room in ROOMS:
        package = importlib.import_module(room)
        for module in pkgutil.walk_packages(package.__path__, f"{room}."):
            if ".migrations" not in module.name and not module.name.endswith("wsgi"):
                importlib.import_module(module.name)
    # The account forms replace the fields of allauth's when they are made: the pages below show it.
    found = {one for one in _classes(forms.BaseForm) if is_ours(one) and not issubclass(one, OwnLabels)}
    assert len(found) > 50
    assert sorted(name for one in found for name in careless(one)) == []


def test_every_form_of_a_page_cleans_its_texts(
    world: Any, cast: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Fields that a form gets when it is made, and forms that are made for a page."""
    made: list[forms.BaseForm] = []
    initialise = forms.BaseForm.__init__

    def noted(form: forms.BaseForm, *args: Any, **kwargs: Any) -> None:
        initialise(form, *args, **kwargs)
        made.append(form)

    monkeypatch.setattr(forms.BaseForm, "__init__", noted)
    for route in ROUTES:
        for role in READERS:
            if route.expected(role, "GET") == "200":
                client = Client()
                if cast[role] is not None:
                    client.force_login(cast[role])
                client.get(reverse(route.name, args=route.arguments(world)) + route.query)
                break
    kinds = {type(form) for form in made}
    assert len(kinds) > 40
    assert sorted({name for form in made if is_ours(type(form)) for name in careless(form)}) == []


def test_a_careless_field_is_caught() -> None:
    class Planted(forms.Form):
        name = forms.CharField()
        note = forms.CharField(widget=forms.Textarea)
        seen = forms.CharField(widget=forms.HiddenInput)
        line = OneLine()

    assert [name.rsplit(".", 1)[1] for name in careless(Planted)] == ["name", "note"]


def test_the_address_of_a_page_is_cleaned_before_its_scheme_is_looked_for() -> None:
    field = WebAddressField(assume_scheme="https")
    assert field.clean(" \u200bhttps://exemple.fr/salle\ufeff") == "https://exemple.fr/salle"
    assert field.clean("exemple.fr\u200b/salle") == "https://exemple.fr/salle"
    with pytest.raises(forms.ValidationError):
        field.clean("https://")
