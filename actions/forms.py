"""Sending a workbook."""

from typing import Any

from crispy_forms.helper import FormHelper
from django import forms
from django.core.files.uploadedfile import UploadedFile

from contracts.models import Contract
from cops.lib.bodies import FILE_MAX, MEBIBYTE
from cops.users.models import User


class WorkbookForm(forms.Form):
    """A workbook to import, and the one contract its rows may belong to (any if none is chosen)."""

    file = forms.FileField(
        label="Classeur",
        max_length=255,
        help_text=f"Un fichier .xlsx ou .ods, {FILE_MAX // MEBIBYTE} Mo au plus.",
        widget=forms.FileInput(attrs={"accept": ".xlsx,.ods", "data-max-bytes": FILE_MAX}),
        error_messages={
            "required": "Choisissez le classeur à importer.",
            "empty": "Ce fichier est vide.",
            "max_length": "Le nom de ce fichier est trop long : renommez-le.",
        },
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
        self.helper = FormHelper()
        self.helper.form_tag = False
        self.helper.disable_csrf = True

    def clean_file(self) -> UploadedFile:
        file: UploadedFile = self.cleaned_data["file"]
        if (file.size or 0) > FILE_MAX:
            raise forms.ValidationError(
                f"Ce fichier pèse {-(-(file.size or 0) // MEBIBYTE)} Mo ; "
                f"{FILE_MAX // MEBIBYTE} Mo au plus sont acceptés. Allégez-le, puis recommencez."
            )
        return file
