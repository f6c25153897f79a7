"""Folding, sorting and writing French."""

import sys
import unicodedata
from datetime import date, datetime, time
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cops.lib import french
from cops.lib.templatetags import french as filters

NB, NNB = "\u00a0", "\u202f"


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Œuvre d’Été", "oeuvre d’ete"),
        ("ÆGIDE", "aegide"),
        ("Châlette-sur-Loing", "chalette-sur-loing"),
        ("NON RÉALISÉE", "non realisee"),
        ("e\u0301", "e"),
        ("ﬁche", "fiche"),
    ],
)
def test_folding_forgets_case_accents_and_ligatures(text, folded):
    assert french.fold(text) == folded


@given(st.text())
def test_folding_twice_changes_nothing(text):
    assert french.fold(french.fold(text)) == french.fold(text)


@given(st.text())
def test_squashing_twice_changes_nothing(text):
    assert french.squash(french.squash(text)) == french.squash(text)


INVISIBLE = "\u200b\u200c\u200d\u200e\u200f\u00ad\ufeff\u2060\u202a\u2066\u034f\ufe0f\x00\x07\x7f\x85"
# Text as it comes: letters, signs of one another, what is not seen, emojis, and what has no place in a text.
TEXTS = st.text(
    st.sampled_from(
        "aéeE\u0301\u0338œ -_;'’‘`´‐‑–—−01#\u00a0\u202f\n\r\t\u2028👩🚒🏽🏴\u20e3™↔\u2190ℹΩ\u2126" + INVISIBLE
    )
    | st.characters(),
    max_size=12,
)
KEYS = [french.exact_key, french.fold_name, french.fold_code, french.fold_search]


@given(TEXTS)
def test_what_is_stored_is_stored_the_same_again(text):
    for clean in (french.without_invisible, french.squash, french.clean_lines, french.revealed):
        assert clean(clean(text)) == clean(text)


@given(TEXTS)
def test_a_key_is_its_own_key_and_that_of_the_text_as_stored(text):
    for key in KEYS:
        assert key(key(text)) == key(text) == key(french.squash(text))


@given(TEXTS, st.sampled_from(french.SAME_SIGNS["'"]), st.sampled_from(french.SAME_SIGNS["-"]))
def test_keys_are_equal_whichever_sign_a_keyboard_gives(text, apostrophe, dash):
    typed = f"x{text}".replace("'", apostrophe).replace("-", dash)
    for key in KEYS:
        assert key(typed) == key(f"x{text}")


@given(st.text(st.sampled_from("aéE '-1"), max_size=12), st.sampled_from(INVISIBLE[:-1]), st.integers(0, 12))
def test_keys_are_equal_whatever_is_not_seen(text, sign, place):
    typed = text[:place] + sign + text[place:]
    assert french.squash(typed) == french.squash(text)
    for key in KEYS:
        assert key(typed) == key(text)


def test_every_control_and_format_character_is_dropped():
    for code in range(sys.maxunicode + 1):
        sign = chr(code)
        if unicodedata.category(sign) in ("Cc", "Cf") and not sign.isspace():
            assert french.squash(f"a{sign}b") == "ab", hex(code)


@pytest.mark.parametrize(
    "emoji", ["👩🏽\u200d🚒", "❤️", "🏴\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f", "1️⃣"]
)
def test_what_joins_an_emoji_is_kept(emoji):
    assert french.squash(f"Sport\u200b {emoji}\u200d !") == f"Sport {emoji} !"
    assert french.clean_lines(f"{emoji}\n") == f"{emoji}\n"
    assert french.exact_key(emoji) == emoji == french.revealed(emoji)


def test_case_and_accents_count_in_an_exact_key_only():
    assert french.exact_key("Élève") != french.exact_key("eleve")
    assert french.fold_name("Élève") == french.fold_name("eleve")
    assert french.fold_code("Non\u00a0réalisée\u200b") == "nonrealisee" == french.fold_code("non_realisee")


def test_what_is_not_seen_is_shown_where_it_is_quoted():
    assert french.revealed("1.1\u201101\u200b") == "1.1\u201101(U+200B)"
    assert french.revealed("\ufeffoui\U000e0001") == "(U+FEFF)oui(U+E0001)"


def test_a_text_of_several_lines_keeps_them():
    assert french.clean_lines("  a\u200b\r\n\r\nb\x0bc\x00\td \u2028") == "  a\n\nb\nc\td \n"


def test_names_match_whatever_their_case_accents_and_spaces():
    assert french.fold_name("  Éducation\u00a0 nationale ") == french.fold_name("education NATIONALE")
    assert french.fold_name("Logem Loiret") == french.fold_name("LogemLoiret")
    assert french.fold_name("Hamoval") != french.fold_name("LogemLoiret")


def test_a_search_forgets_the_sort_of_apostrophe_hyphen_and_space():
    assert french.fold_search("L’absentéisme\u202f– été") == french.fold_search("l'absenteisme - ETE")


def test_squash_folds_every_space_and_composes_accents():
    assert french.squash("  a\u00a0\u202f b\t\r\nc\u2009 e\u0301 ") == "a b c é"


@pytest.mark.parametrize(
    "ordered",
    [
        ["1.1", "1.2", "1.9", "1.10", "2.1"],
        ["1.1-01", "1.1-2", "1.1-10"],
        ["eau", "Éclat", "école", "ecran", "zone"],
        ["Action 2", "action 10"],
    ],
)
def test_texts_sort_as_a_reader_expects(ordered):
    backwards = ordered[::-1]
    assert sorted(backwards, key=french.sort_key) == ordered


def test_sorting_is_total_and_bears_any_text():
    assert french.sort_key("Été") != french.sort_key("été")
    assert sorted(["", "9" * 5000, "a1", "1a"], key=french.sort_key)[0] == ""


@given(st.lists(st.text()))
def test_any_texts_can_be_sorted(texts):
    assert sorted(sorted(texts, reverse=True), key=french.sort_key) == sorted(texts, key=french.sort_key)


@pytest.mark.parametrize(
    ("value", "decimals", "written"),
    [
        (None, None, "n.d."),
        (0, None, "0"),
        (999, None, "999"),
        (1234, None, f"1{NNB}234"),
        (-1234567, None, f"\u22121{NNB}234{NNB}567"),
        (Decimal("12.50"), None, "12,5"),
        (Decimal("1E+3"), None, f"1{NNB}000"),
        (Decimal("0.0001"), None, "0,0001"),
        (Decimal("-0.001"), 2, "0,00"),
        (Decimal("2.5"), 0, "3"),
        (Decimal("-2.5"), 0, "\u22123"),
        (0.1, None, "0,1"),
        (10**30, None, f"1{NNB}" + NNB.join(["000"] * 10)),
    ],
)
def test_numbers_are_written_as_in_french(value, decimals, written):
    assert french.number(value, decimals) == written


@pytest.mark.parametrize("value", [float("nan"), float("inf"), Decimal("NaN")])
def test_what_is_no_number_is_not_written_as_one(value):
    with pytest.raises(ValueError, match="finite"):
        french.number(value)


def test_amounts_keep_their_cents_and_their_spaces():
    assert french.money(Decimal("1234.5")) == f"1{NNB}234,50{NB}€"
    assert french.money(Decimal("0.005")) == f"0,01{NB}€"
    assert french.money(1234567, 0) == f"1{NNB}234{NNB}567{NB}€"
    assert french.money(None) == "n.d."


def test_rates_are_percentages():
    assert french.percent(Decimal("0.6667")) == f"66,7{NB}%"
    assert french.percent(1) == f"100,0{NB}%"
    assert french.percent(0.5, 0) == f"50{NB}%"
    assert french.percent(None) == "n.d."


@pytest.mark.parametrize(
    ("n", "word"), [(0, "action"), (1, "action"), (-1, "action"), (Decimal("1.5"), "action"), (2, "actions")]
)
def test_the_plural_begins_at_two(n, word):
    assert french.plural(n, "action") == word


def test_the_plural_can_be_given_and_does_not_double_its_s():
    assert french.plural(3, "journal", "journaux") == "journaux"
    assert french.plural(3, "mois") == "mois"


def test_a_count_agrees_with_its_word():
    assert french.count(0, "siège vacant", "sièges vacants") == f"0{NB}siège vacant"
    assert french.count(1200, "action") == f"1{NNB}200{NB}actions"
    assert french.count(None, "action") == "n.d."


def test_dates_are_written_out():
    assert french.date_fr(date(2013, 1, 1)) == f"1er{NB}janvier 2013"
    assert french.date_fr(date(2004, 11, 21)) == f"21{NB}novembre 2004"
    assert (french.time_fr(time(14)), french.time_fr(time(9, 5))) == ("14 h", "9 h 05")
    assert french.datetime_fr(datetime(2026, 3, 3, 14, 5)) == f"3{NB}mars 2026 à 14{NB}h{NB}05"


@pytest.mark.parametrize(
    ("items", "written"), [([], ""), (["a"], "a"), (["a", "b"], "a et b"), (["a", "b", "c"], "a, b et c")]
)
def test_lists_end_in_and(items, written):
    assert french.list_fr(items) == written


def test_a_list_can_end_in_or():
    assert french.list_fr(["a", "b"], "ou") == "a ou b"


@pytest.mark.parametrize(
    ("particle", "word", "written"),
    [
        ("de", "Amilly", "d’Amilly"),
        ("de", "Pannes", "de Pannes"),
        ("le", "État", "l’État"),
        ("la", "hausse", "la hausse"),
        ("le", "habitat", "l’habitat"),
        ("de", "Hamoval", "d’Hamoval"),
        ("de", "Yves", "d’Yves"),
        ("le", "yaourt", "le yaourt"),
        ("le", "onzième", "le onzième"),
        ("de", "", "de "),
    ],
)
def test_particles_elide_where_french_does(particle, word, written):
    assert french.elide(particle, word) == written


def test_a_name_in_a_page_follows_its_particle():
    assert filters.of("Anselme Exemple") == "d’Anselme Exemple"
    assert filters.of("Pannes") == "de Pannes"


@pytest.mark.parametrize(
    ("typed", "set_"),
    [
        ("Fini ; reste : tout ?", "Fini\u00a0; reste\u00a0: tout\u00a0?"),
        ("« Oui ! »", "«\u00a0Oui\u00a0!\u00a0»"),
        ("à 14:05, voir https://exemple.fr?a=b", "à 14:05, voir https://exemple.fr?a=b"),
        ("rien", "rien"),
        ("", ""),
    ],
)
def test_no_line_can_start_with_a_sign(typed, set_):
    assert french.typeset(typed) == set_
