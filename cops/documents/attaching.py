"""Pages on which papers are attached, renamed, replaced and withdrawn."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from cops.audit.entering import Entry, enter
from cops.documents import attachments
from cops.documents.carriers import carrier_of, carrier_with_key
from cops.documents.forms import AttachForm, LabelForm, ReplaceForm
from cops.documents.models import Attachment, AttachmentQuerySet
from cops.users.requests import UserRequest

ANCHOR = "#pieces-jointes"

staff_only = permission_required("documents.attach", raise_exception=True)
get_and_post = require_http_methods(["GET", "HEAD", "POST"])


@get_and_post
@staff_only
def attachment_create(request: UserRequest, key: str, pk: int) -> HttpResponse:
    """Attach a paper to the object that the address names."""
    carrier = carrier_with_key(key)
    if carrier is None:
        raise Http404
    target = get_object_or_404(carrier.readable(request.user), pk=pk)

    def bind(data: QueryDict | None) -> AttachForm:
        return AttachForm(data, _files(request, data), instance=Attachment(target=target))

    def save(form: AttachForm) -> str:
        attachment = attachments.attach(form.instance, form.checked_file, by=request.user)
        messages.success(request, f"« {attachment} » est jointe.")
        return carrier.page(target) + ANCHOR

    entry = enter(request, bind=bind, save=save)
    context = {"target": target, "carrier": carrier, "back": carrier.page(target) + ANCHOR}
    return _answer(request, entry, "documents/attachment_create.html", context)


@get_and_post
@staff_only
def attachment_edit(request: UserRequest, pk: int) -> HttpResponse:
    """Another title, kind or audience; and the versions of the paper."""

    def bind(data: QueryDict | None) -> LabelForm:
        return LabelForm(data, instance=_editable(request, pk))

    def save(form: LabelForm) -> str:
        if form.is_altered:
            attachments.relabel(form.instance, by=request.user)
            messages.success(request, f"« {form.instance} » est enregistrée.")
        else:
            messages.info(request, "Rien n’a changé.")
        return _page(form.instance)

    entry = enter(request, bind=bind, save=save)
    return _answer(request, entry, "documents/attachment_edit.html", _context(request, pk))


@get_and_post
@staff_only
def attachment_replace(request: UserRequest, pk: int) -> HttpResponse:
    """A new version of a paper; the one before is kept."""

    def bind(data: QueryDict | None) -> ReplaceForm:
        return ReplaceForm(data, _files(request, data))

    def save(form: ReplaceForm) -> str:
        attachment = _editable(request, pk)
        attachments.replace(attachment, form.checked_file, by=request.user)
        messages.success(request, f"« {attachment} » a une nouvelle version ; la précédente est conservée.")
        return _page(attachment)

    entry = enter(request, bind=bind, save=save)
    return _answer(request, entry, "documents/attachment_replace.html", _context(request, pk))


@require_POST
@staff_only
def attachment_withdraw(request: UserRequest, pk: int) -> HttpResponse:
    """Take a paper off its page."""
    attachment = _editable(request, pk)
    attachments.withdraw(attachment, by=request.user)
    messages.success(
        request,
        f"« {attachment} » est retirée : plus aucun lecteur ne la voit. "
        "Pour annuler, choisissez « Rétablir » sous les pièces jointes.",
    )
    return redirect(_page(attachment))


@require_POST
@staff_only
def attachment_restore(request: UserRequest, pk: int) -> HttpResponse:
    """Put a paper back that was withdrawn."""
    attachment = get_object_or_404(Attachment.objects.visible_to(request.user), pk=pk)
    if attachment.target is None:
        raise Http404
    attachments.restore(attachment, by=request.user)
    messages.success(request, f"« {attachment} » est rétablie.")
    return redirect(_page(attachment))


def _editable(request: UserRequest, pk: int) -> Attachment:
    """A paper that is neither withdrawn nor left behind by an object that is no more."""
    attachment = get_object_or_404(_current(request), pk=pk)
    if attachment.target is None:
        raise Http404
    return attachment


def _current(request: UserRequest) -> AttachmentQuerySet:
    return Attachment.objects.visible_to(request.user).current().select_related("document__created_by")


def _files(request: UserRequest, data: QueryDict | None) -> Any:
    """The files sent with the data; none with what was typed before the session ended."""
    return request.FILES if data is request.POST else None


def _page(attachment: Attachment) -> str:
    target = attachment.target
    assert target is not None
    return carrier_of(target).page(target) + ANCHOR


def _context(request: UserRequest, pk: int) -> dict[str, Any]:
    attachment = get_object_or_404(_current(request), pk=pk)  # as stored, whatever is typed
    versions = attachment.former_versions.select_related("document__created_by")
    return {
        "attachment": attachment,
        "target": attachment.target,
        "back": _page(attachment),
        "former_versions": versions,
    }


def _answer(request: UserRequest, entry: Entry[Any], template: str, context: dict[str, Any]) -> HttpResponse:
    if entry.address:
        return redirect(entry.address)
    return render(request, template, context | {"entry": entry, "form": entry.form})
