"""Tables judge the rows that their author wrote in; of others they say what is worth knowing.

Each case plants a row that no rule would let in today, changes another one, and finds it saved.
"""

from datetime import date

import pytest
from django.db import connection
from django.urls import reverse

from contracts.models import Signatory
from governance.models import AgendaItem, Attendance, CommuneMembership, OrganisationName
from tests import factories
from tests.entered_forms import filled, text_of

pytestmark = pytest.mark.django_db


def change(client, page, **typed):
    return client.post(page, filled(client.get(page), **typed), follow=True)


def test_signatories(agent_client):
    contract = factories.ContractFactory()
    planted = factories.SignatoryFactory(contract=contract, position=1000)  # three digits at most
    other = factories.SignatoryFactory(contract=contract, position=2)
    page = reverse("contract_signatories", args=[contract.code])
    done = change(agent_client, page, **{f"signatories__{other.pk}__capacity": "Partenaire"})
    assert Signatory.objects.get(pk=other.pk).capacity == "Partenaire"
    assert Signatory.objects.get(pk=planted.pk).version == 1
    assert f"À savoir, {planted.organisation} :" in text_of(done)


def test_the_row_itself_is_judged_once_it_is_touched(agent_client):
    contract = factories.ContractFactory()
    planted = factories.SignatoryFactory(contract=contract, position=1000)
    page = reverse("contract_signatories", args=[contract.code])
    refused = change(agent_client, page, **{f"signatories__{planted.pk}__capacity": "Partenaire"})
    assert "999" in text_of(refused)
    assert Signatory.objects.get().version == 1


def test_agenda(agent_client):
    meeting = factories.MeetingFactory()
    planted = AgendaItem.objects.create(meeting=meeting, position=1, title="Long", duration=2000)
    other = AgendaItem.objects.create(meeting=meeting, position=2, title="Court")
    page = reverse("agenda_edit", args=[meeting.pk])
    change(agent_client, page, **{f"items__{other.pk}__title": "Plus court"})
    assert AgendaItem.objects.get(pk=other.pk).title == "Plus court"
    assert AgendaItem.objects.get(pk=planted.pk).duration == 2000


def test_guests(agent_client):
    meeting = factories.MeetingFactory()
    planted = Attendance.objects.create(meeting=meeting, quality="guest", name="", email="pas une adresse")
    other = Attendance.objects.create(meeting=meeting, quality="guest", name="Une invitée")
    page = reverse("guest_list", args=[meeting.pk])
    change(agent_client, page, **{f"guests__{other.pk}__function": "Directrice"})
    assert Attendance.objects.get(pk=other.pk).function == "Directrice"
    assert Attendance.objects.get(pk=planted.pk).version == 1


def test_attendance(agent_client):
    meeting = factories.MeetingFactory(held_on=date(2026, 1, 5), state="held")
    planted = Attendance.objects.create(
        meeting=meeting, quality="guest", name="Sans représentant", presence="represented"
    )
    other = Attendance.objects.create(meeting=meeting, quality="guest", name="Une invitée")
    page = reverse("attendance_edit", args=[meeting.pk])
    change(agent_client, page, **{f"people__{other.pk}__presence": "present"})
    assert Attendance.objects.get(pk=other.pk).presence == "present"
    assert Attendance.objects.get(pk=planted.pk).version == 1


def test_names_of_an_organisation(agent_client):
    organisation = factories.OrganisationFactory(name="Mission locale")
    factories.OrganisationNameFactory(organisation=organisation, name="MISSION LOCALE", ends_on=None)
    other = factories.OrganisationNameFactory(organisation=organisation, name="ML", ends_on=None)
    page = reverse("organisation_names", args=[organisation.pk])
    change(agent_client, page, **{f"names__{other.pk}__name": "M. L."})
    assert OrganisationName.objects.get(pk=other.pk).name == "M. L."


@pytest.mark.skipif(connection.vendor == "postgresql", reason="its exclusion constraint lets no such row in")
def test_memberships_of_a_commune(administrator_client):
    commune = factories.CommuneFactory()
    days = ((date(2002, 1, 1), date(2010, 12, 31)), (date(2009, 1, 1), date(2012, 12, 31)))
    for starts_on, ends_on in days:  # two that overlap
        factories.CommuneMembershipFactory(commune=commune, starts_on=starts_on, ends_on=ends_on)
    other = factories.CommuneMembershipFactory(commune=commune, starts_on=date(2014, 1, 1), ends_on=None)
    page = reverse("commune_edit", args=[commune.pk])
    change(administrator_client, page, **{f"memberships__{other.pk}__starts_on": "2014-02-01"})
    assert CommuneMembership.objects.get(pk=other.pk).starts_on == date(2014, 2, 1)


def test_a_mandate_is_corrected_whatever_became_of_its_rule(administrator_client):
    designation = factories.DesignationFactory()
    rule = designation.seat.rule
    type(rule).objects.filter(pk=rule.pk).update(starts_on=designation.starts_on.replace(year=2025))
    page = reverse("designation_edit", args=[designation.pk])
    change(administrator_client, page, function="Maire adjoint")
    designation.refresh_from_db()
    assert designation.function == "Maire adjoint"
