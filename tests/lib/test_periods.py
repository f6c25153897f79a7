"""Partial dates and periods, at their boundaries."""

from datetime import date

import pytest

from cops.lib.periods import PartialDate, Period, Precision, year_period

NBSP = "\u00a0"


@pytest.mark.parametrize(
    ("text", "first", "last", "precision", "french"),
    [
        ("2008", date(2008, 1, 1), date(2008, 12, 31), Precision.YEAR, "2008"),
        ("2004-11", date(2004, 11, 1), date(2004, 11, 30), Precision.MONTH, "novembre 2004"),
        ("2012-02", date(2012, 2, 1), date(2012, 2, 29), Precision.MONTH, "février 2012"),
        ("2013-01-01", date(2013, 1, 1), date(2013, 1, 1), Precision.DAY, f"1er{NBSP}janvier 2013"),
        ("2014-12-31", date(2014, 12, 31), date(2014, 12, 31), Precision.DAY, f"31{NBSP}décembre 2014"),
    ],
)
def test_a_partial_date_knows_its_days_its_precision_and_its_wording(text, first, last, precision, french):
    partial = PartialDate.parse(f" {text} ")
    assert str(partial) == text
    assert (partial.first_day, partial.last_day) == (first, last)
    assert partial.period == Period(first, last)
    assert partial.precision is precision
    assert partial.french == french
    assert PartialDate.from_day(first, precision) == partial
    assert PartialDate.from_day(first, str(precision)) == partial


@pytest.mark.parametrize(
    "text",
    ["", "08", "2008-1", "2008-13", "2013-02-29", "0000", "2008-01-01T00:00", "٢٠٠٨", "2008-", "1/1/2013"],
)
def test_what_is_no_date_is_refused_in_french(text):
    with pytest.raises(ValueError, match="n’est pas une date"):
        PartialDate.parse(text)


def test_a_day_without_a_month_is_refused():
    with pytest.raises(ValueError, match="Un jour sans mois"):
        PartialDate(2008, None, 3)


JANUARY = Period(date(2012, 1, 1), date(2012, 1, 31))


@pytest.mark.parametrize(
    ("day", "inside", "nearest"),
    [
        (date(2011, 12, 31), False, date(2012, 1, 1)),
        (date(2012, 1, 1), True, date(2012, 1, 1)),
        (date(2012, 1, 31), True, date(2012, 1, 31)),
        (date(2012, 2, 1), False, date(2012, 1, 31)),
    ],
)
def test_both_ends_of_a_period_are_inside(day, inside, nearest):
    assert JANUARY.contains(day) is inside
    assert JANUARY.clamp(day) == nearest


@pytest.mark.parametrize("day", [date.min, date(2012, 6, 1), date.max])
def test_an_open_period_contains_every_day(day):
    assert Period().contains(day)
    assert Period().clamp(day) == day


@pytest.mark.parametrize(
    ("other", "shared"),
    [
        (Period(date(2012, 1, 31), None), Period(date(2012, 1, 31), date(2012, 1, 31))),
        (Period(date(2012, 2, 1), None), None),
        (Period(None, date(2012, 1, 1)), Period(date(2012, 1, 1), date(2012, 1, 1))),
        (Period(None, date(2011, 12, 31)), None),
        (Period(), JANUARY),
        (year_period(2012), JANUARY),
        (year_period(2013), None),
    ],
)
def test_the_intersection_is_the_days_shared_whichever_side_asks(other, shared):
    assert JANUARY.intersection(other) == shared
    assert other.intersection(JANUARY) == shared
    assert JANUARY.overlaps(other) is (shared is not None)


def test_two_open_periods_share_an_open_period():
    assert Period(date(2012, 1, 1)).intersection(Period(date(2013, 1, 1))) == Period(date(2013, 1, 1))
    assert Period().intersection(Period()) == Period()


def test_a_period_does_not_end_before_it_starts():
    with pytest.raises(ValueError, match=r"La fin .1er.janvier 2012. ne peut pas précéder"):
        Period(date(2012, 1, 2), date(2012, 1, 1))


@pytest.mark.parametrize(
    ("period", "french"),
    [
        (year_period(2012), "du 1er janvier 2012 au 31 décembre 2012"),
        (Period(date(2012, 1, 1), date(2012, 1, 1)), "le 1er janvier 2012"),
        (Period(date(2012, 3, 2)), "depuis le 2 mars 2012"),
        (Period(None, date(2012, 3, 2)), "jusqu’au 2 mars 2012"),
        (Period(), "sans limite de date"),
    ],
)
def test_a_period_reads_as_french(period, french):
    assert period.french.replace(NBSP, " ") == french
