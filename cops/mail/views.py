"""Pages of the accounts (for the administrator) and of the invitation (for whoever holds its link)."""

from copy import copy

from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_not_required, permission_required
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cops.audit.models import Event
from cops.lib.french import elide
from cops.mail import administration, services
from cops.mail.forms import AccountChangeForm, AccountForm, InvitationForm
from cops.mail.invitations import account_states
from cops.users.models import User
from cops.users.requests import UserRequest

PAGE_SIZE = 50
EVENTS_SHOWN = 20

administrators_only = permission_required("users.manage_accounts", raise_exception=True)


@require_safe
@administrators_only
def account_list(request: UserRequest) -> HttpResponse:
    """All accounts by name, with their state; three queries."""
    page = Paginator(User.objects.all(), PAGE_SIZE).get_page(request.GET.get("page"))
    states = account_states(page.object_list, timezone.now())
    rows = [(user, states[user.pk]) for user in page.object_list]
    return render(request, "mail/account_list.html", {"accepted": ["page"], "page_obj": page, "rows": rows})


@require_http_methods(["GET", "HEAD", "POST"])
@administrators_only
def account_create(request: UserRequest) -> HttpResponse:
    """Open an account and send its invitation."""
    form = AccountForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            user = administration.open_account(
                email=form.cleaned_data["email"],
                full_name=form.cleaned_data["full_name"],
                role=User.Role(form.cleaned_data["role"]),
                by=request.user,
            )
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(
                request, f"Le compte {elide('de', str(user))} est ouvert, l’invitation part à {user.email}."
            )
            return redirect("account_list")
    return render(request, "mail/account_create.html", {"form": form})


@require_http_methods(["GET", "HEAD", "POST"])
@administrators_only
def account_edit(request: UserRequest, pk: int) -> HttpResponse:
    """An account: name and role, its state, what happened to it."""
    account = get_object_or_404(User, pk=pk)
    form = AccountChangeForm(request.POST or None, instance=copy(account), is_own=account == request.user)
    if request.method == "POST" and form.is_valid() and _change(request, account, form):
        messages.success(request, f"Le compte {elide('de', str(account))} est enregistré.")
        return redirect("account_list")
    context = {
        "account": account,
        "form": form,
        "state": account_states([account], timezone.now())[account.pk],
        "events": _events(account),
    }
    return render(request, "mail/account_edit.html", context)


def _change(request: UserRequest, account: User, form: AccountChangeForm) -> bool:
    """Write the form's name and role; False, with the rule among the form's errors, where one forbids it."""
    try:
        administration.change_account(
            account,
            full_name=form.cleaned_data["full_name"],
            role=User.Role(form.cleaned_data["role"]),
            by=request.user,
        )
    except administration.AccountRuleError as error:
        form.add_error(None, str(error))
        return False
    return True


@require_POST
@administrators_only
def account_invite(request: UserRequest, pk: int) -> HttpResponse:
    """Send the invitation again; the earlier link stops working."""
    account = get_object_or_404(User, pk=pk)
    if account_states([account], timezone.now())[pk].may_be_invited:
        services.invite(account, by=request.user)
        messages.success(
            request, f"Une nouvelle invitation part à {account.email}, l’ancienne n’a plus d’effet."
        )
    else:
        messages.error(request, f"Le compte de {account} n’attend pas d’invitation.")
    return redirect("account_edit", pk)


@require_POST
@administrators_only
def account_deactivate(request: UserRequest, pk: int) -> HttpResponse:
    """Close an account."""
    account = get_object_or_404(User, pk=pk)
    try:
        administration.deactivate(account, by=request.user)
    except administration.AccountRuleError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, f"Le compte {elide('de', str(account))} est désactivé.")
    return redirect("account_edit", pk)


@require_POST
@administrators_only
def account_reactivate(request: UserRequest, pk: int) -> HttpResponse:
    """Open a closed account again."""
    account = get_object_or_404(User, pk=pk)
    administration.reactivate(account, by=request.user)
    messages.success(request, f"Le compte {elide('de', str(account))} est réactivé.")
    return redirect("account_edit", pk)


@require_http_methods(["GET", "HEAD", "POST"])
@login_not_required
@never_cache
@sensitive_post_parameters()
def accept_invitation(request: HttpRequest, token: str) -> HttpResponse:
    """Choose a password with the link of an invitation, which works once."""
    link = services.invited_by(token)
    if link is None:
        return _without_address(render(request, "mail/invitation_ended.html", status=410))
    form = InvitationForm(link.user, request.POST or None)
    if request.method == "POST" and form.is_valid():
        if not services.accept_invitation(link, password=form.cleaned_data["new_password1"]):
            return _without_address(render(request, "mail/invitation_ended.html", status=410))
        logout(request)
        messages.success(request, "Votre mot de passe est enregistré : connectez-vous.")
        return redirect("account_login")
    return _without_address(render(request, "mail/invitation.html", {"form": form, "account": link.user}))


def _without_address(response: HttpResponse) -> HttpResponse:
    """Keep the personal link out of the Referer of what the page loads and sends.

    Not `no-referrer`: browsers then send the form with the origin « null », which the CSRF check refuses.
    """
    response["Referrer-Policy"] = "strict-origin"
    return response


def _events(account: User) -> list[Event]:
    subject_type = ContentType.objects.get_for_model(User)
    events = Event.objects.filter(subject_type=subject_type, subject_id=str(account.pk))
    return list(events.select_related("actor")[:EVENTS_SHOWN])
