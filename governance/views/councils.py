"""Pages of the council: its formations, who sits in one on a day, and its working groups."""

from datetime import date
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.db import connection
from django.http import HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.text import slugify
from django.views.decorators.http import require_safe

from cops.audit.entering import enter
from cops.audit.history.saying import say_saved
from cops.documents.models import Rendering
from cops.lib.exports import FORMS
from cops.lib.forms import asked_day
from cops.lib.french import date_fr
from cops.users.requests import UserRequest
from governance.access import reads_attendance
from governance.composition import CouncilNotCreatedError, composition, compositions
from governance.entering.formations import FormationForm
from governance.models import Council, Formation
from governance.roster import subject_of_roster
from governance.seating import save_formation
from governance.situation import ENDS_SOON_MONTHS, situation
from governance.views.designations import administrators_only, answer, get_and_post

# The agglomeration had ten communes then: the day that people compare with today's composition.
TEN_COMMUNES = date(2008, 1, 1)


@require_safe
@permission_required("governance.view_composition", raise_exception=True)
def formation_list(request: UserRequest) -> HttpResponse:
    """The formations of the council with what is vacant today; seven queries."""
    today = timezone.localdate()
    formations = list(Formation.objects.visible_to(request.user).select_related("council"))
    existing = [row for row in formations if row.council.created.first_day <= today]
    by_formation = compositions(existing, today)
    rows = [(formation, by_formation.get(formation.pk)) for formation in formations]
    context = {
        "accepted": [],
        "rows": [row for row in rows if row[0].period.contains(today)],
        "closed": [row[0] for row in rows if not row[0].period.contains(today)],
        "today": today,
        "may_manage": request.user.has_perm("governance.manage_composition"),
    }
    return render(request, "governance/formation_list.html", context)


@require_safe
@permission_required("governance.view_composition", raise_exception=True)
def formation_detail(request: UserRequest, code: str) -> HttpResponse:
    """Who sits in the formation on the day of the address, today by default; ten queries."""
    formation = readable_formation(request, code)
    form, on = asked_day(request.GET, timezone.localdate())
    context: dict[str, Any] = {
        "formation": formation,
        "on": on,
        "accepted": [*form.fields],
        "day_form": form,
        "day_links": _links(formation, on),
        "may_manage": request.user.has_perm("governance.manage_composition"),
        "may_read_attendance": reads_attendance(request.user, formation),
        "export_links": [
            (one.label, f"{reverse('roster_export', args=[code, name])}?le={on.isoformat()}")
            for name, one in FORMS.items()
        ],
        "rendering": Rendering.objects.visible_to(request.user)
        .filter(subject=subject_of_roster(formation, on))
        .select_related("document")
        .first(),
    }
    try:
        context |= shown_composition(formation, on)
    except CouncilNotCreatedError as error:
        context |= {"composition": None, "refusal": str(error)}
    return render(request, "governance/formation_detail.html", context)


def shown_composition(formation: Formation, on: date) -> dict[str, Any]:
    """What a page shows of a composition: its seats, and since when they are vacant. Eight queries.

    :raises CouncilNotCreatedError: the day precedes the council's creation.
    """
    value = composition(formation, on)
    answers = situation(formation, value)
    return {
        "composition": value,
        "seats": [(entry, answers.since(entry)) for entry in value.seats],
        "situation": answers,
        "soon_months": ENDS_SOON_MONTHS,
    }


def readable_formation(request: UserRequest, code: str) -> Formation:
    """The formation of that code in the reader's scope, or 404; one query."""
    formations = Formation.objects.visible_to(request.user).select_related("council")
    formation: Formation = get_object_or_404(formations, code=code)
    return formation


@require_safe
@administrators_only
def formation_manage(request: UserRequest, code: str) -> HttpResponse:
    """The composition of the day with what may be done to each seat; ten queries."""
    formation = readable_formation(request, code)
    form, on = asked_day(request.GET, timezone.localdate())
    context: dict[str, Any] = {"formation": formation, "on": on, "day_form": form, "accepted": [*form.fields]}
    try:
        context |= shown_composition(formation, on)
    except CouncilNotCreatedError as error:
        context |= {"composition": None, "refusal": str(error)}
    return render(request, "governance/formation_manage.html", context)


@get_and_post
@administrators_only
def group_create(request: UserRequest) -> HttpResponse:
    """A new working group of the council."""
    council = Council.objects.first()
    if council is None:
        messages.info(
            request, "Aucun conseil n’est enregistré : un groupe de travail appartient à un conseil."
        )
        return redirect("formation_list")

    def bind(data: QueryDict | None) -> FormationForm:
        group = Formation(council=council, kind=Formation.Kind.GROUP, notice_days=8)
        return FormationForm(data, instance=group, initial={"starts_on": timezone.localdate()})

    def save(form: FormationForm) -> str:
        group: Formation = form.instance
        group.code = _free_code(group.name)
        save_formation(group, by=request.user)
        messages.success(request, f"« {group} » est créé. Désignez maintenant ses membres.")
        return reverse("formation_manage", args=[group.code])

    entry = enter(request, bind=bind, save=save)
    return answer(
        request,
        entry,
        formation=Formation(),
        title="Nouveau groupe de travail",
        lead="Un groupe de travail a ses propres sièges, ses réunions et ses documents.",
        submit="Créer le groupe",
        back_url=reverse("formation_list"),
        back_label="Annuler",
        is_new=True,
    )


def _free_code(name: str) -> str:
    """A code out of the name that no formation has and no address of the room begins with."""
    stem = f"groupe-{slugify(name)[:20]}".rstrip("-")
    taken = set(Formation.objects.filter(code__startswith=stem).values_list("code", flat=True))
    return next(
        code for n in range(1, len(taken) + 2) if (code := f"{stem}-{n}" if n > 1 else stem) not in taken
    )


@get_and_post
@administrators_only
def formation_edit(request: UserRequest, code: str) -> HttpResponse:
    """The name, purpose and notice of a formation; of a group its dates and reserve as well."""
    shown = readable_formation(request, code)

    def bind(data: QueryDict | None) -> FormationForm:
        formations = Formation.objects.select_related("council")
        if connection.in_atomic_block:
            formations = formations.select_for_update(of=("self",))
        return FormationForm(data, instance=get_object_or_404(formations, code=code))

    def save(form: FormationForm) -> str:
        if form.is_altered:
            save_formation(form.instance, by=request.user)
            say_saved(request, f"« {form.instance} » est enregistré.", of=form.instance)
        else:
            messages.info(request, "Rien n’a changé.")
        return reverse("formation_manage", args=[code])

    entry = enter(request, bind=bind, save=save)
    title = "Modifier le groupe de travail" if shown.is_group else "Modifier la formation"
    return answer(request, entry, formation=shown, title=title, lead="", submit="Enregistrer")


def _links(formation: Formation, on: date) -> list[dict[str, Any]]:
    """Days worth a look."""
    created = formation.council.created.first_day
    days = {"À la création": created, f"Au {date_fr(TEN_COMMUNES)}": TEN_COMMUNES}
    days["Aujourd’hui"] = timezone.localdate()
    address = reverse("formation_detail", args=[formation.code])
    return [
        {"label": label, "url": f"{address}?le={day.isoformat()}", "is_current": day == on}
        for label, day in days.items()
        if day >= created
    ]
