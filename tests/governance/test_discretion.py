"""What a reader who is not of a confidential group never learns of it, and what ends with a mandate."""

from datetime import date, timedelta

import pytest
import rules
from django.urls import reverse
from django.utils import timezone

from cops.documents.models import Attachment, Document
from governance.models import Designation
from tests import factories

pytestmark = pytest.mark.django_db

SECRETS = ("Discrete", "Organisme discret", "Groupe secret")


@pytest.fixture
def group():
    return factories.FormationFactory(
        kind="group", is_confidential=True, code="secret", name="Groupe secret", council__code="autre"
    )


@pytest.fixture
def seated(group) -> Designation:
    """Somebody who sits in the confidential group alone."""
    organisation = factories.OrganisationFactory(name="Organisme discret")
    person = factories.PersonFactory(last_name="Discrete", organisation=organisation)
    seat = factories.SeatFactory(rule=factories.SeatRuleFactory(formation=group))
    seat.organisations.add(organisation)
    return factories.DesignationFactory(
        seat=seat, person=person, organisation=organisation, starts_on=date(2010, 1, 1)
    )


def pages(seated: Designation) -> list[str]:
    return [
        reverse("person_list"),
        reverse("person_list") + "?mandat=aucun",
        reverse("person_list_export", args=["csv"]),
        reverse("person_detail", args=[seated.person_id]),
        reverse("organisation_list"),
        reverse("organisation_list_export", args=["csv"]),
        reverse("organisation_detail", args=[seated.organisation_id]),
        *(f"{reverse('search')}?q={word}" for word in ("discret", "secret")),
        reverse("formation_list"),
        reverse("home"),
    ]


def test_who_sits_only_in_a_confidential_group_is_unknown_to_other_members(seated, member_client):
    for address in pages(seated):
        text = member_client.get(address).content.decode()
        assert not [secret for secret in SECRETS if secret in text], address
    for name, pk in (("person_detail", seated.person_id), ("organisation_detail", seated.organisation_id)):
        assert member_client.get(reverse(name, args=[pk])).status_code == 404


def test_the_page_of_an_organisation_that_sits_elsewhere_too_keeps_the_group_to_itself(
    seated, member, member_client
):
    known = member.person.designations.get().seat.rule
    factories.SeatFactory(rule=known, number=9).organisations.add(seated.organisation)
    page = member_client.get(reverse("organisation_detail", args=[seated.organisation_id]))
    assert page.status_code == 200
    assert "Groupe secret" not in page.content.decode()


def test_members_of_the_group_and_the_service_know_it(seated, member, member_client, agent_client):
    factories.DesignationFactory(seat=seated.seat, person=member.person, quality="substitute")
    for client in (member_client, agent_client):
        assert "Discrete" in client.get(reverse("person_list")).content.decode()
        page = client.get(reverse("organisation_detail", args=[seated.organisation_id]))
        assert "Groupe secret" in page.content.decode()


# --- papers that were made ----------------------------------------------------------------------------------


def test_each_kind_of_document_that_is_made_is_open_to_somebody():
    attached = {kind for kind, _ in Attachment.KINDS}
    for kind in set(Document.Kind.values) - attached:
        assert rules.perm_exists(f"documents.read_{kind}"), kind


def made_for(user, subject: str) -> str:
    document = factories.DocumentFactory(kind="roster", visibility="owner", created_by=user)
    factories.RenderingFactory(requested_by=user, subject=subject, state="done", document=document)
    return reverse("document_download", args=[document.pk])


def test_a_roster_is_read_by_who_asked_for_it(member, member_client):
    code = member.person.designations.get().seat.rule.formation.code
    assert member_client.get(made_for(member, f"roster/{code}/2012-06-01")).status_code == 200


def test_the_roster_of_a_confidential_group_closes_with_the_mandate_on_it(seated, member, member_client):
    own = factories.DesignationFactory(seat=seated.seat, person=member.person, quality="substitute")
    address = made_for(member, "roster/secret/2012-06-01")
    assert member_client.get(address).status_code == 200
    own.ends_on = timezone.localdate() - timedelta(days=1)
    own.save()
    assert member_client.get(address).status_code == 404
