"""What a list shows, as a file: columns are a django-import-export resource, `cops.lib.tables` writes them.

A resource says in one place which columns a list has and how a row fills them. Its own writers are not used:
they turn every cell into text (a sum of such a column is 0) and write « =1+1 » as a formula; those of
`cops.lib.tables` keep numbers and days as such and make text harmless in all three forms.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.http import HttpResponse
from django.utils.http import content_disposition_header
from import_export.fields import Field
from import_export.resources import Resource
from import_export.widgets import Widget

from cops.lib.tables import CSV_TYPE, ODS_TYPE, XLSX_TYPE, Table, write_csv, write_ods, write_xlsx


@dataclass(frozen=True, slots=True)
class Form:
    """A form of file: how it is written, its type, and what people call it."""

    write: Callable[[Table], bytes]
    content_type: str
    label: str


FORMS: Mapping[str, Form] = {
    "xlsx": Form(lambda table: write_xlsx([table]), XLSX_TYPE, "Excel (.xlsx)"),
    "ods": Form(lambda table: write_ods([table]), ODS_TYPE, "LibreOffice (.ods)"),
    "csv": Form(write_csv, CSV_TYPE, "CSV"),
}


class _AsItIs(Widget):
    """Leaves a value its type, which is then its type in the file."""

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> Any:
        return value


def column(heading: str, attribute: str | None = None) -> Any:
    """A column that shows an attribute of the row, or what the resource's `dehydrate_<name>` answers."""
    return Field(attribute=attribute, column_name=heading, widget=_AsItIs())


def table_of(resource: Resource, rows: Iterable[Any], *, name: str, widths: Mapping[str, int]) -> Table:
    """The rows as a sheet; `widths` in characters by heading, for those that need more than the usual."""
    headings = resource.get_export_headers()
    return Table(
        name=name,
        headings=headings,
        rows=[resource.export_resource(row) for row in rows],
        widths=[widths.get(heading) for heading in headings],
    )


def download(table: Table, form: str, stem: str) -> HttpResponse:
    """The sheet as a file of one of FORMS, to be saved under that name."""
    chosen = FORMS[form]
    headers = {"Content-Disposition": content_disposition_header(True, f"{stem}.{form}")}
    return HttpResponse(chosen.write(table), content_type=chosen.content_type, headers=headers)
