"""Pages of the people who sit."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from cops.users.requests import UserRequest
from governance.models import Person
from governance.selectors import mandates_of


@require_safe
def person_detail(request: UserRequest, pk: int) -> HttpResponse:
    """A person with their mandates; the professional contact is for the service only."""
    people = Person.objects.visible_to(request.user).select_related("organisation")
    person = get_object_or_404(people, pk=pk)
    context = {
        "person": person,
        "mandates": mandates_of(person),
        "shows_contact": request.user.is_staff_member,
        "today": timezone.localdate(),
    }
    return render(request, "governance/person_detail.html", context)
