"""One search over all that the reader may read: actions, organisations, people, meetings, decisions, papers.

Each room says who may read what (`visible_to`) and what is found (`search`); here results come together, the
words found marked. One query per kind and one for agendas, besides those that tell who the reader is.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import Case, Count, QuerySet, Value, When, Window
from django.http import QueryDict
from django.urls import reverse

from actions.models import Action
from actions.models.actions import reference_key
from actions.organisations import readable_organisations
from cops.documents.models import Document
from cops.lib.collation import in_french
from cops.lib.french import date_fr
from cops.lib.search import Piece, excerpt, marked, words_of
from cops.users.models import User
from governance.models import Decision, Meeting, Organisation, Person

PER_KIND = 5
PER_PAGE = 50


@dataclass(frozen=True, slots=True)
class Hit:
    """One thing found: where it is, its name, what it is about, and the passage found, all with marks."""

    url: str
    title: Sequence[Piece]
    note: Sequence[Piece]
    passage: Sequence[Piece]
    is_confidential: bool = False


@dataclass(frozen=True, slots=True)
class Kind:
    """A sort of thing that is searched: `find` gives what the reader may read, in a total order."""

    key: str
    singular: str
    plural: str
    find: Callable[[User, str], QuerySet[Any]]
    show: Callable[[Any, Sequence[str], User], Hit]


@dataclass(frozen=True, slots=True)
class Group:
    """The first results of one kind, how many there are, and where all of them are shown."""

    kind: Kind
    total: int
    hits: Sequence[Hit]
    all_url: str

    @property
    def has_more(self) -> bool:
        return self.total > len(self.hits)


def first_results(user: User, text: str) -> list[Group]:
    """The kinds in which something was found, each with its first results."""
    words = words_of(text)
    groups = []
    for kind in KINDS.values():
        rows = list(kind.find(user, text).annotate(found_in_all=Window(Count("pk")))[:PER_KIND])
        if rows:
            hits = [kind.show(row, words, user) for row in rows]
            groups.append(Group(kind, rows[0].found_in_all, hits, _address(text, kind)))
    return groups


def page_of_results(kind: Kind, user: User, text: str, number: str | None) -> Page[Any]:
    """One page of all that was found of a kind; its objects are `Hit`s."""
    words = words_of(text)
    page = Paginator(kind.find(user, text), PER_PAGE).get_page(number)
    page.object_list = [kind.show(row, words, user) for row in page.object_list]
    return page


def _address(text: str, kind: Kind) -> str:
    query = QueryDict(mutable=True)
    query.update({"q": text, "dans": kind.key})
    return f"{reverse('search')}?{query.urlencode()}"


def _actions(user: User, text: str) -> QuerySet[Action]:
    """The action whose reference was typed comes first, then the latest contract."""
    is_it = Case(When(reference_key=reference_key(text), then=Value(0)), default=Value(1))
    found = Action.objects.visible_to(user).search(text).select_related("contract", "lead")
    return found.defer("diagnosis", "audience", "search_text").order_by(
        is_it, "-contract__starts_on", "contract__code", "reference_key", "reference", "pk"
    )


def _show_action(action: Action, words: Sequence[str], user: User) -> Hit:
    return Hit(
        url=reverse("action_detail", args=[action.pk]),
        title=marked(f"{action.reference} – {action.title}", words),
        note=marked(f"{action.lead.name}, {action.contract.title}", words),
        passage=marked(excerpt(action.description, words), words),
        is_confidential=action.is_confidential,
    )


def _organisations(user: User, text: str) -> QuerySet[Organisation]:
    found = readable_organisations(user).search(text).prefetch_related("names")
    return found.order_by(in_french("name"), "pk")


def _show_organisation(organisation: Organisation, words: Sequence[str], user: User) -> Hit:
    former = ", ".join(row.name for row in organisation.names.all())
    return Hit(
        url=reverse("organisation_detail", args=[organisation.pk]),
        title=marked(organisation.name, words),
        note=[(str(organisation.get_kind_display()), False)],
        passage=marked(f"Aussi connu sous : {former}", words) if former else [],
    )


def _people(user: User, text: str) -> QuerySet[Person]:
    found = Person.objects.visible_to(user).search(text).select_related("organisation")
    return found.order_by(in_french("last_name"), in_french("first_name"), "pk")


def _show_person(person: Person, words: Sequence[str], user: User) -> Hit:
    contact = [person.email, person.phone] if user.is_staff_member else []
    known = [str(person.organisation or ""), *contact]
    return Hit(
        url=reverse("person_detail", args=[person.pk]),
        title=marked(str(person), words),
        note=[(", ".join(filter(None, known)), False)],
        passage=[],
    )


def _meetings(user: User, text: str) -> QuerySet[Meeting]:
    found = Meeting.objects.visible_to(user).search(text).select_related("formation")
    return found.prefetch_related("agenda").order_by("-held_on", "-pk")


def _show_meeting(meeting: Meeting, words: Sequence[str], user: User) -> Hit:
    return Hit(
        url=reverse("meeting_detail", args=[meeting.pk]),
        title=marked(f"{meeting.formation.name}, {date_fr(meeting.held_on)}", words),
        note=marked(meeting.subject, words),
        passage=_point_found(meeting, words),
    )


def _point_found(meeting: Meeting, words: Sequence[str]) -> Sequence[Piece]:
    """The first point of the agenda in which a word was found; nothing where none was."""
    for item in meeting.agenda.all():
        if any(word in item.search_text for word in words):
            text = f"{item.title} – {excerpt(item.description, words)}" if item.description else item.title
            return marked(f"Point {item.position} : {text}", words)
    return []


def _decisions(user: User, text: str) -> QuerySet[Decision]:
    found = Decision.objects.visible_to(user).search(text).select_related("meeting__formation")
    return found.order_by("-meeting__held_on", "-meeting_id", "number", "pk")


def _show_decision(decision: Decision, words: Sequence[str], user: User) -> Hit:
    meeting = decision.meeting
    return Hit(
        url=reverse("decision_detail", args=[decision.pk]),
        title=marked(f"{decision.get_kind_display()} n°\u00a0{decision.number}", words),
        note=[(f"{meeting.formation.name}, {date_fr(meeting.held_on)}", False)],
        passage=marked(excerpt(decision.text, words), words),
    )


def _documents(user: User, text: str) -> QuerySet[Document]:
    return Document.objects.visible_to(user).search(text).order_by("-created_at", "-pk")


def _show_document(document: Document, words: Sequence[str], user: User) -> Hit:
    return Hit(
        url=reverse("document_download", args=[document.pk]),
        title=marked(document.title, words),
        note=marked(f"{document.get_kind_display()}, {document.filename}", words),
        passage=[],
    )


KINDS = {
    kind.key: kind
    for kind in (
        Kind("actions", "action", "actions", _actions, _show_action),
        Kind("organismes", "organisme", "organismes", _organisations, _show_organisation),
        Kind("personnes", "personne", "personnes", _people, _show_person),
        Kind("reunions", "réunion", "réunions", _meetings, _show_meeting),
        Kind("decisions", "décision ou avis", "décisions et avis", _decisions, _show_decision),
        Kind("documents", "document", "documents", _documents, _show_document),
    )
}
