"""Which year of a contract is looked at first, on the days where it changes."""

from datetime import date

import pytest

from contracts.plan import AmendmentRow, Timeline
from contracts.years import due_year, finished_year, years_to_choose
from cops.lib.periods import PartialDate

PLAN = Timeline(PartialDate(2025), PartialDate(2027))
# In force in 2010 and, after a gap, in 2013 and 2014.
GAP = Timeline(PartialDate(2010), PartialDate(2010), (AmendmentRow(1, date(2013, 1, 1), date(2014, 12, 31)),))


@pytest.mark.parametrize(
    ("plan", "on", "due", "finished", "choices"),
    [
        (PLAN, "2026-01-02", 2025, 2025, [2025, 2026]),
        (PLAN, "2026-06-30", 2025, 2025, [2025, 2026]),
        (PLAN, "2026-07-01", 2026, 2025, [2025, 2026]),
        (PLAN, "2026-12-31", 2026, 2025, [2025, 2026]),
        (PLAN, "2025-01-02", 2025, 2025, [2025]),  # its first year
        (PLAN, "2028-01-02", 2027, 2027, [2027]),  # over, its last report due
        (PLAN, "2030-03-01", 2027, 2027, [2027]),
        (PLAN, "2020-03-01", 2025, 2025, [2025]),
        (GAP, "2012-02-01", 2010, 2010, [2010]),
        (GAP, "2013-02-01", 2013, 2013, [2013]),
    ],
)
def test_the_year_by_day(plan, on, due, finished, choices):
    day = date.fromisoformat(on)
    assert (due_year(plan, day), finished_year(plan, day)) == (due, finished)
    assert years_to_choose(plan, day) == choices


def test_a_contract_without_a_day_has_no_year():
    never = Timeline(PartialDate(2025), PartialDate(2024))
    assert (due_year(never, date(2026, 1, 1)), years_to_choose(never, date(2026, 1, 1))) == (None, [])
