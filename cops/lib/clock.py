"""Hours of the local clock, which is put back once a year and put forward once: an hour that comes twice, and
one that never comes."""

from datetime import UTC, datetime, tzinfo

from cops.lib.french import MINUS


def readings(naive: datetime, zone: tzinfo) -> list[datetime]:
    """The instants at which a clock of that zone shows this, the earlier first: one; two in the hour that
    comes twice; none in the hour that is left out."""
    found = [naive.replace(tzinfo=zone, fold=fold) for fold in (0, 1)]
    if found[0].utcoffset() == found[1].utcoffset():
        return found[:1]
    return [one for one in found if _exists(one)]


def _exists(instant: datetime) -> bool:
    """Whether the zone's clock ever shows it: an hour left out comes back as another one."""
    there_and_back = instant.astimezone(UTC).astimezone(instant.tzinfo)
    return there_and_back.replace(tzinfo=None) == instant.replace(tzinfo=None)


def is_twofold(instant: datetime) -> bool:
    """Whether the clock of its zone shows the same at another instant too."""
    zone = instant.tzinfo
    return zone is not None and len(readings(instant.replace(tzinfo=None, fold=0), zone)) == 2


def offset_fr(instant: datetime) -> str:
    """How far its zone is from UTC: « UTC+2 », « UTC+5:30 »."""
    offset = instant.utcoffset()
    if offset is None:
        raise ValueError("a naive time is at no offset")
    minutes = round(offset.total_seconds() / 60)
    hours, rest = divmod(abs(minutes), 60)
    sign = MINUS if minutes < 0 else "+"
    return f"UTC{sign}{hours}" + (f":{rest:02d}" if rest else "")
