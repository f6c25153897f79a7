"""How people are addressed: Madame, Monsieur, or neither where it is not known. It is never guessed.

A function is stored as it was typed; where the product writes one itself, in a salutation, it agrees.
"""

import re

from django.db.models import TextChoices

from cops.lib.french import NO_BREAK_SPACE, elide, exact_key, fold, fold_name


class Civility(TextChoices):
    """The civility of a person, as forms, lists and files say it."""

    NONE = "", "Non précisée"
    MADAME = "madame", "Madame"
    MONSIEUR = "monsieur", "Monsieur"


SHORT = {Civility.NONE: "", Civility.MADAME: "Mme", Civility.MONSIEUR: "M."}
UNKNOWN = "Madame, Monsieur"
WRITTEN = "Madame, Monsieur ou rien"  # what a file may hold

# What files hold, folded as names are.
_READ = {
    "": Civility.NONE,
    "nonprecisee": Civility.NONE,
    "madame": Civility.MADAME,
    "mme": Civility.MADAME,
    "mme.": Civility.MADAME,
    "monsieur": Civility.MONSIEUR,
    "m": Civility.MONSIEUR,
    "m.": Civility.MONSIEUR,
}

# Functions by which people are addressed, of a man and of a woman, those of several words first.
_TITLES = (
    ("Vice-Président", "Vice-Présidente"),
    ("Sous-Préfet", "Sous-Préfète"),
    ("Maire-Adjoint", "Maire-Adjointe"),
    ("Secrétaire général", "Secrétaire générale"),
    ("Secrétaire générale", "Secrétaire générale"),
    ("Président", "Présidente"),
    ("Maire", "Maire"),
    ("Préfet", "Préfète"),
    ("Procureur", "Procureure"),
    ("Député", "Députée"),
    ("Sénateur", "Sénatrice"),
    ("Ministre", "Ministre"),
    ("Adjoint", "Adjointe"),
    ("Conseiller", "Conseillère"),
    ("Délégué", "Déléguée"),
    ("Directeur", "Directrice"),
    ("Recteur", "Rectrice"),
    ("Inspecteur", "Inspectrice"),
    ("Proviseur", "Proviseure"),
    ("Principal", "Principale"),
    ("Commissaire", "Commissaire"),
    ("Juge", "Juge"),
    ("Bâtonnier", "Bâtonnière"),
)
# « 1er adjoint », « deuxième vice-présidente ».
_RANK = re.compile(r"(?:\d+ ?(?:er|ere|re|e|eme|nd|nde)|premiere?|seconde?|[a-z]+ieme) ")


def _folded(text: str) -> str:
    return " ".join(fold(exact_key(text)).replace("-", " ").split())


_BY_WORDS = {_folded(form): pair for pair in _TITLES for form in pair}
_TITLE = re.compile("(" + "|".join(sorted(map(re.escape, _BY_WORDS), key=len, reverse=True)) + r")(?![a-z])")


def short(civility: str) -> str:
    """« Mme », « M. », or nothing."""
    return SHORT[Civility(civility)]


def titled(name: str, civility: str) -> str:
    """« Mme Inès Essai », or the name alone."""
    return f"{short(civility)}{NO_BREAK_SPACE}{name}" if civility else name


def civility_of(text: str) -> Civility | None:
    """The civility that a cell holds (« Mme », « monsieur », nothing); None for anything else."""
    return _READ.get(fold_name(text))


def salutation(civility: str, function: str = "") -> str:
    """How a letter addresses somebody: « Madame la Présidente », « Monsieur le Maire », « Madame », and
    « Madame, Monsieur » where the civility is not known. A rank goes unsaid."""
    if not civility:
        return UNKNOWN
    found = Civility(civility)
    folded = _folded(function)
    ranked = _RANK.match(folded)
    title = _TITLE.match(folded, ranked.end() if ranked else 0)
    if title is None:
        return str(found.label)
    of_man, of_woman = _BY_WORDS[title[1]]
    if found == Civility.MADAME:
        return f"{found.label} {elide('la', of_woman)}"
    return f"{found.label} {elide('le', of_man)}"
