"""Sending a roster."""

from typing import Any

from django import forms

from cops.lib.forms import FileToImport, laid_out


class RosterForm(forms.Form):
    """A roster to import."""

    file = FileToImport(
        label="Fichier", endings=(".xlsx", ".ods", ".csv"), choose="Choisissez le fichier à importer."
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = laid_out()
