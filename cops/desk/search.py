"""One search over all that the reader may read: actions, contracts and their parts, organisations, people,
meetings, decisions, papers.

Each room says who may read what (`visible_to`) and what is found (`search`); here results come together, the
best first, the words found marked. One query per kind, one more for what is shown of it, and one for each of
agendas, former names, wordings of axes and of objectives, besides those that tell who the reader is.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import Case, Count, F, Prefetch, QuerySet, Window
from django.http import QueryDict
from django.urls import reverse

from actions.models import Action
from actions.organisations import readable_organisations
from contracts.models import Amendment, Axis, AxisVersion, Contract, Objective, ObjectiveVersion, Signatory
from contracts.models.objectives import PlanVersion
from cops.documents.models import Document
from cops.lib.collation import in_french
from cops.lib.french import date_fr
from cops.lib.search import NAMED, Piece, begins, closeness, excerpt, marked, words_of
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
    """A sort of thing that is searched: `find` gives what the reader may read, in a total order, each with
    its `closeness`."""

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
    """The kinds in which something was found, each with its first results; that of the best result first."""
    words = words_of(text)
    groups: list[tuple[int, Group]] = []
    for kind in KINDS.values():
        total, rows = first_of(kind, user, text)
        if rows:
            hits = [kind.show(row, words, user) for row in rows]
            groups.append((rows[0].closeness, Group(kind, total, hits, _address(text, kind))))
    return [group for _, group in sorted(groups, key=lambda found: found[0])]


def first_of(kind: Kind, user: User, text: str) -> tuple[int, Sequence[Any]]:
    """How many of a kind were found, and the first of them; two queries, one where nothing was.

    All that was found is sorted and counted by its keys alone, which is several times faster than with its
    texts; only what is shown is then read whole.
    """
    found = kind.find(user, text)
    counted = found.annotate(found_in_all=Window(Count("pk"))).values_list("pk", "found_in_all")
    keys = list(counted[:PER_KIND])
    if not keys:
        return 0, []
    return keys[0][1], list(found.filter(pk__in=[pk for pk, _ in keys]))


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


def _best_first(found: QuerySet[Any], close: Case, *order: Any) -> QuerySet[Any]:
    """What was found by its name before the rest, in `order` among equals."""
    return found.annotate(closeness=close).order_by("closeness", *order)


_LATEST_CONTRACT = ("-contract__starts_on", "contract__code")


def _actions(user: User, text: str) -> QuerySet[Action]:
    """Of equals, those of the latest contract come first."""
    found = Action.objects.visible_to(user).search(text).select_related("contract", "lead")
    found = found.defer("diagnosis", "audience", "search_text")
    return _best_first(found, closeness(text), *_LATEST_CONTRACT, "reference_key", "reference", "pk")


def _show_action(action: Action, words: Sequence[str], user: User) -> Hit:
    return Hit(
        url=reverse("action_detail", args=[action.pk]),
        title=marked(f"{action.reference} – {action.title}", words),
        note=marked(f"{action.lead.name}, {action.contract.title}", words),
        passage=marked(excerpt(action.description, words), words),
        is_confidential=action.is_confidential,
    )


def _contracts(user: User, text: str) -> QuerySet[Contract]:
    found = Contract.objects.visible_to(user).search(text)
    return _best_first(found, closeness(text), "-starts_on", "code")


def _show_contract(contract: Contract, words: Sequence[str], user: User) -> Hit:
    return Hit(
        url=reverse("contract_detail", args=[contract.code]),
        title=marked(contract.title, words),
        note=marked(contract.code, words),
        passage=marked(excerpt(f"{contract.legal_basis} {contract.note}".strip(), words), words),
    )


def _with_wordings(found: QuerySet[Any], model: type[PlanVersion]) -> QuerySet[Any]:
    """Axes or objectives with their contract and their wordings, from the first to the last."""
    effective = F("amendment__effective_on").asc(nulls_first=True)
    wordings = model._default_manager.order_by(effective, "amendment__number", "pk")
    return found.select_related("contract").prefetch_related(Prefetch("versions", wordings))


def _axes(user: User, text: str) -> QuerySet[Axis]:
    found = _with_wordings(Axis.objects.visible_to(user).search(text), AxisVersion)
    return _best_first(found, closeness(text, far=NAMED), *_LATEST_CONTRACT, "number")


def _show_axis(axis: Axis, words: Sequence[str], user: User) -> Hit:
    address = reverse("contract_detail", args=[axis.contract.code])
    return _worded(axis, str(axis), f"{address}#axe-{axis.number}", words)


def _objectives(user: User, text: str) -> QuerySet[Objective]:
    objectives = Objective.objects.visible_to(user).search(text).select_related("axis")
    found = _with_wordings(objectives, ObjectiveVersion)
    return _best_first(found, closeness(text, far=NAMED), *_LATEST_CONTRACT, "axis__number", "code")


def _show_objective(objective: Objective, words: Sequence[str], user: User) -> Hit:
    address = reverse("contract_detail", args=[objective.contract.code])
    name = f"Objectif {objective.code}"
    return _worded(objective, name, f"{address}#axe-{objective.axis.number}", words)


def _worded(part: Axis | Objective, name: str, url: str, words: Sequence[str]) -> Hit:
    """A part of the plan under its last wording; an earlier one is shown where only that was found."""
    wordings = [version for version in part.versions.all() if not version.is_withdrawn]
    is_withdrawn = any(version.is_withdrawn for version in list(part.versions.all())[-1:])
    last = wordings[-1].title if wordings else ""
    earlier = [version.title for version in wordings if version.title != last]
    found = [title for title in earlier if any(is_found for _, is_found in marked(title, words))]
    is_shown = any(is_found for _, is_found in marked(f"{name} {last}", words))
    return Hit(
        url=url,
        title=marked(f"{name} – {last}" if last else name, words),
        note=[(f"{part.contract.title}{', retiré' if is_withdrawn else ''}", False)],
        passage=marked(f"Libellé antérieur : {found[-1]}", words) if found and not is_shown else [],
    )


def _amendments(user: User, text: str) -> QuerySet[Amendment]:
    found = Amendment.objects.visible_to(user).search(text).select_related("contract")
    return _best_first(found, closeness(text), *_LATEST_CONTRACT, "-effective_on", "-number")


def _show_amendment(amendment: Amendment, words: Sequence[str], user: User) -> Hit:
    address = reverse("contract_detail", args=[amendment.contract.code])
    return Hit(
        url=f"{address}#avenants",
        title=marked(f"Avenant n°\u00a0{amendment.number}", words),
        note=[(f"{amendment.contract.title}, en vigueur le {date_fr(amendment.effective_on)}", False)],
        passage=marked(excerpt(amendment.summary, words), words),
    )


def _signatories(user: User, text: str) -> QuerySet[Signatory]:
    found = Signatory.objects.visible_to(user).search(text).select_related("contract", "organisation")
    close = closeness(text, "organisation__search_text")
    return _best_first(found, close, *_LATEST_CONTRACT, "position", "pk")


def _show_signatory(signatory: Signatory, words: Sequence[str], user: User) -> Hit:
    address = reverse("contract_detail", args=[signatory.contract.code])
    return Hit(
        url=f"{address}#signataires",
        title=marked(signatory.organisation.name, words),
        note=[(signatory.contract.title, False)],
        passage=marked(signatory.capacity, words),
    )


def _organisations(user: User, text: str) -> QuerySet[Organisation]:
    found = readable_organisations(user).search(text).prefetch_related("names")
    return _best_first(found, closeness(text), in_french("name"), "pk")


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
    return _best_first(found, closeness(text), in_french("last_name"), in_french("first_name"), "pk")


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
    return _best_first(found.prefetch_related("agenda"), closeness(text), "-held_on", "-pk")


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
        if any(begins(word, item.search_text) for word in words):
            text = f"{item.title} – {excerpt(item.description, words)}" if item.description else item.title
            return marked(f"Point {item.position} : {text}", words)
    return []


def _decisions(user: User, text: str) -> QuerySet[Decision]:
    found = Decision.objects.visible_to(user).search(text).select_related("meeting__formation")
    return _best_first(found, closeness(text), "-meeting__held_on", "-meeting_id", "number", "pk")


def _show_decision(decision: Decision, words: Sequence[str], user: User) -> Hit:
    meeting = decision.meeting
    return Hit(
        url=reverse("decision_detail", args=[decision.pk]),
        title=marked(f"{decision.get_kind_display()} n°\u00a0{decision.number}", words),
        note=[(f"{meeting.formation.name}, {date_fr(meeting.held_on)}", False)],
        passage=marked(excerpt(decision.text, words), words),
    )


def _documents(user: User, text: str) -> QuerySet[Document]:
    found = Document.objects.visible_to(user).search(text)
    return _best_first(found, closeness(text), "-created_at", "-pk")


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
        Kind("contrats", "contrat", "contrats", _contracts, _show_contract),
        Kind("axes", "axe", "axes", _axes, _show_axis),
        Kind("objectifs", "objectif", "objectifs", _objectives, _show_objective),
        Kind("avenants", "avenant", "avenants", _amendments, _show_amendment),
        Kind("signataires", "signataire", "signataires", _signatories, _show_signatory),
        Kind("organismes", "organisme", "organismes", _organisations, _show_organisation),
        Kind("personnes", "personne", "personnes", _people, _show_person),
        Kind("reunions", "réunion", "réunions", _meetings, _show_meeting),
        Kind("decisions", "décision ou avis", "décisions et avis", _decisions, _show_decision),
        Kind("documents", "document", "documents", _documents, _show_document),
    )
}
