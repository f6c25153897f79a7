"""The page of the messages, where the service sees what left and decides about what did not."""

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST, require_safe

from cops.lib.french import count
from cops.mail import outbox
from cops.mail.filters import MessageFilter
from cops.mail.followup import followed
from cops.mail.models import Message
from cops.users.requests import UserRequest

PAGE_SIZE = 50

staff_only = permission_required("mail.follow_messages", raise_exception=True)


@require_safe
@staff_only
def message_list(request: UserRequest) -> HttpResponse:
    """All messages, the latest first, without their texts; four queries."""
    now = timezone.now()
    chosen = MessageFilter(request.GET, queryset=Message.objects.defer("body", "calendar"))
    rows = chosen.qs if chosen.form.is_valid() else Message.objects.none()
    page = Paginator(rows, PAGE_SIZE).get_page(request.GET.get("page"))
    context = {
        "accepted": [*chosen.form.fields, "page"],
        "filter": chosen,
        "is_filtered": any(request.GET.get(name) for name in chosen.form.fields),
        "page_obj": page,
        "rows": [followed(message, now) for message in page.object_list],
        "uncertain": Message.objects.uncertain(now).count(),
        "failed": Message.objects.filter(state=Message.State.FAILED, is_private=False).count(),
        "here": request.get_full_path(),
    }
    return render(request, "mail/message_list.html", context)


@require_POST
@staff_only
def message_send_again(request: UserRequest, pk: int) -> HttpResponse:
    """Send a failed or uncertain message again."""
    message = get_object_or_404(Message, pk=pk)
    if outbox.send_again(message, by=request.user):
        messages.success(request, f"Le message à {message.recipient} part de nouveau.")
    else:
        messages.error(request, "Ce message ne peut pas être renvoyé : son état a changé entre-temps.")
    return _back(request)


@require_POST
@staff_only
def message_consider_sent(request: UserRequest, pk: int) -> HttpResponse:
    """Hold an uncertain message for sent."""
    message = get_object_or_404(Message, pk=pk)
    if outbox.consider_sent(message, by=request.user):
        messages.success(request, f"Le message à {message.recipient} est considéré comme envoyé.")
    else:
        messages.error(request, "L’envoi de ce message n’est pas incertain : rien n’a été changé.")
    return _back(request)


@require_POST
@staff_only
def message_retry_failed(request: UserRequest) -> HttpResponse:
    """Send all failed messages again."""
    again = outbox.retry_failed(by=request.user)
    if again:
        messages.success(request, f"{count(again, 'message part', 'messages partent')} de nouveau.")
    else:
        messages.info(request, "Aucun message en échec ne peut être renvoyé.")
    return _back(request)


def _back(request: HttpRequest) -> HttpResponse:
    """To the page that the button was on."""
    address = request.POST.get("next", "")
    if address.startswith("/") and url_has_allowed_host_and_scheme(address, allowed_hosts=None):
        return redirect(address)
    return redirect("message_list")
