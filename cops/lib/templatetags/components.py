"""Template tags of the shared parts of pages (templates/components); built in to every template.

A part that only shows values is an include (its parameters stand at the top of its file); a tag is here where
a part wraps other markup or works something out of its arguments.
"""

import re
from functools import cache
from pathlib import Path
from typing import Any

from django import template
from django.core.paginator import Page
from django.template import Context
from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe
from django.utils.text import Truncator

register = template.Library()

ICONS = Path(__file__).resolve().parents[3] / "static" / "icons"
_NAME = re.compile(r"[a-z0-9-]+")


@register.simple_tag
def icon(name: str) -> SafeString:
    """A picture from static/icons, inlined and hidden from screen readers: the text beside it says it all.

    :raises FileNotFoundError: there is no such picture.
    """
    return _icon(name)


@cache
def _icon(name: str) -> SafeString:
    if not _NAME.fullmatch(name):
        raise ValueError(f"Not the name of a picture: {name!r}")
    drawing = " ".join((ICONS / f"{name}.svg").read_text(encoding="utf-8").split())
    # Files of our own, read once; nothing of a visitor's gets in here.
    return mark_safe(drawing.replace("<svg ", '<svg aria-hidden="true" ', 1))  # noqa: S308


@register.simple_tag
def breadcrumb(*parts: object) -> SafeString:
    """The way to this page: label and address by turns, and last the label of the page itself.

    ``{% breadcrumb "Contrats" contracts_url contract.title %}``; the home page comes first by itself.
    """
    *way, current = parts
    steps = list(zip(way[::2], way[1::2], strict=True))
    return render_to_string("components/breadcrumb.html", {"steps": steps, "current": current})


@register.simple_block_tag
def datatable(
    content: SafeString, caption: str, id: str, kind: str = "", is_caption_hidden: bool = False
) -> SafeString:
    """A table that scrolls sideways inside its own focusable region; the content is its thead and tbody.

    ``{% datatable caption="Sièges" id="seats" %}<thead>…</thead>…{% enddatatable %}``. `kind` adds classes to
    the table: ``is-compact`` (long lists), ``is-stacked`` (on a narrow screen rows become cards whose cells
    are named by their ``data-label``).
    """
    return render_to_string(
        "components/table_frame.html",
        {
            "content": content,
            "caption": caption,
            "id": id,
            "kind": kind,
            "is_caption_hidden": is_caption_hidden,
        },
    )


@register.simple_block_tag
def notice(content: SafeString, tone: str = "info", title: str = "") -> SafeString:
    """A framed remark: ``{% notice tone="warning" title="Attention" %}<p>…</p>{% endnotice %}``.

    `tone` is info, success, warning or danger; danger is announced at once by screen readers.
    """
    return render_to_string("components/notice.html", {"content": content, "tone": tone, "title": title})


@register.simple_tag(takes_context=True)
def unknown_parameters(context: Context) -> list[str]:
    """The names in the address that the page does not know; none where the page does not say which it
    does, as `accepted` in its context."""
    if "accepted" not in context:
        return []
    known = set(context["accepted"])
    unknown = [name for name in context["request"].GET if name not in known]
    return [f"«\u00a0{Truncator(name).chars(LONGEST_NAME)}\u00a0»" for name in unknown[:MOST_NAMES]]


LONGEST_NAME, MOST_NAMES = 40, 5


@register.simple_tag
def tone_of_message(tags: str) -> str:
    """The tone of a notice for the level of a message."""
    return {"error": "danger", "warning": "warning", "success": "success"}.get(tags.split(" ")[-1], "info")


@register.simple_tag
def field_errors(form: Any) -> list[tuple[str, str, str]]:
    """All errors of a form as (anchor of the field or "", label, message), in the order in which its fields
    are shown."""
    found = [("", "", str(error)) for error in form.non_field_errors()]
    for field in _as_shown(form):
        found += [(_anchor(field), str(field.label), str(error)) for error in field.errors]
    return found


def _anchor(field: Any) -> str:
    """The identifier of what takes the keyboard in a field: of a group, its first choice. Empty where there
    is nothing to go to."""
    if field.is_hidden:
        return ""
    if field.id_for_label:
        return str(field.id_for_label)
    return str(next((choice.id_for_label for choice in field.subwidgets if choice.id_for_label), ""))


def _as_shown(form: Any) -> list[Any]:
    """The fields as the form's layout sets them, if it has one; hidden ones first."""
    layout = getattr(getattr(form, "helper", None), "layout", None)
    if layout is None:
        return list(form)
    places = {pointer.name: place for place, pointer in enumerate(layout.get_field_names())}
    return sorted(form, key=lambda field: places.get(field.name, -1))


@register.simple_tag(takes_context=True)
def is_refused(context: Context) -> bool:
    """Whether the page shows a form again for what is wrong with it, under one of the names of `_JUDGED`, or
    says instead why nothing more is taken (`refused`)."""
    request = context.get("request")
    if request is not None and request.method == "POST" and context.get("refused"):
        return True
    if getattr(context.get("entry"), "is_judged", True) is False:
        return False
    shown = [context.get(name) for name in _JUDGED]
    forms = [
        form
        for one in shown
        for form in (one, getattr(one, "form", None), *(getattr(one, "forms", None) or ()))
    ]
    # What nobody has judged yet is not judged for its title.
    return any(getattr(form, "_errors", None) for form in forms)


_JUDGED = ("form", "rows", "tables", "filter")


@register.simple_tag(takes_context=True)
def page_in_title(context: Context) -> str:
    """« , page 2 »: which page of a list this is, but for the first."""
    named = [context.get(name) for name in ("table", "page_obj", "page")]
    shown = [getattr(one, "page", one) for one in named]
    return next((f", page {page.number}" for page in shown if isinstance(page, Page) and page.number > 1), "")


@register.simple_tag
def has_required_field(form: Any) -> bool:
    """Whether a visible field of the form must be filled in: only then is « * » explained."""
    return any(field.field.required for field in form.visible_fields())


@register.simple_tag
def rows_errors(rows: Any) -> list[tuple[str, str, str]]:
    """All errors of the rows of a table (cops.audit.rows), each label with the row it is in."""
    return [
        (anchor, f"{row.title}, {label}" if label else str(row.title), message)
        for row in rows
        if row.is_bound
        for anchor, label, message in field_errors(row)
    ]


@register.simple_tag
def entry_cell(field: Any, label: str = "", row: str = "") -> SafeString:
    """A field in a cell of a table: its label (seen on narrow screens), control, errors, and the choice
    between two texts if somebody else has changed it (cops.audit.conflicts). Without script or layout.

    The label says which row it is of (« Supprimer : Objectif 1.4 »), unseen, to who meets it outside of its
    table: `row`, or the title of the field's form (cops.audit.rows); not where the field itself says it.
    """
    kind = "form-select" if getattr(field.field.widget, "input_type", "") == "select" else "form-control"
    if getattr(field.field.widget, "input_type", "") == "checkbox":
        kind = "form-check-input"
    choice = f"{field.name}_choice"
    context = {
        "field": field,
        "label": label or field.label,
        "row": "" if field.name == getattr(field.form, "key_field", "") else row or _row_of(field.form),
        "control": field.as_widget(attrs={"class": f"{kind}{' is-invalid' if field.errors else ''}"}),
        "choice": field.form[choice] if choice in field.form.fields else None,
    }
    return render_to_string("components/entry_cell.html", context)


def _row_of(form: Any) -> str:
    title = getattr(form, "title", "")
    return title if isinstance(title, str) else ""


@register.simple_tag
def page_window(number: int, last: int, width: int = 2) -> list[int | None]:
    """Page numbers to show around the current one; None stands for those left out."""
    shown = sorted({1, last, *range(max(1, number - width), min(last, number + width) + 1)})
    window: list[int | None] = []
    for page in shown:
        if window and window[-1] is not None and page - window[-1] > 1:
            window.append(None)
        window.append(page)
    return window


@register.simple_tag
def sort_state(column: Any) -> str:
    """The `aria-sort` of a django-tables2 column: ascending, descending or none."""
    alias = column.order_by_alias
    if not column.is_ordered:
        return "none"
    return "descending" if alias.is_descending else "ascending"


@register.simple_tag(takes_context=True)
def page_address(context: Context, field: str, number: int) -> str:
    """The address of this page of a list, with the filters and the order of the reader kept."""
    query = context["request"].GET.copy()
    query[field] = str(number)
    return f"?{query.urlencode()}"


@register.filter
def unlocalized(value: int) -> str:
    """A whole number as HTML attributes want it, without French grouping."""
    return f"{value:d}"
