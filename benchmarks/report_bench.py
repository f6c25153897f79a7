"""How long a year's report and a review take, as multiples of one hand-written SQL query of the same figures.

    python -m benchmarks.report_bench

The database is made for the run and removed: SQLite in a file, or a test database on the server of
DATABASE_URL. Reading and computing are measured together, in turns with the query, the best of many
rounds each; before that, every figure of the query is compared with ours.
"""

import gc
import os
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import Any

FLOORS = Path(__file__).parent
SECONDS = 5
REPORT_YEAR = 2012
REPORT_LIMIT, REVIEW_LIMIT = 3, 8

Record = dict[str, Any]


@contextmanager
def throwaway_database() -> Iterator[str]:
    """Django set up on an empty database with all tables; gives the engine's name."""
    with tempfile.TemporaryDirectory(prefix="cops-bench-") as folder:
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cops.settings")
        os.environ["COPS_VAR"] = folder
        import django

        django.setup()
        from django.db import connection

        if connection.vendor == "sqlite":
            connection.settings_dict["TEST"]["NAME"] = f"{folder}/bench.sqlite3"
        connection.creation.create_test_db(verbosity=0, autoclobber=True)
        try:
            yield connection.vendor
        finally:
            connection.creation.destroy_test_db("", verbosity=0)


def floor(name: str, **parameters: int) -> Callable[[], Any]:
    """A floor query, ready to be run: its cursor's columns and its rows."""
    from django.db import connection

    statement = (FLOORS / f"{name}_floor.sql").read_text()

    def query() -> tuple[Any, list[tuple[Any, ...]]]:
        with connection.cursor() as cursor:
            cursor.execute(statement, parameters)
            return cursor.description, cursor.fetchall()

    return query


def records(query: Callable[[], Any]) -> list[Record]:
    description, rows = query()
    return [dict(zip((column[0] for column in description), row, strict=True)) for row in rows]


def seconds(call: Callable[[], object], times: int) -> float:
    """How long one of so many calls takes; processor time where all the work is done in this process."""
    from django.db import connection

    clock = time.process_time if connection.vendor == "sqlite" else time.perf_counter
    gc.collect()
    start = clock()
    for _ in range(times):
        call()
    return (clock() - start) / times


def measure(title: str, query: Callable[[], object], ours: Callable[[], object], limit: int | None) -> bool:
    """Print the best time of the query, the best of ours, and their ratio; whether that is allowed.

    Many short rounds in turns, so that both find a moment in which the machine does nothing else.
    """
    times = max(1, int(0.01 / seconds(query, 2)))
    until = time.monotonic() + SECONDS
    pairs = [(seconds(query, times), seconds(ours, times))]
    while time.monotonic() < until:
        pairs.append((seconds(query, times), seconds(ours, times)))
    at_best, ours_at_best = (min(column) for column in zip(*pairs, strict=True))
    ratio = ours_at_best / at_best
    allowed = "" if limit is None else f"   at most {limit} ×"
    shown = f"{at_best * 1000:>9.1f} ms{ours_at_best * 1000:>9.1f} ms{ratio:>7.1f} ×{allowed}"
    print(f"{title:<40}{shown}", flush=True)
    return limit is None or ratio <= limit


# The same figures -----------------------------------------------------------------------------------------


def figures(totals: Any) -> Iterator[tuple[str, Decimal | int | None]]:
    """Our figures under the names of the query's columns."""
    from evaluation.figures import REASONS, STATUSES, UNITS

    first, second, third = totals.effectiveness, totals.efficacy, totals.efficiency
    for name in ("planned", *STATUSES, "done_unplanned", "rate", "rate_at_least_partly"):
        yield name, getattr(first, name)
    for reason in REASONS:
        yield f"reason_{reason}", first.reasons.get(reason, 0)
    for name in ("with_target", "with_value", "met", "coverage", "mean_attainment"):
        yield name, getattr(second, name)
    yield "efficacy_rate", second.rate
    for name in ("planned_budget", "actual_cost", "execution", "requested", "granted", "paid"):
        yield name, getattr(third, name)
    for unit in UNITS:
        cost = third.by_unit.get(unit)
        yield f"{unit}_actions", cost.actions if cost else 0
        yield f"{unit}_cost", cost.cost if cost else None
        yield f"{unit}_count", cost.count if cost else 0
        yield f"{unit}_cost_per_unit", cost.cost_per_unit if cost else None
        yield f"{unit}_compared_actions", cost.compared_actions if cost else 0
        yield f"{unit}_compared_cost_per_unit", cost.compared_cost_per_unit if cost else None
        yield f"{unit}_planned_cost_per_unit", cost.compared_planned_cost_per_unit if cost else None


def check_same(record: Record, totals: Any) -> None:
    """Fail where a figure of the query is not ours, up to our rounding."""
    for name, value in figures(totals):
        found = record[name]
        if isinstance(value, Decimal) and found is not None:
            half_a_place = 0.5 * 10 ** int(value.as_tuple().exponent)
            same = abs(float(found) - float(value)) <= half_a_place + 1e-6 * max(1, abs(float(value)))
        else:
            same = found == value or (value == 0 and found is None)
        if not same:
            raise AssertionError(f"{name}: the query says {found}, the application {value}\n{record}")


def check_review(contract: Any) -> None:
    """Compare the review's figures with the query's."""
    from evaluation.selectors import review_of

    review = review_of(contract)
    whole, *years = records(floor("review", contract=contract.pk))
    check_same(whole, review.totals)
    for record, part in zip(years, review.years, strict=True):
        check_same(record, part.totals)
    counts = tuple(whole[f"actions_{name}"] for name in ("planned", "done", "partly"))
    assert counts == (review.actions.planned, review.actions.done, review.actions.partly)


def check_report(contract: Any) -> None:
    """Compare the figures of every level of a year's report with the query's."""
    from evaluation.selectors import report_of

    report = report_of(contract, REPORT_YEAR)
    query = floor("report", contract=contract.pk, year=REPORT_YEAR)
    found = {(row["level"], row["code"]): row for row in records(query)}
    check_same(found.pop((1, "")), report.totals)
    for axis in report.axes:
        check_same(found.pop((2, str(axis.number))), axis.totals)
        for objective in axis.objectives:
            check_same(found.pop((3, objective.code)), objective.totals)
            for action in objective.actions:
                check_same(found.pop((4, action.row.reference)), action.totals)
    assert not found


def run() -> bool:
    """Measure a small and a large contract; whether every ratio is allowed."""
    from django.db import connection

    from benchmarks.report_data import GeneratedContract

    print(f"{'':<40}{'query':>12}{'ours':>12}{'ratio':>9}")
    allowed = True
    for actions in (60, 4_000):
        contract = GeneratedContract(f"banc-{actions}", actions).contract
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
        check_report(contract)
        check_review(contract)
        allowed &= measure_contract(contract, actions)
    return allowed


def measure_contract(contract: Any, actions: int) -> bool:
    from benchmarks.report_data import YEARS
    from evaluation.exports import exported
    from evaluation.selectors import report_of, review_of

    report_floor = floor("report", contract=contract.pk, year=REPORT_YEAR)
    review_floor = floor("review", contract=contract.pk)
    review = partial(review_of, contract)

    def report() -> None:
        """The report, and the figures of each of its actions: they are added up when they are asked for."""
        for action in report_of(contract, REPORT_YEAR).actions():
            _ = action.totals

    return all(
        [
            measure(f"report of a year of {actions} actions", report_floor, report, REPORT_LIMIT),
            measure(
                "  its JSON as well",
                report_floor,
                lambda: exported(report_of(contract, REPORT_YEAR), "json"),
                None,
            ),
            measure(f"review of {actions * len(YEARS)} action-years", review_floor, review, REVIEW_LIMIT),
        ]
    )


if __name__ == "__main__":
    with throwaway_database() as vendor:
        print(f"Python {sys.version.split()[0]}, {vendor}")
        within_limits = run()
    sys.exit(0 if within_limits else 1)
