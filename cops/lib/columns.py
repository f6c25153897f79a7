"""Columns of lists that come sorted from the database."""

from typing import Any

import django_tables2 as tables


class SortedColumn(tables.Column):
    """A column by whose name the rows come already sorted."""

    def order(self, queryset: Any, is_descending: bool) -> tuple[Any, bool]:
        return queryset, True
