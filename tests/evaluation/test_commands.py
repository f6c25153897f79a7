"""`manage.py report` and `manage.py review` as people script against them: output, messages, exit status."""

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import page as page_validation
import pytest
from django.core.management import load_command_class

from contracts.models import Contract
from tests import factories
from tests.evaluation.pages import HtmlPage

pytestmark = pytest.mark.django_db

Result = tuple[int, bytes, str]


@pytest.fixture
def contract() -> Contract:
    contract = factories.ContractFactory(code="cops-2009", title="Contrat « d’essai »")
    objective = factories.ObjectiveFactory(contract=contract, axis__number=1, code="1.1")
    action = factories.ActionFactory(contract=contract, objective=objective, reference="1.1-01")
    factories.FundingFactory(action_year=factories.ActionYearFactory(action=action))
    return contract


@pytest.fixture
def run(capfdbinary: Any) -> Callable[..., Result]:
    """A function that runs a command as `manage.py` does: exit status, standard output, messages."""

    def run(name: str, *arguments: str) -> Result:
        status = 0
        try:
            load_command_class("evaluation", name).run_from_argv(["manage.py", name, *arguments])
        except SystemExit as stop:
            status = int(stop.code or 0)
        output, messages = capfdbinary.readouterr()
        return status, output, messages.decode()

    return run


def test_the_report_goes_to_standard_output_as_json(contract: Contract, run: Callable[..., Result]) -> None:
    status, output, messages = run("report", "--contract", "cops-2009", "--year", "2012", "--format", "json")
    assert (status, messages) == (0, "")
    answer = json.loads(output)
    assert (answer["schema"], answer["year"]) == ("cops-report/1", 2012)
    assert answer["contract"] == {"code": "cops-2009", "title": "Contrat « d’essai »"}
    assert answer["totals"]["efficiency"]["actual_cost"] == 900.0


def test_the_csv_goes_to_standard_output_too(contract: Contract, run: Callable[..., Result]) -> None:
    status, output, messages = run("report", "--contract", "cops-2009", "--year", "2012", "--format", "csv")
    assert (status, messages) == (0, "")
    assert output.startswith(b"\xef\xbb\xbfNiveau;Code;")
    assert output.count(b"\r\n") == 5


@pytest.mark.parametrize(
    ("form", "beginning"), [("json", b"{"), ("csv", b"\xef\xbb\xbf"), ("xlsx", b"PK"), ("ods", b"PK")]
)
def test_every_format_goes_to_the_file_that_is_named(
    contract: Contract, run: Callable[..., Result], tmp_path: Path, form: str, beginning: bytes
) -> None:
    target = tmp_path / f"rapport.{form}"
    arguments = ["--contract", "cops-2009", "--year", "2012", "--format", form, "--output", str(target)]
    assert run("report", *arguments) == (0, b"", "")
    assert target.read_bytes().startswith(beginning)
    assert [path.name for path in tmp_path.iterdir()] == [target.name]


def test_the_provisional_report_goes_to_standard_output_as_html(
    contract: Contract, run: Callable[..., Result]
) -> None:
    status, output, messages = run("report", "--contract", "cops-2009", "--year", "2012", "--format", "html")
    assert (status, messages) == (0, "")
    assert output.lstrip().startswith(b"<!DOCTYPE html>")
    assert "Contrat « d’essai »" in output.decode()
    assert "rovisoire" in output.decode()


@pytest.mark.pdf
def test_the_provisional_report_goes_to_a_file_as_pdf(
    contract: Contract, run: Callable[..., Result], tmp_path: Path
) -> None:
    target = tmp_path / "rapport.pdf"
    arguments = ["--contract", "cops-2009", "--year", "2012", "--format", "pdf", "--output", str(target)]
    assert run("report", *arguments) == (0, b"", "")
    assert target.read_bytes().startswith(b"%PDF-")


@pytest.mark.parametrize("form", ["xlsx", "ods", "pdf"])
def test_a_binary_format_needs_a_file(contract: Contract, run: Callable[..., Result], form: str) -> None:
    status, output, messages = run("report", "--contract", "cops-2009", "--year", "2012", "--format", form)
    assert (status, output) == (2, b"")
    assert messages == f"Le format {form} s’écrit dans un fichier : indiquez --output.\n"


def test_the_review_covers_every_year(contract: Contract, run: Callable[..., Result]) -> None:
    status, output, messages = run("review", "--contract", "cops-2009", "--format", "json")
    assert (status, messages) == (0, "")
    answer = json.loads(output)
    assert answer["schema"] == "cops-review/1"
    assert [year["year"] for year in answer["years"]] == [2009, 2010, 2011, 2012]
    assert answer["actions"] == {"planned": 1, "done": 1, "partly": 0, "never": 0}


def test_the_review_goes_to_a_file(contract: Contract, run: Callable[..., Result], tmp_path: Path) -> None:
    target = tmp_path / "bilan.json"
    arguments = ["--contract", "cops-2009", "--format", "json", "--output", str(target)]
    assert run("review", *arguments) == (0, b"", "")
    assert json.loads(target.read_bytes())["schema"] == "cops-review/1"


@pytest.mark.parametrize(
    ("name", "arguments"),
    [
        ("report", ["--contract", "cops-1999", "--year", "2012", "--format", "json"]),
        ("review", ["--contract", "cops-1999", "--format", "json"]),
    ],
)
def test_an_unknown_contract_is_the_datas_fault(
    contract: Contract, run: Callable[..., Result], name: str, arguments: list[str]
) -> None:
    assert run(name, *arguments) == (1, b"", "Aucun contrat n’a le code « cops-1999 ».\n")


def test_a_year_without_a_day_in_the_contract_as_amended_is_the_datas_fault(
    contract: Contract, run: Callable[..., Result], tmp_path: Path
) -> None:
    target = tmp_path / "rapport.json"
    arguments = ["--contract", "cops-2009", "--year", "2013", "--format", "json", "--output", str(target)]
    status, output, messages = run("report", *arguments)
    assert (status, output) == (1, b"")
    assert messages == "L’année 2013 n’a aucun jour dans le contrat « cops-2009 » : il va de 2009 à 2012.\n"
    assert not target.exists()
    factories.AmendmentFactory(contract=contract, new_end_on=date(2013, 1, 1))
    assert run("report", *arguments)[0] == 0


def test_a_file_that_cannot_be_written_is_said_and_nothing_is_left(
    contract: Contract, run: Callable[..., Result], tmp_path: Path
) -> None:
    target = tmp_path / "absent" / "rapport.json"
    arguments = ["--contract", "cops-2009", "--year", "2012", "--format", "json", "--output", str(target)]
    status, output, messages = run("report", *arguments)
    assert (status, output) == (1, b"")
    assert messages.startswith(f"Impossible d’écrire « {target} »")


@pytest.mark.parametrize(
    ("name", "arguments", "message"),
    [
        ("report", ["--contract", "cops-2009", "--format", "json"], "il manque : --year"),
        ("report", ["--contract", "cops-2009", "--year", "12", "--format", "json"], "« 12 »"),
        ("report", ["--contract", "cops-2009", "--year", "2012", "--format", "doc"], "--format"),
        ("report", ["--contract", "cops-2009", "--year", "2012"], "il manque : --format"),
        ("review", ["--format", "json"], "il manque : --contract"),
        ("review", ["--contract", "cops-2009", "--format", "xlsx"], "--format"),
    ],
)
def test_a_wrong_call_ends_with_status_two(
    contract: Contract, run: Callable[..., Result], name: str, arguments: list[str], message: str
) -> None:
    status, output, messages = run(name, *arguments)
    assert (status, output) == (2, b"")
    assert messages.startswith("Appel incorrect : ")
    assert message in messages


def test_the_review_is_a_page_of_its_own(contract: Contract, run: Callable[..., Result]) -> None:
    status, output, messages = run("review", "--contract", "cops-2009", "--format", "html")
    assert (status, messages) == (0, "")
    page = HtmlPage(output.decode())
    assert page.text.startswith("Bilan – Contrat « d’essai » (provisoire)")
    assert page.tables["Budget prévu et coût réel"].row("2012")[1] == "900,00\xa0€"
    assert page.tables["Ce que sont devenues les actions du contrat"].row("Prévues au moins une année") == [
        "1"
    ]


def test_the_review_as_pdf_needs_a_file(contract: Contract, run: Callable[..., Result]) -> None:
    status, _output, messages = run("review", "--contract", "cops-2009", "--format", "pdf")
    assert status == 2
    assert "--output" in messages


@pytest.mark.pdf
def test_the_review_goes_to_a_file_as_accessible_pdf(
    contract: Contract, run: Callable[..., Result], tmp_path: Path
) -> None:
    target = tmp_path / "bilan.pdf"
    arguments = ["--contract", "cops-2009", "--format", "pdf", "--output", str(target)]
    assert run("review", *arguments)[::2] == (0, "")
    verdict = page_validation.validate_pdf_bytes(target.read_bytes(), profile="ua1")
    assert [(failure.rule_id, failure.message) for failure in verdict.failures] == []
