"""What the columns of a table that is being entered add up to, saved or not."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError

from cops.audit.rows import RowForm

TOTALS = "totals"  # the step that only adds up again


def typed_totals(rows: Iterable[RowForm], names: Iterable[str]) -> dict[str, Decimal | None]:
    """By column the sum of what stands in its cells, None if nothing does; what cannot be read is left out,
    and so are rows to be removed."""
    kept = [row for row in rows if not row.is_removed]
    return {name: _added(kept, name) for name in names}


def _added(rows: list[RowForm], name: str) -> Decimal | None:
    known = [value for row in rows if (value := _value(row, name)) is not None]
    return sum(known, Decimal(0)) if known else None


def _value(row: RowForm, name: str) -> Any:
    try:
        return row.fields[name].to_python(row[name].value())
    except ValidationError:
        return None
