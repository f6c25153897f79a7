"""The shared parts of pages."""

from datetime import date

import pytest
from django import forms
from django.core.paginator import Paginator
from django.template import engines
from django.test import RequestFactory

from cops.lib.forms import asked_day
from cops.lib.templatetags import components


def render(source: str, query: str = "", **context: object) -> str:
    request = RequestFactory().get(f"/liste/{query}")
    return " ".join(engines["django"].from_string(source).render(context, request).split())


class ExampleForm(forms.Form):
    nom = forms.CharField(label="Nom")
    note = forms.CharField(label="Note", required=False, max_length=3)

    def clean(self) -> None:
        raise forms.ValidationError("Les deux ne vont pas ensemble.")


class OptionalForm(forms.Form):
    note = forms.CharField(label="Note", required=False)


def test_the_summary_lists_all_errors_with_links_to_their_fields():
    text = render('{% include "components/form_errors.html" %}', form=ExampleForm({"note": "longue"}))
    assert "3 erreurs sont à corriger" in text
    assert "<li>Les deux ne vont pas ensemble.</li>" in text
    assert '<li><a href="#id_nom">Nom</a>&nbsp;: Ce champ est obligatoire.</li>' in text
    assert '<a href="#id_note">Note</a>' in text


def test_an_unsent_form_has_no_summary_but_explains_the_star():
    text = render('{% include "components/form_errors.html" %}', form=ExampleForm())
    assert 'role="alert"' not in text
    assert "sont à remplir" in text
    assert "sont à remplir" not in render('{% include "components/form_errors.html" %}', form=OptionalForm())


def test_crispy_forms_show_the_summary_in_place_of_their_own_list():
    source = "{% load crispy_forms_filters %}{{ form|crispy }}"
    text = render(source, form=ExampleForm({"nom": "<b>"}))
    assert text.count("Les deux ne vont pas ensemble.") == 1
    assert "Une erreur est à corriger" in text
    assert "<b>" not in text


@pytest.mark.parametrize(
    ("number", "last", "window"),
    [
        (1, 1, [1]),
        (1, 3, [1, 2, 3]),
        (1, 9, [1, 2, 3, None, 9]),
        (4, 9, [1, 2, 3, 4, 5, 6, None, 9]),
        (5, 9, [1, None, 3, 4, 5, 6, 7, None, 9]),
        (9, 9, [1, None, 7, 8, 9]),
    ],
)
def test_the_pages_around_the_current_one_are_shown(number, last, window):
    assert components.page_window(number, last) == window


def test_pages_keep_the_filters_of_the_reader():
    page = Paginator(range(100), 10).page(2)
    text = render('{% include "components/pagination.html" %}', "?q=a%26b&page=2", page_obj=page)
    assert 'href="?q=a%26b&amp;page=3"' in text
    assert "11 à 20 sur 100" in text
    assert 'aria-current="page" aria-label="Page 2, page affichée"' in text
    one = Paginator(range(5), 10).page(1)
    assert render('{% include "components/pagination.html" %}', page_obj=one) == ""


def test_pictures_are_inlined_and_hidden_from_screen_readers():
    drawing = components.icon("download")
    assert drawing.startswith('<svg aria-hidden="true"')
    with pytest.raises(FileNotFoundError):
        components.icon("absente")
    with pytest.raises(ValueError, match="Not the name"):
        components.icon("../site")


def test_a_table_has_a_caption_and_a_region_that_takes_the_keyboard():
    source = (
        '{% datatable caption=caption id="t" %}<tbody><tr><td>{{ cell }}</td></tr></tbody>{% enddatatable %}'
    )
    text = render(source, caption="A & B", cell="<i>")
    assert '<div class="table-frame" role="region" aria-labelledby="t-caption" tabindex="0">' in text
    assert '<caption id="t-caption">A &amp; B</caption>' in text
    assert "<td>&lt;i&gt;</td>" in text


def test_the_breadcrumb_names_the_way_and_the_page():
    text = render('{% breadcrumb "Contrats" "/contrats/" title %}', title="<b>2009</b>")
    assert '<a href="/contrats/">Contrats</a>' in text
    assert 'aria-current="page">&lt;b&gt;2009&lt;/b&gt;</li>' in text


@pytest.mark.parametrize(
    ("tone", "role"), [("info", "note"), ("success", "note"), ("warning", "note"), ("danger", "alert")]
)
def test_only_danger_is_announced_at_once(tone, role):
    text = render("{% notice tone=tone %}<p>{{ text }}</p>{% endnotice %}", tone=tone, text="<b>")
    assert f'<div class="notice is-{tone}" role="{role}">' in text
    assert "<p>&lt;b&gt;</p>" in text


def test_progress_is_known_or_not():
    source = '{% include "components/progress.html" with id="p" label="Avancement" %}'
    assert '<progress id="p" value="1200" max="2000">' in render(source, value=1200, maximum=2000)
    assert '<progress id="p"></progress>' in render(source)


def test_a_fact_without_a_value_is_said_to_be_unknown():
    text = render('{% include "components/definitions.html" %}', facts=[("Coût", 0), ("Date", None)])
    assert "<dd>0</dd>" in text
    assert '<span class="unknown">non renseigné</span>' in text


@pytest.mark.parametrize(
    ("query", "day", "has_errors"),
    [
        ("", "2012-06-01", False),
        ("?le=", "2012-06-01", False),
        ("?le=2010-02-03", "2010-02-03", False),
        ("?le=03/02/2010", "2010-02-03", False),
        ("?le=02/30/2010", "2012-06-01", True),
        ("?le=20100203", "2012-06-01", True),
    ],
)
def test_the_day_asked_for_is_read_from_the_address(query, day, has_errors):
    form, found = asked_day(RequestFactory().get(f"/{query}").GET, date(2012, 6, 1))
    assert found == date.fromisoformat(day)
    assert bool(form.errors) == has_errors
