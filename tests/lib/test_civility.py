"""How people are addressed: functions agree, nobody's civility is guessed."""

import pytest

from cops.lib.civility import Civility, civility_of, salutation, titled


@pytest.mark.parametrize(
    ("civility", "function", "said"),
    [
        ("madame", "Présidente de l’AME", "Madame la Présidente"),
        ("madame", "Président de l’AME", "Madame la Présidente"),
        ("monsieur", "Président", "Monsieur le Président"),
        ("monsieur", "maire d'Amilly", "Monsieur le Maire"),
        ("madame", "Maire", "Madame la Maire"),
        ("madame", "1re adjointe au maire", "Madame l’Adjointe"),
        ("monsieur", "Deuxième adjoint", "Monsieur l’Adjoint"),
        ("monsieur", "Maire adjoint", "Monsieur le Maire-Adjoint"),
        ("madame", "vice‑présidente chargée de la prévention", "Madame la Vice-Présidente"),
        ("madame", "Conseillère communautaire", "Madame la Conseillère"),
        ("monsieur", "Directrice d’agence", "Monsieur le Directeur"),
        ("madame", "Directeur de cabinet", "Madame la Directrice"),
        ("madame", "Préfet du Loiret", "Madame la Préfète"),
        ("monsieur", "Sous-préfet", "Monsieur le Sous-Préfet"),
        ("madame", "Procureure de la République", "Madame la Procureure"),
        ("madame", "Inspecteur d’académie", "Madame l’Inspectrice"),
        ("monsieur", "Secrétaire général de la préfecture", "Monsieur le Secrétaire général"),
        ("madame", "Secrétaire", "Madame"),
        ("madame", "Représentante d’Hamoval", "Madame"),
        ("monsieur", "Présidentiable", "Monsieur"),
        ("monsieur", "", "Monsieur"),
        ("", "Présidente", "Madame, Monsieur"),
        ("", "", "Madame, Monsieur"),
    ],
)
def test_a_salutation_agrees(civility, function, said):
    assert salutation(civility, function) == said


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Madame", "madame"),
        (" MME ", "madame"),
        ("M.", "monsieur"),
        ("monsieur", "monsieur"),
        ("", ""),
        ("Non précisée", ""),
        ("Docteur", None),
        ("Mademoiselle", None),
    ],
)
def test_a_cell_says_a_civility_or_none(text, found):
    assert civility_of(text) == found


def test_a_name_bears_its_civility_or_none():
    assert titled("Inès Essai", Civility.MADAME) == "Mme\u00a0Inès Essai"
    assert titled("Paul Essai", "monsieur") == "M.\u00a0Paul Essai"
    assert titled("Camille Essai", "") == "Camille Essai"
