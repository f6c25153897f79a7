"""One thing typed two ways stays one thing: signs that spreadsheets exchange, and signs that nobody sees."""

import json
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from django.core.management import call_command
from django.db import IntegrityError, transaction

from actions.models import Action, ActionYear, Funding, Indicator, IndicatorValue
from actions.workbook import import_file, to_json
from cops.desk.reference import load_reference
from cops.lib.french import SAME_SIGNS, exact_key, squash
from governance.models import Organisation
from tests import factories
from tests.actions.spreadsheets import xlsx
from tests.actions.workbooks import (
    action,
    book,
    faults,
    funding,
    imported,
    make_world,
    plan,
    sound,
    value,
    year,
)

pytestmark = pytest.mark.django_db

ROOT = Path(__file__).parents[2]
DEMONSTRATION = ROOT / "fixtures" / "demo-2009-2014.xlsx"
MODELS = (Organisation, Action, ActionYear, Indicator, IndicatorValue, Funding)


def stored() -> list[list[dict[str, Any]]]:
    return [list(model.objects.order_by("pk").values()) for model in MODELS]


def report(capsys: pytest.CaptureFixture[str], year: int) -> Any:
    call_command("report", contract="cops-2009", year=year, format="json")
    return json.loads(capsys.readouterr().out)


def retyped(path: Path, signs: dict[str, str]) -> bytes:
    """The workbook with these signs in all its texts."""
    grids = openpyxl.load_workbook(path)
    sheets = {}
    for grid in grids:
        rows = [list(row) for row in grid.iter_rows(values_only=True)]
        sheets[grid.title] = [
            [cell.translate(str.maketrans(signs)) if isinstance(cell, str) else cell for cell in row]
            for row in rows
        ]
    return xlsx(sheets)


FREE_TEXTS = {"intitule", "description", "public", "commentaire", "impact", "unite"}


@pytest.mark.parametrize(
    "signs",
    [{"'": "’"}, {"'": "ʼ", "-": "\u2011"}, {"-": "–", " ": "\u00a0\u200b"}],
    ids=["apostrophes", "no-break hyphens", "dashes and what is not seen"],
)
def test_the_demonstration_as_a_spreadsheet_types_it_is_what_is_stored(
    capsys: pytest.CaptureFixture[str], signs: dict[str, str]
) -> None:
    load_reference()
    assert import_file(DEMONSTRATION.read_bytes(), DEMONSTRATION.name).faults == ()
    before, reports = stored(), [report(capsys, year) for year in range(2009, 2015)]
    done = import_file(retyped(DEMONSTRATION, signs), "retyped.xlsx")
    assert (done.faults, done.organisations_created, done.warnings) == ((), (), ())
    assert sum(done.created.values()) == 0
    # Titles and other texts are taken as the file has them; keys, rows and figures stay.
    assert list(map(len, stored())) == list(map(len, before))
    changed = {difference.column for one in done.changes for difference in one.differences}
    assert changed <= FREE_TEXTS
    after = [report(capsys, year) for year in range(2009, 2015)]
    assert [exact_key(json.dumps(one, ensure_ascii=False)) for one in after] == [
        exact_key(json.dumps(one, ensure_ascii=False)) for one in reports
    ]


def test_headings_and_codes_are_read_whatever_is_not_seen() -> None:
    make_world()
    rows = [
        [
            " contrat\u00a0",
            "référence\u200b",
            "\ufeffannee",
            "Pré\u00advue",
            "Budget\nprévu",
            "\u200bcout_reel",
            "statut",
        ],
        [
            "cops\u20112009",
            "1.1-01",
            "20\u200b12",
            "ou\u200bi",
            "1 0\u200b00",
            "900,5\ufeff",
            "réali\u00adsée",
        ],
    ]
    done = plan(xlsx({"actions": _rows(action()), "programma\u200btion": rows}))
    assert done.faults == ()
    (row,) = done.source.years.rows  # type: ignore[union-attr]
    assert (row.year, row.is_planned, row.status) == (2012, True, "done")
    assert (row.planned_budget, str(row.actual_cost)) == (1000, "900.5")


def _rows(row: dict[str, Any]) -> list[list[Any]]:
    return [list(row), list(row.values())]


@pytest.mark.parametrize(
    "typed",
    ["AME\u200b - service DSU", "AME – service DSU", "AME\u2011service  DSU", "ame -\u00adSERVICE dsu"],
)
def test_a_known_organisation_is_found_whichever_dash_was_typed(typed: str) -> None:
    make_world()
    known = factories.OrganisationFactory(name="AME - service DSU")
    done = imported(sound(actions=[action(pilote=typed)], financements=[funding(financeur=typed)]))
    assert done.organisations_created == ()
    assert Action.objects.get().lead == known == Funding.objects.get().funder
    assert Organisation.objects.get(pk=known.pk).name == "AME - service DSU"


@pytest.mark.parametrize("typed", ["1.1\u201101", "1.1–01", "1.1\u200b-01\ufeff", "\u202d1.1−01\u202c"])
def test_a_known_reference_is_found_and_keeps_its_spelling(typed: str) -> None:
    make_world()
    imported(sound(indicateurs=[value()], financements=[funding()]))
    rows = {"reference": typed}
    done = imported(
        book(
            actions=[action(**rows)],
            programmation=[year(**rows)],
            indicateurs=[value(**rows)],
            financements=[funding(**rows)],
        )
    )
    assert done.is_empty
    assert [one.reference for one in Action.objects.all()] == ["1.1-01"]


def test_the_spelling_first_stored_is_that_of_every_row_that_shows_it() -> None:
    make_world()
    imported(sound(actions=[action(reference="1.1\u201101")], programmation=[year(reference="1.1-01")]))
    assert Action.objects.get().reference == "1.1\u201101"
    changed = imported(book(programmation=[year(commentaire="vu")]))
    assert changed.changes[0].key == ("cops-2009", "1.1\u201101", 2012)


def test_a_known_indicator_is_found_whichever_apostrophe_was_typed() -> None:
    make_world()
    imported(sound(indicateurs=[value(indicateur="Taux d'essais - filles")]))
    done = imported(book(indicateurs=[value(indicateur="Taux d’essais –\u200b filles")]))
    assert done.is_empty
    assert Indicator.objects.get().name == "Taux d'essais - filles"


def test_two_spellings_of_one_key_in_one_file_are_one_key() -> None:
    make_world()
    twice = [value(indicateur="Taux d'essais"), value(indicateur="Taux d’essais")]
    assert faults(sound(indicateurs=twice)) == [("indicateurs", 3, "annee", "2012")]
    two_years = [value(indicateur="Taux d'essais"), value(indicateur="Taux d’essais", annee=2013)]
    imported(sound(programmation=[year(), year(annee=2013)], indicateurs=two_years))
    assert Indicator.objects.get().values.count() == 2


def test_case_and_accents_still_tell_references_and_indicators_apart() -> None:
    make_world()
    names = [value(indicateur=name) for name in ("Élèves", "élèves", "Eleves")]
    imported(sound(actions=[action(), action(reference="a"), action(reference="A")], indicateurs=names))
    assert (Action.objects.count(), Indicator.objects.count()) == (3, 3)


def test_what_joins_an_emoji_is_stored_and_what_is_not_seen_is_not() -> None:
    make_world()
    title = "Sport\u200b 👩🏽\u200d🚒 pour\u00ad tous\x7f"
    imported(sound(actions=[action(intitule=title, description="a\u200b\nb")]))
    row = Action.objects.get()
    assert (row.title, row.description) == ("Sport 👩🏽\u200d🚒 pour tous", "a b")


def test_a_message_shows_what_was_not_seen() -> None:
    make_world()
    (fault,) = plan(sound(programmation=[year(reference="1.\u200b1-02")])).faults
    assert "1.1-02" in fault.message
    (fault,) = plan(sound(programmation=[year(prevue="peut-\u200bêtre")])).faults
    assert "« peut-(U+200B)être »".replace("« ", "«\u00a0").replace(" »", "\u00a0»") in fault.message


def test_a_cell_of_nothing_that_can_be_seen_is_empty() -> None:
    make_world()
    done = plan(sound(actions=[action(), {"reference": "\u200b", "contrat": "\ufeff "}]))
    assert done.faults == ()


def test_a_sign_changed_in_a_text_that_is_no_key_is_a_correction() -> None:
    make_world()
    imported(sound(actions=[action(intitule="Soirées d'été", description="De 8-10 ans")]))
    done = imported(sound(actions=[action(intitule="Soirées d’été", description="De 8–10 ans")]))
    (change,) = done.changes
    assert [difference.column for difference in change.differences] == ["intitule", "description"]
    assert Action.objects.get().title == "Soirées d’été"


@pytest.mark.parametrize("sign", "".join(SAME_SIGNS["'"] + SAME_SIGNS["-"]))
def test_the_database_holds_keys_together_as_the_import_does(sign: str) -> None:
    """The twin in SQL of `exact_key` agrees with it, sign by sign, on a text as it is stored."""
    stored_sign = squash(f"a{sign}b")
    first = factories.ActionFactory(reference=stored_sign)
    assert Action.objects.of_reference(f"a{exact_key(sign)}b").get() == first
    with pytest.raises(IntegrityError), transaction.atomic():
        factories.ActionFactory(
            contract=first.contract, objective=first.objective, reference=exact_key(stored_sign)
        )


# --- what would be created beside something of nearly the same name ---------------------------------------


def warned(data: bytes) -> list[tuple[str, int, str, str]]:
    found = plan(data)
    assert found.faults == ()
    return [(one.sheet, one.row, one.column, one.message) for one in found.warnings]


def test_each_new_organisation_that_looks_like_a_known_one_is_warned_of_with_both_spellings() -> None:
    make_world()
    factories.OrganisationFactory(name="Hamoval")
    rows = [action(pilote="Hamovall", partenaires="Conseil general Loiret;Zêta;AME service DSU")]
    found = warned(
        sound(actions=rows, financements=[funding(financeur="Zétas"), funding(financeur="Hamovall")])
    )
    assert [(sheet, row, column) for sheet, row, column, _ in found] == [
        ("actions", 2, "pilote"),
        ("actions", 2, "partenaires"),
        ("actions", 2, "partenaires"),
        ("financements", 2, "financeur"),
    ]
    messages = " ".join(message for *_, message in found)
    for new, known in [
        ("Hamovall", "«\u00a0Hamoval\u00a0»"),
        ("Conseil general Loiret", "«\u00a0Conseil général du Loiret\u00a0», aujourd’hui «\u00a0Département"),
        ("AME service DSU", "«\u00a0AME\u00a0»"),
        ("Zétas", "«\u00a0Zêta\u00a0»"),
    ]:
        assert f"Le nouvel organisme «\u00a0{new}\u00a0» ressemble à {known}" in messages


def test_each_new_action_that_looks_like_a_known_one_is_warned_of() -> None:
    make_world()
    imported(sound(actions=[action(reference="1.1-01", intitule="Médiation à la sortie des collèges")]))
    other = "Accueil des familles"
    rows = [
        action(reference="1.1-1", intitule=other),
        action(reference="1.1-02", intitule="Médiation à la sortie du collège"),
        action(reference="1.1-03", intitule="Médiation  A LA sortie des collèges"),
        action(reference="1.1-04", intitule="Ludothèque"),
    ]
    found = warned(book(actions=rows))
    assert [(row, column) for _, row, column, _ in found] == [
        (2, "reference"),
        (3, "intitule"),
        (4, "intitule"),
    ]
    known = "«\u00a01.1-01 – Médiation à la sortie des collèges\u00a0»"
    assert all(known in message for *_, message in found)
    assert f"«\u00a01.1-1 – {other}\u00a0»" in found[0][3]


def test_each_new_indicator_that_looks_like_one_of_its_action_is_warned_of_once() -> None:
    make_world()
    imported(sound(indicateurs=[value(indicateur="Jeunes suivis")], programmation=[year(), year(annee=2013)]))
    imported(
        book(
            actions=[action(reference="b", intitule="Tout autre chose")], programmation=[year(reference="b")]
        )
    )
    names = ["jeunes suivis", "Jeune suivi", "Jeunes", "Zêta", "zeta"]
    rows = [value(indicateur=name, annee=annee) for name in names for annee in (2012, 2013)]
    found = warned(book(indicateurs=[*rows, value(reference="b", indicateur="Jeunes suivies")]))
    assert [(sheet, row, column) for sheet, row, column, _ in found] == [
        ("indicateurs", 2, "indicateur"),
        ("indicateurs", 4, "indicateur"),
        ("indicateurs", 10, "indicateur"),
    ]
    assert "«\u00a0jeunes suivis\u00a0» ressemble à «\u00a0Jeunes suivis\u00a0»" in found[0][3]


def test_nothing_is_warned_of_what_is_known_or_unlike() -> None:
    make_world()
    imported(sound(indicateurs=[value()], financements=[funding()]))
    assert warned(sound(indicateurs=[value()], financements=[funding()])) == []
    new = action(reference="1.1-02", intitule="Ludothèque", pilote="Imanis")
    assert warned(book(actions=[new])) == []


def test_the_command_says_what_looks_alike(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    make_world()
    file = tmp_path / "actions.xlsx"
    file.write_bytes(sound(actions=[action(pilote="Département Loiret", partenaires="Ame (DSU)")]))
    call_command("import_workbook", str(file), "--dry-run")
    said = capsys.readouterr().err
    assert "Attention, feuille actions, ligne 2, colonne pilote : Le nouvel organisme" in said
    assert "«\u00a0Département du Loiret\u00a0»" in said and "«\u00a0Département Loiret\u00a0»" in said
    assert "2\u00a0points à vérifier dans actions.xlsx." in said


def test_the_value_of_a_fault_shows_what_was_not_seen() -> None:
    make_world()
    answer = to_json(plan(sound(programmation=[year(prevue="peut-\u200bêtre")])), dry_run=True)
    assert [fault["value"] for fault in answer["errors"]] == ["peut-(U+200B)être"]
