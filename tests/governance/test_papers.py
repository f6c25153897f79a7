"""The council's papers as PDF: each keeps the rules of PDF/UA, so that those who cannot see may read it."""

from datetime import date

import page as page_validation
import pytest

from governance import pack, roster
from governance.meetings import sheet
from tests.governance.convening_world import Convening, convening

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
    }
    return subjects[word].partition("/")[2]


@pytest.mark.parametrize(
    ("word", "make"), [("roster", roster.make), ("sheet", sheet.make), ("pack", pack.make_pack)]
)
def test_a_paper_keeps_the_rules_of_accessible_files(world, word, make):
    made = make(subject_of(word, world), world.agent, print)
    verdict = page_validation.validate_pdf_bytes(made.content, profile="ua1")
    assert [(failure.rule_id, failure.message) for failure in verdict.failures] == []
