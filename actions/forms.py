"""Sending a workbook."""

from typing import Any

from django import forms

from contracts.models import Contract
from cops.lib.forms import FileToImport, laid_out
from cops.users.models import User


class WorkbookForm(forms.Form):
    """A workbook to import, and the one contract its rows may belong to (any if none is chosen)."""

    file = FileToImport(
        label="Classeur", endings=(".xlsx", ".ods"), choose="Choisissez le classeur à importer."
    )
    contract = forms.ModelChoiceField(
        label="Contrat",
        queryset=Contract.objects.none(),
        to_field_name="code",
        required=False,
        empty_label="Tous ceux que le classeur indique",
        help_text="Choisissez-en un pour refuser toute ligne d’un autre contrat.",
        error_messages={"invalid_choice": "Ce contrat n’existe pas."},
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["contract"].queryset = Contract.objects.visible_to(user)  # type: ignore[attr-defined]
        self.helper = laid_out()
