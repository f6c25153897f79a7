"""Papers of actions, meetings, points of an agenda, contracts: who adds and reads them, what is kept."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from cops.audit.models import Event, StaleVersionError
from cops.documents import attachments
from cops.documents.attachments import papers_of
from cops.documents.carriers import carrier_of, carrier_with_key, registered
from cops.documents.contents import checked
from cops.documents.models import Attachment, Document
from cops.users.models import User
from governance.models import AgendaItem, Designation, Meeting
from tests.documents.papers import pdf, png
from tests.entered_forms import filled, text_of
from tests.factories import (
    ActionFactory,
    AgendaItemFactory,
    AttachmentFactory,
    MeetingFactory,
)

pytestmark = pytest.mark.django_db

STAFF, READERS = Attachment.Audience.STAFF, Attachment.Audience.READERS
CAST = ("agent", "administrator", "member", "lead", "stranger")


@pytest.fixture
def targets(member: User, lead: User) -> dict[str, Any]:
    """Objects of each carrier; the action is the lead's, the meeting of the member's formation."""
    own = lead.person.actions.get()
    meeting = MeetingFactory(formation=member.person.designations.get().seat.rule.formation)
    return {
        "own action": own,
        "confidential action": ActionFactory(is_confidential=True),
        "own confidential action": ActionFactory(is_confidential=True, contact=lead.person),
        "meeting": meeting,
        "foreign meeting": MeetingFactory(),
        "point": AgendaItemFactory(meeting=meeting),
        "foreign point": AgendaItemFactory(),
        "contract": own.contract,
    }


READ_BY = {
    "own action": {"member", "lead"},
    "confidential action": set(),
    "own confidential action": {"lead"},
    "meeting": {"member"},
    "foreign meeting": set(),
    "point": {"member"},
    "foreign point": set(),
    "contract": {"member"},
}


def key_of(target: Any) -> list[Any]:
    return [carrier_of(target).key, target.pk]


def upload(content: bytes = b"", name: str = "convention_2012.pdf") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content or pdf())


def sent(client: Client, target: Any, **typed: Any) -> Any:
    """What comes of the form of a new paper, filled in."""
    address = reverse("attachment_create", args=key_of(target))
    data = {"kind": "agreement", "audience": READERS, "title": "", "file": upload()} | typed
    return client.post(address, filled(client.get(address)) | data)


# --- who reads --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", READ_BY)
@pytest.mark.parametrize("audience", [STAFF, READERS])
def test_a_paper_is_read_with_what_carries_it(
    name: str, audience: str, targets: dict[str, Any], request: pytest.FixtureRequest, client_of: Callable
) -> None:
    paper = AttachmentFactory(target=targets[name], audience=audience)
    readers = {"agent", "administrator"} | (READ_BY[name] if audience == READERS else set())
    for role in CAST:
        user = request.getfixturevalue(role)
        status = client_of(user).get(reverse("document_download", args=[paper.document_id])).status_code
        assert status == (200 if role in readers else 404), role
        assert list(papers_of([targets[name]], user).values()) == [[paper.document] * (role in readers)], role


def test_every_carrier_is_tried_above(targets: dict[str, Any]) -> None:
    assert {carrier.model for carrier in registered()} == {type(target) for target in targets.values()}


def test_a_mandate_that_ended_closes_the_papers(targets: dict[str, Any], member_client: Client) -> None:
    paper = AttachmentFactory(target=targets["meeting"])
    address = reverse("document_download", args=[paper.document_id])
    assert member_client.get(address).status_code == 200
    Designation.objects.update(ends_on=timezone.localdate() - timedelta(days=1))
    assert member_client.get(address).status_code == 404


def test_an_agent_who_is_no_longer_one_does_not_keep_what_they_attached(
    agent: User, agent_client: Client, targets: dict[str, Any]
) -> None:
    sent(agent_client, targets["contract"])
    agent.role = User.Role.NONE
    agent.save()
    address = reverse("document_download", args=[Attachment.objects.get().document_id])
    assert agent_client.get(address).status_code == 404


def test_the_page_of_each_carrier_shows_its_papers(
    targets: dict[str, Any], agent_client: Client, member_client: Client
) -> None:
    for name in ("own action", "meeting", "point", "contract"):
        target = targets[name]
        open_one = AttachmentFactory(target=target, title=f"Ouverte {name}")
        closed = AttachmentFactory(target=target, title=f"Réservée {name}", audience=STAFF)
        page = carrier_of(target).page(target)
        for_agent, for_member = text_of(agent_client.get(page)), text_of(member_client.get(page))
        assert open_one.title in for_agent
        assert closed.title in for_agent
        assert "Joindre une pièce" in for_agent
        assert open_one.title in for_member
        assert closed.title not in for_member
        assert "Joindre une pièce" not in for_member
        assert "Remplacer" not in for_member


def test_papers_are_searched_within_scope_and_never_those_of_a_confidential_group(
    targets: dict[str, Any], member: User, lead: User, agent: User, stranger: User
) -> None:
    formation = targets["meeting"].formation
    formation.kind, formation.is_confidential = "group", True
    formation.save()
    for name in ("own action", "confidential action", "own confidential action", "meeting", "point"):
        AttachmentFactory(target=targets[name], title=f"Étude de {name}")
    AttachmentFactory(target=targets["own action"], title="Étude retirée", withdrawn_at=timezone.now())

    def found(user: User) -> set[str]:
        rows = Document.objects.visible_to(user).search("etude")
        return {row.title.removeprefix("Étude de ") for row in rows}

    assert found(agent) == {"own action", "confidential action", "own confidential action"}
    assert found(member) == {"own action"}
    assert found(lead) == {"own action", "own confidential action"}
    assert found(stranger) == set()


# --- who attaches -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["own action", "meeting", "point", "contract"])
@pytest.mark.parametrize("role", CAST)
def test_the_service_attaches_and_nobody_else(
    name: str, role: str, targets: dict[str, Any], request: pytest.FixtureRequest, client_of: Callable
) -> None:
    user = request.getfixturevalue(role)
    client, target = client_of(user), targets[name]
    address = reverse("attachment_create", args=key_of(target))
    data = {"kind": "note", "audience": READERS, "title": "Note", "file": upload()}
    if role not in ("agent", "administrator"):
        assert client.get(address).status_code == 403
        assert client.post(address, data).status_code == 403
        assert not Attachment.objects.exists()
        return
    response = client.post(address, filled(client.get(address)) | data)
    assert response.url == carrier_of(target).page(target) + "#pieces-jointes"
    paper = Attachment.objects.get()
    assert (paper.target, paper.title, paper.audience, paper.document.created_by) == (
        target,
        "Note",
        READERS,
        user,
    )
    assert paper.document.visibility == Document.Visibility.ATTACHED
    with paper.document.file.open() as file:
        assert file.read() == pdf()
    event = Event.objects.get(action=Event.Action.CREATED)
    assert (event.actor, event.subject_id, event.summary) == (user, str(target.pk), "Pièce jointe : Note")


@pytest.mark.parametrize("arguments", [["action", 999_999], ["compte", 1], ["document", 1]])
def test_what_is_not_there_or_carries_no_papers_takes_none(
    arguments: list[Any], agent_client: Client
) -> None:
    assert carrier_with_key("document") is None
    assert agent_client.post(reverse("attachment_create", args=arguments)).status_code == 404


def test_fields_that_are_not_offered_change_nothing(
    agent: User, agent_client: Client, targets: dict[str, Any]
) -> None:
    other = targets["confidential action"]
    sent(
        agent_client,
        targets["own action"],
        target_id=other.pk,
        created_by=1,
        content_type="text/html",
        visibility="owner",
        withdrawn_at="2020-01-01",
        kind="report_draft",
    )
    assert not Attachment.objects.exists()  # a report is no kind of paper that is attached
    sent(agent_client, targets["own action"], target_id=other.pk, content_type="text/html", filename="x.html")
    paper = Attachment.objects.select_related("document").get()
    assert paper.target == targets["own action"]
    assert (paper.document.content_type, paper.document.filename) == (
        "application/pdf",
        "convention_2012.pdf",
    )


def test_a_paper_without_a_title_takes_the_name_of_its_file(
    agent_client: Client, targets: dict[str, Any]
) -> None:
    sent(agent_client, targets["contract"])
    assert Attachment.objects.get().title == "convention 2012"


def test_the_page_warns_of_lists_of_people_and_says_who_will_read(
    agent_client: Client, targets: dict[str, Any]
) -> None:
    page = text_of(agent_client.get(reverse("attachment_create", args=key_of(targets["own action"]))))
    assert "Aucune liste de personnes" in page
    assert "la personne référente" in page
    assert "Le service seulement" in page


# --- what is sent -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "name", "message"),
    [
        (b"<html><script>alert(1)</script>", "page.html", "Imprimez la page en PDF"),
        (b"<svg onload='alert(1)'/>", "dessin.svg", "Imprimez la page en PDF"),
        (b"MZ\x90\0", "outil.exe", "n’est pas d’un type accepté"),
        (pdf(), "note.docx", "Renommez-le"),
        (b"", "vide.pdf", "Ce fichier est vide"),
        (png(20_000, 20_000), "plan.png", "400 millions de points"),
    ],
)
def test_a_file_that_is_refused_keeps_nothing_and_the_other_fields(
    content: bytes, name: str, message: str, agent_client: Client, targets: dict[str, Any]
) -> None:
    file = SimpleUploadedFile(name, content)
    response = sent(agent_client, targets["own action"], file=file, title="Mon titre", audience=STAFF)
    assert response.status_code == 200
    assert message in text_of(response)
    assert filled(response)["title"] == ["Mon titre"]
    assert filled(response)["audience"] == [STAFF]
    assert not Document.objects.exists()


def test_a_good_file_beside_another_error_is_asked_for_again(
    agent_client: Client, targets: dict[str, Any]
) -> None:
    response = sent(agent_client, targets["own action"], title="x" * 300)
    assert response.status_code == 200
    assert "Choisissez de nouveau le fichier" in text_of(response)
    assert not Document.objects.exists()


def test_what_was_typed_when_the_session_ended_is_found_again_without_the_file(
    agent: User, targets: dict[str, Any], client_of: Callable
) -> None:
    address = reverse("attachment_create", args=key_of(targets["own action"]))
    data = filled(client_of(agent).get(address)) | {"title": "Mon titre", "kind": "note", "audience": READERS}
    visitor = Client()
    visitor.post(address, data | {"file": upload()})
    visitor.force_login(agent)
    response = visitor.get(address)
    assert filled(response)["title"] == ["Mon titre"]
    assert "Choisissez le fichier : un navigateur ne le garde pas" in text_of(response)
    assert visitor.post(address, filled(response) | {"file": upload()}).status_code == 302
    assert Attachment.objects.get().title == "Mon titre"


def test_a_double_click_attaches_once_and_another_file_after_going_back_is_not_lost(
    agent_client: Client, targets: dict[str, Any]
) -> None:
    address = reverse("attachment_create", args=key_of(targets["own action"]))
    data = filled(agent_client.get(address)) | {"kind": "note", "audience": READERS, "title": "Note"}
    for _ in range(2):
        assert agent_client.post(address, data | {"file": upload()}).status_code == 302
    assert Attachment.objects.count() == 1
    other = agent_client.post(address, data | {"file": upload(pdf(b"autre"))})
    assert "Ce formulaire a déjà été enregistré une fois" in text_of(other)
    assert agent_client.post(address, filled(other) | {"file": upload(pdf(b"autre"))}).status_code == 302
    assert Attachment.objects.count() == 2


def test_the_file_is_saved_under_its_name_and_never_run(
    agent_client: Client, targets: dict[str, Any]
) -> None:
    sent(agent_client, targets["contract"], file=upload(name="../../évaluation\u202e<1>.pdf"))
    paper = Attachment.objects.select_related("document").get()
    assert "valuation" not in paper.document.file.name
    response = agent_client.get(reverse("document_download", args=[paper.document_id]))
    assert response["Content-Disposition"] == "attachment; filename*=utf-8''%C3%A9valuation-1-.pdf"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Content-Security-Policy"].startswith("sandbox; default-src 'none'")


# --- afterwards -------------------------------------------------------------------------------------------


def test_a_paper_is_renamed_and_found_by_its_new_name(agent_client: Client, targets: dict[str, Any]) -> None:
    paper = AttachmentFactory(target=targets["own action"], title="Avant", audience=READERS)
    address = reverse("attachment_edit", args=[paper.pk])
    data = filled(agent_client.get(address)) | {"title": "Après", "kind": "funding", "audience": STAFF}
    assert agent_client.post(address, data).status_code == 302
    paper.refresh_from_db()
    assert (paper.title, paper.kind, paper.audience) == ("Après", "funding", STAFF)
    assert Document.objects.search("apres dossier").get() == paper.document
    assert not Document.objects.search("avant").exists()


def test_two_people_on_one_paper_the_second_decides(agent_client: Client, targets: dict[str, Any]) -> None:
    paper = AttachmentFactory(target=targets["own action"], title="Avant")
    address = reverse("attachment_edit", args=[paper.pk])
    data = filled(agent_client.get(address)) | {"title": "Le mien"}
    paper.title = "L’autre"
    paper.save()
    response = agent_client.post(address, data)
    assert response.status_code == 200
    assert "L’autre" in text_of(response)
    paper.refresh_from_db()
    assert paper.title == "L’autre"


def test_a_new_version_is_for_readers_the_former_one_for_the_service(
    agent_client: Client, member_client: Client, targets: dict[str, Any]
) -> None:
    paper = AttachmentFactory(target=targets["own action"])
    former = paper.document
    address = reverse("attachment_replace", args=[paper.pk])
    data = filled(agent_client.get(address)) | {"file": upload(pdf(b"neuve"), "neuve.pdf")}
    assert agent_client.post(address, data).status_code == 302
    paper.refresh_from_db()
    assert paper.document.filename == "neuve.pdf"
    assert [row.document for row in paper.former_versions.all()] == [former]
    for document, status in ((former, 404), (paper.document, 200)):
        download = reverse("document_download", args=[document.pk])
        assert agent_client.get(download).status_code == 200
        assert member_client.get(download).status_code == status
    page = text_of(agent_client.get(reverse("attachment_edit", args=[paper.pk])))
    assert "convention-2012.pdf" in page
    assert "remplacée le" in page
    assert list(Document.objects.search("convention")) == [paper.document]


def test_a_paper_is_withdrawn_and_brought_back(
    agent_client: Client, member_client: Client, targets: dict[str, Any]
) -> None:
    paper = AttachmentFactory(target=targets["own action"], title="Convention")
    download = reverse("document_download", args=[paper.document_id])
    response = agent_client.post(reverse("attachment_withdraw", args=[paper.pk]), follow=True)
    assert "« Convention » est retirée" in text_of(response).replace("\u00a0", " ")
    assert "Rétablir" in text_of(response)
    assert member_client.get(download).status_code == 404
    assert agent_client.get(download).status_code == 200  # kept
    assert agent_client.get(reverse("attachment_edit", args=[paper.pk])).status_code == 404
    assert agent_client.post(reverse("attachment_restore", args=[paper.pk])).status_code == 302
    assert member_client.get(download).status_code == 200
    said = list(Event.objects.filter(action=Event.Action.CHANGED).values_list("summary", flat=True))
    assert said == ["Pièce jointe rétablie : Convention", "Pièce jointe retirée : Convention"]


def test_what_a_deleted_object_carried_is_read_by_the_service_alone(
    targets: dict[str, Any], agent: User, agent_client: Client, member_client: Client
) -> None:
    point = targets["point"]
    paper = AttachmentFactory(target=point)
    assert attachments.withdraw_all(point, by=agent) == 1
    AgendaItem.objects.filter(pk=point.pk).delete()
    paper.refresh_from_db()
    assert paper.withdrawn_at is not None
    download = reverse("document_download", args=[paper.document_id])
    assert member_client.get(download).status_code == 404
    assert agent_client.get(download).status_code == 200
    for name in ("attachment_edit", "attachment_replace"):
        assert agent_client.get(reverse(name, args=[paper.pk])).status_code == 404
    assert agent_client.post(reverse("attachment_restore", args=[paper.pk])).status_code == 404


def test_a_failure_leaves_no_file_behind(settings: Any, agent: User, targets: dict[str, Any]) -> None:
    paper = AttachmentFactory(target=targets["own action"])
    stale = Attachment.objects.get(pk=paper.pk)
    paper.save()
    file = checked(pdf(b"x"), "x.pdf")
    before = sorted(settings.MEDIA_ROOT.rglob("*.pdf"))
    with pytest.raises(StaleVersionError):
        attachments.replace(stale, file, by=agent)
    assert sorted(settings.MEDIA_ROOT.rglob("*.pdf")) == before


# --- several at once --------------------------------------------------------------------------------------


def test_the_papers_of_several_objects_come_in_order_for_a_fixed_number_of_queries(
    agent: User, member: User, targets: dict[str, Any], django_assert_num_queries: Callable
) -> None:
    meeting: Meeting = targets["meeting"]
    for reader, cost in ((agent, 1), (member, 3)):  # whether a member sits is asked for actions and contracts
        for count in (3, 30):
            items = [AgendaItemFactory(meeting=meeting, position=place) for place in range(count)]
            expected = {
                item: [AttachmentFactory(target=item).document, AttachmentFactory(target=item).document]
                for item in items
            }
            AttachmentFactory(target=items[0], audience=STAFF)
            with django_assert_num_queries(cost):
                found = papers_of([meeting, *items], reader, for_all_readers=True)
            assert list(found) == [meeting, *items]
            assert {item: found[item] for item in items} == expected


def test_a_pack_for_readers_leaves_out_what_the_service_keeps(agent: User, targets: dict[str, Any]) -> None:
    meeting = targets["meeting"]
    shared, kept = AttachmentFactory(target=meeting), AttachmentFactory(target=meeting, audience=STAFF)
    assert papers_of([meeting], agent)[meeting] == [shared.document, kept.document]
    assert papers_of([meeting], agent, for_all_readers=True)[meeting] == [shared.document]
    assert papers_of([], agent) == {}


@pytest.mark.parametrize("reader", ["agent", "member"])
def test_a_page_costs_the_same_with_2_and_with_40_papers(
    reader: str,
    targets: dict[str, Any],
    request: pytest.FixtureRequest,
    client_of: Callable,
    django_assert_num_queries: Callable,
) -> None:
    client = client_of(request.getfixturevalue(reader))
    meeting = targets["meeting"]
    address = reverse("meeting_detail", args=[meeting.pk])
    AttachmentFactory(target=meeting)
    AttachmentFactory(target=targets["point"])
    client.get(address)
    with CaptureQueriesContext(connection) as queries:
        client.get(address)
    for place in range(20):
        AttachmentFactory(target=meeting)
        AttachmentFactory(
            target=AgendaItemFactory(meeting=meeting, position=place), withdrawn_at=timezone.now()
        )
    with django_assert_num_queries(len(queries)):
        client.get(address)
