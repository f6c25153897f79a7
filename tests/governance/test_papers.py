"""The council's papers as PDF: each keeps the rules of PDF/UA, so that those who cannot see may read it."""

from datetime import date

import page as page_validation
import pytest
from django.conf import settings

from governance import pack, roster
from governance.meetings import sheet
from governance.minutes import papers as minutes
from tests import factories
from tests.governance.convening_world import Convening, convening

MINUTES = """- point

  suite

  > cité dans un point

  | Poste | Montant |
  | --- | ---: |
  | Médiation | 12 500 € |
"""

pytestmark = [pytest.mark.pdf, pytest.mark.django_db, pytest.mark.once]


@pytest.fixture
def world(db: None) -> Convening:
    return convening()


def subject_of(word: str, world: Convening) -> str:
    meeting = world.meeting
    subjects = {
        "roster": roster.subject_of_roster(meeting.formation, date(2013, 6, 1)),
        "sheet": sheet.subject_of_sheet(meeting),
        "pack": pack.subject_of_pack(meeting),
        "minutes": minutes.subject_of_minutes(meeting),
    }
    return subjects[word].partition("/")[2]


@pytest.mark.parametrize(
    ("word", "make"),
    [("roster", roster.make), ("sheet", sheet.make), ("pack", pack.make_pack), ("minutes", minutes.make)],
)
def test_a_paper_keeps_the_rules_of_accessible_files(world, word, make):
    factories.MinutesFactory(meeting=world.meeting, text=MINUTES)
    made = make(subject_of(word, world), world.agent, print)
    verdict = page_validation.validate_pdf_bytes(made.content, profile="ua1")
    assert [(failure.rule_id, failure.message) for failure in verdict.failures] == []


def test_printed_documents_have_one_shell():
    """An evaluation, a paper of the council and a letter are documents of the same kind."""
    templates = settings.BASE_DIR / "templates"
    whole = {path.name for path in templates.rglob("*.html") if "<!DOCTYPE" in path.read_text("utf-8")}
    assert whole == {"bare.html", "printed.html"}
