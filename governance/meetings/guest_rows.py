"""Guests of a meeting as one table: somebody known, or a free name."""

from typing import Any

from django.db.models import Exists, OuterRef

from cops.audit.rows import EntryRows, RowForm
from cops.lib.forms import AddressField, LineField
from cops.lib.picking import PickList
from governance.models import Attendance, ConvocationMessage, Meeting, Person
from governance.picking import person_field, person_list

STAYS = "Une convocation lui a été envoyée : la ligne reste."


class GuestForm(RowForm):
    """A guest. What is left empty of somebody known comes from their own sheet."""

    name = LineField(label="Nom", required=False, max_length=200)
    function = LineField(label="Fonction", required=False, max_length=200)
    organisation = LineField(label="Organisme", required=False, max_length=200)
    email = AddressField(
        label="Adresse",
        required=False,
        error_messages={"invalid": "Cette adresse n’est pas complète : nom@domaine.fr."},
    )

    key_field = "name"
    constraint_fields = {"governance_attendance_guest_once": "person"}
    also_validated = ("meeting", "seat", "quality")

    class Meta:
        model = Attendance
        fields = ["person", "name", "function", "organisation", "email"]

    def __init__(
        self, data: Any, *, meeting: Meeting, instance: Attendance | None, people: PickList, prefix: str
    ) -> None:
        guest = instance or Attendance(meeting=meeting, quality=Attendance.Quality.GUEST)
        super().__init__(data, instance=guest, prefix=prefix)
        self.fields["person"] = person_field(people, label="Personne connue", required=False)
        self.order_fields(["version", "contested", "person", "name", "function", "organisation", "email"])
        if instance is not None:
            self.initial["person"] = instance.person

    @property
    def may_be_removed(self) -> bool:
        """Whether nothing was sent to the guest yet."""
        return not self.is_new and not getattr(self.instance, "was_written_to", False)

    @property
    def is_removed(self) -> bool:
        return self.may_be_removed and super().is_removed

    def key(self) -> str:
        """Guests may bear one name; two rows for one known person are refused."""
        if not self.is_bound:
            return f"{self.prefix}"
        person = self.cleaned_data.get("person") if hasattr(self, "cleaned_data") else None
        return f"person {person.pk}" if person else f"{self.prefix}"

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean()
        person = self.cleaned_data.get("person")
        if person is not None:
            for name, value in _known(person).items():
                if not self.cleaned_data.get(name) and name not in self.errors:
                    self.cleaned_data[name] = value
        elif not self.cleaned_data.get("name") and "person" not in self.errors:
            self.add_error("name", "Choisissez une personne connue ou tapez un nom.")
        return cleaned


def _known(person: Person) -> dict[str, str]:
    organisation = person.organisation
    return {
        "name": str(person),
        "function": person.function,
        "organisation": organisation.name if organisation else "",
        "email": (organisation.mailbox if organisation else "") or person.email,
    }


class GuestRows(EntryRows[GuestForm]):
    """All guests of a meeting; a step adds a blank row."""

    def __init__(self, data: Any, *, meeting: Meeting) -> None:
        sent = ConvocationMessage.objects.filter(attendance=OuterRef("pk"))
        guests = Attendance.objects.filter(meeting=meeting, seat__isnull=True).select_related(
            "person__organisation"
        )
        stored = list(guests.annotate(was_written_to=Exists(sent)).order_by("pk"))
        self.people = person_list()
        self.meeting = meeting
        super().__init__(
            data,
            prefix="guests",
            stored=stored,
            make=lambda data, prefix, row: GuestForm(
                data, meeting=meeting, instance=row, people=self.people, prefix=prefix
            ),
            blank=1 if stored else 3,
        )
        if self.is_step:
            self.add()
