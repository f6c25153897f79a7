"""How long a search takes among 5,000 actions, as a multiple of one hand-written SQL query of the same ones.

    python -m benchmarks.search_bench

The database is made for the run and removed, as in `report_bench`, whose measure and data these are. Before
measuring, the actions that the query finds, their order and their number are compared with ours.
"""

import sys
from collections.abc import Callable
from functools import partial
from typing import Any

from benchmarks.report_bench import measure, throwaway_database

ACTIONS = 5_000
LIMIT = 3
# A word of every title, one of every description, a reference, and one that nothing holds.
TEXTS = ("action", "jeunes", "1.1", "introuvable")

FLOOR = """
SELECT a.id, count(*) OVER (),
       CASE WHEN a.search_text LIKE %(name)s THEN 0
            WHEN a.search_text LIKE %(named)s THEN 1
            ELSE 2 END AS closeness
FROM actions_action a
JOIN governance_organisation o ON o.id = a.lead_id
JOIN contracts_contract c ON c.id = a.contract_id
WHERE a.search_text LIKE %(start)s OR o.search_text LIKE %(start)s
ORDER BY closeness, c.starts_on DESC, c.code, a.reference_key, a.reference, a.id
LIMIT 5
"""


def floor(text: str) -> Callable[[], list[tuple[Any, ...]]]:
    """The query for the single word of a text, ready to be run."""
    from django.db import connection

    from cops.lib.search import words_of

    (word,) = words_of(text)
    patterns = {"name": f"%| {word}|%", "named": f"% {word}%\n%", "start": f"% {word}%"}

    def query() -> list[tuple[Any, ...]]:
        with connection.cursor() as cursor:
            cursor.execute(FLOOR, patterns)
            return cursor.fetchall()

    return query


def run() -> bool:
    """Measure each text; whether every ratio is allowed."""
    from django.db import connection

    from benchmarks.report_data import GeneratedContract
    from cops.desk.search import KINDS, first_of, first_results
    from cops.users.models import User

    GeneratedContract("banc", ACTIONS)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    reader = User.objects.create(email="agent@exemple.fr", full_name="Agent", role=User.Role.AGENT)
    print(f"{'':<40}{'query':>12}{'ours':>12}{'ratio':>9}")
    allowed = True
    for text in TEXTS:
        query, actions = floor(text), partial(first_of, KINDS["actions"], reader, text)
        total, rows = actions()
        found = query()
        assert [row.pk for row in rows] == [row[0] for row in found]
        assert total == (found[0][1] if found else 0)
        allowed &= measure(f"actions with « {text} » ({total})", query, actions, LIMIT)
        measure("  all kinds", query, partial(first_results, reader, text), None)
    return allowed


if __name__ == "__main__":
    with throwaway_database() as vendor:
        print(f"Python {sys.version.split()[0]}, {vendor}")
        within_limits = run()
    sys.exit(0 if within_limits else 1)
