"""What the home page says of a year: gaps, progress, money, what ends soon and what waits."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from actions.models import Status
from cops.audit.models import ImportBatch
from governance.models import Formation
from tests.desk.test_home import HOME, IN_2012, text_of
from tests.factories import (
    ActionFactory,
    ActionYearFactory,
    AgentFactory,
    ContractFactory,
    DecisionFactory,
    DesignationFactory,
    FormationFactory,
    FundingFactory,
    ImportBatchFactory,
    IndicatorFactory,
    IndicatorValueFactory,
    MeetingFactory,
    SeatFactory,
)

TODAY = date(2012, 6, 1)  # a Friday
EVALUATION = reverse("evaluation_year", args=["cops-2009", 2012])


@pytest.fixture
def contract(db):
    return ContractFactory(code="cops-2009", title="Contrat 2009-2012")


def planned(contract, reference, **fields):
    """An action of the contract with its year 2012."""
    action = ActionFactory(contract=contract, reference=reference, title=f"Action {reference}")
    return ActionYearFactory(action=action, **fields)


def home(client, instant=IN_2012):
    with time_machine.travel(instant):
        response = client.get(f"{HOME}?annee=2012")
    assert response.status_code == 200
    return response


# What is missing --------------------------------------------------------------------------------------------


def test_what_the_report_lacks_is_listed_action_by_action_the_worst_first(agent_client, contract):
    planned(contract, "1.1-01", status="")
    worse = planned(contract, "1.1-02", status=Status.DONE, actual_cost=None, actual_count=None)
    planned(contract, "1.1-03", status=Status.DONE)
    indicator = IndicatorFactory(action=worse.action, name="Faits", nature="result")
    IndicatorValueFactory(indicator=indicator, action_year=worse, value=None)
    response = home(agent_client)
    desk, text = response.context["desk"], text_of(response)
    assert [(gap.reference, gap.missing) for gap in desk.gaps] == [
        ("1.1-02", "coût réel, quantité réalisée et valeur de l’indicateur «\u00a0Faits\u00a0»"),
        ("1.1-01", "statut"),
    ]
    assert "2 actions incomplètes" in text
    assert (
        "Il manque le statut pour 1 action, le coût réel pour 1 action, la quantité réalisée pour 1 action"
        in text
    )
    assert reverse("action_detail", args=[worse.action.pk]) in text
    assert f"{EVALUATION}#manque" in text


def test_each_gap_is_one_click_from_the_form_that_fills_it(agent_client, administrator_client, contract):
    without_status = planned(contract, "1.1-01", status="").action
    without_value = planned(contract, "1.1-02", status=Status.DONE)
    indicator = IndicatorFactory(action=without_value.action, nature="result")
    IndicatorValueFactory(indicator=indicator, action_year=without_value, value=None)
    addresses = [
        reverse("action_years", args=[without_status.pk]),
        reverse("action_indicators", args=[without_value.action.pk]),
    ]
    text, of_reader = text_of(home(agent_client)), text_of(home(administrator_client))
    assert [address in text for address in addresses] == [True, True]
    assert reverse("action_indicators", args=[without_status.pk]) not in text
    assert [address in of_reader for address in addresses] == [False, False]


def test_the_page_names_the_most_incomplete_and_counts_the_others(agent_client, contract):
    for number in range(1, 12):
        planned(contract, f"1.1-{number:02}", status="")
    response = home(agent_client)
    assert len(response.context["desk"].gaps) == 8
    assert "11 actions incomplètes" in text_of(response)
    assert "Les 8 plus incomplètes sont ci-dessus." in text_of(response)


def test_a_complete_year_says_so_and_leads_to_its_evaluation(agent_client, contract):
    planned(contract, "1.1-01")
    text = text_of(home(agent_client))
    assert "Toutes les actions de 2012 ont leur statut" in text
    assert "incomplète" not in text


def test_a_year_without_actions_shows_no_empty_charts(agent_client, contract):
    response = home(agent_client)
    assert response.context["desk"].is_empty
    assert "Avancement par axe" not in text_of(response)
    assert "Importez un classeur" in text_of(response)


# Progress and money -----------------------------------------------------------------------------------------


def test_progress_is_drawn_by_axis_with_its_table_whose_headings_lead_to_the_evaluation(
    agent_client, contract
):
    year = planned(contract, "1.1-01")
    text = text_of(home(agent_client))
    assert "Que sont devenues les actions prévues en 2012" in text
    assert "Actions prévues par statut" in text
    assert f'href="{EVALUATION}#axe-{year.objective.axis.number}"' in text


def test_budget_cost_and_funding_are_those_of_the_evaluation(agent_client, contract):
    year = planned(contract, "1.1-01", planned_budget=Decimal("1000"), actual_cost=Decimal("900"))
    FundingFactory(action_year=year, requested=Decimal("800"), granted=Decimal("700"), paid=None)
    money = {one.label: one.value for one in home(agent_client).context["desk"].money}
    assert {label: value.replace("\u202f", " ").replace("\u00a0", " ") for label, value in money.items()} == {
        "Budget prévu": "1 000 €",
        "Coût réel": "900 €",
        "Taux d’exécution": "90,0 %",
        "Financements demandés": "800 €",
        "Financements accordés": "700 €",
        "Financements versés": "n.d.",
    }


# What comes soon --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("ends_on", "is_shown"),
    [
        (TODAY, True),
        (TODAY + timedelta(days=60), True),
        (TODAY + timedelta(days=61), False),
        (None, False),
    ],
)
def test_a_mandate_that_ends_within_60_days_is_announced(agent_client, ends_on, is_shown):
    DesignationFactory(ends_on=ends_on, person__last_name="Titulaire")
    text = text_of(home(agent_client))
    assert ("Fin de mandat : Camille Titulaire" in text) == is_shown


def test_deadlines_stand_in_order_of_date_and_say_what_is_this_week(agent_client, contract):
    action = ActionFactory(contract=contract, reference="1.1-01", ends_on=date(2012, 6, 30))
    meeting = MeetingFactory(held_on=date(2012, 6, 3), formation__name="CISPD plénier")
    MeetingFactory(held_on=date(2012, 6, 4), formation__name="CISPD restreint")
    MeetingFactory(held_on=date(2012, 5, 31))
    found = home(agent_client).context["deadlines"]
    assert [(one.on, one.what, one.is_this_week) for one in found] == [
        (date(2012, 6, 3), "Réunion\u00a0: CISPD plénier", True),
        (date(2012, 6, 4), "Réunion\u00a0: CISPD restreint", False),
        (date(2012, 6, 30), "Fin de l’action 1.1-01", False),
    ]
    assert found[0].url == reverse("meeting_detail", args=[meeting.pk])
    assert found[2].url == reverse("action_detail", args=[action.pk])


def test_the_end_of_the_contract_is_announced(agent_client, contract):
    with_end = home(agent_client, "2012-11-15 12:00")
    assert [one.what for one in with_end.context["deadlines"]] == ["Fin du contrat"]
    assert home(agent_client, "2012-10-15 12:00").context["deadlines"] == []


def test_vacant_seats_are_named(agent_client):
    formation = FormationFactory(code="restreint", kind=Formation.Kind.RESTRICTED)
    SeatFactory(rule__formation=formation, rule__label="Préfet ou son représentant")
    text = text_of(home(agent_client))
    assert "1 siège vacant sur 1" in text
    assert 'Préfet ou son représentant <span class="cell-note">jamais pourvu' in text


# What waits -------------------------------------------------------------------------------------------------


def test_imports_left_to_confirm_or_to_correct_are_shown_with_their_state(agent, agent_client):
    with time_machine.travel(IN_2012):
        ready = ImportBatchFactory(filename="pret.xlsx", created_by=agent)
        refused = ImportBatchFactory(filename="faux.xlsx", state=ImportBatch.State.REFUSED)
        ImportBatch.objects.filter(pk=refused.pk).update(outcome={**refused.outcome, "fault_count": 3})
    response = home(agent_client)
    assert [one.pk for one in response.context["imports"]] == [refused.pk, ready.pk]
    text = text_of(response)
    assert "à confirmer" in text
    assert "3 erreurs à corriger" in text
    assert reverse("import_preview", args=[ready.pk]) in text


def test_a_file_followed_by_an_import_and_an_old_one_wait_no_longer(agent_client):
    author = AgentFactory()
    with time_machine.travel("2012-04-01 12:00"):
        ImportBatchFactory(filename="ancien.xlsx")
    with time_machine.travel(IN_2012):
        ImportBatchFactory(filename="faux.xlsx", created_by=author, state=ImportBatch.State.REFUSED)
        applied = {"state": ImportBatch.State.APPLIED, "applied_at": timezone.now()}
        ImportBatchFactory(filename="bon.xlsx", created_by=author, **applied)
    response = home(agent_client)
    assert response.context["imports"] == []
    assert "Aucun fichier n’attend d’être confirmé ou corrigé." in text_of(response)


def test_the_last_decisions_lead_to_their_page(agent_client):
    decision = DecisionFactory(number=4, text="Le conseil approuve le bilan.")
    text = text_of(home(agent_client))
    assert "Le conseil approuve le bilan." in text
    assert reverse("decision_detail", args=[decision.pk]) in text


def test_what_the_service_sees_to_is_not_shown_to_others(member_client, lead_client, contract):
    planned(contract, "1.1-01", status="")
    DecisionFactory(text="Réservé au service")
    for client in (member_client, lead_client):
        text = text_of(home(client))
        assert "À compléter" not in text
        assert "Échéances" not in text
        assert "Imports en attente" not in text
        assert "Réservé au service" not in text


# The lead, the member ---------------------------------------------------------------------------------------


def test_a_lead_sees_what_is_missing_in_each_action_that_first(lead, lead_client):
    complete = lead.person.actions.get()
    ActionYearFactory(action=complete, year=2012)
    lacking = ActionFactory(contract=complete.contract, contact=lead.person, title="Chantiers éducatifs")
    ActionYearFactory(action=lacking, year=2011)
    ActionYearFactory(action=lacking, year=2012, actual_cost=None)
    ActionYearFactory(action=lacking, year=2013, status="")
    never = ActionFactory(contract=complete.contract, contact=lead.person, title="Jamais programmée")
    response = home(lead_client)
    assert [(one.action, one.year, one.missing) for one in response.context["own_actions"]] == [
        (lacking, 2012, "coût réel"),
        *sorted([(complete, 2012, ""), (never, None, "")], key=lambda row: (row[0].reference_key, row[0].pk)),
    ]
    text = text_of(response)
    assert "À renseigner pour 2012 : coût réel" in text
    assert "Rien ne manque pour 2012" in text
    assert "Aucune année n’est programmée jusqu’ici." in text


def test_a_member_sees_where_they_sit_until_when_and_the_next_meeting(member, member_client, contract):
    planned(contract, "1.1-01")
    (designation,) = member.person.designations.all()
    designation.ends_on = date(2014, 3, 30)
    designation.save()
    formation = designation.seat.rule.formation
    meeting = MeetingFactory(formation=formation, held_on=date(2012, 9, 3), subject="Rentrée")
    MeetingFactory(formation=formation, held_on=date(2012, 5, 3))
    MeetingFactory(held_on=date(2012, 6, 3), formation__name="Autre formation")
    response = home(member_client)
    text = text_of(response)
    assert "Titulaire, Président de l’agglomération" in text
    assert "jusqu’au 30 mars 2014" in text
    assert [one.meeting for one in response.context["meetings"]] == [meeting]
    assert "L’évaluation de 2012" in text
    assert f"{EVALUATION}#effectivite" in text
    assert reverse("contract_detail", args=["cops-2009"]) in text


def test_a_member_without_a_meeting_is_told_so(member_client):
    assert "Aucune n’est fixée." in text_of(home(member_client))
