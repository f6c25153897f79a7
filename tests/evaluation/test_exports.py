"""The report as JSON and as tables: the same figures, typed cells, and nothing that can execute."""

import csv
import io
import json
import zipfile
from typing import Any

import openpyxl
import pytest

from evaluation.exports import EXPORTS, exported, json_text, report_as_json, review_as_json
from evaluation.figures import Tally
from evaluation.report import YearReport, without_confidential
from evaluation.review import ActionCounts, ContractReview, YearTotals
from tests.evaluation.report_rows import CONTRACT, action, funding, indicator, report_of

HOSTILE = '=HYPERLINK("http://example.org";"x")'


@pytest.fixture(scope="module")
def report() -> YearReport:
    """Two actions known in part, one of which is full of formulas."""
    return report_of(
        action(
            1,
            unit="people",
            status="partial",
            reason="staffing",
            comment="Deux postes vacants",
            planned_budget_cents=100_000,
            actual_cost_cents=75_050,
            planned_count=100,
            actual_count=75,
            impact="Moins d’incidents",
        ),
        action(2, title=HOSTILE, lead="@organisme", comment="+33", impact="-1+1", reference="=1"),
        indicator(1, name="Satisfaction", unit="%", target_e4=800_000, value_e4=600_000),
        indicator(1, name="Élèves", target_e4=100_000),
        funding(1, "CAF", requested_cents=50_000, granted_cents=40_000),
        funding(2, "=AME"),
    )


def sheets(content: bytes) -> dict[str, list[dict[str, Any]]]:
    """The rows of each sheet of an .xlsx file, by heading."""
    workbook = openpyxl.load_workbook(io.BytesIO(content))
    found = {}
    for sheet in workbook:
        headings, *rows = sheet.iter_rows(values_only=True)
        found[sheet.title] = [dict(zip(headings, row, strict=True)) for row in rows]
    return found


def lines(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig")), delimiter=";"))


# JSON


def test_json_is_one_line_of_utf8_that_reads_back(report: YearReport) -> None:
    content = exported(report, "json")
    assert content.count(b"\n") == 1
    assert "Moins" not in content.decode()
    assert json.loads(content) == report_as_json(report)
    assert "Éducation" in content.decode()


def test_json_numbers_are_the_rounded_figures_and_unknown_ones_are_null(report: YearReport) -> None:
    totals = report_as_json(report)["totals"]
    assert totals["efficiency"] == {
        "planned_budget": 1000.0,
        "actual_cost": 750.5,
        "execution": 0.7505,
        "by_unit": {
            "people": {
                "actions": 1,
                "cost": 750.5,
                "count": 75,
                "cost_per_unit": 10.01,
                "compared": {"actions": 1, "cost_per_unit": 10.01, "planned_cost_per_unit": 10.0},
            }
        },
        "funding": {"requested": 500.0, "granted": 400.0, "paid": None},
    }
    assert totals["efficacy"]["mean_attainment"] == 0.75
    assert isinstance(totals["efficiency"]["by_unit"]["people"]["count"], int)


def test_the_review_as_json_has_its_parts() -> None:
    totals = Tally().totals()
    review = ContractReview(CONTRACT, (YearTotals(2009, totals),), ActionCounts(4, 2, 1, 1), totals)
    answer = json.loads(json_text(review_as_json(review)))
    assert list(answer) == ["schema", "contract", "years", "actions", "totals"]
    assert answer["schema"] == "cops-review/1"
    assert answer["contract"] == {"code": "cops-2009", "title": "Contrat 2009-2012"}
    assert answer["actions"] == {"planned": 4, "done": 2, "partly": 1, "never": 1}
    assert [year["year"] for year in answer["years"]] == [2009]
    assert answer["years"][0]["totals"] == answer["totals"]


# Tables


def test_the_csv_has_every_level_with_every_figure(report: YearReport) -> None:
    rows = lines(exported(report, "csv"))
    assert [(row["Niveau"], row["Code"]) for row in rows] == [
        ("contrat", "cops-2009"),
        ("axe", "1"),
        ("objectif", "1.1"),
        ("action", "1.1-01"),
        ("action", "'=1"),
        ("objectif", "1.2"),
        ("axe", "2"),
        ("objectif", "2.1"),
    ]
    contract, first = rows[0], rows[3]
    assert contract["Taux de réalisation (%)"] == "0,00"
    assert contract["Taux de réalisation au moins partielle (%)"] == "50,00"
    assert contract["Financements versés (€)"] == "n.d."
    assert contract["Motifs d’écart (nombre)"] == "Personnel (1)"
    assert contract["personnes : Coût par unité (€)"] == "10,01"
    assert contract["familles : Coût par unité (€)"] == ""
    assert (first["Prévue"], first["Statut"], first["Motif d’écart"]) == (
        "oui",
        "Partiellement réalisée",
        "Personnel",
    )
    assert (first["Atteinte moyenne des cibles (%)"], first["Coût réel (€)"]) == ("75,00", "750,50")


def test_formulas_in_the_csv_are_defused(report: YearReport) -> None:
    hostile = lines(exported(report, "csv"))[4]
    assert (hostile["Intitulé"], hostile["Pilote"]) == (f"'{HOSTILE}", "'@organisme")


def test_the_workbook_has_a_sheet_for_each_subject(report: YearReport) -> None:
    found = sheets(exported(report, "xlsx"))
    assert list(found) == [
        "synthèse",
        "axes",
        "objectifs",
        "actions",
        "coûts par unité",
        "indicateurs",
        "financements",
        "données manquantes",
    ]
    assert [row["Axe"] for row in found["axes"]] == [1, 2]
    assert [row["Objectif"] for row in found["objectifs"]] == ["1.1", "1.2", "2.1"]
    assert found["objectifs"][0]["Budget prévu (€)"] == 1000
    assert [(row["Niveau"], row["Coût par unité (€)"]) for row in found["coûts par unité"]] == [
        ("contrat", 10.01),
        ("axe", 10.01),
        ("objectif", 10.01),
        ("action", 10.01),
    ]
    assert [tuple(row.values()) for row in found["données manquantes"]] == [
        ("1.1-01", "valeur de l’indicateur «\u00a0Élèves\u00a0»"),
        ("=1", "statut"),
    ]


def test_the_action_sheet_shows_what_was_planned_and_done(report: YearReport) -> None:
    first, second = sheets(exported(report, "xlsx"))["actions"]
    assert first["Commentaire"] == "Deux postes vacants"
    assert first["Impact constaté"] == "Moins d’incidents"
    assert (first["Prévue"], first["Unité de compte"]) == (True, "personnes")
    assert (first["Budget prévu (€)"], first["Coût réel (€)"], first["Coût par unité (€)"]) == (
        1000,
        750.5,
        10.01,
    )
    assert (first["Quantité prévue"], first["Quantité réalisée"]) == (100, 75)
    assert (second["Statut"], second["Coût réel (€)"]) == ("Non renseignée", "n.d.")
    assert second["Coût par unité (€)"] is None


def test_indicators_and_funding_are_listed_line_by_line(report: YearReport) -> None:
    found = sheets(exported(report, "xlsx"))
    assert [tuple(row.values()) for row in found["indicateurs"]] == [
        ("1.1-01", "Satisfaction", "Résultat", "%", "À la hausse", None, 80, 60, False, 75),
        ("1.1-01", "Élèves", "Résultat", None, "À la hausse", None, 10, "n.d.", "n.d.", "n.d."),
    ]
    assert [tuple(row.values()) for row in found["financements"]] == [
        ("1.1-01", "CAF", 500, 400, "n.d."),
        ("=1", "=AME", "n.d.", "n.d.", "n.d."),
    ]


def test_the_summary_says_why_a_figure_is_not_known(report: YearReport) -> None:
    rows = {row["Figure"]: row for row in sheets(exported(report, "xlsx"))["synthèse"]}
    assert rows["Financements versés (€)"]["Valeur"] == "n.d."
    assert rows["Financements versés (€)"]["Précision"] == "aucun montant versé renseigné"
    assert rows["Actions prévues"]["Valeur"] == 2
    assert rows["Motif d’écart : personnel"]["Valeur"] == 1
    assert rows["Année évaluée"]["Valeur"] == 2012


def test_text_cells_of_the_workbook_are_never_formulas(report: YearReport) -> None:
    workbook = openpyxl.load_workbook(io.BytesIO(exported(report, "xlsx")))
    cells = [cell for sheet in workbook for row in sheet.iter_rows() for cell in row]
    assert HOSTILE in {cell.value for cell in cells}
    assert "f" not in {cell.data_type for cell in cells}


def test_the_ods_holds_the_same_text_without_formulas(report: YearReport) -> None:
    content = zipfile.ZipFile(io.BytesIO(exported(report, "ods"))).read("content.xml").decode()
    assert "table:formula" not in content
    assert content.count("<table:table ") == 8
    assert "HYPERLINK" in content
    assert 'office:value="750.50"' in content


def test_withheld_actions_are_in_no_file_but_counted_in_the_summary(report: YearReport) -> None:
    secret = action(1, confidential=True, title="Titre secret", status="done", comment="Secret")
    public = without_confidential(
        report_of(secret, indicator(1, name="Secret", target_e4=1), funding(1, "Secret"))
    )
    for form in EXPORTS:
        content = exported(public, form)
        if form not in ("xlsx", "ods"):
            assert "ecret" not in content.decode()
    found = sheets(exported(public, "xlsx"))
    assert "ecret" not in repr(found)
    assert {row["Figure"]: row["Valeur"] for row in found["synthèse"]}[
        "Actions confidentielles non détaillées"
    ] == 1
    assert found["synthèse"][2]["Valeur"] == 1
