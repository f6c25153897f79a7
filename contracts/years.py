"""Which year of a contract somebody looks at first: the one whose report is due, or the last that is over.

The report of a year is made until June of the next one; from July on the year that goes on is looked at.
"""

from datetime import date

from contracts.plan import Timeline

LAST_MONTH_OF_REPORT = 6


def year_in_report(on: date) -> int:
    """The calendar year whose report is due that day."""
    return on.year - 1 if on.month <= LAST_MONTH_OF_REPORT else on.year


def year_looked_at(on: date, *, makes_report: bool) -> int:
    """The calendar year to look at first that day: by those who make its report the one that is due, by those
    who read it the last that is over."""
    return year_in_report(on) if makes_report else on.year - 1


def years_from(plan: Timeline, first: int) -> list[int]:
    """The years of the contract up to `first`, the latest at the top, then those after it in their order."""
    years = plan.years()
    return [*(year for year in reversed(years) if year <= first), *(year for year in years if year > first)]


def due_year(plan: Timeline, on: date) -> int | None:
    """The year of the contract whose report is due that day; its nearest one, None if it has no year."""
    return nearest_year(plan, year_in_report(on))


def finished_year(plan: Timeline, on: date) -> int | None:
    """The last year of the contract that was over that day; its first one while none is."""
    return nearest_year(plan, on.year - 1)


def nearest_year(plan: Timeline, year: int) -> int | None:
    return min(plan.years(), key=lambda one: abs(one - year), default=None)


def years_to_choose(plan: Timeline, on: date) -> list[int]:
    """The year before and this one, as far as the contract has them; its nearest one if it has none."""
    known = [year for year in plan.years() if year in (on.year - 1, on.year)]
    nearest = due_year(plan, on)
    return known or ([nearest] if nearest is not None else [])
