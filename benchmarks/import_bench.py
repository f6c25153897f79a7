"""How long importing 10,000 rows of `programmation` takes, history written, as a multiple of reading them
with the same reader and inserting them once in bulk.

    python -m benchmarks.import_bench

The database is made for the run and removed, as for report_bench. The floor reads the same file and calls
`bulk_create` on rows built beforehand: no history, no check, no row looked up. The import is what the command
runs: read, check against what is stored, write rows, history and journal, commit. Both commit, in turns.
"""

import gc
import sys
import time
from collections.abc import Callable
from statistics import median
from typing import Any

from benchmarks.report_bench import throwaway_database

ROUNDS = 7
ACTIONS = 2_000
LIMIT = 2


def seconds(call: Callable[[], object]) -> float:
    gc.collect()
    start = time.perf_counter()
    call()
    return time.perf_counter() - start


def clear() -> None:
    """Take the measured rows away again, without counting it."""
    from actions.models import ActionYear
    from cops.audit.models import Event

    ActionYear.objects.all()._raw_delete("default")
    ActionYear.history.all()._raw_delete("default")
    Event.objects.all()._raw_delete("default")


def under_durability(extension: str, data: bytes, number: int) -> None:
    """Print what surviving a power cut costs on SQLite: the import with `synchronous=FULL`, as the site runs,
    beside NORMAL, which loses the last transactions; in turns, each ending in its commit."""
    from django.db import connection

    from actions.workbook import import_workbook, read_workbook

    taken: dict[str, list[float]] = {"NORMAL": [], "FULL": []}
    for _ in range(ROUNDS):
        for level, found in taken.items():
            with connection.cursor() as cursor:
                cursor.execute(f"PRAGMA synchronous={level}")
            workbook = f"programmation{extension}"
            found.append(
                seconds(lambda name=workbook: import_workbook(read_workbook(data, name), reason="Mesure"))
            )
            clear()
    ratio = median(full / normal for normal, full in zip(*taken.values(), strict=True))
    print(
        f"{number} rows, {extension:<6}{'NORMAL':>10}{min(taken['NORMAL']):>8.2f} s{'FULL':>10}"
        f"{min(taken['FULL']):>8.2f} s{ratio:>8.2f} ×",
        flush=True,
    )


def measure(extension: str, data: bytes, rows: list[Any]) -> bool:
    """Print the best times and the median ratio for one format; whether it is allowed."""
    from django.db import transaction

    from actions.models import ActionYear
    from actions.workbook import import_workbook, read_workbook

    filename = f"programmation{extension}"

    def floor() -> None:
        read_workbook(data, filename)
        with transaction.atomic():
            ActionYear.objects.bulk_create(rows)

    def ours() -> None:
        plan = import_workbook(read_workbook(data, filename), reason="Mesure")
        assert plan.created["programmation"] == len(rows), plan.faults[:3]

    pairs, reading = [], []
    for _ in range(ROUNDS):
        for row in rows:
            row.pk, row._state.adding = None, True
        reading.append(seconds(lambda: read_workbook(data, filename)))
        least = seconds(floor)
        clear()
        pairs.append((least, seconds(ours)))
        assert ActionYear.history.count() == len(rows)
        clear()
    ratio = median(taken / least for least, taken in pairs)
    best, ours_best = (min(column) for column in zip(*pairs, strict=True))
    print(
        f"{len(rows)} rows, {extension:<6}{min(reading):>10.2f} s{best:>10.2f} s{ours_best:>10.2f} s"
        f"{ratio:>8.2f} ×   at most {LIMIT} ×",
        flush=True,
    )
    return ratio <= LIMIT


def run() -> bool:
    """Measure both formats; whether every ratio is allowed."""
    from django.db import connection

    from actions.models import Action, ActionYear
    from actions.workbook import export_tables
    from benchmarks.report_data import GeneratedContract
    from cops.lib.tables import write_ods, write_xlsx

    contract = GeneratedContract("banc-import", ACTIONS).contract
    programmation = export_tables(contract)[1]
    rows = list(ActionYear.objects.order_by("pk"))
    for action in Action.objects.filter(contract=contract):
        action.years.all().delete()
    clear()
    print(f"{'':<18}{'reading':>12}{'floor':>12}{'import':>12}{'ratio':>10}")
    files = {".xlsx": write_xlsx([programmation]), ".ods": write_ods([programmation])}
    ratios = [measure(extension, data, rows) for extension, data in files.items()]
    if connection.vendor == "sqlite":
        for extension, data in files.items():
            under_durability(extension, data, len(rows))
    return all(ratios)


if __name__ == "__main__":
    with throwaway_database() as vendor:
        print(f"{vendor}, best of {ROUNDS} rounds, median ratio")
        allowed = run()
    sys.exit(not allowed)
