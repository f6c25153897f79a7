"""Small workbooks with the answer that section 3 of the fixed interfaces gives to each, derived by hand.

Cells are written as spreadsheets hold them; `(value, number format)` is a formatted cell. The data they meet
is `stage` in test_workbook_conformance: contract c1 (2009–2012) with the objectives 1.1, 1.2, 1.20 and 2.1,
contract c2 (2013–2014) with 1.1, the communes 45004, 45061 (until 2010) and 01004, « Ville » and
« Préfecture », formerly « Sous-préfecture ».
"""

from collections.abc import Sequence
from datetime import date
from typing import Any, NamedTuple

Row = dict[str, Any]
Sheets = dict[str, list[Row]]


class Case(NamedTuple):
    """A workbook, imported after `stored`, and its errors as « sheet row column=value »."""

    subject: str
    sheets: Sheets
    errors: Sequence[str] = ()
    stored: Sheets | None = None
    arguments: tuple[str, ...] = ()


class Outcome(NamedTuple):
    """A sound workbook, imported after `stored`, and the rows that it creates, updates and leaves."""

    subject: str
    sheets: Sheets
    created: dict[str, int] = {}
    updated: dict[str, int] = {}
    unchanged: dict[str, int] = {}
    stored: Sheets | None = None


def action(reference: Any = "A", **cells: Any) -> Row:
    return {
        "contrat": "c1",
        "objectif": "1.1",
        "reference": reference,
        "intitule": "Titre",
        "pilote": "Ville",
    } | cells


def year(reference: Any = "A", annee: Any = 2010, **cells: Any) -> Row:
    return {"contrat": "c1", "reference": reference, "annee": annee, "prevue": "oui"} | cells


def value(reference: Any = "A", annee: Any = 2010, indicateur: Any = "N", **cells: Any) -> Row:
    own = {"nature": "resultat", "sens": "hausse"}
    return {"contrat": "c1", "reference": reference, "indicateur": indicateur, "annee": annee} | own | cells


def funding(reference: Any = "A", annee: Any = 2010, financeur: Any = "Ville", **cells: Any) -> Row:
    return {"contrat": "c1", "reference": reference, "annee": annee, "financeur": financeur} | cells


def book(
    actions: Sequence[Row] = (),
    years: Sequence[Row] = (),
    values: Sequence[Row] = (),
    fundings: Sequence[Row] = (),
) -> Sheets:
    """A workbook with the sheets that have rows."""
    named = {
        "actions": actions,
        "programmation": years,
        "indicateurs": values,
        "financements": fundings,
    }
    return {name: list(rows) for name, rows in named.items() if rows}


def without(row: Row, column: str) -> Row:
    return {name: cell for name, cell in row.items() if name != column}


PLAIN = book([action()], [year()], [value(cible=5)], [funding(verse=1)])
WITH_UNIT = book([action()], [year()], [value(cible=5, unite="%")])
WITH_PERIOD = book([action(debut=date(2010, 5, 1), fin=date(2011, 5, 1))])
PARTIAL = book([action()], [year(statut="partielle", motif="autre", commentaire="c")])
ELSEWHERE = book([action()], [year(objectif="2.1", pilote="Préfecture")])
WITH_PARTNER = book([action(partenaires="Ville;Préfecture")])
FULL = book(
    [
        action(
            description="d",
            public="p",
            communes="45004;45061",
            unite="personnes",
            debut="01/01/2010",
            fin="31/12/2011",
            partenaires="Préfecture",
        )
    ],
    [year(statut="partielle", motif="autre", commentaire="c", budget_prevu=1, quantite_prevue=3, impact="i")],
    [value(unite="%", valeur_reference=1, cible=2, valeur=3)],
    [funding(demande=1, accorde=2, verse=3)],
)


FAULTS = [
    Case("a value is missing", book([action(), action("B", intitule=None)]), ["actions 3 intitule="]),
    Case("a column is missing", {"actions": [without(action(), "intitule")]}, ["actions 1 intitule="]),
    Case(
        "a row faulty elsewhere is not absent",
        book([action(), action("B", intitule=None)], [year("B")]),
        ["actions 3 intitule="],
    ),
    Case(
        "a row without a reference may be the one needed",
        book([action(), action(None)], [year("B")]),
        ["actions 3 reference="],
    ),
    Case(
        "a row of an unknown contract may be the one needed",
        book([action("B", contrat="zz")], [year("B")]),
        ["actions 2 contrat=zz"],
    ),
    Case(
        "a row of an unknown contract and another reference cannot be it",
        book([action("B", contrat="zz")], [year("C")]),
        ["actions 2 contrat=zz", "programmation 2 reference=C"],
    ),
    Case(
        "a sheet without the column of its key may hold the row",
        {"actions": [without(action(), "reference")], "programmation": [year("B")]},
        ["actions 1 reference="],
    ),
    Case(
        "an absent action is reported at every row",
        book([action()], [year("B")], [value("B")], [funding("B")]),
        ["programmation 2 reference=B", "indicateurs 2 reference=B", "financements 2 reference=B"],
    ),
    Case(
        "an absent year is reported at every row",
        book([action()], [], [value()], [funding()]),
        ["indicateurs 2 annee=2010", "financements 2 annee=2010"],
    ),
    Case(
        "a year that cannot be read may be the one needed, of its action only",
        book([action(), action("B")], [year("B", "abc")], [value(), value("B")]),
        ["programmation 2 annee=abc", "indicateurs 2 annee=2010"],
    ),
    Case(
        "a year without a reference may be the one needed, of that year only",
        book([action()], [year(None)], [], [funding(), funding(annee=2011)]),
        ["programmation 2 reference=", "financements 3 annee=2011"],
    ),
    Case(
        "references are matched exactly",
        book([action("a")], [year("A")]),
        ["programmation 2 reference=A"],
    ),
    Case(
        "each later row is the duplicate",
        book([action()] * 3),
        ["actions 3 reference=A", "actions 4 reference=A"],
    ),
    Case(
        "a duplicate is one however contract and reference are written",
        book([action("101"), action(101, contrat="C1")]),
        ["actions 3 reference=101"],
    ),
    Case(
        "a duplicate stands at the last column of each key",
        book([action()], [year(), year(annee="2010")], [value()] * 2, [funding()] * 2),
        ["programmation 3 annee=2010", "indicateurs 3 annee=2010", "financements 3 financeur=Ville"],
    ),
    Case(
        "two spellings of one funder are one",
        book(
            [action()], [year()], [], [funding(financeur="Ligue Étoile"), funding(financeur="LIGUE  etoile")]
        ),
        ["financements 3 financeur=LIGUE  etoile"],
    ),
    Case(
        "a former name and today's are one funder",
        book(
            [action()], [year()], [], [funding(financeur="Préfecture"), funding(financeur="sous-prefecture")]
        ),
        ["financements 3 financeur=sous-prefecture"],
    ),
    Case(
        "an unknown contract hides nothing else of the row, and no objective is looked up in it",
        book([action(contrat="zz", objectif="9.9", unite="litres")]),
        ["actions 2 contrat=zz", "actions 2 unite=litres"],
    ),
    Case(
        "faults of all sheets are reported",
        book([action(objectif="9")], [year(prevue="x")], [value(nature="x")], [funding(demande="x")]),
        [
            "actions 2 objectif=9",
            "programmation 2 prevue=x",
            "indicateurs 2 nature=x",
            "financements 2 demande=x",
        ],
    ),
    Case(
        "a faulty objective of the action is not checked in its years",
        book([action(objectif="9.9")], [year(objectif=None)]),
        ["actions 2 objectif=9.9"],
    ),
    Case(
        "a row of another contract",
        PLAIN,
        [
            "actions 2 contrat=c1",
            "programmation 2 contrat=c1",
            "indicateurs 2 contrat=c1",
            "financements 2 contrat=c1",
        ],
        arguments=("--contract", "c2"),
    ),
    Case(
        "a trial run finds the same",
        book([action(objectif="9")]),
        ["actions 2 objectif=9"],
        arguments=("--dry-run",),
    ),
    # Periods and years
    Case(
        "the end before the start",
        book([action(debut="02/01/2012", fin="01/01/2012")]),
        ["actions 2 fin=01/01/2012"],
    ),
    Case(
        "the end before the stored start",
        book([action(fin="01/01/2010")]),
        ["actions 2 fin=01/01/2010"],
        WITH_PERIOD,
    ),
    Case(
        "the start after the stored end",
        book([action(debut="01/01/2012")]),
        ["actions 2 debut=01/01/2012"],
        WITH_PERIOD,
    ),
    Case(
        "years outside the action",
        book([], [year(annee=2009), year(annee=2010), year(annee=2011), year(annee=2012)]),
        ["programmation 2 annee=2009", "programmation 5 annee=2012"],
        WITH_PERIOD,
    ),
    Case("a faulty start bounds nothing", book([action(debut="x")], [year()]), ["actions 2 debut=x"]),
    Case(
        "a year outside the contract is one fault, not one for every row that needs it",
        book([action()], [year(annee=2013)], [value(annee=2013)], [funding(annee=2013)]),
        ["programmation 2 annee=2013"],
    ),
    # Status and reason
    Case(
        "a status without its reason",
        book([action()], [year(statut="Non réalisée", motif=None)]),
        ["programmation 2 motif="],
    ),
    Case(
        "a status without the column of reasons",
        book([action()], [year(statut="reportee")]),
        ["programmation 2 statut=reportee"],
    ),
    Case(
        "a reason too many",
        book([action()], [year(statut="realisee", motif="pilote")]),
        ["programmation 2 motif=pilote"],
    ),
    Case(
        "a reason without status", book([action()], [year(motif="pilote")]), ["programmation 2 motif=pilote"]
    ),
    Case(
        "another reason without comment",
        book([action()], [year(statut="partielle", motif="autre", commentaire=None)]),
        ["programmation 2 commentaire="],
    ),
    Case(
        "another reason without the column of comments",
        book([action()], [year(statut="partielle", motif="Autre")]),
        ["programmation 2 motif=Autre"],
    ),
    Case(
        "a status that leaves a stored reason over",
        book([], [year(statut="realisee")]),
        ["programmation 2 statut=realisee"],
        PARTIAL,
    ),
    Case(
        "a comment cleared that a stored reason needs",
        book([], [year(commentaire=None)]),
        ["programmation 2 commentaire="],
        PARTIAL,
    ),
    Case(
        "a status cleared under a stored reason",
        book([], [year(statut=None)]),
        ["programmation 2 statut="],
        PARTIAL,
    ),
    Case(
        "an unknown status is not held against its reason",
        book([action()], [year(statut="fini", motif="pilote")]),
        ["programmation 2 statut=fini"],
    ),
    # Indicators
    Case(
        "each row that differs from the first, each column",
        book(
            [action()],
            [year(), year(annee=2011), year(annee=2012)],
            [
                value(unite="a", valeur_reference=5),
                value(annee=2011, unite="b", valeur_reference="5,0"),
                value(annee=2012, unite=None, valeur_reference=None, sens="baisse"),
            ],
        ),
        [
            "indicateurs 3 unite=b",
            "indicateurs 4 unite=",
            "indicateurs 4 sens=baisse",
            "indicateurs 4 valeur_reference=",
        ],
    ),
    Case(
        "nothing differs from a faulty cell",
        book([action()], [year(), year(annee=2011)], [value(nature="x"), value(annee=2011, nature="impact")]),
        ["indicateurs 2 nature=x"],
    ),
    Case(
        "a percentage where the unit is emptied",
        book([], [], [value(cible="12 %", unite=None)]),
        ["indicateurs 2 cible=12 %"],
        WITH_UNIT,
    ),
    Case(
        "a percentage under a faulty unit",
        book([action()], [year()], [value(cible="12 %", unite="#N/A")]),
        ["indicateurs 2 unite=#N/A"],
    ),
    Case(
        "a percentage under a unit that disagrees",
        book(
            [action()],
            [year(), year(annee=2011)],
            [value(cible="12 %", unite="%"), value(annee=2011, cible="13 %", unite=None)],
        ),
        ["indicateurs 3 unite="],
    ),
    Case(
        "a percentage of an indicator that cannot be told",
        book([], [], [value(cible="12 %", contrat="zz")]),
        ["indicateurs 2 contrat=zz"],
        WITH_UNIT,
    ),
    Case(
        "a percentage of a new indicator without unit",
        book([], [], [value(indicateur="M", cible="12 %")]),
        ["indicateurs 2 cible=12 %"],
        WITH_UNIT,
    ),
    # Text
    Case(
        "texts too long", book([action(intitule="é" * 301)], [], [], []), ["actions 2 intitule=" + "é" * 301]
    ),
    Case("a name that is none", book([action(pilote="\u0301")]), ["actions 2 pilote=\u0301"]),
    Case(
        "error values",
        book([action(intitule="#N/A", description="#REF!")]),
        ["actions 2 intitule=#N/A", "actions 2 description=#REF!"],
    ),
]

OUTCOMES = [
    Outcome(
        "everything new",
        PLAIN,
        created={"actions": 1, "programmation": 1, "indicateurs": 1, "financements": 1},
    ),
    Outcome(
        "the same again",
        FULL,
        stored=FULL,
        unchanged={"actions": 1, "programmation": 1, "indicateurs": 1, "financements": 1},
    ),
    Outcome(
        "absent columns leave what is stored",
        book([action()], [year()], [value()], [funding()]),
        stored=FULL,
        unchanged={"actions": 1, "programmation": 1, "indicateurs": 1, "financements": 1},
    ),
    Outcome(
        "lists in another order, with empties and repeats",
        book([action(communes="45061; 45004;;45061;", partenaires="prefecture;;Sous-préfecture;ville")]),
        stored=FULL,
        unchanged={"actions": 1},
    ),
    Outcome(
        "nought is not nothing", book([], [year(cout_reel=0)]), stored=FULL, updated={"programmation": 1}
    ),
    Outcome(
        "rows of stored actions and years",
        book([], [year(annee=2011)], [value(indicateur="M")], [funding(financeur="Neuf")]),
        stored=FULL,
        created={"programmation": 1, "indicateurs": 1, "financements": 1},
    ),
    Outcome(
        "an indicator that changes is a change of its rows in the file",
        book([], [], [value(unite="faits")]),
        stored=WITH_UNIT,
        updated={"indicateurs": 1},
    ),
    Outcome(
        "a stored unit reads percentages",
        book([], [], [value(cible=(0.05, "0%"))]),
        stored=WITH_UNIT,
        unchanged={"indicateurs": 1},
    ),
    Outcome(
        "a moved action leaves the years that say nothing",
        book([action(objectif="1.20", pilote="Autre")], [year()]),
        stored=ELSEWHERE,
        updated={"actions": 1},
        unchanged={"programmation": 1},
    ),
    Outcome(
        "an empty cell takes the action's objective and lead of the moment",
        book([], [year(objectif=None, pilote=None)]),
        stored=ELSEWHERE,
        updated={"programmation": 1},
    ),
    Outcome(
        "a partner that becomes the lead",
        book([action(pilote="Préfecture")]),
        stored=WITH_PARTNER,
        updated={"actions": 1},
    ),
    Outcome(
        "another reasoned status keeps the reason",
        book([], [year(statut="reportee")]),
        stored=PARTIAL,
        updated={"programmation": 1},
    ),
    Outcome(
        "status, reason and comment cleared at once",
        book([], [year(statut=None, motif=None, commentaire=None)]),
        stored=PARTIAL,
        updated={"programmation": 1},
    ),
    Outcome(
        "the start cleared with an end before it",
        book([action(debut=None, fin="01/01/2010")]),
        stored=WITH_PERIOD,
        updated={"actions": 1},
    ),
    Outcome(
        "one reference in two contracts",
        book([action(), action(contrat="c2")], [year(), year(annee=2013, contrat="C2")]),
        created={"actions": 2, "programmation": 2},
    ),
    Outcome(
        "indicators that differ in case",
        book([action()], [year()], [value(), value(indicateur="n", nature="impact")]),
        created={"actions": 1, "programmation": 1, "indicateurs": 2},
    ),
    Outcome(
        "codes however written",
        book(
            [action(unite="ÉQUIPEMENTS", objectif=1.1, communes=1004)],
            [year(prevue="OUI", statut="En cours")],
            [value(nature="Résultat", sens="Baisse")],
        ),
        created={"actions": 1, "programmation": 1, "indicateurs": 1},
    ),
]
