"""Papers attached to objects: adding, replacing, withdrawing them, and what pages and packs show of them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db import models, transaction
from django.utils import timezone

from cops.audit.models import Event
from cops.documents.carriers import Carrier, carrier_of
from cops.documents.contents import CheckedFile
from cops.documents.models import Attachment, AttachmentQuerySet, Document, FormerVersion
from cops.users.models import User


@dataclass(frozen=True, slots=True)
class Papers:
    """The current papers of one object, in the order in which they were attached."""

    target: models.Model
    carrier: Carrier
    attachments: Sequence[Attachment]


@dataclass(frozen=True, slots=True)
class Listing:
    """What an object's page shows: its own papers, those of its parts, and what was withdrawn of both."""

    own: Papers
    parts: Sequence[Papers]
    withdrawn: Sequence[Attachment]

    @property
    def shown_parts(self) -> Sequence[Papers]:
        return [papers for papers in self.parts if papers.attachments]


def listing_of(target: models.Model, user: User) -> Listing:
    """The papers of an object that the user reads; besides those that tell who the reader is, one query, and
    another where the object has parts."""
    carrier = carrier_of(target)
    parts = list(carrier.parts(target)) if carrier.parts else []
    rows = list(_readable([target, *parts], user))
    current = [row for row in rows if row.withdrawn_at is None]
    own, *others = [Papers(one, carrier_of(one), _of(one, current)) for one in [target, *parts]]
    return Listing(own, others, [row for row in rows if row.withdrawn_at is not None])


def papers_of(
    objects: Iterable[models.Model], user: User, *, for_all_readers: bool = False
) -> dict[models.Model, list[Document]]:
    """The current documents of each object that the user reads, in the order in which they were attached.

    With `for_all_readers` those for the service alone are left out: what is sent to readers holds none. Every
    object has its entry. One query besides those that tell who the reader is; the bytes are read from `file`.
    """
    targets = list(objects)
    rows = _readable(targets, user).current()
    found = list(rows.for_readers() if for_all_readers else rows)
    return {target: [row.document for row in _of(target, found)] for target in targets}


def _readable(targets: Iterable[models.Model], user: User) -> AttachmentQuerySet:
    rows = Attachment.objects.visible_to(user).of(targets)
    return rows.select_related("document__created_by", "target_type").order_by("pk")


def _of(target: models.Model, rows: Iterable[Attachment]) -> list[Attachment]:
    label = target._meta.label_lower
    return [
        row
        for row in rows
        if row.target_id == target.pk and f"{row.target_type.app_label}.{row.target_type.model}" == label
    ]


# --- deeds --------------------------------------------------------------------------------------------------


@transaction.atomic
def attach(attachment: Attachment, file: CheckedFile, *, by: User) -> Attachment:
    """Keep the file and attach it; `attachment` is new, with its target, title, kind and audience."""
    attachment.document = _stored(attachment, file, by)
    try:
        attachment.full_clean()
        attachment.save()
        _note(Event.Action.CREATED, attachment, f"Pièce jointe : {attachment}", by)
    except BaseException:
        attachment.document.file.delete(save=False)
        raise
    return attachment


@transaction.atomic
def relabel(attachment: Attachment, *, by: User) -> None:
    """Write another title, kind or audience; the document follows, so that it is found by them."""
    attachment.full_clean()
    attachment.save()
    document = attachment.document
    document.title, document.kind = attachment.title, Document.Kind(attachment.kind)
    document.save(update_fields=["title", "kind"])
    _note(Event.Action.CHANGED, attachment, f"Pièce jointe modifiée : {attachment}", by)


@transaction.atomic
def replace(attachment: Attachment, file: CheckedFile, *, by: User) -> None:
    """Attach a new version; the one before is kept and stays open to the service."""
    former, attachment.document = attachment.document, _stored(attachment, file, by)
    try:
        attachment.save()
        FormerVersion.objects.create(attachment=attachment, document=former, replaced_by=by)
        _note(Event.Action.CHANGED, attachment, f"Pièce jointe remplacée : {attachment}", by)
    except BaseException:
        attachment.document.file.delete(save=False)
        raise


@transaction.atomic
def withdraw(attachment: Attachment, *, by: User) -> None:
    """Take a paper off its page; its files stay until they are purged, and `restore` brings it back."""
    if attachment.withdrawn_at is None:
        attachment.withdrawn_at = timezone.now()
        attachment.save()
        _note(Event.Action.CHANGED, attachment, f"Pièce jointe retirée : {attachment}", by)


@transaction.atomic
def restore(attachment: Attachment, *, by: User) -> None:
    """Put a withdrawn paper back."""
    if attachment.withdrawn_at is not None:
        attachment.withdrawn_at = None
        attachment.save()
        _note(Event.Action.CHANGED, attachment, f"Pièce jointe rétablie : {attachment}", by)


def withdraw_all(target: models.Model, *, by: User) -> int:
    """Withdraw every paper of an object that is about to be deleted; how many there were."""
    rows = list(Attachment.objects.of([target]).current())
    for row in rows:
        withdraw(row, by=by)
    return len(rows)


def _stored(attachment: Attachment, file: CheckedFile, by: User) -> Document:
    return Document.store(
        file.content,
        kind=Document.Kind(attachment.kind),
        title=attachment.title,
        filename=file.filename,
        content_type=file.content_type,
        visibility=Document.Visibility.ATTACHED,
        created_by=by,
    )


def _note(action: Event.Action, attachment: Attachment, summary: str, by: User) -> None:
    """The line stands with the object, where its readers look for what became of it."""
    Event.record(action, actor=by, summary=summary, subject=attachment.target, attachment=attachment.pk)
