"""Entering actions: sheet, years, indicators, funding; their rules, the journal and the history."""

from datetime import date
from decimal import Decimal

import pytest
from django.urls import reverse

from actions.models import Action, ActionYear, Funding, Indicator, IndicatorValue, Transition
from cops.audit.models import Event
from governance.models import Organisation
from tests import factories
from tests.entered_forms import filled, text_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def contract():
    return factories.ContractFactory(code="cops-2009", starts_on=date(2009, 1, 1), ends_on=date(2014, 12, 31))


@pytest.fixture
def objective(contract):
    return factories.ObjectiveFactory(contract=contract, code="1.1")


@pytest.fixture
def action(contract, objective):
    lead = factories.OrganisationFactory(name="Maison des jeunes")
    return factories.ActionFactory(contract=contract, objective=objective, lead=lead, reference="1.1-01")


def page(name, action):
    return reverse(name, args=[action.pk])


def save(client, address, **typed):
    return client.post(address, filled(client.get(address), **typed))


# --- the sheet ----------------------------------------------------------------------------------------------


def test_a_new_action_takes_the_next_reference_and_goes_on_to_its_years(
    agent, agent_client, action, objective
):
    factories.OrganisationNameFactory(organisation=action.lead, name="Foyer des jeunes")
    partner = factories.OrganisationFactory(name="Mission locale")
    commune = factories.CommuneMembershipFactory().commune
    response = save(
        agent_client,
        reverse("action_create"),
        title="  Chantiers   éducatifs ",
        objective=objective.pk,
        lead="FOYER DES JEUNES",
        partners=["mission locale", "Maison des jeunes", ""],
        communes=[commune.pk],
        counting_unit="people",
    )
    created = Action.objects.exclude(pk=action.pk).get()
    assert response["Location"] == reverse("action_years", args=[created.pk])
    assert (created.reference, created.title, created.lead) == ("1.1-02", "Chantiers éducatifs", action.lead)
    assert [*created.partners.all()] == [partner]
    assert [*created.communes.all()] == [commune]
    assert created.history.get().history_user == agent
    assert Event.objects.get(action=Event.Action.CREATED).actor == agent


def test_errors_are_summed_up_in_the_order_of_the_page(agent_client, action):
    said = text_of(save(agent_client, reverse("action_create")))
    places = [said.index(f"{label} :") for label in ("Objectif", "Intitulé", "Pilote")]
    assert places == sorted(places)


@pytest.mark.parametrize(
    "name, said", [("x" * 201, "au plus 200 caractères"), ("Hamoval ; LogemLoiret", "point-virgule")]
)
def test_a_new_organisation_that_cannot_have_its_name_is_refused_at_its_field(
    agent_client, action, objective, name, said
):
    typed = {"title": "Ateliers", "objective": objective.pk, "lead": name, "new_organisations": "on"}
    assert said in text_of(save(agent_client, reverse("action_create"), **typed))
    assert not Organisation.objects.filter(name=name).exists()


def test_an_unknown_organisation_is_asked_about_then_created(agent_client, action, objective):
    address = reverse("action_create")
    typed = {
        "title": "Ateliers",
        "objective": objective.pk,
        "lead": "Association neuve",
        "partners": ["Autre neuve"],
    }
    refused = save(agent_client, address, **typed)
    assert "Aucun organisme ne s’appelle « Association neuve »" in text_of(refused)
    assert "Créer « Association neuve » et « Autre neuve »" in text_of(refused)
    assert not Organisation.objects.filter(name="Association neuve").exists()
    response = agent_client.post(address, filled(refused, new_organisations="on"))
    assert response.status_code == 302
    created = Action.objects.get(title="Ateliers")
    assert created.lead.name == "Association neuve"
    assert [row.name for row in created.partners.all()] == ["Autre neuve"]


def test_errors_stand_beside_their_fields_and_nothing_typed_is_lost(agent_client, action, objective):
    refused = save(
        agent_client,
        page("action_edit", action),
        title="",
        description="Une première ligne\r\nune seconde",
        starts_on="2012-06-01",
        ends_on="2012-01-01",
    )
    text = text_of(refused)
    assert "2 erreurs sont à corriger" in text
    assert 'href="#id_ends_on"' in refused.content.decode()
    assert "La fin de l’action précède son début." in text
    assert "Une première ligne" in text
    action.refresh_from_db()
    assert action.version == 1


def test_a_reference_is_unique_in_its_contract(agent_client, action):
    other = factories.ActionFactory(contract=action.contract, objective=action.objective, reference="1.1-02")
    refused = save(agent_client, page("action_edit", other), reference="1.1-01")
    assert "Cette référence existe déjà dans ce contrat : « 1.1-01 Médiation" in text_of(refused)


def test_what_did_not_change_is_not_written(agent_client, action):
    assert save(agent_client, page("action_edit", action)).status_code == 302
    action.refresh_from_db()
    assert (action.version, action.history.count()) == (1, 1)


def test_partners_and_communes_are_added_and_taken_away_with_history(agent_client, action):
    old, new = factories.OrganisationFactory(name="Ancien"), factories.OrganisationFactory(name="Nouveau")
    partnership = factories.PartnershipFactory(action=action, organisation=old)
    save(agent_client, page("action_edit", action), partners=["Nouveau"])
    assert [*action.partners.all()] == [new]
    assert partnership.history.model.objects.filter(history_type="-").count() == 1
    action.refresh_from_db()
    assert action.version == 2


def test_dates_that_leave_a_year_outside_are_saved_with_a_warning(agent_client, action):
    factories.ActionYearFactory(action=action, year=2012)
    address = page("action_edit", action)
    response = agent_client.post(
        address, filled(agent_client.get(address), starts_on="2013-01-01"), follow=True
    )
    assert "Déjà programmée hors de ses dates ou de son objectif : 2012." in text_of(response)


def test_a_copy_has_a_new_reference_the_indicators_and_no_figures(agent_client, action):
    factories.ActionYearFactory(action=action)
    factories.IndicatorFactory(action=action, name="Faits constatés", baseline=Decimal(120))
    factories.PartnershipFactory(action=action)
    assert save(agent_client, page("action_copy", action)).status_code == 302
    copy = Action.objects.get(reference="1.1-02")
    assert (copy.title, copy.lead, copy.partners.count()) == (action.title, action.lead, 1)
    assert copy.years.count() == 0
    assert [(row.name, row.baseline) for row in copy.indicators.all()] == [("Faits constatés", None)]


def test_a_copy_into_the_next_contract_continues_the_action(agent_client, action, contract):
    following = factories.ContractFactory(
        code="cops-2015", predecessor=contract, starts_on=date(2015, 1, 1), ends_on=date(2018, 12, 31)
    )
    objective = factories.ObjectiveFactory(contract=following, code="2.3", continues=action.objective)
    assert save(agent_client, f"{page('action_copy', action)}?contrat=cops-2015").status_code == 302
    copy = Action.objects.get(contract=following)
    assert (copy.reference, copy.objective, copy.continues) == ("2.3-01", objective, action)


# --- the years ----------------------------------------------------------------------------------------------


def year_row(n, year, **values):
    return {f"years__new{n}__{name}": value for name, value in {"year": year, **values}.items()}


def test_three_years_are_entered_at_once_the_french_way(agent, agent_client, action):
    response = save(
        agent_client,
        page("action_years", action),
        **year_row(
            0, "2010", status="done", planned_budget="1 234,50", actual_cost="1 200 €", actual_count="80"
        ),
        **year_row(1, "2011", status="partial", reason="funding", impact="Moins de tensions."),
        **year_row(2, "2012", is_planned="False", planned_count="1\u202f000"),
    )
    assert response["Location"] == page("action_detail", action)
    rows = ActionYear.objects.filter(action=action).order_by("year")
    assert [
        (row.year, row.is_planned, row.status, row.planned_budget, row.planned_count) for row in rows
    ] == [
        (2010, True, "done", Decimal("1234.50"), None),
        (2011, True, "partial", None, None),
        (2012, False, "", None, 1000),
    ]
    assert {(row.objective_id, row.lead_id) for row in rows} == {(action.objective_id, action.lead_id)}
    assert (
        Event.objects.get(action=Event.Action.CHANGED).summary == "Action 1.1-01, années : 2010, 2011, 2012"
    )


def test_a_changed_status_leaves_a_transition(agent, agent_client, action):
    row = factories.ActionYearFactory(action=action, year=2012, status="in_progress")
    save(
        agent_client,
        page("action_years", action),
        **{f"years__{row.pk}__status": "dropped", f"years__{row.pk}__reason": "staffing"},
    )
    transition = Transition.objects.get()
    assert (transition.by, transition.from_status, transition.to_status, transition.reason) == (
        agent,
        "in_progress",
        "dropped",
        "staffing",
    )


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"year": "2015"}, "L’année 2015 est hors du contrat cops-2009"),
        ({"year": "deux mille"}, "Année attendue"),
        ({"year": "2010", "status": "partial"}, "Un motif est attendu"),
        ({"year": "2010", "status": "done", "reason": "other"}, "Un motif est attendu"),
        (
            {"year": "2010", "status": "partial", "reason": "other"},
            "Le motif « autre » demande un commentaire.",
        ),
        ({"year": "2010", "planned_budget": "12,345"}, "au plus deux décimales"),
        ({"year": "2010", "planned_budget": "-5"}, "positif ou nul"),
        ({"year": "2010", "actual_count": "1,5"}, "nombre entier"),
        ({"year": "", "comment": "orpheline"}, "Indiquez l’année."),
        ({"year": "2012"}, "Cette année existe déjà pour cette action."),
    ],
)
def test_a_year_that_breaks_a_rule_is_refused_beside_its_cell(agent_client, action, values, message):
    factories.ActionYearFactory(action=action, year=2012)
    refused = save(agent_client, page("action_years", action), **year_row(0, **values))
    assert refused.status_code == 200
    assert message in text_of(refused)
    assert "à corriger" in text_of(refused)
    assert ActionYear.objects.count() == 1


def test_the_same_year_twice_in_the_table_is_refused(agent_client, action):
    refused = save(agent_client, page("action_years", action), **year_row(0, "2010"), **year_row(1, "2010"))
    assert "Cette ligne figure déjà dans le tableau." in text_of(refused)
    assert not ActionYear.objects.exists()


def test_an_objective_out_of_force_is_refused(agent_client, action):
    amendment = factories.AmendmentFactory(
        contract=action.contract, effective_on=date(2012, 1, 1), new_end_on=None
    )
    factories.ObjectiveVersionFactory(objective=action.objective, amendment=amendment, is_withdrawn=True)
    refused = save(agent_client, page("action_years", action), **year_row(0, "2012"))
    assert "L’objectif de l’action n’est en vigueur aucun jour de 2012" in text_of(refused)


def test_an_adopted_programme_locks_what_is_planned(agent_client, action):
    factories.ProgrammeFactory(contract=action.contract, year=2012)
    factories.ProgrammeFactory(contract=action.contract, year=2013)
    row = factories.ActionYearFactory(action=action, year=2012, planned_budget=Decimal(1000))
    address = page("action_years", action)
    shown = agent_client.get(address)
    assert f"years-{row.pk}-planned_budget" not in filled(shown)

    forged = filled(shown, **{f"years__{row.pk}__planned_budget": "5", f"years__{row.pk}__actual_cost": "7"})
    refused = agent_client.post(address, forged)
    assert "Le programme de 2012 est adopté : 1 000 reste" in text_of(refused).replace("\u202f", " ")
    added = agent_client.post(address, filled(shown, **year_row(0, "2013", planned_budget="3")))
    assert "Le programme de 2013 est adopté : une année ajoutée n’y est pas prévue" in text_of(added)

    allowed = filled(
        shown, **year_row(0, "2013", is_planned="False"), **{f"years__{row.pk}__actual_cost": "7"}
    )
    assert agent_client.post(address, allowed).status_code == 302
    row.refresh_from_db()
    assert (row.planned_budget, row.actual_cost) == (Decimal(1000), Decimal(7))


def test_a_line_is_added_without_losing_or_judging_what_was_typed(agent_client, action):
    address = page("action_years", action)
    data = filled(agent_client.get(address), **year_row(0, "2010", status="partial"))
    response = agent_client.post(address, data | {"step": "add"})
    sent = filled(response)
    assert sent["years-count"] == ["4"]
    assert (sent["years-new0-year"], sent["years-new0-status"]) == (["2010"], ["partial"])
    assert "à corriger" not in text_of(response)
    assert not ActionYear.objects.exists()


def test_a_plan_is_carried_to_the_next_year(agent_client, action):
    factories.ActionYearFactory(action=action, year=2012, planned_budget=Decimal("1500.50"), planned_count=40)
    address = page("action_years", action)
    carried = agent_client.post(address, filled(agent_client.get(address)) | {"step": "carry"})
    assert agent_client.post(address, filled(carried)).status_code == 302
    row = ActionYear.objects.get(year=2013)
    assert (row.is_planned, row.planned_budget, row.planned_count) == (True, Decimal("1500.50"), 40)
    assert (row.status, row.actual_cost) == ("", None)


def test_a_year_is_removed_with_its_history_unless_its_programme_is_adopted(agent_client, action):
    kept, gone = (factories.ActionYearFactory(action=action, year=year) for year in (2011, 2012))
    factories.ProgrammeFactory(contract=action.contract, year=2011)
    address = page("action_years", action)
    refused = save(agent_client, address, **{f"years__{kept.pk}__remove": "on"})
    assert refused.status_code == 200
    assert save(agent_client, address, **{f"years__{gone.pk}__remove": "on"}).status_code == 302
    assert [*ActionYear.objects.all()] == [kept]
    assert ActionYear.history.filter(id=gone.pk, history_type="-").count() == 1


# --- indicators and funding ---------------------------------------------------------------------------------


def test_an_indicator_is_entered_with_its_values_year_by_year(agent_client, action):
    years = [factories.ActionYearFactory(action=action, year=year) for year in (2010, 2011)]
    response = save(
        agent_client,
        page("action_indicators", action),
        indicators__new0__name="Taux d’absence",
        indicators__new0__nature="result",
        indicators__new0__unit="%",
        indicators__new0__direction="down",
        indicators__new0__baseline="12,5 %",
        indicators__new0__y2010__target="10",
        indicators__new0__y2010__value="11 %",
    )
    assert response.status_code == 302
    indicator = Indicator.objects.get()
    assert (indicator.name, indicator.baseline) == ("Taux d’absence", Decimal("12.5"))
    value = IndicatorValue.objects.get()
    assert (value.action_year, value.target, value.value) == (years[0], Decimal(10), Decimal(11))

    save(
        agent_client,
        page("action_indicators", action),
        **{f"indicators__{indicator.pk}__y2011__value": "9,25"},
    )
    assert IndicatorValue.objects.get(action_year=years[1]).value == Decimal("9.25")
    indicator.refresh_from_db()
    value.refresh_from_db()
    assert (indicator.version, value.version) == (1, 1)


def test_an_indicator_without_its_nature_or_with_a_stray_percentage_is_refused(agent_client, action):
    factories.ActionYearFactory(action=action, year=2010)
    refused = save(
        agent_client,
        page("action_indicators", action),
        indicators__new0__name="Rencontres",
        indicators__new0__direction="up",
        indicators__new0__y2010__value="11 %",
    )
    text = text_of(refused)
    assert "Choisissez la nature de l’indicateur." in text
    assert "Rencontres, 2010, Valeur : Nombre sans pourcentage attendu" in text
    assert not Indicator.objects.exists()


def test_the_target_of_an_adopted_year_stays(agent_client, action):
    row = factories.ActionYearFactory(action=action, year=2010)
    value = factories.IndicatorValueFactory(
        indicator=factories.IndicatorFactory(action=action), action_year=row, target=Decimal(100)
    )
    address = page("action_indicators", action)
    before = filled(agent_client.get(address), **{f"indicators__{value.indicator_id}__y2010__target": "5"})
    factories.ProgrammeFactory(contract=action.contract, year=2010)
    refused = agent_client.post(address, before)
    assert (
        "Le programme de 2010 est adopté : 100 reste, votre saisie « 5 » n’est pas enregistrée."
        in text_of(refused)
    )


def test_an_indicator_is_removed_with_its_values(agent_client, action):
    row = factories.ActionYearFactory(action=action, year=2010)
    indicator = factories.IndicatorFactory(action=action)
    factories.IndicatorValueFactory(indicator=indicator, action_year=row)
    save(agent_client, page("action_indicators", action), **{f"indicators__{indicator.pk}__remove": "on"})
    assert not Indicator.objects.exists()
    assert IndicatorValue.history.filter(history_type="-").count() == 1


def test_funding_is_entered_changed_and_removed(agent_client, action):
    row = factories.ActionYearFactory(action=action, year=2010)
    State = factories.OrganisationFactory(name="État (FIPD)")
    address = page("action_funding", action)
    response = save(
        agent_client,
        address,
        fundings__new0__action_year=row.pk,
        fundings__new0__funder="etat (fipd)",
        fundings__new0__requested="5 000",
    )
    assert response.status_code == 302
    funding = Funding.objects.get()
    assert (funding.funder, funding.requested, funding.paid) == (State, Decimal(5000), None)

    again = save(
        agent_client, address, fundings__new0__action_year=row.pk, fundings__new0__funder="État (FIPD)"
    )
    assert "Ce financeur est déjà indiqué pour cette année." in text_of(again)

    save(agent_client, address, **{f"fundings__{funding.pk}__paid": "4 500,00"})
    funding.refresh_from_db()
    assert (funding.paid, funding.version) == (Decimal(4500), 2)
    save(agent_client, address, **{f"fundings__{funding.pk}__remove": "on"})
    assert not Funding.objects.exists()


# --- what it costs ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["action_edit", "action_years", "action_indicators", "action_funding"])
def test_a_page_costs_the_same_whatever_it_holds(agent_client, action, name, django_assert_num_queries):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    def grow(years):
        for year in years:
            row = factories.ActionYearFactory(action=action, year=year)
            indicator = factories.IndicatorFactory(action=action)
            factories.IndicatorValueFactory(indicator=indicator, action_year=row)
            factories.FundingFactory(action_year=row)
            factories.PartnershipFactory(action=action)

    grow([2009])
    agent_client.get(page(name, action))
    with CaptureQueriesContext(connection) as few:
        agent_client.get(page(name, action))
    grow(range(2010, 2015))
    with CaptureQueriesContext(connection) as many:
        agent_client.get(page(name, action))
    assert len(many) == len(few)
    assert len(few) < 25
