"""Sending a roster."""

from typing import Any

from crispy_forms.helper import FormHelper
from django import forms
from django.core.files.uploadedfile import UploadedFile

from cops.lib.bodies import FILE_MAX, MEBIBYTE


class RosterForm(forms.Form):
    """A roster to import."""

    file = forms.FileField(
        label="Fichier",
        max_length=255,
        help_text=f"Un fichier .xlsx, .ods ou .csv, {FILE_MAX // MEBIBYTE} Mo au plus.",
        widget=forms.FileInput(attrs={"accept": ".xlsx,.ods,.csv", "data-max-bytes": FILE_MAX}),
        error_messages={
            "required": "Choisissez le fichier à importer.",
            "empty": "Ce fichier est vide.",
            "max_length": "Le nom de ce fichier est trop long : renommez-le.",
        },
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = FormHelper()
        self.helper.form_tag = False
        self.helper.disable_csrf = True

    def clean_file(self) -> UploadedFile:
        file: UploadedFile = self.cleaned_data["file"]
        if (file.size or 0) > FILE_MAX:
            raise forms.ValidationError(
                f"Ce fichier pèse plus de {FILE_MAX // MEBIBYTE} Mo : allégez-le, puis recommencez."
            )
        return file
