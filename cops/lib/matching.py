"""Texts matched by the database as `cops.lib.french.exact_key` matches them, on both engines."""

from django.db.models import CharField, Func
from django.utils.deconstruct import deconstructible

from cops.lib.french import SAME_SIGNS


def _nested_replace() -> str:
    sql = "%(expressions)s"
    for one, signs in SAME_SIGNS.items():
        for sign in signs:
            quoted = one.replace("'", "''")
            sql = f"REPLACE({sql}, '{sign}', '{quoted}')"
    return sql


@deconstructible(path="cops.lib.matching.SameSigns")
class SameSigns(Func):
    """A text stored as `squash` leaves it, with one sort of apostrophe and one of hyphen: its `exact_key`.

    For constraints and look-ups; REPLACE is known to both engines.
    """

    arity = 1
    template = _nested_replace()
    output_field = CharField()
