"""Words, marks and excerpts of a search."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cops.lib.search import excerpt, indexed, marked, words_of


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", []),
        ("  \u00a0 ", []),
        ("École  MATERNELLE", ["ecole", "maternelle"]),
        ("ma maternelle ma", ["maternelle"]),
        ("l’école l'ecole", ["l ecole"]),
        ("l’école ecole", ["l ecole"]),
        ("1.1-01 – Médiation", ["1 1 01", "mediation"]),
        ("% _", ["%", "_"]),
        ("Sous‑préfet", ["sous prefet"]),
    ],
)
def test_words_are_folded_and_each_adds_something(text, words):
    assert words_of(text) == words


@pytest.mark.parametrize(
    ("text", "words", "found"),
    [
        ("Médiation à l’école", ["mediation", "ecole"], ["Médiation", "école"]),
        ("Chœurs d’enfants", ["choeur"], ["Chœur"]),
        ("Une œuvre", ["o"], ["œ"]),
        ("E\u0301cole", ["e"], ["E\u0301"]),
        ("Sous\u2011préfet", ["sous p"], ["Sous\u2011p"]),
        ("spécialisée, Lise", ["lise"], ["Lise"]),
        ("l’école, (école), 2école", ["ecole"], ["école", "école"]),
        ("a.b", ["."], []),
        ("rien", ["absent"], []),
        ("rien", [], []),
    ],
)
def test_the_words_are_marked_as_they_were_written(text, words, found):
    pieces = marked(text, words)
    assert [piece for piece, is_found in pieces if is_found] == found
    assert "".join(piece for piece, _ in pieces) == text


@given(text=st.text(max_size=60), query=st.text(max_size=12))
def test_marking_loses_nothing_and_marks_nothing_else(text, query):
    words = words_of(query)
    pieces = marked(text, words)
    assert "".join(piece for piece, _ in pieces) == text
    for piece, is_found in pieces:
        assert not is_found or any(f" {word}" in indexed([piece]) for word in words)


def test_an_excerpt_shows_the_first_word_found_between_whole_words():
    text = "début " * 60 + "la médiation sociale " + "fin " * 60
    shown = excerpt(text, ["mediation"], width=80)
    assert "médiation" in shown
    assert shown.startswith("…début") and shown.endswith("fin…")
    assert len(shown) <= 82


@given(text=st.text(alphabet="ab é\n", max_size=400), query=st.text(alphabet="abé ", max_size=5))
def test_an_excerpt_is_part_of_the_text_and_short(text, query):
    shown = excerpt(text, words_of(query), width=60)
    assert len(shown) <= 62
    assert shown.strip("…") in " ".join(text.split())


def test_a_short_text_is_its_own_excerpt():
    assert excerpt("Médiation\n sociale", ["absent"]) == "Médiation sociale"
