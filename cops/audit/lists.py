"""The common course of list pages: filters and order in the address, pages, saved views, the same as a file.

A list has a `ListFilter`, a table of django-tables2 whose order stands in `tri`, a resource (see
`cops.lib.exports`) and a `ListPage` that says what it is called; its page extends components/list_page.html.
"""

from collections.abc import Container, Iterable
from dataclasses import dataclass
from typing import Any

import django_filters
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone

from cops.audit.models import Event
from cops.lib.exports import FORMS, download, table_of
from cops.users.requests import UserRequest
from cops.users.saved_views import saved_views_of

PAGE_SIZE = 50
SORT, PAGE = "tri", "page"  # what the address of each list may hold beside its filters


class ListFilter(django_filters.FilterSet):
    """Filters of a list; with errors (a bad address) it lets nothing through and names the field."""

    @property
    def is_narrowing(self) -> bool:
        return any(self.form.data.get(name) for name in self.filters)

    def filter_queryset(self, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return queryset.none() if self.form.errors else super().filter_queryset(queryset)

    def search(self, rows: Any, name: str, value: str) -> Any:
        return rows.search(value)


def sort_asked(text: str, keys: Container[str], *, default: str) -> tuple[str, bool]:
    """The key and direction of a sort as an address gives it (`-nom`); the default for an unknown one."""
    key = text.removeprefix("-")
    return (key, text.startswith("-")) if key in keys else (default, False)


def cut_into_pages(table: Any, request: UserRequest, *, size: int = PAGE_SIZE) -> None:
    """Let a table show the page that the address asks for, the last one past the end."""
    table.request = request
    table.paginator = Paginator(table.rows, size)
    table.page = table.paginator.get_page(request.GET.get(PAGE))


def without(query: QueryDict, *names: str) -> str:
    """The query of an address without some of its parts."""
    kept = query.copy()
    for name in names:
        kept.pop(name, None)
    return kept.urlencode()


@dataclass(frozen=True, slots=True)
class ListPage:
    """What a list is called: in addresses (its file is at the address `<name>_export`), on the sheet of the
    file, after « Liste » in the journal, and as a file."""

    name: str
    title: str
    of: str  # « des personnes »
    stem: str

    def context(self, request: UserRequest, narrowed: Any, table: Any) -> dict[str, Any]:
        """What every list shows, of a table that is cut into pages; one query for the saved views."""
        return {
            "accepted": [*narrowed.form.fields, SORT, PAGE],
            "filter": narrowed,
            "table": table,
            "count": table.paginator.count,
            "is_narrowed": narrowed.is_narrowing,
            "all_url": reverse(self.name),
            "export_links": self.export_links(request.GET),
            **saved_views_of(request),
        }

    def export_links(self, query: QueryDict, *also_left_out: str) -> list[tuple[str, str]]:
        """What people call each form of file, and the address of this list in it."""
        kept = without(query, PAGE, *also_left_out)
        asked = f"?{kept}" if kept else ""
        return [
            (form.label, reverse(f"{self.name}_export", args=[name]) + asked) for name, form in FORMS.items()
        ]

    def as_file(
        self, request: UserRequest, form: str, narrowed: Any, rows: Iterable[Any], resource: Any
    ) -> HttpResponse:
        """All rows as a file, noted in the journal; back to the list where its address is faulty.

        :param form: one of `FORMS`, else 404.
        :param rows: in the order of the list; read only once all is sound.
        """
        if form not in FORMS:
            raise Http404
        if narrowed.form.errors:
            return redirect(f"{reverse(self.name)}?{request.GET.urlencode()}")
        written = list(rows)
        Event.record(
            Event.Action.EXPORTED,
            actor=request.user,
            summary=f"Liste {self.of} (.{form}), lignes : {len(written)}",
            rows=len(written),
            filters=request.GET.urlencode()[:1000],
        )
        table = table_of(resource, written, name=self.title, widths=resource.WIDTHS)
        return download(table, form, f"{self.stem}-{timezone.localdate():%Y-%m-%d}")
