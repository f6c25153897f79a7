"""Accounts, the journal, papers and messages."""

from datetime import timedelta
from typing import Any

import factory
from django.utils import timezone
from factory.django import DjangoModelFactory

from actions.imports import outcome_of
from actions.workbook import ImportPlan
from cops.audit.models import Event, ImportBatch, Submission
from cops.documents.models import Attachment, Document, FormerVersion, Rendering
from cops.mail.models import AccessLink, Message
from cops.users.models import Installation, SavedView, User

PASSWORD = "quatre mots pour essayer"


class UserFactory(DjangoModelFactory):
    class Meta:
        model = User

    email = factory.Sequence(lambda n: f"personne{n}@example.org")
    full_name = factory.Sequence(lambda n: f"Personne {n}")
    role = User.Role.NONE
    password = PASSWORD

    @classmethod
    def _create(cls, model_class: type[User], *args: Any, **kwargs: Any) -> User:
        return model_class.objects.create_user(**kwargs)


class AgentFactory(UserFactory):
    email = factory.Sequence(lambda n: f"agent{n}@example.org")
    full_name = factory.Sequence(lambda n: f"Agent {n}")
    role = User.Role.AGENT


class AdministratorFactory(UserFactory):
    email = factory.Sequence(lambda n: f"administrateur{n}@example.org")
    full_name = factory.Sequence(lambda n: f"Administrateur {n}")
    role = User.Role.ADMINISTRATOR


class InstallationFactory(DjangoModelFactory):
    """The one row, which is there from the start."""

    class Meta:
        model = Installation
        django_get_or_create = ("id",)

    id = Installation.THE_ONE
    profile = "demonstration"


class SavedViewFactory(DjangoModelFactory):
    class Meta:
        model = SavedView

    user = factory.SubFactory(UserFactory)
    name = factory.Sequence(lambda n: f"Vue {n}")
    path = "/actions/"
    query = "annee=2012"


class EventFactory(DjangoModelFactory):
    class Meta:
        model = Event

    action = Event.Action.LOGGED_IN
    actor = factory.SubFactory(UserFactory)
    summary = "Connexion"


class ImportBatchFactory(DjangoModelFactory):
    class Meta:
        model = ImportBatch

    created_by = factory.SubFactory(AgentFactory)
    filename = "actions.xlsx"
    content = b"contenu"
    state = ImportBatch.State.READY
    outcome = factory.LazyFunction(lambda: outcome_of(ImportPlan("actions.xlsx"), None))


class SubmissionFactory(DjangoModelFactory):
    class Meta:
        model = Submission

    nonce = factory.Sequence(lambda n: f"numero-{n}")
    user = factory.SubFactory(AgentFactory)
    digest = "0" * 64
    address = "/actions/"


class DocumentFactory(DjangoModelFactory):
    class Meta:
        model = Document

    title = "Rapport provisoire 2012"
    kind = Document.Kind.REPORT_DRAFT
    filename = "rapport-2012.pdf"
    content_type = "application/pdf"
    visibility = Document.Visibility.STAFF
    created_by = factory.SubFactory(AgentFactory)

    @classmethod
    def _create(cls, model_class: type[Document], *args: Any, **kwargs: Any) -> Document:
        return model_class.store(kwargs.pop("content", b"%PDF-1.7\n"), **kwargs)


class AttachmentFactory(DjangoModelFactory):
    """A paper of an action, for all who read that, unless told otherwise."""

    class Meta:
        model = Attachment

    target = factory.SubFactory("tests.factories.ActionFactory")
    title = "Convention 2012"
    kind = Document.Kind.AGREEMENT
    audience = Attachment.Audience.READERS
    document = factory.SubFactory(
        DocumentFactory,
        title=factory.SelfAttribute("..title"),
        kind=factory.SelfAttribute("..kind"),
        filename="convention-2012.pdf",
        visibility=Document.Visibility.ATTACHED,
    )


class FormerVersionFactory(DjangoModelFactory):
    class Meta:
        model = FormerVersion

    attachment = factory.SubFactory(AttachmentFactory)
    document = factory.SubFactory(DocumentFactory, visibility=Document.Visibility.ATTACHED)
    replaced_by = factory.SubFactory(AgentFactory)


class RenderingFactory(DjangoModelFactory):
    class Meta:
        model = Rendering

    requested_by = factory.SubFactory(AgentFactory)
    subject = "cops-2009/2012"


class MessageFactory(DjangoModelFactory):
    class Meta:
        model = Message

    recipient = "destinataire@example.org"
    subject = "Réunion du conseil"
    body = "Bonjour,\n"


class AccessLinkFactory(DjangoModelFactory):
    """A stored link; use `AccessLink.issue` where its token is needed."""

    class Meta:
        model = AccessLink

    purpose = AccessLink.Purpose.INVITATION
    user = factory.SubFactory(UserFactory)
    token_digest = factory.Sequence(lambda n: f"{n:064x}")
    expires_at = factory.LazyFunction(lambda: timezone.now() + timedelta(days=7))
