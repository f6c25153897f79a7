"""The list of actions, and the same as a file."""

from dataclasses import dataclass
from typing import Any

from django.contrib.auth.decorators import permission_required
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.http import urlencode
from django.views.decorators.http import require_safe

from actions.bulk import MOST
from actions.filters import ALL_CONTRACTS, CONTRACT, STATUS_CODES, UNREPORTED, ActionFilter
from actions.listing import in_order, sort_of, sorts_to_choose
from actions.resources import DEFAULT_COLUMNS, ActionResource, chosen_columns, column_choices
from actions.tables import ActionTable
from actions.totals import StatusCount, totals_of
from cops.audit.lists import PAGE, PAGE_SIZE, SORT, ListPage, cut_into_pages, without
from cops.users.requests import UserRequest
from cops.users.saved_views import keeps_views, saved_views_of

ACTIONS = ListPage("action_list", title="Actions", of="des actions", stem="actions")
PAGE_SIZES = (25, 50, 100, 200)
PER_PAGE = "par_page"
COLUMN = "colonne"  # of the list as a file, once for each


@dataclass(frozen=True, slots=True)
class ActiveFilter:
    """A filter in use, in words, and the address of the list without it."""

    label: str
    value: str
    removal: str


@keeps_views
@require_safe
@permission_required("actions.view_actions", raise_exception=True)
def action_list(request: UserRequest) -> HttpResponse:
    """Actions in the reader's scope, filtered, sorted and cut into pages by the address."""
    tidy = _tidy(request.GET)
    if tidy != request.GET:
        return redirect(f"{request.path}?{tidy.urlencode()}" if tidy else request.path)
    narrowed = ActionFilter.asked(request.GET, user=request.user, on=timezone.localdate())
    query, contracts = narrowed.data, narrowed.offered.contracts
    all_contracts = {CONTRACT: ALL_CONTRACTS} if len(contracts) > 1 else {}
    may_change = request.user.has_perm("actions.change_actions")
    table = _table(request, narrowed, has_ticks=may_change)
    totals = totals_of(narrowed.qs)
    return render(
        request,
        "actions/action_list.html",
        {
            "accepted": [*narrowed.form.fields, SORT, PAGE, PER_PAGE, COLUMN],
            "filter": narrowed,
            "table": table,
            "count": table.paginator.count,
            **saved_views_of(request, query, unsaid=all_contracts),
            "totals": totals,
            "status_links": [(row, _narrowed_to(query, row)) for row in totals.statuses],
            "export_links": ACTIONS.export_links(query, PER_PAGE),
            "active_filters": _active(narrowed),
            "is_narrowed": narrowed.is_narrowing,
            "all_query": f"?{urlencode(all_contracts)}" if all_contracts else "",
            "may_import": request.user.has_perm("actions.import_actions"),
            "may_change": may_change,
            "bulk_fields": _bulk_fields(query),
            "most": MOST,
            "may_export": request.user.has_perm("actions.export_actions"),
            "contracts": contracts,
            "page_size": table.paginator.per_page,
            **_choices_of(request.GET),
        },
    )


def _choices_of(asked: QueryDict) -> dict[str, Any]:
    """What the form of the list offers besides the filters, and which of its parts are open."""
    return {
        "column_choices": column_choices(asked.getlist(COLUMN)),
        "has_columns_open": COLUMN in asked,
        "has_more_open": any(name in asked for name in MORE_FILTERS),
        "sorts": sorts_to_choose(asked.get(SORT, "")),
        "sort": asked.get(SORT, ""),
        "page_sizes": PAGE_SIZES,
        "usual_page_size": PAGE_SIZE,
    }


@require_safe
@permission_required("actions.view_actions", raise_exception=True)
def action_list_export(request: UserRequest, form: str) -> HttpResponse:
    """All rows of the list of that address, in its order; what is exported goes to the journal."""
    narrowed = ActionFilter.asked(request.GET, user=request.user, on=timezone.localdate())
    key, is_descending = sort_of(request.GET.get(SORT, ""))
    rows = in_order(narrowed.qs, key, is_descending=is_descending)
    columns = ActionResource(chosen_columns(request.GET.getlist(COLUMN)))
    return ACTIONS.as_file(request, form, narrowed, rows, columns)


MORE_FILTERS = ("axe", "objectif", "pilote", "commune", "prevue", "unite")


def _table(request: UserRequest, narrowed: ActionFilter, *, has_ticks: bool) -> ActionTable:
    year = narrowed.year_shown
    key, is_descending = sort_of(request.GET.get(SORT, ""))
    table = ActionTable(
        in_order(narrowed.qs, key, is_descending=is_descending),
        caption=f"Actions, situation en {year}" if year else "Actions, dernière situation connue",
        sheet_query=_sheet_query(request.GET, narrowed),
        exclude=[
            *(["annee"] if year else []),
            *([CONTRACT] if narrowed.is_of_one_contract else []),
            *([] if has_ticks else ["choisir"]),
        ],
    )
    table.order_by = [f"-{key}" if is_descending else key]
    cut_into_pages(table, request, size=_page_size(request.GET))
    return table


def _sheet_query(query: QueryDict, narrowed: ActionFilter) -> str:
    """What leads from an action back to this list, empty where the address asks for nothing."""
    kept = without(query, PAGE, PER_PAGE, COLUMN)
    return without(narrowed.data, PAGE, PER_PAGE, COLUMN) if kept else ""


def _page_size(query: QueryDict) -> int:
    asked = query.get(PER_PAGE, "")
    return next((size for size in PAGE_SIZES if str(size) == asked), PAGE_SIZE)


def _tidy(query: QueryDict) -> QueryDict:
    """The query without what a form sends empty or as usual: addresses that are handed on stay short."""
    tidy = query.copy()
    for name, values in query.lists():
        tidy.setlist(name, [value for value in values if value])
        if not tidy.getlist(name):
            del tidy[name]
    if COLUMN in tidy and set(tidy.getlist(COLUMN)) == set(DEFAULT_COLUMNS):
        del tidy[COLUMN]
    return tidy


def _bulk_fields(query: QueryDict) -> list[tuple[str, str]]:
    """The list's address as fields: what « all of the list » means, and where to come back to."""
    return [(name, value) for name, values in query.lists() for value in values]


def _narrowed_to(query: QueryDict, row: StatusCount) -> str:
    """The address of this list with only the actions of that status."""
    code = next((code for code, status in STATUS_CODES.items() if status == row.status), UNREPORTED)
    kept = query.copy()
    kept.pop(PAGE, None)
    kept["statut"] = code
    return f"?{kept.urlencode()}"


def _active(narrowed: ActionFilter) -> list[ActiveFilter]:
    return [
        ActiveFilter(label, value, _removal(narrowed.data, name)) for name, label, value in narrowed.active
    ]


def _removal(query: QueryDict, name: str) -> str:
    """The address of the list without a filter; without a contract it would be that of the usual one."""
    kept = query.copy()
    kept.pop(PAGE, None)
    if name == CONTRACT:
        kept[CONTRACT] = ALL_CONTRACTS
    else:
        kept.pop(name, None)
    return f"?{kept.urlencode()}"
