"""Actions carry papers: agreements, funding files, notes. Those of a confidential action follow it."""

from django.urls import reverse

from actions.models import Action
from cops.documents.carriers import Carrier

CARRIER = Carrier(
    key="action",
    model=Action,
    to="à l’action",
    readers="Tous ceux qui lisent l’action : le service, la personne référente et, si l’action n’est pas "
    "confidentielle, les membres du conseil",
    readable=Action.objects.visible_to,
    page=lambda action: reverse("action_detail", args=[action.pk]),
)
