"""The report as a document of its own: everything in it, nothing fetched, every « n.d. » with its reason."""

import re
from datetime import date
from itertools import pairwise

import pytest

from evaluation import charts, tables
from evaluation.comparison import axes_of
from evaluation.presentation import body, sheets
from evaluation.rendering import report_html
from evaluation.report import YearReport, without_confidential, year_report
from tests.evaluation.example_rows import ExampleRows
from tests.evaluation.pages import HtmlPage
from tests.evaluation.report_rows import CONTRACT, action, funding, indicator, report_of
from tests.factories import CouncilFactory

DAY = date(2026, 11, 23)
EVIL = '<img src="https://example.org/x"><script>alert(1)</script></style>'


@pytest.fixture
def example() -> YearReport:
    return year_report(CONTRACT, 2012, **ExampleRows().of_year(2012))


def document(report: YearReport) -> HtmlPage:
    return HtmlPage(report_html(report, provisional_on=DAY))


def no_link(row: object) -> str:
    return "#"


# --- the document -----------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_the_document_fetches_nothing(example: YearReport) -> None:
    html = report_html(example, provisional_on=DAY)
    page = HtmlPage(html)
    addresses = [
        given[name]
        for _tag, given in page.tags
        for name in ("src", "href", "data", "action")
        if name in given
    ]
    assert addresses
    assert all(address.startswith("#") for address in addresses)
    assert set(re.findall(r"url\(\"?([a-z#]+)", html)) <= {"data", "#graphique"}
    assert "@import" not in html


@pytest.mark.django_db
def test_the_document_says_what_it_is(example: YearReport) -> None:
    CouncilFactory(name="CISPD de l’essai", agglomeration__name="Agglomération d’essai")
    page = document(example)
    assert page.text.startswith("Évaluation 2012 – Contrat 2009-2012 (provisoire)")
    for words in (
        "Agglomération d’essai",
        "CISPD de l’essai",
        "Évaluation de l’année 2012",
        "PROVISOIRE – 23\u00a0novembre 2026",
    ):
        assert " ".join(words.split()) in page.text
    assert ("html", {"lang": "fr"}) in page.tags


@pytest.mark.django_db
def test_without_a_council_the_document_stands_too(example: YearReport) -> None:
    assert "Évaluation de l’année 2012" in document(example).text


@pytest.mark.django_db
def test_the_contents_lead_to_every_section_axis_and_sheet(example: YearReport) -> None:
    page = document(example)
    anchors = {link[1:] for link in page.links}
    assert anchors <= set(page.ids)
    assert {"essentiel", "effectivite", "efficacite", "efficience", "axe-3", "manque", "fiches"} <= anchors
    assert len([one for one in anchors if one.startswith("fiche-")]) == len(list(example.actions())) == 34
    assert len(page.ids) == len(set(page.ids))


@pytest.mark.django_db
def test_headings_go_down_one_level_at_a_time(example: YearReport) -> None:
    levels = [int(tag[1]) for tag, _given in document(example).tags if re.fullmatch("h[1-6]", tag)]
    assert levels[0] == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))


@pytest.mark.django_db
def test_each_chart_stands_right_before_its_table(example: YearReport) -> None:
    tags = [tag for tag, _given in document(example).tags if tag in {"svg", "table"}]
    places = [place for place, tag in enumerate(tags) if tag == "svg"]
    assert len(places) == 5
    assert all(tags[place + 1] == "table" for place in places)


@pytest.mark.django_db
def test_html_in_every_field_is_only_text() -> None:
    report = report_of(
        action(
            title=EVIL,
            lead=EVIL,
            comment=EVIL,
            impact=EVIL,
            description=EVIL,
            audience=EVIL,
            status="partial",
            reason="other",
        ),
        indicator(name=EVIL, unit=EVIL, target_e4=10000),
        funding(funder=EVIL),
    )
    page = document(report)
    assert not [tag for tag, _given in page.tags if tag in {"img", "script"}]
    assert page.text.count("alert(1)") >= 12


# --- what is said -----------------------------------------------------------------------------------------


def test_the_three_questions_are_answered_first(example: YearReport) -> None:
    effectiveness, efficacy, efficiency = body(example, no_link).headlines
    assert (effectiveness.value, effectiveness.label) == ("62,1\u00a0%", "des actions prévues sont réalisées")
    assert effectiveness.facts == (
        "18 actions réalisées sur 29\u00a0prévues",
        "69,0\u00a0% au moins en partie",
        "3 actions réalisées sans être prévues",
    )
    assert (efficacy.value, efficacy.facts[0]) == (
        "76,0\u00a0%",
        "19 cibles atteintes pour 25\u00a0indicateurs renseignés",
    )
    assert (efficiency.value, efficiency.label) == ("78,10\u00a0€", "par personne")
    assert "58,77\u00a0€ par famille" in efficiency.facts


def test_an_answer_that_is_not_known_says_why() -> None:
    effectiveness, efficacy, efficiency = body(report_of(action(planned=False)), no_link).headlines
    assert (effectiveness.value, effectiveness.why) == ("n.d.", "aucune action prévue")
    assert (efficacy.value, efficacy.why) == (
        "n.d.",
        "aucun indicateur de résultat ou d’impact n’a de cible",
    )
    assert efficiency.value == "n.d."
    assert efficiency.why == "aucune action n’a à la fois un coût connu et une quantité réalisée non nulle"


def test_the_same_reason_has_one_letter_and_another_the_next() -> None:
    report = report_of(action(1, actual_cost_cents=100), action(2), action(3))
    listed = tables.actions(report.axes[0], 2012, no_link)
    assert [(note.letter, note.text) for note in listed.notes] == [
        ("a", "budget prévu non renseigné"),
        ("b", "l’action n’a pas d’unité de compte"),
        ("c", "coût réel non renseigné"),
    ]


def test_more_reasons_than_letters_still_differ() -> None:
    notes = tables.Notes()
    letters = [notes.cell("n.d.", f"raison {place}").note for place in range(60)]
    assert len(set(letters)) == 60
    assert letters[25:28] == ["z", "aa", "bb"]


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("court", "court"),
        ("mot " * 100, ("mot " * 75).strip() + " […]"),
        ("x" * 301, "x" * 300 + " […]"),
        ("x" * 300, "x" * 300),
    ],
)
def test_a_long_text_is_cut_at_a_word(text: str, shown: str) -> None:
    assert tables.excerpt(text) == shown


def test_a_long_comment_is_whole_on_its_sheet_and_begun_in_the_table() -> None:
    comment = "mot " * 5000
    report = report_of(action(status="partial", reason="other", comment=comment))
    (sheet,) = sheets(report)
    assert sheet.comments == (("Commentaire", comment),)
    gaps = tables.gaps(report, no_link)
    assert gaps is not None
    assert len(gaps.rows[0].cells[-1].text) < 310


def test_a_sheet_shows_all_that_is_known_of_its_action(example: YearReport) -> None:
    by_reference = {sheet.reference: sheet for sheet in sheets(example)}
    sheet = by_reference["1.2-04"]
    assert dict(sheet.facts)["Objectif"] == "1.2 – Objectif 1.2"
    assert [row.heading.text for row in sheet.figures.rows][:2] == ["Coût", "Quantité"]
    shown = [
        row.heading.text for one in by_reference.values() if one.indicators for row in one.indicators.rows
    ]
    assert sorted(shown) == sorted(one.name for each in example.actions() for one in each.indicators)


def test_an_indicator_of_output_is_on_the_sheet_and_nowhere_else() -> None:
    report = report_of(action(), indicator(name="Réunions", nature="output", target_e4=10000, value_e4=20000))
    (sheet,) = sheets(report)
    assert sheet.indicators is not None
    assert [cell.text for cell in sheet.indicators.rows[0].cells] == ["n.d.", "1", "2", "100,0\u00a0%", "oui"]
    assert tables.measured_indicators(report, no_link) is None


@pytest.mark.parametrize(
    ("unit", "value", "shown"),
    [
        ("%", 55000, "5,5\u00a0%"),
        ("nombre", 55000, "5,5"),
        ("", 120000000, "12\u202f000"),
        ("faits", 10000, "1\u00a0faits"),
    ],
)
def test_a_measure_is_written_with_its_unit(unit: str, value: int, shown: str) -> None:
    report = report_of(action(), indicator(unit=unit, target_e4=value))
    table = tables.measured_indicators(report, no_link)
    assert table is not None
    assert table.rows[0].cells[2].text == shown


def test_what_an_unplanned_action_did_is_marked() -> None:
    report = report_of(action(planned=False, status="done"))
    cell = tables.status_cell(next(iter(report.actions())).row)
    assert (cell.text, cell.detail, cell.tone) == ("Réalisée", "non prévue", "ok")


def test_confidential_actions_are_marked_for_the_service_and_told_to_the_others() -> None:
    report = report_of(action(1, confidential=True), action(2, reference="1.1-02"))
    assert [sheet.is_confidential for sheet in sheets(report)] == [True, False]
    redacted = without_confidential(report)
    told = "1 action confidentielle est comptée dans les totaux mais n’est pas montrée une à une."
    assert body(redacted, no_link).withheld == told
    assert [sheet.reference for sheet in sheets(redacted)] == ["1.1-02"]
    remarks = [
        row.heading.text for row in tables.actions(redacted.axes[0], 2012, no_link).rows if not row.cells
    ]
    assert told in remarks


@pytest.mark.django_db
def test_the_document_of_the_service_says_that_it_is_reserved() -> None:
    report = report_of(action(1, confidential=True))
    assert "Réservé au service : ce document montre 1 action confidentielle." in document(report).text
    assert "Réservé" not in document(without_confidential(report)).text


def test_an_empty_year_is_told() -> None:
    assert body(report_of(), no_link).is_empty
    assert not body(report_of(action()), no_link).is_empty
    assert not body(without_confidential(report_of(action(confidential=True))), no_link).is_empty


@pytest.mark.django_db
def test_an_empty_year_has_a_document_too() -> None:
    page = document(report_of(axes=[], objectives=[]))
    assert "il n’y a encore rien à évaluer" in page.text
    assert "Les axes et objectifs de ce contrat ne sont pas connus." in page.text


def test_charts_leave_out_statuses_that_no_action_has() -> None:
    chart = charts.statuses(
        axes_of(report_of(action(status="done"), action(2, status="dropped", reason="lead")))
    )
    assert "Réalisées" in chart.wide
    assert "Abandonnées" in chart.wide
    assert "Reportées" not in chart.wide


def test_charts_give_rounded_euros_and_nd() -> None:
    report = report_of(action(planned_budget_cents=123456))
    chart = charts.budget_and_cost(axes_of(report))
    assert "1\u202f235\u00a0€" in chart.wide
    assert "n.d." in chart.wide


@pytest.mark.django_db
def test_the_letter_of_an_unknown_figure_leads_to_its_note_and_back(example: YearReport) -> None:
    tags = document(example).tags
    ids = [given["id"] for _tag, given in tags if given.get("id")]
    links = [given["href"] for tag, given in tags if tag == "a" and given.get("href", "").startswith("#")]
    calls = [link for link in links if link.startswith("#note-")]
    ways_back = [link for link in links if link.startswith("#appel-")]
    assert calls
    assert set(calls) == {f"#note-{way.removeprefix('#appel-')}" for way in ways_back}
    assert len(ids) == len(set(ids))
    assert {link.removeprefix("#") for link in [*calls, *ways_back]} <= set(ids)
