"""The hour that comes twice and the one that never comes."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from cops.lib.clock import is_twofold, offset_fr, readings
from cops.lib.templatetags.french import instant

PARIS = ZoneInfo("Europe/Paris")


@pytest.mark.parametrize(
    ("shown", "hours"),  # UTC
    [
        (datetime(2026, 10, 25, 2, 30), [(25, 0, 30), (25, 1, 30)]),
        (datetime(2026, 10, 25, 2, 0), [(25, 0, 0), (25, 1, 0)]),
        (datetime(2026, 10, 25, 1, 59), [(24, 23, 59)]),
        (datetime(2026, 10, 25, 3, 0), [(25, 2, 0)]),
        (datetime(2026, 3, 29, 2, 30), []),
        (datetime(2026, 3, 29, 2, 0), []),
        (datetime(2026, 3, 29, 3, 0), [(29, 1, 0)]),
        (datetime(2026, 7, 1, 2, 30), [(1, 0, 30)]),
    ],
)
def test_a_clock_shows_an_hour_once_twice_or_never(shown, hours):
    found = [one.astimezone(UTC) for one in readings(shown, PARIS)]
    assert [(one.day, one.hour, one.minute) for one in found] == hours


def test_the_hour_that_comes_twice_is_told_with_its_offset():
    first, second = readings(datetime(2026, 10, 25, 2, 30), PARIS)
    assert is_twofold(first) and is_twofold(second)
    assert not is_twofold(datetime(2026, 10, 25, 3, 0, tzinfo=PARIS))
    assert not is_twofold(datetime(2026, 10, 25, 2, 30, tzinfo=UTC))
    assert not is_twofold(datetime(2026, 10, 25, 2, 30))
    assert (offset_fr(first), offset_fr(second)) == ("UTC+2", "UTC+1")
    assert offset_fr(first.astimezone(ZoneInfo("Asia/Kolkata"))) == "UTC+5:30"
    assert offset_fr(first.astimezone(ZoneInfo("America/Cayenne"))) == "UTC\u22123"
    told = [instant(one).replace("\u00a0", " ") for one in (first, second)]
    assert told == ["25 octobre 2026 à 2 h 30 (UTC+2)", "25 octobre 2026 à 2 h 30 (UTC+1)"]
    assert instant(datetime(2026, 10, 25, 2, 0, tzinfo=UTC)).endswith("à 3\u00a0h\u00a000")
