"""The council's objects in the history: what their rows are called, and what an undo must respect."""

from collections.abc import Sequence
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse

from cops.audit.history.names import Names
from cops.audit.history.subjects import Part, Subject, names_need
from cops.audit.history.undoing import Step
from cops.lib.french import date_fr, elide
from cops.users.models import User
from governance.models import (
    AgendaItem,
    Attendance,
    Commune,
    Decision,
    Designation,
    Formation,
    Meeting,
    Minutes,
    Organisation,
    OrganisationName,
    Person,
    Seat,
    SeatRule,
)

LOCKED = "Le compte rendu de cette réunion est approuvé : il ne change plus."
CLOSED = "Cette réunion est {} : elle ne change plus."
STAGE = "L’état d’une réunion ne revient pas en arrière : servez-vous de sa page."
ACCOUNT = "Le compte lié à une personne se change sur sa page, pas par une annulation."


def _quoted(noun: str, text: object) -> str:
    return f"{noun} «\u00a0{text}\u00a0»"


def _seat(row: Any, names: Names) -> str:
    if row.commune_id is not None:
        return f"le siège {elide('de', names(Commune, row.commune_id))}"
    return f"le siège n°\u00a0{row.number} ({names(SeatRule, row.rule_id)})"


def _designation(row: Any, names: Names) -> str:
    return f"la désignation {elide('de', names(Person, row.person_id))}, {names(Seat, row.seat_id)}"


_ORGANISATION = Part(
    Organisation,
    {
        "name": "le nom",
        "kind": "la nature",
        "mailbox": "la boîte fonctionnelle",
        "siren": "le SIREN",
    },
    lambda row, names: _quoted("l’organisme", row.name),
    added="a créé",
)
_NAME = Part(
    OrganisationName,
    {"name": "le libellé", "ends_on": "le dernier jour"},
    lambda row, names: _quoted("l’ancien nom", row.name),
    via="organisation",
)
_PERSON = Part(
    Person,
    {
        "civility": "la civilité",
        "last_name": "le nom",
        "first_name": "le prénom",
        "organisation": "l’organisme",
        "function": "la fonction",
        "email": "l’adresse électronique professionnelle",
        "phone": "le téléphone professionnel",
        "user": "le compte",
    },
    lambda row, names: _quoted("la fiche", f"{row.first_name} {row.last_name}".strip()),
    added="a créé",
)
_DESIGNATION_TOLD = {
    "seat": "le siège",
    "person": "la personne",
    "quality": "la qualité",
    "function": "la fonction exercée",
    "organisation": "l’organisme",
    "authority": "l’autorité",
    "act": "l’acte",
    "starts_on": "le début",
    "ends_on": "la fin",
}
_FORMATION = Part(
    Formation,
    {
        "council": "le conseil",
        "code": "le code",
        "name": "le nom",
        "kind": "la nature",
        "purpose": "le rôle",
        "starts_on": "le premier jour",
        "ends_on": "le dernier jour",
        "is_confidential": "la mention «\u00a0confidentiel\u00a0»",
        "notice_days": "le délai de convocation",
    },
    lambda row, names: _quoted("la formation", row.name),
    added="a créé",
)
_RULE_TOLD = {
    "formation": "la formation",
    "position": "le rang",
    "label": "le libellé",
    "category": "la catégorie",
    "basis": "la base",
    "number": "le nombre",
    "designated_by": "l’autorité qui désigne",
    "may_be_represented": "la mention «\u00a0peut être représenté\u00a0»",
    "by_right": "la mention «\u00a0siège de droit\u00a0»",
    "convenes": "la mention «\u00a0peut faire réunir la cellule de crise\u00a0»",
    "starts_on": "le premier jour",
    "ends_on": "le dernier jour",
}
_SEAT_TOLD = {"number": "le numéro", "commune": "la commune"}
_MEETING = Part(
    Meeting,
    {
        "formation": "la formation",
        "kind": "la nature",
        "state": "l’état",
        "held_on": "la date",
        "starts_at": "l’heure de début",
        "ends_at": "l’heure de fin",
        "mode": "la forme",
        "place": "le lieu",
        "remote_link": "le lien de connexion",
        "subject": "l’objet",
        "chaired_by": "la présidence",
    },
    lambda row, names: f"la réunion du {date_fr(row.held_on)}",
    added="a créé",
)
_AGENDA = Part(
    AgendaItem,
    {
        "position": "le rang",
        "title": "l’intitulé",
        "kind": "la nature",
        "duration": "la durée",
        "rapporteur": "le rapporteur",
        "description": "l’exposé",
    },
    lambda row, names: _quoted("le point", row.title),
    via="meeting",
)
_ATTENDANCE = Part(
    Attendance,
    {
        "seat": "le siège",
        "person": "la personne",
        "quality": "la qualité",
        "name": "le nom",
        "function": "la fonction",
        "organisation": "l’organisme",
        "email": "l’adresse",
        "reply": "la réponse",
        "replied_at": "l’instant de la réponse",
        "asked_held_on": "la date pour laquelle on a répondu",
        "asked_starts_at": "l’heure de début pour laquelle on a répondu",
        "asked_ends_at": "l’heure de fin pour laquelle on a répondu",
        "asked_mode": "la forme pour laquelle on a répondu",
        "asked_place": "le lieu pour lequel on a répondu",
        "presence": "la présence",
        "represented_by": "le représentant",
        "representative_function": "la fonction du représentant",
        "comment": "la remarque",
    },
    lambda row, names: _quoted("la ligne", row.name),
    via="meeting",
)
_MINUTES = Part(
    Minutes,
    {
        "text": "le texte",
        "approved_in": "la réunion d’approbation",
        "approved_at": "la date d’approbation",
    },
    lambda row, names: "le compte rendu",
    via="meeting",
)
_DECISION_TOLD = {
    "agenda_item": "le point de l’ordre du jour",
    "number": "le numéro",
    "kind": "la nature",
    "text": "le texte",
    "vote": "le vote",
    "owner": "le responsable",
    "due_on": "l’échéance",
    "state": "l’état",
}


def _decision(row: Any, names: Names) -> str:
    noun = "l’avis" if row.kind == Decision.Kind.OPINION else "la décision"
    return f"{noun} n°\u00a0{row.number}"


# --- what an undo must respect ------------------------------------------------------------------------------


def _meeting_objections(steps: Sequence[Step]) -> list[str]:
    """Approved minutes and closed meetings stay; steps of a meeting's life are taken on its page."""
    meeting = Meeting.objects.filter(pk__in={_meeting_of(step) for step in steps}).first()
    if meeting is None:
        return []
    if any(step.part is _MEETING and "state" in step.fields for step in steps):
        return [STAGE]
    if meeting.state in (Meeting.State.CLOSED, Meeting.State.CANCELLED):
        return [CLOSED.format(meeting.get_state_display().lower())]
    approved = Minutes.objects.filter(meeting=meeting, approved_in__isnull=False).exists()
    return [LOCKED] if approved else []


def _meeting_of(step: Step) -> int:
    row = step.before if step.before is not None else step.after
    found: int = row.id if step.part.model is Meeting else row.meeting_id
    return found


def _person_objections(steps: Sequence[Step]) -> list[str]:
    return [ACCOUNT] if any(step.part is _PERSON and "user" in step.fields for step in steps) else []


# --- the subjects -------------------------------------------------------------------------------------------


def _with(permission: str) -> Any:
    return lambda user: user.has_perm(permission)


def _all(model: Any) -> Any:
    """What the service reads; only the service asks for the history."""

    def visible_to(user: User) -> "QuerySet[Any]":
        found: QuerySet[Any] = model.objects.all() if user.is_staff_member else model.objects.none()
        return found

    return visible_to


def _formation_page(formation: Formation) -> str:
    return reverse("formation_detail", args=[formation.code])


SUBJECTS = (
    Subject(
        "organisme",
        (_ORGANISATION, _NAME),
        visible_to=lambda user: Organisation.objects.visible_to(user),
        may_undo=_with("governance.change_organisations"),
        page=lambda row: reverse("organisation_detail", args=[row.pk]),
    ),
    Subject(
        "personne",
        (
            _PERSON,
            Part(
                Designation,
                _DESIGNATION_TOLD,
                _designation,
                via="person",
                permission="governance.manage_composition",
            ),
        ),
        visible_to=lambda user: Person.objects.visible_to(user),
        may_undo=_with("governance.change_people"),
        page=lambda row: reverse("person_detail", args=[row.pk]),
        objections=_person_objections,
    ),
    Subject(
        "designation",
        (Part(Designation, _DESIGNATION_TOLD, _designation, added="a créé"),),
        visible_to=_all(Designation),
        may_undo=_with("governance.manage_composition"),
        page=lambda row: _formation_page(row.seat.rule.formation),
    ),
    Subject(
        "regle",
        (
            Part(SeatRule, _RULE_TOLD, lambda row, names: _quoted("la règle", row.label), added="a créé"),
            Part(Seat, _SEAT_TOLD, _seat, via="rule"),
            Part(Designation, _DESIGNATION_TOLD, _designation, via="seat", parent=Seat),
        ),
        visible_to=_all(SeatRule),
        may_undo=_with("governance.manage_composition"),
        page=lambda row: _formation_page(row.formation),
    ),
    Subject(
        "formation",
        (
            _FORMATION,
            Part(SeatRule, _RULE_TOLD, lambda row, names: _quoted("la règle", row.label), via="formation"),
            Part(Seat, _SEAT_TOLD, _seat, via="rule", parent=SeatRule),
        ),
        visible_to=_all(Formation),
        may_undo=_with("governance.manage_composition"),
        page=_formation_page,
    ),
    Subject(
        "reunion",
        (
            _MEETING,
            _AGENDA,
            _ATTENDANCE,
            _MINUTES,
            Part(Decision, _DECISION_TOLD, _decision, via="meeting"),
        ),
        visible_to=lambda user: Meeting.objects.visible_to(user),
        may_undo=_with("governance.change_meetings"),
        page=lambda row: reverse("meeting_detail", args=[row.pk]),
        objections=_meeting_objections,
    ),
    Subject(
        "decision",
        (Part(Decision, {"meeting": "la réunion", **_DECISION_TOLD}, _decision, added="a créé"),),
        visible_to=lambda user: Decision.objects.visible_to(user),
        may_undo=_with("governance.change_meetings"),
        page=lambda row: reverse("decision_detail", args=[row.pk]),
        objections=_meeting_objections,
    ),
)

names_need(Seat, "rule", "commune")
names_need(Meeting, "formation")
names_need(Decision, "meeting__formation")
