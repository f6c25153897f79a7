"""Papers of the demonstration: short texts and tables that say that they are invented."""

from django.db import models

from actions.models import Action
from cops.documents import attachments
from cops.documents.contents import checked
from cops.documents.models import Attachment, Document
from cops.users.models import User

INVENTED = "Pièce inventée pour la démonstration.\n\n"


def attach(
    target: models.Model, title: str, kind: Document.Kind, filename: str, text: str, *, by: User
) -> None:
    """Attach a text or a table for all who read the object."""
    paper = Attachment(target=target, title=title, kind=kind, audience=Attachment.Audience.READERS)
    attachments.attach(paper, checked(text.encode(), filename), by=by)


def attach_to_action(*, by: User) -> None:
    """A note and figures on one action."""
    action = Action.objects.get(contract__code="cops-2009", reference="1.2-01")
    attach(
        action,
        "Note de cadrage (exemple)",
        Document.Kind.NOTE,
        "note-de-cadrage.txt",
        f"{INVENTED}Objet : conduite de l’action.\nLe comité de suivi se réunit chaque trimestre.\n",
        by=by,
    )
    attach(
        action,
        "Fréquentation par mois (exemple)",
        Document.Kind.FIGURES,
        "frequentation.csv",
        "mois;participations (chiffres inventés)\njanvier;24\nfévrier;31\nmars;28\n",
        by=by,
    )
