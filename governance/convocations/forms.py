"""What is typed when people are convened, and when they answer."""

from typing import Any

from django import forms

from cops.lib.forms import LineField, LinesField
from governance.convocations.replies import LABELS, WRITTEN_LABELS, Answer
from governance.models import Attendance

Reply = Attendance.Reply

CHANGED_MEANWHILE = (
    "La réunion a changé depuis que cette page est affichée : relisez quand et où elle se tient."
)


class SendForm(forms.Form):
    """A message to add, and what the page showed when it was read."""

    note = LinesField(
        label="Message à ajouter",
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="Facultatif. Il figure dans les courriers électroniques et dans la lettre.",
    )
    seen = forms.CharField(widget=forms.HiddenInput, required=False, max_length=64)


class ReplyForm(forms.Form):
    """An answer to a convocation; whoever is represented says by whom.

    An answer to another day, hour, form or place is not filled in again. What the page asked comes back with
    the answer: where the meeting has changed meanwhile, nothing is taken, and the page shows it anew.
    """

    reply = forms.ChoiceField(label="Votre réponse", widget=forms.RadioSelect)
    represented_by = LineField(
        label="Représenté par", required=False, max_length=200, help_text="Prénom et nom."
    )
    representative_function = LineField(label="Sa fonction", required=False, max_length=200)
    comment = LineField(label="Remarque", required=False, max_length=300)
    asked = forms.CharField(widget=forms.HiddenInput, required=False, max_length=400)

    def __init__(self, data: Any = None, *, row: Attendance, is_written: bool, is_own: bool = True) -> None:
        self.now_asked = row.meeting.question.key
        kept = ("reply", "represented_by", "representative_function", "comment")
        initial = {} if row.is_outdated else {name: getattr(row, name) for name in kept}
        initial["asked"] = self.now_asked
        super().__init__(data, initial=initial)
        labels = WRITTEN_LABELS if is_written else LABELS
        if row.meeting.formation.is_confidential:  # nothing more is noted of people than whether they come
            labels = {value: label for value, label in labels.items() if value != Reply.REPRESENTED}
            del self.fields["represented_by"], self.fields["representative_function"], self.fields["comment"]
        field = self.fields["reply"]
        field.choices = list(labels.items()) if is_own else [(value, Reply(value).label) for value in labels]  # type: ignore[attr-defined]
        if not is_own:
            field.label = "Réponse"

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if cleaned.pop("asked", "") not in ("", self.now_asked):
            self.data = self.data.copy()  # type: ignore[attr-defined]
            self.data["asked"] = self.now_asked  # type: ignore[index]
            raise forms.ValidationError(CHANGED_MEANWHILE)
        if cleaned.get("reply") == Reply.REPRESENTED and not cleaned.get("represented_by"):
            self.add_error("represented_by", "Dites par qui.")
        return cleaned

    def answer(self) -> Answer:
        return Answer(**self.cleaned_data)
