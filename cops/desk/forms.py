"""What may stand in the search box."""

from typing import ClassVar

from django import forms

from cops.lib.forms import LineField
from cops.lib.search import words_of


class SearchForm(forms.Form):
    """The words to search for; sent by GET, so that results can be bookmarked and sent on."""

    LONGEST: ClassVar[int] = 200
    SHORTEST: ClassVar[int] = 2

    q = LineField(
        label="Rechercher",
        required=False,
        max_length=LONGEST,
        error_messages={
            "max_length": f"La recherche compte {LONGEST} signes au plus : gardez les mots importants."
        },
    )

    def clean_q(self) -> str:
        text: str = self.cleaned_data["q"]
        if text and len("".join(words_of(text))) < self.SHORTEST:
            raise forms.ValidationError("Tapez au moins deux lettres ou chiffres.")
        return text

    def asked(self) -> str:
        """What to search for; empty where nothing, or nothing that can be searched, was asked."""
        return self.cleaned_data.get("q", "") if self.is_valid() else ""
