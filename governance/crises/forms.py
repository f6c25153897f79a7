"""Forms of the crisis cell: few fields, each with what is probably right filled in."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from datetime import timezone as fixed_zone
from typing import Any

from crispy_forms.layout import Column, Div, Fieldset, Row
from django import forms
from django.utils import timezone

from cops.audit.conflicts import VersionedForm, entry_helper
from cops.lib.civility import Civility, titled
from cops.lib.clock import readings
from cops.lib.forms import LineField, LinesField, WebAddressField, laid_out
from cops.lib.french import date_fr, time_fr
from cops.lib.picking import PickManyField
from cops.users.models import User
from governance.crises.conveners import Authority, Holder
from governance.models import CrisisCell, LogEntry
from governance.picking import communes_field, person_list

# As if a zone: that of a time for which none was typed.
UNTOLD = fixed_zone(timedelta(), "comme à l’horloge")
INSTANT_FORMATS = ["%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M", "%d/%m/%Y %H:%M", "%d/%m/%Y %Hh%M"]
MEANS = ("means_agglomeration", "means_towns", "means_partners")
WRITTEN_KINDS = [kind for kind in LogEntry.Kind if kind != LogEntry.Kind.CORRECTION]


def _areas(rows: int, **attrs: Any) -> forms.Textarea:
    return forms.Textarea(attrs={"rows": rows} | attrs)


class CellForm(forms.Form):
    """What opens a cell. `known` are those who hold the authorities' seats today; `own`, the authority of the
    user where it is theirs alone to convene."""

    event = LineField(
        label="Événement",
        max_length=300,
        help_text="Ce qui touche le territoire, en une ligne. Il n’est pas écrit dans les alertes.",
        error_messages={"required": "Dites en une ligne ce qui se passe."},
    )
    communes = communes_field(
        label="Communes touchées", error_messages={"required": "Cochez au moins une commune."}
    )
    convened_by = forms.ChoiceField(
        label="Qui convoque",
        widget=forms.RadioSelect,
        error_messages={"required": "Choisissez l’autorité qui convoque : elles seules le peuvent."},
    )
    convener_name = LineField(
        label="Nom de l’autorité",
        required=False,
        max_length=200,
        help_text="À remplir si le nom ci-dessus manque ou a changé.",
    )
    convener_civility = forms.ChoiceField(
        label="Sa civilité", required=False, choices=Civility.choices, help_text="Avec le nom ci-contre."
    )
    acting_name = LineField(
        label="Personne qui agit pour elle",
        required=False,
        max_length=200,
        help_text="Si ce n’est pas elle-même.",
    )
    acting_function = LineField(label="Sa fonction", required=False, max_length=200)
    means_agglomeration = LineField(label="De l’agglomération", required=False, max_length=1000)
    means_towns = LineField(label="Des villes concernées", required=False, max_length=1000)
    means_partners = LineField(label="De leurs partenaires", required=False, max_length=1000)
    place = LineField(label="Lieu", required=False, max_length=300)
    remote_link = WebAddressField(
        label="Lien de connexion",
        required=False,
        assume_scheme="https",
        error_messages={"invalid": "Ce n’est pas une adresse complète, en https://…"},
    )
    alerts = forms.BooleanField(
        label="Alerter tout de suite par courrier électronique", required=False, initial=True,
        help_text="Titulaires, suppléants et invités ; le message ne dit rien de l’événement.",
    )  # fmt: skip

    def __init__(self, data: Any = None, *, user: User, known: Mapping[str, Holder], own: str = "") -> None:
        super().__init__(data)
        self.known = known
        self.people = person_list(user)
        self.fields["guests"] = PickManyField(
            list=self.people,
            label="Invités",
            required=False,
            unknown="Personne ne s’appelle « %(typed)s » : choisissez un nom proposé.",
            help_text="Par exemple le maire de la commune touchée. Un par case.",
        )
        self.fields["guests"].widget.attrs["title"] = "Invités"
        self.fields["convened_by"].choices = [  # type: ignore[attr-defined]
            (each.value, _named(each, known.get(each.value)))
            for each in Authority
            if not own or each.value == own
        ]
        if own:
            self.initial["convened_by"] = own
        self.helper = laid_out(
            Fieldset("L’événement", "event", Div("communes", css_class="in-columns")),
            Fieldset("Moyens à coordonner ou à engager, au-delà de ceux de l’État", *MEANS),
            Fieldset(
                "L’autorité",
                "convened_by",
                Row(
                    Column("convener_name", css_class="col-md-6"),
                    Column("convener_civility", css_class="col-md-6"),
                ),
                Row(
                    Column("acting_name", css_class="col-md-6"),
                    Column("acting_function", css_class="col-md-6"),
                ),
            ),
            Fieldset(
                "Où, et qui d’autre",
                Row(Column("place", css_class="col-md-6"), Column("remote_link", css_class="col-md-6")),
                "guests",
                "alerts",
            ),
        )

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean() or {}
        if cleaned.get("acting_name") and not cleaned.get("acting_function"):
            self.add_error("acting_function", "Indiquez la fonction de qui agit pour l’autorité.")
        if cleaned.get("acting_function") and not cleaned.get("acting_name"):
            self.add_error("acting_name", "Nommez qui agit pour l’autorité.")
        self._state_means(cleaned)
        authority = cleaned.get("convened_by")
        if authority and authority not in self.known and not cleaned.get("convener_name"):
            self.add_error(
                "convener_name",
                "Ce siège n’a pas de titulaire aujourd’hui : nommez l’autorité qui convoque.",
            )
        return cleaned

    def _state_means(self, cleaned: dict[str, Any]) -> None:
        """Whose means are needed, a line each: « Des villes concernées : deux gymnases »."""
        stated = {name: cleaned.pop(name, "") for name in MEANS}
        if not any(stated.values()) and not any(name in self.errors for name in MEANS):
            self.add_error(MEANS[0], "Dites quels moyens sont à coordonner ou à engager : une ligne suffit.")
        cleaned["means_needed"] = "\n".join(
            f"{self.fields[name].label} : {text}" for name, text in stated.items() if text
        )


def _named(authority: Authority, holder: Holder | None) -> str:
    if holder is None:
        return f"{authority.label} (siège sans titulaire)"
    return f"{authority.held_by(holder.civility)} ({titled(holder.name, holder.civility)})"


class InstantInput(forms.DateTimeInput):
    """The browser's own field for a day and a time."""

    input_type = "datetime-local"

    def format_value(self, value: Any) -> str | None:
        if isinstance(value, datetime):
            here = timezone.localtime(value) if timezone.is_aware(value) else value
            return here.strftime("%Y-%m-%dT%H:%M")
        return str(value) if value else None


class ClockField(forms.DateTimeField):
    """A day and a time as a clock showed them: the instants that may be meant, in UTC. In the hour that comes
    twice they are two; none where nothing was typed."""

    def to_python(self, value: Any) -> list[datetime]:  # type: ignore[override]
        with timezone.override(UNTOLD):
            found: datetime | None = super().to_python(value)
        if found is None or found.tzinfo is not UNTOLD:  # an offset was typed
            return [found] if found else []
        meant = readings(found.replace(tzinfo=None), timezone.get_current_timezone())
        if not meant:
            raise forms.ValidationError(
                f"Le {date_fr(found)}, il n’a jamais été {time_fr(found.time())} : de 2 h, on passe à 3 h."
            )
        return [one.astimezone(UTC) for one in meant]  # in Paris, Python holds the two for equal


class EntryForm(forms.Form):
    """A line of the logbook; the time it happened is now unless told otherwise."""

    kind = forms.ChoiceField(
        label="Nature",
        choices=[(kind.value, kind.label) for kind in WRITTEN_KINDS],
        initial=LogEntry.Kind.FACT,
    )
    happened_at = ClockField(
        label="Survenu le",
        required=False,
        input_formats=INSTANT_FORMATS,
        widget=InstantInput(),
        help_text="Vide : à l’instant.",
        error_messages={
            "invalid": "Cette date ou cette heure n’existe pas, ou n’est pas écrite JJ/MM/AAAA HH:MM."
        },
    )
    which_hour = forms.ChoiceField(
        label="Laquelle des deux",
        required=False,
        choices=[
            ("first", "La première, à l’heure d’été (UTC+2)"),
            ("second", "La seconde, à l’heure d’hiver (UTC+1)"),
        ],
        widget=forms.HiddenInput,
    )
    text = LinesField(
        label="Texte",
        widget=_areas(3),
        help_text="Aucun nom de victime ni de mis en cause.",
        error_messages={"required": "Écrivez ce qui s’est passé."},
    )
    engaged_by = LineField(
        label="Par qui",
        required=False,
        max_length=200,
        help_text="Pour des moyens : qui les demande ou les engage.",
    )
    means_of = forms.ChoiceField(
        label="Moyens de",
        required=False,
        choices=[("", "–"), *LogEntry.MeansOf.choices],
        help_text="Pour des moyens : à qui ils sont.",
    )

    def __init__(self, data: Any = None, *, is_correction: bool = False) -> None:
        super().__init__(data)
        if is_correction:
            del self.fields["kind"], self.fields["engaged_by"], self.fields["means_of"]
        legend = "La rectification" if is_correction else "La ligne"
        self.helper = laid_out(
            Fieldset(
                legend,
                self._row("kind", "happened_at"),
                "which_hour",
                "text",
                self._row("means_of", "engaged_by"),
            )
        )

    def _row(self, *names: str) -> Row:
        """Those of the fields that the form has, side by side where there is room."""
        return Row(*(Column(name, css_class="col-sm-6") for name in names if name in self.fields))

    def clean_happened_at(self) -> list[datetime]:
        """Those of the instants meant that are past; now where nothing was typed."""
        now = timezone.now()
        past = [each for each in self.cleaned_data["happened_at"] or [now] if each <= now]
        if not past:
            raise forms.ValidationError(
                "Cette heure n’est pas encore passée : ce qui est à venir n’est pas survenu."
            )
        return past

    def _choose_hour(self, meant: list[datetime]) -> datetime | None:
        """The one meant; it is asked which only where both are possible. None until it is said."""
        if len(meant) == 1:
            return meant[0]
        field = self.fields["which_hour"]
        field.widget = forms.RadioSelect(choices=field.choices)  # type: ignore[attr-defined]
        self._bound_fields_cache.pop("which_hour", None)  # type: ignore[attr-defined]
        said = self.cleaned_data.get("which_hour")
        if not said and "which_hour" not in self.errors:
            here = time_fr(timezone.localtime(meant[0]).time())
            self.add_error(
                "which_hour", f"Cette nuit-là, il a été {here} deux fois : dites laquelle des deux."
            )
        return meant[said == "second"] if said else None

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean() or {}
        if "happened_at" in cleaned:
            cleaned["happened_at"] = self._choose_hour(cleaned["happened_at"])
        cleaned.pop("which_hour", None)
        means = (LogEntry.Kind.MEANS_ASKED, LogEntry.Kind.MEANS_ENGAGED)
        if cleaned.get("kind") in means and not cleaned.get("engaged_by"):
            self.add_error("engaged_by", "Indiquez qui demande ou engage ces moyens.")
        if cleaned.get("kind") in means and not cleaned.get("means_of"):
            self.add_error("means_of", "Indiquez à qui sont ces moyens.")
        return cleaned


class LessonsForm(VersionedForm):
    """What is learned; asked for when the cell is closed, and afterwards."""

    class Meta:
        model = CrisisCell
        fields = ["lessons"]
        widgets = {"lessons": _areas(8)}
        labels = {"lessons": "Enseignements"}
        help_texts = {
            "lessons": "Ce qui a bien marché, ce qui a manqué, ce qui est à décider. Peut être complété."
        }

    def __init__(self, data: Any = None, *, instance: CrisisCell, **kwargs: Any) -> None:
        super().__init__(data, instance=instance, **kwargs)
        self.helper = entry_helper("lessons")


class GuestsForm(forms.Form):
    """People to invite to a cell that is open, and alert."""

    def __init__(self, data: Any = None, *, user: User) -> None:
        super().__init__(data)
        self.people = person_list(user)
        self.fields["guests"] = PickManyField(
            list=self.people,
            label="Inviter et alerter",
            unknown="Personne ne s’appelle « %(typed)s » : choisissez un nom proposé.",
            help_text="Un par case.",
            error_messages={"required": "Choisissez au moins une personne."},
        )
        self.fields["guests"].widget.attrs["title"] = "Invités"
        self.helper = laid_out(Fieldset("Qui d’autre", "guests"))
