"""Pages on paper: forms print what they hold, lists what they say; what one acts with stays behind."""

import io

import pypdfium2
import pytest
from django.urls import Resolver404, resolve, reverse

from tests import factories
from tests.access import ROUTES
from tests.desk.test_accessibility import pages_of

pytestmark = pytest.mark.browser

# What only leads to a form. Some things have no other page than a form: there their name is a link to it.
OWN_PAGES = {
    "account_edit",
    "action_year_place",
    "commune_edit",
    "import_preview",
    "person_account",
    "roster_preview",
}
FORMS = {
    route.name
    for route in ROUTES
    if any(route.expected(role, "POST") in ("200", "302") for role in ("member", "agent", "administrator"))
} - OWN_PAGES

# Buttons that print, and the addresses of links that print; a task, the head of a row and a
# sentence say something.
PRINTED = """() => {
  const isPrinted = (one) => one.checkVisibility() && one.getBoundingClientRect().width > 1;
  const all = [...document.querySelectorAll("button, a[href], input[type=submit]")].filter(isPrinted);
  const isInSentence = (one) => one.closest("p")?.innerText.length > one.innerText.length + 25;
  return all.filter((one) => !one.closest("th, .notice, .tasks") && !isInSentence(one))
    .map((one) => one.tagName === "A" ? new URL(one.href).pathname : "BUTTON");
}"""


def _is_an_act(printed):
    if printed == "BUTTON":
        return True
    try:
        return resolve(printed).url_name in FORMS
    except Resolver404:
        return False


@pytest.mark.parametrize("role", ["member", "agent", "administrator"])
def test_nothing_to_act_with_is_printed(role, world, cast, page, page_as):
    page_as(cast[role])
    page.emulate_media(media="print")
    found = {}
    for name, address in pages_of(role, world):
        page.goto(address)
        if acts := [printed for printed in page.evaluate(PRINTED) if _is_an_act(printed)]:
            found[name] = acts
    assert found == {}


def _paper(page, address):
    """The words of the page's sheets, read by another program than the one that prints."""
    page.goto(address)
    sheets = pypdfium2.PdfDocument(io.BytesIO(page.pdf(prefer_css_page_size=True)))
    return " ".join(" ".join(sheet.get_textpage().get_text_bounded().split()) for sheet in sheets)


def test_a_form_prints_its_values(page_as, agent):
    action = factories.ActionFactory()
    long = " ".join(["Le public est venu plus nombreux que prévu."] * 12) + " Dernier mot."
    year = factories.ActionYearFactory(
        action=action, year=2012, status="done", planned_budget="1234.50", comment=long
    )
    paper = _paper(page_as(agent), reverse("action_years", args=[action.pk]))
    for words in ("2012", "Réalisée", "1 234,50", "Dernier mot.", "Commentaire"):
        assert words in paper.replace("\u202f", " ").replace("\u00a0", " ")
    for words in ("Enregistrer", "Ajouter une ligne", "Retirer", "Annuler", "Se déconnecter"):
        assert words not in paper
    assert year.comment in paper


def test_of_choices_between_buttons_the_chosen_one_is_printed(page_as, agent):
    row = factories.AttendanceFactory(presence="excused", comment="En congé")
    paper = _paper(page_as(agent), reverse("attendance_edit", args=[row.meeting.pk]))
    assert row.name in paper
    assert "Excusé" in paper
    assert "En congé" in paper
    assert "Représenté" not in paper.replace("représentés", "")
    assert "Tous présents" not in paper


def test_boxes_print_as_they_are_ticked(page_as, agent):
    commune = factories.CommuneMembershipFactory().commune
    action = factories.ActionFactory()
    action.communes.add(commune)
    page = page_as(agent)
    page.emulate_media(media="print")
    page.goto(reverse("action_edit", args=[action.pk]))
    box = page.get_by_label(commune.name)
    assert box.is_checked()
    # Backgrounds are not printed: the box is drawn by the browser itself.
    assert box.evaluate("(one) => getComputedStyle(one).appearance") == "auto"


def test_a_list_prints_its_rows_and_what_narrows_it(page_as, agent):
    factories.ActionFactory(title="Chantiers éducatifs")
    factories.PersonFactory(last_name="Martin", first_name="Zoé")
    factories.PersonFactory(last_name="Durand", first_name="Léo")
    page = page_as(agent)
    paper = _paper(page, reverse("action_list"))
    assert "Chantiers éducatifs" in paper
    for words in ("Choisir", "Reconduire", "Exporter", "Télécharger", "Filtrer", "Modifier"):
        assert words not in paper
    paper = _paper(page, reverse("person_list") + "?q=Martin")
    assert "Martin" in paper.replace("Zoé", "")
    assert "Durand" not in paper
    assert "Rechercher" in paper  # the word searched for prints in its field
    assert "Effacer" not in paper


def test_a_sheet_prints_what_is_folded_and_no_way_to_change_it(page_as, agent, world):
    paper = _paper(page_as(agent), reverse("meeting_detail", args=[world.meeting.pk]))
    assert world.meeting.decisions.get().text in paper
    for words in ("Joindre", "Renvoyer", "Préparer la convocation", "Noter la réponse", "Historique complet"):
        assert words not in paper
