"""Names that are nearly another are found, and those that merely have words in common are not."""

import time

import pytest

from cops.lib.lookalikes import NAMES_MAX, Lookalikes


@pytest.mark.parametrize(
    "known, typed",
    [
        ("Hamoval", "Hamovall"),
        ("Hamoval", "Hamval"),
        ("Hamoval", "Hanoval"),
        ("Hamoval", "Hamovla"),
        ("Ville de Montargis", "Ville Montargis"),
        ("Ville de Montargis", "Montargis (Ville)"),
        ("Jeunes suivis", "Jeune suivie"),
        ("AME - service DSU", "AME"),
        ("AME", "AME – service DSU"),
        ("Éducation nationale - DSDEN du Loiret", "DSDEN du Loiret"),
        ("Prévention spécialisée du Loiret", "Prevention spécialisé Loiret"),
        ("Lise Essai", "Essai Lise"),
        ("Lise Essai", "Essai"),
        ("Comité d'été", "COMITÉ  D’ETE"),
    ],
)
def test_a_name_that_is_nearly_another_is_found(known: str, typed: str) -> None:
    assert Lookalikes(["Autre chose", known, "Encore une autre"]).like(typed) == known


@pytest.mark.parametrize(
    "known, typed",
    [
        ("Ville de Montargis", "Ville d’Amilly"),
        ("CAF", "CAS"),
        ("Collège 1", "Collège 2"),
        ("Forum de 2012", "Forum de 2013"),
        ("Nombre de familles reçues", "Nombre de jeunes reçus"),
        ("Lise Essai", "Luc Essai"),
        ("", "Hamoval"),
        ("Hamoval", ""),
        ("«»", "–"),
    ],
)
def test_other_names_are_not(known: str, typed: str) -> None:
    assert Lookalikes([known]).like(typed) == ""


def test_only_where_names_are_cut_short_a_part_is_like_the_whole() -> None:
    known = Lookalikes(["Jeunes suivis"], by_parts=False)
    assert (known.like("Jeunes"), known.like("Jeune suivi")) == ("", "Jeunes suivis")


def test_a_name_is_shown_as_it_is_told() -> None:
    known = Lookalikes()
    known.add("Conseil général du Loiret", "Département du Loiret, autrefois Conseil général du Loiret")
    assert (
        known.like("Conseil general Loiret") == "Département du Loiret, autrefois Conseil général du Loiret"
    )


def test_any_number_of_names_is_looked_up_at_once() -> None:
    known = Lookalikes(f"Association numéro {number} {'x' * (number % 60)}" for number in range(20_000))
    assert len(known._shown) == NAMES_MAX
    start = time.process_time()
    for number in range(5_000):
        known.like(f"Association {number} {'y' * (number % 60)}")
    assert time.process_time() - start < 5
