"""What is typed when people are convened, and when they answer."""

from typing import Any

from django import forms

from cops.lib.forms import LineField, LinesField
from governance.convocations.replies import LABELS, WRITTEN_LABELS, Answer
from governance.models import Attendance

Reply = Attendance.Reply


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
    """An answer to a convocation; whoever is represented says by whom."""

    reply = forms.ChoiceField(label="Votre réponse", widget=forms.RadioSelect)
    represented_by = LineField(
        label="Représenté par", required=False, max_length=200, help_text="Prénom et nom."
    )
    representative_function = LineField(label="Sa fonction", required=False, max_length=200)
    comment = LineField(label="Remarque", required=False, max_length=300)

    def __init__(self, data: Any = None, *, row: Attendance, is_written: bool, is_own: bool = True) -> None:
        initial = {
            "reply": row.reply,
            "represented_by": row.represented_by,
            "representative_function": row.representative_function,
            "comment": row.comment,
        }
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
        if cleaned.get("reply") == Reply.REPRESENTED and not cleaned.get("represented_by"):
            self.add_error("represented_by", "Dites par qui.")
        return cleaned

    def answer(self) -> Answer:
        return Answer(**self.cleaned_data)
