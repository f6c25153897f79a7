"""The roster's columns as a file: what is exported, and read back by `governance.roster_import`."""

from typing import Any

from import_export.resources import Resource

from cops.lib.exports import column
from governance.roster import RosterRow

SEAT, COMMUNE, NUMBER, CATEGORY = "Siège", "Commune", "Numéro", "Catégorie"
QUALITY, CIVILITY, LAST_NAME, FIRST_NAME = "Qualité", "Civilité", "Nom", "Prénom"
FUNCTION, ORGANISATION, AUTHORITY, ACT = "Fonction", "Organisme", "Autorité", "Acte"
STARTS_ON, ENDS_ON = "Du", "Au"
EMAIL, PHONE = "Adresse professionnelle", "Téléphone professionnel"


class RosterResource(Resource):
    """Rows of `roster_rows`, without personal contacts."""

    seat = column(SEAT, "entry__rule_label")
    commune = column(COMMUNE)
    number = column(NUMBER, "number")
    category = column(CATEGORY, "entry__category")
    quality = column(QUALITY)
    civility = column(CIVILITY)
    last_name = column(LAST_NAME)
    first_name = column(FIRST_NAME)
    function = column(FUNCTION)
    organisation = column(ORGANISATION, "organisation")
    authority = column(AUTHORITY)
    act = column(ACT)
    starts_on = column(STARTS_ON)
    ends_on = column(ENDS_ON)

    WIDTHS = {SEAT: 45, COMMUNE: 25, CATEGORY: 25, QUALITY: 25, FUNCTION: 35, ORGANISATION: 35, ACT: 40}

    def dehydrate_commune(self, row: RosterRow) -> str:
        return row.entry.label if row.entry.commune_pk else ""

    def dehydrate_quality(self, row: RosterRow) -> str:
        return row.designation.get_quality_display() if row.designation else "Vacant"

    def dehydrate_civility(self, row: RosterRow) -> str:
        return row.person.get_civility_display() if row.person and row.person.civility else ""

    def dehydrate_last_name(self, row: RosterRow) -> str:
        return row.person.last_name if row.person else ""

    def dehydrate_first_name(self, row: RosterRow) -> str:
        return row.person.first_name if row.person else ""

    def dehydrate_function(self, row: RosterRow) -> str:
        return row.designation.function if row.designation else ""

    def dehydrate_authority(self, row: RosterRow) -> str:
        return (row.designation.authority if row.designation else "") or row.entry.authority

    def dehydrate_act(self, row: RosterRow) -> str:
        return row.designation.act if row.designation else ""

    def dehydrate_starts_on(self, row: RosterRow) -> Any:
        return row.designation.starts_on if row.designation else None

    def dehydrate_ends_on(self, row: RosterRow) -> Any:
        return row.designation.ends_on if row.designation else None


class RosterWithContactsResource(RosterResource):
    """The same for the service, with professional contacts."""

    email = column(EMAIL)
    phone = column(PHONE)

    WIDTHS = RosterResource.WIDTHS | {EMAIL: 35}

    def dehydrate_email(self, row: RosterRow) -> str:
        return row.person.email if row.person else ""

    def dehydrate_phone(self, row: RosterRow) -> str:
        return row.person.phone if row.person else ""
