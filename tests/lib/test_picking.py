"""Picking things out of long lists by typing."""

import pytest
from django.core.exceptions import ValidationError
from django.http import QueryDict

from cops.lib.picking import NamesInput, PickField, PickList, PickManyField

THINGS = PickList("things", {"Élan": 1, "Maison des jeunes": 2}, {"Foyer": 2, "elan": 3})


def field(kind=PickField, **kwargs):
    return kind(list=THINGS, unknown="« %(typed)s » n’existe pas.", **kwargs)


@pytest.mark.parametrize(
    ("typed", "thing"), [("Élan", 1), ("ELAN", 1), (" maison  des JEUNES ", 2), ("foyer", 2), ("", None)]
)
def test_a_thing_is_found_by_its_label_or_another_name(typed, thing):
    assert field(required=False).clean(typed) == thing


def test_a_label_says_more_than_another_name():
    assert THINGS.find("elan") == 1


def test_what_is_not_in_the_list_is_named():
    with pytest.raises(ValidationError, match="« Nulle part » n’existe pas"):
        field().clean("  Nulle   part ")


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("Maisson", "« Maisson » n’existe pas. Nom proche : « Maison des jeunes »."),
        ("jeunes", "« jeunes » n’existe pas. Nom proche : « Maison des jeunes »."),
        ("100 % jeunesse", "« 100 % jeunesse » n’existe pas."),
    ],
)
def test_names_that_come_near_to_what_was_typed_are_told(typed, said):
    with pytest.raises(ValidationError) as refused:
        field().clean(typed)
    assert refused.value.messages == [said]


def test_what_is_not_in_the_list_is_made_where_that_is_allowed():
    picked = field()
    picked.create = str.upper
    assert picked.clean("Nulle part") == "NULLE PART"


def test_several_things_are_picked_once_each():
    assert field(PickManyField).clean(["Foyer", "élan", "Maison des jeunes"]) == [2, 1]
    with pytest.raises(ValidationError) as refused:
        field(PickManyField).clean(["x", "élan", "y"])
    assert refused.value.messages == ["« x » n’existe pas.", "« y » n’existe pas."]


def test_only_another_thing_is_a_change():
    assert not field().has_changed(2, "maison des jeunes")
    assert field().has_changed(2, "Élan")
    assert not field(PickManyField).has_changed([1, 2], ["Maison des jeunes", "", "elan"])
    assert field(PickManyField).has_changed([1, 2], ["elan"])


def test_signs_that_nobody_sees_and_other_hyphens_pick_the_same_thing():
    list = PickList("things", {"AME - service DSU": 1, "Comité d'été": 2})
    picked = PickField(list=list, unknown="« %(typed)s » n’existe pas.", required=False)
    for typed in ("AME\u200b – service DSU", "\ufeffame \u2011 service\u00a0dsu"):
        assert picked.clean(typed) == 1
        assert not picked.has_changed(1, typed)
    assert picked.clean("Comité d’été\u00ad") == 2
    assert picked.clean("\u200b") is None
    several = PickManyField(list=list, unknown="« %(typed)s » n’existe pas.", required=False)
    assert several.clean(["\u200b", "Comité d’été"]) == [2]
    assert several.clean(["\u200b"]) == []
    assert not several.has_changed([], ["\u200b"])


def test_several_inputs_leave_room_for_more():
    widget = NamesInput(attrs={"title": "Partenaires", "list": "things"})
    html = widget.render("partners", ["A", "B"], {"id": "id_partners"})
    assert html.count("<input") == 5
    assert html.count('aria-label="Partenaires, n° ') == 4
    assert widget.value_from_datadict(QueryDict("partners=A&partners=&partners=B"), {}, "partners") == [
        "A",
        "B",
    ]
