"""Forms with which papers are attached, renamed and replaced."""

from pathlib import PurePath
from typing import Any

from crispy_forms.layout import Fieldset
from django import forms
from django.core.files.uploadedfile import UploadedFile

from cops.audit.conflicts import VersionedForm, entry_helper
from cops.documents.carriers import carrier_of
from cops.documents.contents import ACCEPTED, ENDINGS, CheckedFile, RefusedFile, checked, safe_name, too_large
from cops.documents.models import Attachment
from cops.lib.bodies import FILE_MAX, MEBIBYTE
from cops.lib.forms import laid_out


def file_field(**kwargs: Any) -> forms.FileField:
    accept = ",".join(f".{ending}" for ending in ENDINGS)
    return forms.FileField(
        max_length=255,
        help_text=f"{ACCEPTED} ; {FILE_MAX // MEBIBYTE} Mo au plus.",
        widget=forms.FileInput(attrs={"accept": accept, "data-max-bytes": FILE_MAX}),
        error_messages={
            "required": "Choisissez le fichier : un navigateur ne le garde pas d’un envoi à l’autre.",
            "empty": "Ce fichier est vide. Vérifiez-le, puis choisissez-le de nouveau.",
            "max_length": "Le nom de ce fichier est trop long : renommez-le.",
        },
        **kwargs,
    )


class TakesFile:
    """A form with a file that is checked by its content; `checked_file` is the file to keep."""

    checked_file: CheckedFile
    cleaned_data: dict[str, Any]
    errors: Any
    files: Any

    def clean_file(self) -> UploadedFile:
        file: UploadedFile = self.cleaned_data["file"]
        try:
            if (file.size or 0) > FILE_MAX:
                raise too_large(file.size or 0)
            file.seek(0)
            self.checked_file = checked(file.read(), file.name or "")
        except RefusedFile as error:
            raise forms.ValidationError(str(error)) from error
        return file

    @property
    def must_choose_again(self) -> bool:
        """Whether the file was good and is lost for what is wrong elsewhere."""
        return bool(self.errors) and "file" not in self.errors and "file" in self.files


class LabelForm(VersionedForm):
    """What a paper is called, what it is, and who reads it."""

    class Meta:
        model = Attachment
        fields = ["title", "kind", "audience"]
        widgets = {"audience": forms.RadioSelect}
        error_messages = {
            "title": {"required": "Donnez un titre à la pièce."},
            "audience": {"required": "Indiquez qui peut lire la pièce."},
        }

    constraint_fields = {"documents_attachment_audience_known": "audience"}

    def __init__(self, *args: Any, instance: Attachment, **kwargs: Any) -> None:
        super().__init__(*args, instance=instance, **kwargs)
        assert instance.target is not None
        audience: Any = self.fields["audience"]
        audience.choices = [
            (Attachment.Audience.STAFF, "Le service seulement"),
            (Attachment.Audience.READERS, carrier_of(instance.target).readers),
        ]
        self.helper = entry_helper(Fieldset("La pièce", "title", "kind", "audience"))


class AttachForm(TakesFile, LabelForm):
    """A new paper. Without a title it takes the name of its file."""

    file = file_field(label="Fichier")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["title"].required = False
        self.fields["title"].help_text = "Vide : le nom du fichier."
        self.helper = entry_helper(Fieldset("La pièce", "file", "title", "kind", "audience"))

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean()
        file = self.cleaned_data.get("file")
        if file is not None and not self.cleaned_data.get("title"):
            self.cleaned_data["title"] = title_from(file.name or "")
        return cleaned


class ReplaceForm(TakesFile, forms.Form):
    """The new version of a paper."""

    file = file_field(label="Nouvelle version")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = laid_out(Fieldset("La pièce", "file"))


def title_from(filename: str) -> str:
    """A title out of a file's name.

    >>> title_from("compte_rendu-2012.pdf")
    'compte rendu-2012'
    """
    return " ".join(PurePath(safe_name(filename)).stem.replace("_", " ").split())
