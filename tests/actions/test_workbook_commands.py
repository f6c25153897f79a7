"""`import_workbook` and `export_workbook` as people call them: output, exit status, nothing left behind."""

import io
import json
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path
from typing import Any

import pytest
from django.core.management import ManagementUtility

from actions.models import Action
from tests import factories
from tests.actions.workbooks import World, action, make_world, sound, year

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def world(db: None) -> World:
    return make_world()


@pytest.fixture
def book_path(tmp_path: Path) -> Path:
    path = tmp_path / "actions.xlsx"
    path.write_bytes(sound())
    return path


class Output(io.StringIO):
    """Standard output as a terminal gives it, with its bytes."""

    def __init__(self) -> None:
        super().__init__()
        self.buffer = io.BytesIO()


def run(*arguments: Any) -> tuple[int, str, str]:
    """Exit status, standard output and standard error of `manage.py` with these arguments."""
    out, err, status = Output(), io.StringIO(), 0
    with redirect_stdout(out), redirect_stderr(err):
        try:
            ManagementUtility(["manage.py", *map(str, arguments)]).execute()
        except SystemExit as end:
            status = end.code if isinstance(end.code, int) else 1
    assert "Traceback" not in err.getvalue()
    return status, out.getvalue(), err.getvalue()


# --- import_workbook ----------------------------------------------------------------------------------------


def test_an_import_says_what_it_did(book_path: Path) -> None:
    status, out, err = run("import_workbook", book_path)
    assert (status, err) == (0, "")
    assert out == (
        "actions : 1\u00a0ligne créée, 0\u00a0ligne modifiée, 0\u00a0ligne inchangée.\n"
        "programmation : 1\u00a0ligne créée, 0\u00a0ligne modifiée, 0\u00a0ligne inchangée.\n"
        "indicateurs : 0\u00a0ligne créée, 0\u00a0ligne modifiée, 0\u00a0ligne inchangée.\n"
        "financements : 0\u00a0ligne créée, 0\u00a0ligne modifiée, 0\u00a0ligne inchangée.\n"
        "actions.xlsx est importé.\n"
    )
    assert Action.objects.count() == 1
    assert "rien n’a changé" in run("import_workbook", book_path)[1]


def test_json_has_the_agreed_form(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    path.write_bytes(sound(actions=[action(pilote="Nouveau")]))
    zeros = {"actions": 0, "programmation": 0, "indicateurs": 0, "financements": 0}
    status, out, err = run("import_workbook", path, "--format", "json", "--dry-run")
    assert (status, err) == (0, "")
    assert json.loads(out) == {
        "schema": "cops-import/1",
        "dry_run": True,
        "created": {"actions": 1, "programmation": 1, "indicateurs": 0, "financements": 0},
        "updated": zeros,
        "unchanged": zeros,
        "organisations_created": ["Nouveau"],
        "errors": [],
    }
    assert Action.objects.count() == 0
    assert json.loads(run("import_workbook", path, "--format", "json")[1])["dry_run"] is False
    assert Action.objects.count() == 1


def test_errors_are_in_the_json_and_the_exit_status_is_1(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    path.write_bytes(sound(programmation=[year(annee=2013), year(prevue="x")]))
    status, out, err = run("import_workbook", path, "--format", "json")
    assert status == 1
    outcome = json.loads(out)
    zeros = {"actions": 0, "programmation": 0, "indicateurs": 0, "financements": 0}
    assert outcome["created"] == outcome["updated"] == outcome["unchanged"] == zeros
    assert outcome["errors"] == [
        {
            "sheet": "programmation",
            "row": 3,
            "column": "prevue",
            "value": "x",
            "message": "Réponse attendue : oui ou non. Trouvé : «\u00a0x\u00a0».",
        }
    ]
    assert "1\u00a0erreur" in err
    assert Action.objects.count() == 0


def test_errors_as_text_go_to_standard_error(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    path.write_bytes(sound(programmation=[year(prevue="x")]))
    status, out, err = run("import_workbook", path)
    assert (status, out) == (1, "")
    assert err.splitlines() == [
        "feuille programmation, ligne 2, colonne prevue : Réponse attendue : oui ou non. "
        "Trouvé : «\u00a0x\u00a0».",
        "1\u00a0erreur trouvée dans a.xlsx. Rien n’a été importé : corrigez le classeur, puis recommencez.",
    ]


def test_a_file_that_cannot_be_read_is_an_error_of_the_file(tmp_path: Path) -> None:
    (tmp_path / "a.xlsx").write_bytes(b"bonjour")
    for path in (tmp_path / "absent.xlsx", tmp_path, tmp_path / "a.xlsx"):
        status, out, err = run("import_workbook", path)
        assert (status, out) == (1, "")
        assert err.startswith("fichier : ")
        (error,) = json.loads(run("import_workbook", path, "--format", "json")[1])["errors"]
        assert (error["sheet"], error["row"], error["column"], error["value"]) == ("", 0, "", "")


def test_with_contract_only_its_rows_are_accepted(book_path: Path) -> None:
    factories.ContractFactory(code="cops-2015")
    status, _, err = run("import_workbook", book_path, "--contract", "cops-2015")
    assert status == 1
    assert "Contrat cops-2015 attendu" in err
    assert run("import_workbook", book_path, "--contract", "cops-2009")[0] == 0


def test_an_unknown_contract_is_said(book_path: Path) -> None:
    status, out, err = run("import_workbook", book_path, "--contract", "cops-1999")
    assert (status, out, err) == (1, "", "Aucun contrat n’a le code « cops-1999 ».\n")
    assert Action.objects.count() == 0


@pytest.mark.parametrize(
    "arguments",
    [
        ["import_workbook"],
        ["import_workbook", "a.xlsx", "--format", "xml"],
        ["import_workbook", "a.xlsx", "--inconnu"],
        ["export_workbook", "--output", "a.xlsx"],
        ["export_workbook", "--contract", "cops-2009"],
        ["export_workbook", "--contract", "cops-2009", "--output", "a.csv"],
    ],
)
def test_a_wrong_call_ends_with_2(arguments: list[str]) -> None:
    status, out, err = run(*arguments)
    assert (status, out) == (2, "")
    assert err.startswith("Appel incorrect")


def test_warnings_go_to_standard_error_and_forbid_nothing(book_path: Path, tmp_path: Path) -> None:
    run("import_workbook", book_path)
    path = tmp_path / "b.xlsx"
    path.write_bytes(sound(actions=[action(fin="31/12/2011")], programmation=[year(annee=2011)]))
    status, _, err = run("import_workbook", path)
    assert status == 0
    assert err.startswith("Attention, feuille actions, ligne 2, colonne fin : L’année 2012")


# --- export_workbook ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["export.xlsx", "export.ods", "EXPORT.XLSX"])
def test_an_export_can_be_imported(book_path: Path, tmp_path: Path, name: str) -> None:
    run("import_workbook", book_path)
    target = tmp_path / name
    assert run("export_workbook", "--contract", "cops-2009", "--output", target) == (0, "", "")
    status, out, _ = run("import_workbook", target)
    assert status == 0
    assert "rien n’a changé" in out
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(["actions.xlsx", name])


def test_a_failed_export_leaves_the_file_as_it_was(tmp_path: Path) -> None:
    target = tmp_path / "export.xlsx"
    target.write_bytes(b"avant")
    status, _, err = run("export_workbook", "--contract", "cops-1999", "--output", target)
    assert (status, err) == (1, "Aucun contrat n’a le code « cops-1999 ».\n")
    assert target.read_bytes() == b"avant"
    status, _, err = run(
        "export_workbook", "--contract", "cops-2009", "--output", tmp_path / "absent" / "a.xlsx"
    )
    assert status == 1
    assert err.startswith("Impossible d’écrire")
    (tmp_path / "dossier.xlsx").mkdir()
    assert run("export_workbook", "--contract", "cops-2009", "--output", tmp_path / "dossier.xlsx")[0] == 1
    assert sorted(path.name for path in tmp_path.iterdir()) == ["dossier.xlsx", "export.xlsx"]
