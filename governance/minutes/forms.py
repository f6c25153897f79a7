"""The form of the minutes."""

from typing import Any

from django import forms
from django.forms.utils import ErrorDict

from cops.audit.conflicts import VersionedForm, entry_helper
from cops.audit.entering import STEP
from cops.lib.forms import LinesField
from cops.lib.french import number
from governance.minutes.drafting import completed
from governance.minutes.markdown import cell_count
from governance.models import Minutes

DRAFT, PREVIEW = "draft", "preview"
LONGEST = 100_000  # characters: some forty pages
MOST_CELLS = 2_000  # of its tables together: word processors' files take milliseconds for each


class MinutesForm(VersionedForm):
    """The text. A step adds what the meeting's draft has and the text has not, or shows it laid out; neither
    saves anything."""

    text = LinesField(
        label="Texte",
        required=False,
        max_length=LONGEST,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 28, "spellcheck": "true"}),
        help_text="Markdown : « ## Titre », « - liste », « **gras** », « *italique* », « [texte](adresse) ».",
    )

    also_validated = ("meeting",)

    class Meta:
        model = Minutes
        fields = ["text"]

    def __init__(self, data: Any = None, *, instance: Minutes) -> None:
        super().__init__(data, instance=instance)
        self.helper = entry_helper("text")
        self.step = str(data.get(STEP, "")) if data is not None else ""
        if not self.step:
            return
        self.reconcile()
        self._errors = ErrorDict()
        if self.step == DRAFT:
            self.data = self.data.copy()
            self.data["text"] = completed(self.typed, instance.meeting)
        elif fault := oversize(self.typed):
            self._errors["text"] = self.error_class([fault], error_class="errorlist")

    def clean_text(self) -> str:
        text = str(self.cleaned_data["text"])
        if fault := oversize(text):
            raise forms.ValidationError(fault)
        return text

    @property
    def typed(self) -> str:
        """What stands in the field, whether saved or not."""
        return str(self.data.get("text", "")) if self.is_bound else self.instance.text

    @property
    def is_previewed(self) -> bool:
        return self.step == PREVIEW and not self._errors


def oversize(text: str) -> str:
    """Why a text is too large to be laid out, in French; empty where it is not.

    A table of many columns fills its rows by itself: a short text may stand for millions of cells.
    """
    if len(text) > LONGEST:
        return f"Ce texte a plus de {number(LONGEST)} caractères : joignez plutôt un fichier."
    if cell_count(text) > MOST_CELLS:
        return f"Ses tableaux ont plus de {number(MOST_CELLS)} cases : joignez plutôt un fichier."
    return ""
