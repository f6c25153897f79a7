"""The roster of a formation as a file, and read back: what is told, what is created, once."""

import csv
import io
from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from actions.workbook.plain import read_plain
from cops.audit.models import Event, ImportBatch
from cops.lib.tables import Table, write_csv, write_ods, write_xlsx
from governance.models import Designation, Organisation, Person, SeatRule
from governance.roster import make, paper_context
from governance.roster_import import COLUMNS
from tests import factories
from tests.entered_forms import text_of

pytestmark = pytest.mark.django_db

WRITERS = {
    "xlsx": lambda table: write_xlsx([table]),
    "ods": lambda table: write_ods([table]),
    "csv": write_csv,
}


@pytest.fixture
def formation():
    formation = factories.FormationFactory(code="restreint", name="CISPD restreint")
    factories.SeatRuleFactory(formation=formation, label="Préfet", category="État", by_right=True)
    rule = factories.SeatRuleFactory(
        formation=formation,
        position=2,
        label="Services de l’État",
        category="État",
        basis=SeatRule.Basis.FIXED,
        number=3,
        designated_by="Préfet",
        may_be_represented=True,
    )
    person = factories.PersonFactory(
        first_name="Prune", last_name="Titulaire", email="prune@example.org", phone="02 38 00 00 00"
    )
    factories.DesignationFactory(
        seat=factories.SeatFactory(rule=rule),
        person=person,
        function="Directrice",
        organisation=factories.OrganisationFactory(name="DDCS"),
        starts_on=date(2010, 3, 4),
        ends_on=date(2030, 12, 31),
    )
    return formation


def exported(client, formation, form="csv", on="2012-06-01"):
    address = reverse("roster_export", args=[formation.code, form])
    return client.get(f"{address}?le={on}").content


def rows_of(content):
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig")), delimiter=";"))


def file_of(rows, form="xlsx", headings=COLUMNS):
    content = WRITERS[form](Table("Composition", headings, rows))
    return SimpleUploadedFile(f"composition.{form}", content)


def row(**cells):
    """A line of the file by heading; a titular of the first place unless told."""
    usual = {
        "Siège": "Services de l’État",
        "Numéro": 2,
        "Qualité": "Titulaire",
        "Nom": "Neuf",
        "Prénom": "Noé",
    }
    given = usual | {"Du": date(2012, 1, 1)} | cells
    return [given.get(name) for name in COLUMNS]


def send(client, formation, file):
    response = client.post(reverse("roster_import", args=[formation.code]), {"file": file})
    batch = ImportBatch.objects.get(kind=ImportBatch.Kind.ROSTER)
    assert response["Location"] == address_of(batch)
    return batch


def address_of(batch):
    return reverse("roster_preview", args=[batch.pk])


def confirm(client, batch):
    return client.post(address_of(batch), {"seen": batch.outcome["digest"]})


def faults(batch):
    return [(one["line"], one["column"], one["message"]) for one in batch.outcome["faults"]]


# --- out ----


def test_the_export_says_who_sits_and_what_is_vacant(agent_client, formation):
    rows = rows_of(exported(agent_client, formation))
    by_heading = [dict(zip(rows[0], one, strict=True)) for one in rows[1:]]
    assert [one["Qualité"] for one in by_heading] == ["Vacant", "Titulaire", "Vacant"]
    prune = by_heading[1]
    assert (prune["Nom"], prune["Prénom"], prune["Fonction"], prune["Organisme"]) == (
        "Titulaire",
        "Prune",
        "Directrice",
        "DDCS",
    )
    assert (prune["Du"], prune["Au"], prune["Autorité"]) == ("2010-03-04", "2030-12-31", "Préfet")
    assert Event.objects.filter(action=Event.Action.EXPORTED).count() == 1


@pytest.mark.parametrize("form", ["xlsx", "ods", "csv"])
def test_contacts_are_for_the_service_only(agent_client, member_client, formation, form):
    def told(client):
        (sheet,) = read_plain(exported(client, formation, form), f"composition.{form}")
        return {str(cell) for _, cells in sheet.rows for cell in cells}

    assert {"prune@example.org", "02 38 00 00 00"} <= told(agent_client)
    assert not {"prune@example.org", "02 38 00 00 00"} & told(member_client)
    assert "Titulaire" in told(member_client)


def test_text_that_looks_like_a_formula_stays_text(agent_client, formation):
    Designation.objects.update(function="=1+1")
    assert any("'=1+1" in one for one in rows_of(exported(agent_client, formation)))
    (sheet,) = read_plain(exported(agent_client, formation, "xlsx"), "composition.xlsx")
    assert any("=1+1" in cells for _, cells in sheet.rows)


def test_before_the_council_existed_there_is_no_file(agent_client, formation):
    address = reverse("roster_export", args=[formation.code, "csv"])
    assert agent_client.get(f"{address}?le=2001-01-01").status_code == 302


def test_an_unknown_form_is_not_found(agent_client, formation):
    assert agent_client.get(reverse("roster_export", args=[formation.code, "exe"])).status_code == 404


def test_the_paper_shows_functions_and_no_contact(member, formation):
    shown = paper_context(formation, date(2012, 6, 1))
    assert [len(entry.holders) for entry, _ in shown["seats"]] == [0, 1]
    produced = make(f"{formation.code}/2012-06-01", member, lambda line: None)
    assert produced.content.startswith(b"%PDF")
    assert produced.title == "CISPD restreint – composition au 1er\u00a0juin 2012"


# --- in: what is right ----


@pytest.mark.parametrize("form", ["xlsx", "ods", "csv"])
def test_what_is_exported_reads_back_as_nothing_new(administrator_client, formation, form):
    content = exported(administrator_client, formation, form)
    batch = send(administrator_client, formation, SimpleUploadedFile(f"c.{form}", content))
    assert faults(batch) == []
    assert (batch.outcome["created"], batch.outcome["changed"], batch.outcome["unchanged"]) == ([], [], 1)
    assert "Rien à importer" in text_of(administrator_client.get(address_of(batch)))


@pytest.mark.parametrize("form", ["xlsx", "ods", "csv"])
def test_nothing_is_stored_before_it_is_confirmed_then_once(
    administrator, administrator_client, formation, form
):
    file = file_of([row(Organisme="Inspection académique", Fonction="Inspecteur")], form)
    batch = send(administrator_client, formation, file)
    page = text_of(administrator_client.get(address_of(batch)))
    assert "1 désignation nouvelle" in page
    assert "1 personne créée : Noé Neuf" in page
    assert "1 organisme créé : Inspection académique" in page
    assert Designation.objects.count() == 1
    assert not Person.objects.filter(last_name="Neuf").exists()
    confirm(administrator_client, batch)
    confirm(administrator_client, batch)
    made = Designation.objects.get(person__last_name="Neuf")
    assert (made.seat.number, made.starts_on, made.function) == (2, date(2012, 1, 1), "Inspecteur")
    assert made.organisation == Organisation.objects.get(name="Inspection académique")
    assert made.history.get().history_user == administrator
    batch.refresh_from_db()
    assert batch.state == ImportBatch.State.APPLIED
    assert Event.objects.filter(action=Event.Action.IMPORTED).count() == 1


def test_days_typed_the_french_way_are_not_read_the_american_way(administrator_client, formation):
    batch = send(administrator_client, formation, file_of([row(Du="03/04/2012")]))
    confirm(administrator_client, batch)
    assert Designation.objects.get(person__last_name="Neuf").starts_on == date(2012, 4, 3)


def test_a_known_designation_is_changed_and_the_preview_says_how(administrator_client, formation):
    known = {
        "Numéro": 1,
        "Nom": "TITULAIRE",
        "Prénom": "prune",
        "Du": date(2010, 3, 4),
        "Au": date(2012, 6, 30),
    }
    batch = send(administrator_client, formation, file_of([row(Fonction="Préfète déléguée", **known)]))
    (changed,) = batch.outcome["changed"]
    assert {"column": "Fonction", "before": "Directrice", "after": "Préfète déléguée"} in changed["changes"]
    assert {"column": "Au", "before": "31/12/2030", "after": "30/06/2012"} in changed["changes"]
    confirm(administrator_client, batch)
    assert Designation.objects.get().ends_on == date(2012, 6, 30)


def test_an_absent_column_leaves_what_is_stored(administrator_client, formation):
    headings = ("Siège", "Numéro", "Qualité", "Nom", "Prénom", "Du")
    line = ["Services de l’État", 1, "Titulaire", "Titulaire", "Prune", date(2010, 3, 4)]
    batch = send(administrator_client, formation, file_of([line], headings=headings))
    assert batch.outcome["unchanged"] == 1


def test_a_predecessor_and_a_successor_come_in_one_file_in_any_order(administrator_client, formation):
    known = {
        "Numéro": 1,
        "Nom": "Titulaire",
        "Prénom": "Prune",
        "Du": date(2010, 3, 4),
        "Au": date(2011, 12, 31),
    }
    batch = send(administrator_client, formation, file_of([row(Numéro=1), row(**known)]))
    assert faults(batch) == []
    confirm(administrator_client, batch)
    assert Designation.objects.filter(seat__number=1).count() == 2


# --- in: what is wrong ----


@pytest.mark.parametrize(
    ("cells", "column", "message"),
    [
        ({"Siège": "Maire"}, "Siège", "Aucune règle de CISPD restreint ne s’appelle ainsi"),
        ({"Numéro": 9}, "Numéro", "de 1 à 3"),
        ({"Numéro": None}, "Numéro", "de 1 à 3"),
        ({"Qualité": "Chef"}, "Qualité", "Titulaire, Suppléant ou Assistant"),
        ({"Nom": ""}, "Nom", "Indiquez le nom"),
        ({"Du": None}, "Du", "premier jour"),
        ({"Du": "2012-02-30"}, "Du", "JJ/MM/AAAA"),
        ({"Du": 41000}, "Du", "JJ/MM/AAAA"),
        ({"Du": date(2001, 1, 1)}, "Du", "n’existait pas encore"),
        ({"Au": date(2011, 1, 1)}, "Au", "finit avant de commencer"),
        ({"Fonction": "x" * 201}, "Fonction", "200 caractères au plus"),
        ({"Adresse professionnelle": "ici"}, "Adresse professionnelle", "adresse électronique"),
        ({"Numéro": 1}, "Nom", "Prune Titulaire est titulaire de ce siège"),
    ],
)
def test_a_fault_names_line_column_and_what_to_do(administrator_client, formation, cells, column, message):
    batch = send(administrator_client, formation, file_of([row(Nom="Juste", Numéro=3), row(**cells)]))
    ((line, found, said),) = faults(batch)
    assert (line, found) == (3, column)
    assert message in said
    page = text_of(administrator_client.get(address_of(batch)))
    assert "Rien n’a été importé" in page
    confirm(administrator_client, batch)
    assert Designation.objects.count() == 1


def test_all_faults_of_a_file_are_told(administrator_client, formation):
    bad = [row(Qualité="Chef", Du="hier"), row(Siège="Maire", Du="demain")]
    batch = send(administrator_client, formation, file_of(bad))
    assert [(line, column) for line, column, _ in faults(batch)] == [
        (2, "Qualité"),
        (2, "Du"),
        (3, "Siège"),
        (3, "Du"),
    ]


@pytest.mark.parametrize(
    ("headings", "message"),
    [
        (("Siège", "Qualité", "Nom"), "La colonne « Du » manque"),
        (("Siège", "Qualité", "Nom", "Du", "Humeur"), "Colonne inconnue"),
        (("Siège", "siege", "Qualité", "Nom", "Du"), "figure deux fois"),
    ],
)
def test_headings_that_are_not_the_expected_ones_are_told(administrator_client, formation, headings, message):
    batch = send(administrator_client, formation, file_of([["x"] * len(headings)], headings=headings))
    assert any(message in said for _, _, said in faults(batch))


@pytest.mark.parametrize("content", [b"rien", b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"])
def test_a_file_that_is_no_spreadsheet_is_told(administrator_client, formation, content):
    batch = send(administrator_client, formation, SimpleUploadedFile("c.xlsx", content))
    assert faults(batch)[0][0] == 0


def test_the_same_line_twice_is_told(administrator_client, formation):
    batch = send(administrator_client, formation, file_of([row(), row()]))
    assert "Déjà dite ligne 2" in faults(batch)[0][2]


def test_namesakes_are_told_apart_by_their_organisation(administrator_client, formation):
    one, other = (factories.PersonFactory(last_name="Neuf", first_name="Noé") for _ in range(2))
    batch = send(administrator_client, formation, file_of([row()]))
    assert "2 personnes s’appellent ainsi" in faults(batch)[0][2]
    ImportBatch.objects.all().delete()
    batch = send(administrator_client, formation, file_of([row(Organisme=str(other.organisation))]))
    confirm(administrator_client, batch)
    assert Designation.objects.get(seat__number=2).person == other
    assert one.designations.count() == 0


def test_what_changed_since_the_preview_is_shown_anew_instead_of_applied(administrator_client, formation):
    batch = send(administrator_client, formation, file_of([row()]))
    rule = SeatRule.objects.get(label="Services de l’État")
    factories.DesignationFactory(seat=factories.SeatFactory(rule=rule, number=2))
    page = administrator_client.post(address_of(batch), {"seen": batch.outcome["digest"]}, follow=True)
    assert "Les données ont changé depuis l’aperçu" in text_of(page)
    assert not Person.objects.filter(last_name="Neuf").exists()


def test_the_template_holds_the_vacant_seats(administrator_client, formation):
    content = administrator_client.get(
        reverse("roster_template", args=[formation.code]) + "?format=csv"
    ).content
    rows = rows_of(content)
    assert rows[0] == list(COLUMNS)
    assert [one[0] for one in rows[1:]] == ["Préfet", "Services de l’État"]


def csv_file(text, encoding):
    return SimpleUploadedFile("composition.csv", text.encode(encoding))


def test_a_roster_in_another_encoding_is_refused_at_its_line(administrator_client, formation):
    text = "Siege;Qualite;Nom;Du\r\nx;Titulaire;Rémi;01/01/2012\r\n"
    ((line, _, message),) = faults(send(administrator_client, formation, csv_file(text, "mac_roman")))
    assert line == 2
    assert "enregistrez en UTF-8" in message


def test_a_roster_with_a_title_above_its_headings_is_told_so_once(administrator_client, formation):
    file = file_of([list(COLUMNS), row()], headings=["Composition", *[""] * (len(COLUMNS) - 1)])
    ((line, _, message),) = faults(send(administrator_client, formation, file))
    assert (line, "à la ligne 2" in message) == (1, True)


# --- who may ----


@pytest.mark.parametrize("reader", ["agent", "member", "lead", "stranger"])
def test_only_administrators_import_rosters(reader, administrator_client, formation, request, client_of):
    batch = send(administrator_client, formation, file_of([row()]))
    client = client_of(request.getfixturevalue(reader))
    sent = client.post(reverse("roster_import", args=[formation.code]), {"file": file_of([row()])})
    assert sent.status_code == 403
    assert confirm(client, batch).status_code == 404
    assert Designation.objects.filter(person__last_name="Neuf").count() == 0


def test_rosters_are_not_among_the_workbooks_of_agents(administrator_client, agent_client, formation):
    batch = send(administrator_client, formation, file_of([row()]))
    assert agent_client.get(reverse("import_preview", args=[batch.pk])).status_code == 404
    assert "composition.xlsx" not in text_of(agent_client.get(reverse("import_upload")))


# --- civility ----


def test_the_civility_goes_out_and_comes_in(administrator_client, formation):
    Person.objects.update(civility="madame")
    rows = rows_of(exported(administrator_client, formation))
    assert dict(zip(rows[0], rows[2], strict=True))["Civilité"] == "Madame"
    known = {"Numéro": 1, "Nom": "Titulaire", "Prénom": "Prune", "Du": date(2010, 3, 4)}
    known |= {"Fonction": "Directrice", "Organisme": "DDCS", "Au": date(2030, 12, 31)}
    batch = send(administrator_client, formation, file_of([row(Civilité="M."), row(Civilité="", **known)]))
    assert (batch.outcome["faults"], batch.outcome["unchanged"]) == ([], 1)
    confirm(administrator_client, batch)
    assert dict(Person.objects.values_list("first_name", "civility")) == {
        "Noé": "monsieur",
        "Prune": "madame",
    }


def test_the_civility_of_a_known_person_is_a_change_that_the_preview_shows(administrator_client, formation):
    known = {"Numéro": 1, "Nom": "Titulaire", "Prénom": "Prune", "Du": date(2010, 3, 4)}
    known |= {"Fonction": "Directrice", "Organisme": "DDCS", "Au": date(2030, 12, 31)}
    batch = send(administrator_client, formation, file_of([row(Civilité="Mme", **known)]))
    (changed,) = batch.outcome["changed"]
    assert changed["label"] == "Prune Titulaire"
    assert changed["changes"] == [{"column": "Civilité", "before": "Non précisée", "after": "Madame"}]
    assert Person.objects.get().civility == ""  # a preview stores nothing
    confirm(administrator_client, batch)
    assert Person.objects.get().civility == "madame"


def test_an_unknown_civility_is_a_fault_at_its_cell(administrator_client, formation):
    batch = send(administrator_client, formation, file_of([row(Civilité="Mademoiselle")]))
    assert faults(batch) == [(2, "Civilité", "Civilité attendue : Madame, Monsieur ou rien.")]
