"""Papers on the page of any object: `{% include "documents/_attachments.html" with target=action %}`."""

from django import template
from django.db.models import Model
from django.template import Context

from cops.documents.attachments import Listing, listing_of

register = template.Library()


@register.simple_tag(takes_context=True)
def attachments_of(context: Context, target: Model) -> Listing:
    """The papers of the object that the reader of this page may read; see `listing_of` for the queries."""
    return listing_of(target, context["request"].user)


@register.simple_tag(takes_context=True)
def may_attach(context: Context) -> bool:
    """Whether the reader may attach papers; no query."""
    return bool(context["request"].user.has_perm("documents.attach"))
