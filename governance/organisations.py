"""An organisation's names over time, and what may be done to it. Each deed goes to the journal."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.db import transaction

from cops.audit.models import Event
from cops.users.models import User
from governance.models import Organisation, OrganisationName
from governance.references import delete_if_unreferenced

OWN = ("names",)


@dataclass(frozen=True, slots=True)
class NameSpan:
    """A name with the days it was borne; open where None."""

    name: str
    starts_on: date | None
    ends_on: date | None


def name_history(organisation: Organisation) -> list[NameSpan]:
    """The names it bore, today's first; reads `names` (prefetch them for a list)."""
    former = sorted((row.ends_on, row.name) for row in organisation.names.all() if row.ends_on)
    spans: list[NameSpan] = []
    starts_on: date | None = None
    for ends_on, name in former:
        spans.append(NameSpan(name, starts_on, ends_on))
        starts_on = ends_on + timedelta(days=1)
    return [NameSpan(organisation.name, starts_on, None), *reversed(spans)]


def other_spellings(organisation: Organisation) -> list[str]:
    """Names without an end, which imports recognise; reads `names`."""
    return [row.name for row in organisation.names.all() if row.ends_on is None]


@transaction.atomic
def save_organisation(organisation: Organisation, *, by: User) -> None:
    """Create or change an organisation. Raises StaleVersionError."""
    is_new = organisation.pk is None
    organisation.save()
    kind = Event.Action.CREATED if is_new else Event.Action.CHANGED
    Event.record(kind, actor=by, summary=f"Organisme « {organisation} »", subject=organisation)


@transaction.atomic
def rename_organisation(organisation: Organisation, *, name: str, on: date, by: User) -> None:
    """Give it a new name from that day; the former one is kept.

    :raises ValidationError: see `Organisation.rename`.
    """
    before = organisation.name
    organisation.rename(name, on=on)
    summary = f"Organisme « {before} » renommé « {organisation} »"
    Event.record(Event.Action.CHANGED, actor=by, summary=summary, subject=organisation)


@transaction.atomic
def save_names(
    organisation: Organisation,
    *,
    saved: Sequence[OrganisationName],
    removed: Sequence[OrganisationName],
    by: User,
) -> None:
    """Write and delete former names and other spellings."""
    for row in removed:
        row.delete()
    for row in saved:
        row.save()
    if saved or removed:
        names = ", ".join(sorted(row.name for row in [*saved, *removed]))
        summary = f"Organisme « {organisation} », anciens noms et autres graphies : {names}"
        Event.record(Event.Action.CHANGED, actor=by, summary=summary, subject=organisation)


@transaction.atomic
def delete_organisation(organisation: Organisation, *, by: User) -> None:
    """Delete an organisation that nothing names, with its former names.

    :raises StillReferredToError: something names it.
    """
    summary = f"Organisme « {organisation} »"
    delete_if_unreferenced(organisation, own=OWN)
    Event.record(Event.Action.DELETED, actor=by, summary=summary)
