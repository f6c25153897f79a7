from django.apps import AppConfig
from django.core.checks import Tags, register


class LibConfig(AppConfig):
    name = "cops.lib"
    label = "lib"
    verbose_name = "Outils"

    def ready(self) -> None:
        from django.db.backends.signals import connection_created

        from cops.lib.checks import check_pdf
        from cops.lib.collation import register_french_collation

        connection_created.connect(register_french_collation)
        register(check_pdf, Tags.compatibility)
