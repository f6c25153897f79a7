from django.apps import AppConfig
from django.core.checks import Tags, register
from django.core.validators import validate_email


class LibConfig(AppConfig):
    name = "cops.lib"
    label = "lib"
    verbose_name = "Outils"

    def ready(self) -> None:
        from django.db.backends.signals import connection_created

        from cops.lib.checks import check_pdf
        from cops.lib.collation import register_french_collation

        # One wording wherever an address is asked for, the forms of the account (allauth's) included.
        validate_email.message = "Saisissez une adresse électronique complète, comme nom@exemple.fr."
        connection_created.connect(register_french_collation)
        register(check_pdf, Tags.compatibility)
