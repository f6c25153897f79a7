"""The demonstration workbook could be somebody's: whole things are whole, sentences differ, sums agree.

It is read here cell by cell, so that a rule does not hold because the import made it hold.
"""

from collections import Counter
from collections.abc import Iterator
from decimal import Decimal
from functools import cache
from typing import Any

import openpyxl
import pytest

from cops.desk.demonstration import WORKBOOK

Row = dict[str, Any]
DEVIATIONS = {"partielle", "reportee", "abandonnee", "non_realisee"}


@cache
def rows_of(sheet: str) -> tuple[Row, ...]:
    headings, *rows = openpyxl.load_workbook(WORKBOOK)[sheet].iter_rows(values_only=True)
    return tuple(dict(zip(headings, row, strict=True)) for row in rows)


def by_year() -> dict[tuple[str, int], Row]:
    return {(row["reference"], row["annee"]): row for row in rows_of("programmation")}


def figures(*columns: str, of: tuple[Row, ...]) -> Iterator[tuple[Any, ...]]:
    """Each known figure of these columns, after what says which one it is."""
    for row in of:
        for column in columns:
            if row[column] is not None:
                yield row["reference"], row["annee"], column, row[column]


def test_what_comes_in_whole_things_is_whole() -> None:
    counted = tuple(row for row in rows_of("indicateurs") if row["unite"] == "nombre")
    found = [
        *figures("quantite_prevue", "quantite_realisee", of=rows_of("programmation")),
        *figures("valeur_reference", "cible", "valeur", of=counted),
    ]
    assert len(found) > 250
    assert [one for one in found if one[-1] != int(one[-1]) or one[-1] < 0] == []


def test_what_is_not_counted_says_in_which_unit_it_is_measured() -> None:
    assert {row["unite"] for row in rows_of("indicateurs")} == {"nombre", "%", "pour 100 000 voyages"}
    shares = tuple(row for row in rows_of("indicateurs") if row["unite"] == "%")
    found = list(figures("valeur_reference", "cible", "valeur", of=shares))
    assert [one for one in found if not 0 <= one[-1] <= 100] == []


@pytest.mark.parametrize("column", ["commentaire", "impact"])
def test_no_sentence_comes_twice(column: str) -> None:
    said = Counter(row[column] for row in rows_of("programmation") if row[column])
    assert len(said) > 20
    assert {sentence for sentence, times in said.items() if times > 1} == set()


def test_what_was_not_done_as_planned_says_why() -> None:
    apart = [row for row in rows_of("programmation") if row["statut"] in DEVIATIONS]
    assert len(apart) > 20
    assert [row for row in apart if not (row["motif"] and row["commentaire"])] == []


def test_what_funders_were_asked_is_the_budget_and_nobody_paid_more_than_it_cost() -> None:
    years = by_year()
    asked: Counter[tuple[str, int]] = Counter()
    paid: Counter[tuple[str, int]] = Counter()
    for row in rows_of("financements"):
        key = row["reference"], row["annee"]
        assert 0 <= row["verse"] <= row["accorde"] <= row["demande"], row
        asked[key] += row["demande"]
        paid[key] += row["verse"]
    assert {key for key in asked if asked[key] != (years[key]["budget_prevu"] or 0)} == set()
    known = [key for key in paid if years[key]["cout_reel"] is not None]
    assert {key for key in known if paid[key] > years[key]["cout_reel"]} == set()


@pytest.mark.parametrize("year", range(2009, 2015))
def test_a_year_costs_about_what_it_was_to_cost(year: int) -> None:
    known = [row for row in rows_of("programmation") if row["annee"] == year and row["cout_reel"]]
    budget = sum(row["budget_prevu"] for row in known)
    cost = sum(Decimal(str(row["cout_reel"])) for row in known)
    assert Decimal("0.7") < cost / budget < Decimal("1.02")
    assert [row for row in known if row["cout_reel"] > Decimal("1.05") * row["budget_prevu"]] == []


# What the figures tell -----------------------------------------------------------------------------------


def planned_and_done(year: int) -> tuple[int, int]:
    planned = [row for row in rows_of("programmation") if row["annee"] == year and row["prevue"] == "oui"]
    return len(planned), sum(row["statut"] == "realisee" for row in planned)


def test_2010_lacked_staff_and_the_work_recovered() -> None:
    years = {year: planned_and_done(year) for year in range(2009, 2014)}
    assert years == {2009: (18, 17), 2010: (21, 9), 2011: (24, 19), 2012: (24, 19), 2013: (22, 21)}
    staffing = Counter(row["annee"] for row in rows_of("programmation") if row["motif"] == "personnel")
    assert staffing == {2010: 9}


def test_one_action_was_dropped_and_is_not_planned_again() -> None:
    dropped = [row for row in rows_of("programmation") if row["statut"] == "abandonnee"]
    assert [(row["reference"], row["annee"]) for row in dropped] == [("1.4-01", 2012)]
    after = [by_year()["1.4-01", year] for year in (2013, 2014)]
    assert {(row["prevue"], row["statut"], row["budget_prevu"], row["cout_reel"]) for row in after} == {
        ("non", None, None, None)
    }


def test_one_action_works_every_year() -> None:
    years = [row for row in rows_of("programmation") if row["reference"] == "3.3-01"]
    assert [row["statut"] for row in years] == ["realisee"] * 6
    incidents = [row for row in rows_of("indicateurs") if row["reference"] == "3.3-01"]
    assert all(row["valeur"] <= row["cible"] for row in incidents)
    values = [row["valeur"] for row in incidents]
    assert values == sorted(values, reverse=True) and values[-1] < 6


def test_the_last_year_is_still_to_be_completed() -> None:
    open_ones = [row for row in rows_of("programmation") if row["annee"] == 2014 and not row["statut"]]
    assert len(open_ones) == 8
    assert {
        row["statut"] for row in rows_of("programmation") if row["annee"] != 2014 and row["prevue"] == "oui"
    }.isdisjoint({None, "en_cours"})
