"""Minutes: written, drafted, approved at a later meeting, locked; as PDF, .docx and .odt."""

import io
from datetime import date, time, timedelta
from html.parser import HTMLParser

import docx
import odfdo
import pytest
from django.urls import reverse
from django.utils import timezone
from pypdf import PdfReader

from cops.documents.asking import ask_for
from cops.documents.models import Document, Rendering
from cops.documents.production import prepare
from governance.minutes.drafting import completed, draft, plain
from governance.minutes.markdown import Grid, Heading, blocks, to_html
from governance.minutes.papers import subject_of_minutes
from governance.models import Formation, Meeting, Minutes
from tests import factories
from tests.entered_forms import filled, text_of

pytestmark = pytest.mark.once

HOSTILE = """# Titre <script>alert(1)</script>

<img src=x onerror=alert(1)> <svg/onload=alert(1)> [clic](javascript:alert(1)) [clic](data:text/html,x)
<javascript:alert(1)> ![photo](http://canary.example/x.png) [ok](https://ok.example/ "t" onclick=1)

<iframe src="http://canary.example"></iframe>

| a | <b onmouseover=alert(1)>b</b> |
| --- | --- |
| =cmd() | `<u>` |
"""


@pytest.fixture
def meeting(db):
    return factories.MeetingFactory(held_on=date(2012, 12, 10), starts_at=time(14), state=Meeting.State.HELD)


def later_than(meeting, **values):
    return factories.MeetingFactory(
        formation=meeting.formation, held_on=date(2013, 6, 10), state=Meeting.State.HELD, **values
    )


def write(client, meeting, **typed):
    address = reverse("minutes_edit", args=[meeting.pk])
    return client.post(address, filled(client.get(address), **typed))


def approve(client, meeting, other):
    minutes = Minutes.objects.get(meeting=meeting)
    data = {"meeting": other.pk, "version": minutes.version}
    return client.post(reverse("minutes_approve", args=[meeting.pk]), data, follow=True)


# --- Markdown -----------------------------------------------------------------------------------------------


class _Tags(HTMLParser):
    """Every tag and attribute of a piece of HTML."""

    def __init__(self):
        super().__init__()
        self.found = set()
        self.links = set()

    def handle_starttag(self, tag, attrs):
        self.found |= {tag, *(f"{tag}.{name}" for name, _ in attrs)}
        self.links |= {value for name, value in attrs if name == "href"}


def test_hostile_text_stays_text():
    parser = _Tags()
    parser.feed(to_html(HOSTILE))
    plain_tags = {"h2", "p", "a", "table", "thead", "tbody", "tr", "th", "td", "code"}
    assert parser.found <= plain_tags | {"a.href", "a.rel", "th.scope"}
    assert all(link.startswith(("http://", "https://")) for link in parser.links)
    assert "&lt;script&gt;alert(1)" in to_html(HOSTILE)


def test_the_cells_of_a_column_stand_where_it_says():
    table = "| a | b | c |\n| --- | ---: | :-: |\n| 1 | 2 | 3 |"
    html = to_html(table).replace("\n", "")
    assert '<th scope="col">a</th><th scope="col" class="text-end">b</th>' in html
    assert '<td>1</td><td class="text-end">2</td><td class="text-center">3</td>' in html
    assert blocks(table)[0].aligns == ("", "right", "center")
    assert (
        "class"
        not in to_html('<p class="text-end">x</p>\n\n| a |\n| --- |\n| b |').replace("&quot;", "")[30:]
    )


def test_headings_never_skip_a_level():
    levels = [
        block.level for block in blocks("### A\n\n##### B\n\n# C\n\n#### D") if isinstance(block, Heading)
    ]
    assert levels == [1, 2, 1, 2]
    assert "<h3>" in to_html("# A", top=3)


@pytest.mark.parametrize(
    "text", ["# non", "1. non", "- non", "*non* _non_ `x` [a](b) <i>", "| a | b |", "> non"]
)
def test_a_fact_is_shown_as_it_was_typed(text):
    block, *others = blocks(plain(text))
    assert not others and "".join(run.text for run in block.runs) == text


def test_a_very_long_text_is_laid_out_in_bounded_time():
    assert len(to_html("[" * 20_000 + "*a" * 20_000)) > 20_000


# --- drafting -----------------------------------------------------------------------------------------------


def test_the_draft_tells_who_came_what_was_decided_and_what_became_of_it(meeting):
    item = factories.AgendaItemFactory(meeting=meeting, title="Bilan *2012*", position=1)
    factories.DecisionFactory(meeting=meeting, agenda_item=item, number=1, text="Adopté.", vote="unanimité")
    factories.AttendanceFactory(meeting=meeting, name="Ana Lopez", presence="present")
    factories.AttendanceFactory(
        meeting=meeting, name="Le préfet", presence="represented", represented_by="Jo Martin"
    )
    before = factories.MeetingFactory(formation=meeting.formation, held_on=date(2012, 1, 10))
    factories.FollowUpFactory(
        decision=factories.DecisionFactory(meeting=before), told_on=date(2012, 6, 1), text="Écrit | envoyé"
    )
    text = draft(meeting)
    html = to_html(text)
    for expected in ("Ana Lopez", "représenté par Jo Martin", "Décision n° 1", "Adopté.", "Bilan *2012*"):
        assert expected in html
    assert "Écrit | envoyé" in html and any(isinstance(block, Grid) for block in blocks(text))
    assert completed(text, meeting) == text


def test_the_draft_never_replaces_what_was_typed(agent_client, meeting):
    factories.AgendaItemFactory(meeting=meeting, title="Bilan")
    response = write(agent_client, meeting, text="Mes notes\n\n## La réunion\n\nÀ moi.", step="draft")
    shown = filled(response)["text"][0]
    assert shown.startswith("Mes notes\n\n## La réunion\n\nÀ moi.") and "Bilan" in shown
    assert shown.count("## La réunion") == 1
    assert not Minutes.objects.exists()  # nothing is saved by a step


def test_a_preview_shows_without_saving(agent_client, meeting):
    response = write(agent_client, meeting, text="## Un\n\n**gras** <script>x</script>", step="preview")
    assert "<strong>gras</strong>" in response.content.decode() and not Minutes.objects.exists()
    assert "<script>x" not in response.content.decode()


# --- writing ------------------------------------------------------------------------------------------------


def test_minutes_are_written_and_read_by_the_formation(agent_client, member, member_client):
    formation = member.person.designations.get().seat.rule.formation
    meeting = factories.MeetingFactory(formation=formation, state=Meeting.State.HELD)
    assert write(agent_client, meeting, text="## Bilan\n\nLu.").status_code == 302
    page = member_client.get(reverse("meeting_detail", args=[meeting.pk]))
    assert "<h3>Bilan</h3>" in page.content.decode() and "Projet" in text_of(page)
    assert "Modifier le compte rendu" not in text_of(page)
    assert member_client.get(reverse("minutes_edit", args=[meeting.pk])).status_code == 403
    assert member_client.get(reverse("minutes_file", args=[meeting.pk, "docx"])).status_code == 200


def test_two_writers_are_told(agent_client, administrator_client, meeting):
    factories.MinutesFactory(meeting=meeting, text="Un.")
    address = reverse("minutes_edit", args=[meeting.pk])
    seen = filled(agent_client.get(address))
    write(administrator_client, meeting, text="Deux.")
    response = agent_client.post(address, seen | {"text": "Trois."})
    text = text_of(response)
    assert "Modifié entre-temps" in text and "Deux." in text and "Trois." in text
    assert Minutes.objects.get().text == "Deux."


def test_a_table_that_would_fill_millions_of_cells_is_refused(agent_client, meeting):
    table = f"|{'a|' * 400}\n|{'-|' * 400}\n" + "|x\n" * 100
    assert "joignez plutôt un fichier" in text_of(write(agent_client, meeting, text=table))
    previewed = agent_client.post(
        reverse("minutes_edit", args=[meeting.pk]), {"text": table, "step": "preview"}
    )
    assert "joignez plutôt un fichier" in text_of(previewed) and previewed.content.count(b"<td") == 0
    assert not Minutes.objects.exists()
    small = "|a|b|\n|-|-|\n" + "|x|y|\n" * 900
    assert write(agent_client, meeting, text=small).status_code == 302


def test_minutes_begun_by_two_at_once_are_not_overwritten(agent_client, administrator_client, meeting):
    address = reverse("minutes_edit", args=[meeting.pk])
    seen = filled(agent_client.get(address))
    write(administrator_client, meeting, text="Deux.")
    response = agent_client.post(address, seen | {"text": "Trois."})
    assert response.status_code == 200 and Minutes.objects.get().text == "Deux."


# --- approving ----------------------------------------------------------------------------------------------


def test_minutes_are_approved_at_a_later_meeting_and_then_locked(agent, agent_client, meeting):
    factories.MinutesFactory(meeting=meeting)
    other = later_than(meeting)
    assert "est approuvé" in text_of(approve(agent_client, meeting, other))
    assert Minutes.objects.get().approved_in == other
    response = agent_client.get(reverse("minutes_edit", args=[meeting.pk]), follow=True)
    assert "il ne change plus" in text_of(response)
    ticket = filled(agent_client.get(reverse("minutes_edit", args=[other.pk])))
    agent_client.post(reverse("minutes_edit", args=[meeting.pk]), ticket | {"text": "Autre."})
    assert Minutes.objects.get(meeting=meeting).text == "Le conseil prend acte du bilan."
    assert "a approuvé le" in text_of(agent_client.get(reverse("meeting_detail", args=[other.pk])))


def test_only_a_later_meeting_of_the_formation_approves(agent_client, meeting):
    factories.MinutesFactory(meeting=meeting)
    earlier = factories.MeetingFactory(formation=meeting.formation, held_on=date(2012, 6, 1))
    stranger = factories.MeetingFactory(held_on=date(2013, 6, 1))
    to_come = factories.MeetingFactory(formation=meeting.formation, held_on=date(2099, 6, 1))
    cancelled = factories.MeetingFactory(
        formation=meeting.formation, held_on=date(2013, 6, 1), state=Meeting.State.CANCELLED
    )
    for other in (earlier, stranger, to_come, cancelled, meeting):
        assert approve(agent_client, meeting, other).status_code == 404
    assert Minutes.objects.get().approved_in is None


def test_minutes_that_changed_or_are_empty_are_not_approved(agent_client, meeting):
    minutes = factories.MinutesFactory(meeting=meeting, text=" ")
    other = later_than(meeting)
    assert "est vide" in text_of(approve(agent_client, meeting, other))
    minutes.text = "Un."
    minutes.save()
    data = {"meeting": other.pk, "version": minutes.version - 1}
    response = agent_client.post(reverse("minutes_approve", args=[meeting.pk]), data, follow=True)
    assert "a changé entre-temps" in text_of(response)
    assert Minutes.objects.get().approved_in is None


# --- files --------------------------------------------------------------------------------------------------


def test_a_confidential_group_has_no_minutes(agent_client):
    group = factories.FormationFactory(kind=Formation.Kind.GROUP, is_confidential=True)
    meeting = factories.MeetingFactory(formation=group, subject="", state=Meeting.State.HELD)
    factories.MinutesFactory(meeting=meeting, text="Secret")  # from before the group was confidential
    response = agent_client.get(reverse("minutes_edit", args=[meeting.pk]), follow=True)
    assert "pas de compte rendu" in text_of(response) and "Secret" not in text_of(response)
    assert agent_client.get(reverse("minutes_file", args=[meeting.pk, "odt"])).status_code == 404
    agent_client.post(reverse("minutes_pdf", args=[meeting.pk]))
    assert not Rendering.objects.exists()


def test_word_processors_get_true_headings_lists_and_tables(agent_client, meeting):
    text = "# Un\n\n## Deux\n\n- a\n  - b\n\n1. x\n\n| A | B |\n| --- | --- |\n| 1 | =2+2 |\n\n" + HOSTILE
    factories.MinutesFactory(meeting=meeting, text=text)
    content = agent_client.get(reverse("minutes_file", args=[meeting.pk, "docx"])).content
    word = docx.Document(io.BytesIO(content))
    styles = [(row.style.name, row.text) for row in word.paragraphs]
    assert styles[0][0] == "Title" and ("Heading 1", "Un") in styles and ("Heading 2", "Deux") in styles
    assert ("List Bullet", "a") in styles and ("List Bullet 2", "b") in styles
    assert [cell.text for cell in word.tables[0].rows[1].cells] == ["1", "=2+2"]
    links = [row.target_ref for row in word.part.rels.values() if row.is_external]
    assert all(link.startswith(("http://", "https://")) for link in links)
    content = agent_client.get(reverse("minutes_file", args=[meeting.pk, "odt"])).content
    odt = odfdo.Document(io.BytesIO(content))
    assert [(row.level, row.text_recursive) for row in odt.body.get_headers()][:2] == [
        ("1", "Un"),
        ("2", "Deux"),
    ]
    assert len(odt.body.get_lists()) >= 3 and len(odt.body.get_tables()) == 2
    assert "javascript:alert(1)" not in "".join(link.url or "" for link in odt.body.get_links())


def test_the_pdf_is_made_for_a_member_and_closed_with_their_mandate(member, member_client):
    mandate = member.person.designations.get()
    meeting = factories.MeetingFactory(formation=mandate.seat.rule.formation)
    factories.MinutesFactory(meeting=meeting, text=HOSTILE)
    rendering = ask_for(subject_of_minutes(meeting), by=member)
    prepare(rendering)
    rendering.refresh_from_db()
    document = rendering.document
    assert document is not None and document.kind == Document.Kind.MINUTES, rendering.progress
    with document.file.open("rb") as file:
        text = " ".join(page.extract_text() for page in PdfReader(io.BytesIO(file.read())).pages)
    assert "<script>alert(1)</script>" in text and "Projet" in text
    address = reverse("document_download", args=[document.pk])
    assert member_client.get(address).status_code == 200
    factories.DesignationFactory(person=member.person)  # another formation
    mandate.ends_on = timezone.localdate() - timedelta(days=1)
    mandate.save()
    assert member_client.get(address).status_code == 404
