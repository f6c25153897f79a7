"""The papers of a cell: its whole course as one PDF, and the call list on one page."""

import io
from collections.abc import Mapping
from typing import Any

import pikepdf
from django.urls import reverse

from cops.documents.models import Document
from cops.documents.production import Produced, RefusedError, Tell
from cops.documents.subjects import Subject
from cops.users.models import User
from governance.crises.page import page_of
from governance.models import CrisisCell
from governance.printing import paper_pdf

REPORT, CALLS = "crisis-report", "crisis-calls"
NO_LONGER_OPEN = "Votre compte n’ouvre plus cette cellule de crise."


def _cell(rest: str, user: User) -> CrisisCell:
    cells = CrisisCell.objects.visible_to(user).select_related("meeting__formation__council", "opened_by")
    cell = cells.filter(pk=int(rest)).first()
    if cell is None:
        raise RefusedError(NO_LONGER_OPEN)
    return cell


def _on_one_page(context: Mapping[str, Any], title: str, tell: Tell) -> bytes:
    """The call list as large as one page allows; at its smallest, some sixty people fit."""
    content = b""
    for density in ("is-dense", "is-denser", "is-densest"):
        content = paper_pdf(
            "governance/papers/crisis_calls.html",
            {**context, "density": density},
            title=title,
            on_progress=tell,
        )
        with pikepdf.open(io.BytesIO(content)) as pdf:
            if len(pdf.pages) == 1:
                break
    return content


def describe_report(rest: str) -> Subject:
    """How the preparation page calls the report of a cell, and where it leads."""
    address = [int(rest)]
    return Subject(
        "Rapport de la cellule de crise",
        reverse("crisis_detail", args=address),
        reverse("crisis_report", args=address),
        "La cellule de crise",
    )


def make_report(rest: str, user: User, tell: Tell) -> Produced:
    """The whole course of a cell: who, what was noted, means, decisions, lessons."""
    cell = _cell(rest, user)
    title = f"Cellule de crise : {cell.event}"
    return Produced(
        content=paper_pdf(
            "governance/papers/crisis_report.html", page_of(cell, user), title=title, on_progress=tell
        ),
        kind=Document.Kind.CRISIS_REPORT,
        title=title,
        filename=f"cellule-de-crise-{cell.meeting.held_on}.pdf",
    )


def describe_calls(rest: str) -> Subject:
    """How the preparation page calls the call list."""
    address = [int(rest)]
    return Subject(
        "Liste d’appel de la cellule de crise",
        reverse("crisis_detail", args=address),
        reverse("crisis_calls", args=address),
        "La cellule de crise",
    )


def make_calls(rest: str, user: User, tell: Tell) -> Produced:
    """Whom to call, on one page; for the service, which alone reads the contacts."""
    if not user.is_staff_member:
        raise RefusedError(NO_LONGER_OPEN)
    cell = _cell(rest, user)
    title = "Liste d’appel de la cellule de crise"
    return Produced(
        content=_on_one_page(page_of(cell, user), title, tell),
        kind=Document.Kind.CRISIS_REPORT,
        title=title,
        filename=f"liste-d-appel-{cell.meeting.held_on}.pdf",
    )
