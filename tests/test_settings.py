"""The tests' own guards do guard."""

import socket

import pytest
from django.apps import apps
from django.template import Context, engines
from django.template.base import Origin, Template
from pytest_socket import SocketConnectBlockedError

from governance.access import is_member
from governance.models import Seat
from tests import factories
from tests.strict_templates import UndefinedVariableError


def _template(text: str, path: str) -> Template:
    engine = engines["django"].engine
    return Template(text, origin=Origin(name=path, template_name="page.html"), engine=engine)


def _render(template: Template, **context: object) -> str:
    return template.render(Context(context))


def test_an_undefined_variable_in_a_template_of_the_project_is_an_error(settings):
    template = _template("\n{{ absent }}", str(settings.BASE_DIR / "templates/page.html"))
    with pytest.raises(UndefinedVariableError, match=r"page\.html, line 2: « absent » is undefined"):
        _render(template)


def test_a_defined_variable_is_shown(settings):
    template = _template(
        "{{ present }}{% if absent %}x{% endif %}", str(settings.BASE_DIR / "templates/page.html")
    )
    assert _render(template, present="oui") == "oui"


def test_a_template_of_an_installed_package_may_leave_variables_undefined(settings):
    path = settings.BASE_DIR / ".venv/lib/site-packages/package/templates/page.html"
    assert _render(_template("[{{ absent }}]", str(path))) == "[]"


def test_the_network_is_blocked():
    blocked = pytest.raises((SocketConnectBlockedError, UserWarning), match=r"192\.0\.2\.1")
    with blocked, socket.socket() as connection:
        connection.connect(("192.0.2.1", 80))


@pytest.mark.parametrize("factory_class", factories.FACTORIES, ids=lambda each: each.__name__)
def test_every_factory_gives_a_valid_object(db, factory_class):
    made = factory_class()
    unasked = [field.name for field in made._meta.fields if not field.editable or field.null]
    made.full_clean(exclude=[name for name in unasked if not getattr(made, name)])


def test_every_model_has_a_factory():
    rooms = {"users", "audit", "documents", "mail", "governance", "contracts", "actions", "evaluation"}
    expected = {
        model
        for model in apps.get_models()
        if model._meta.app_label in rooms
        and not model.__name__.startswith("Historical")
        and not model._meta.auto_created
    }
    assert expected == {each._meta.model for each in factories.FACTORIES}


def test_factories_give_the_same_objects_again(db):
    first = str(factories.OrganisationFactory())
    factories.reset_counters()
    assert first == factories.OrganisationFactory.build().name


def test_the_cast_is_what_it_says(agent, administrator, member, lead, stranger):
    assert [agent.is_agent, administrator.is_administrator, is_member(member)] == [True, True, True]
    assert lead.person.actions.count() == 1
    assert not is_member(stranger)
    assert Seat.objects.count() == 1
