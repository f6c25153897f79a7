"""The papers of a crisis cell: the call list on one page whatever the names, the whole course as one PDF."""

import io
from datetime import date

import page as page_validation
import pytest
from django.utils import timezone
from pypdf import PdfReader

from governance.crises import closing, report
from governance.crises.logbook import Kind, add_entry
from governance.crises.opening import Call, open_cell
from governance.models import CrisisCell, Designation, SeatRule
from tests import factories

pytestmark = [pytest.mark.pdf, pytest.mark.django_db, pytest.mark.once]

LONG_FUNCTION = "Adjoint au maire délégué à la tranquillité publique et à la prévention de la délinquance"
LONG_ORGANISATION = "Communauté d’agglomération Montargoise et rives du Loing, direction {n}"


def person(n: int) -> object:
    return factories.PersonFactory(
        first_name="Marie-Emmanuelle",
        last_name=f"De La Tour-Saint-Hilaire {n}",
        function=LONG_FUNCTION,
        email=f"marie-emmanuelle.delatour-saint-hilaire-{n}@agglomeration-montargoise.example.org",
        phone=f"02 38 00 00 {n:02}",
        organisation=factories.OrganisationFactory(name=LONG_ORGANISATION.format(n=n)),
    )


@pytest.fixture
def cell(agent) -> CrisisCell:
    """Fourteen titulars, their substitutes and four guests."""
    formation = factories.FormationFactory(kind="restricted", code="restreint", name="CISPD restreint")
    for n in range(1, 15):
        authority = SeatRule.Convener.PREFECT if n == 2 else ""
        rule = factories.SeatRuleFactory(formation=formation, position=n, convenes=authority)
        seat = factories.SeatFactory(rule=rule)
        for quality, key in ((Designation.Quality.TITULAR, n), (Designation.Quality.SUBSTITUTE, n + 20)):
            factories.DesignationFactory(
                seat=seat, person=person(key), quality=quality, function=LONG_FUNCTION,
                starts_on=date(2010, 1, 1),
            )  # fmt: skip
    call = Call(
        event="Incendie d’un entrepôt",
        communes=[factories.CommuneMembershipFactory(commune__name="Amilly").commune],
        convened_by="prefect",
        means_needed="Des villes concernées : deux gymnases",
        guests=[person(n) for n in range(40, 44)],
    )
    return open_cell(call, by=agent, alerts=False)[0]


def read(pdf: bytes) -> PdfReader:
    """The PDF, which keeps the rules of PDF/UA."""
    verdict = page_validation.validate_pdf_bytes(pdf, profile="ua1")
    assert [(failure.rule_id, failure.message) for failure in verdict.failures] == []
    return PdfReader(io.BytesIO(pdf))


def text_of(reader: PdfReader) -> str:
    return " ".join(" ".join(page.extract_text() for page in reader.pages).split())


def test_thirty_two_people_with_long_names_are_called_from_one_page(cell, agent):
    reader = read(report.make_calls(str(cell.pk), agent, print).content)
    assert len(reader.pages) == 1
    said = text_of(reader)
    for row in cell.meeting.attendances.select_related("person"):
        assert row.person.phone in said


def test_the_whole_course_of_a_cell_is_one_accessible_pdf(cell, agent):
    lines = (
        (Kind.SITUATION, "Feu circonscrit", "", ""),
        (Kind.MEANS_ASKED, "Un gymnase", "Amilly", "town"),
        (Kind.MEANS_ENGAGED, "Deux cars", "Amelys", "partner"),
        (Kind.DECISION, "Fermer la rue", "Police municipale", ""),
    )
    entries = [
        add_entry(
            cell, kind=kind, text=text, happened_at=timezone.now(), by=agent, engaged_by=by, means_of=owner
        )
        for kind, text, by, owner in lines
    ]
    add_entry(
        cell, kind=Kind.CORRECTION, text="Trois cars", happened_at=timezone.now(), by=agent,
        corrects=entries[2],
    )  # fmt: skip
    cell.lessons = "Prévoir un second gymnase."
    closing.close(cell, by=agent)
    said = text_of(read(report.make_report(str(cell.pk), agent, print).content))
    for text in ("relèvent de l’autorité de Monsieur le Préfet", "Feu circonscrit", "Des villes", "Amelys"):
        assert text in said
    for text in ("Des partenaires", "Trois cars", "Police municipale", "Prévoir un second gymnase."):
        assert text in said
