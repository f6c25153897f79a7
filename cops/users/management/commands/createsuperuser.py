"""`manage.py createsuperuser`: Django's command by that name makes accounts that this site does not know."""

from typing import Any

from django.contrib.auth.management.commands import createsuperuser

from cops.lib.commands import ApplicationCommand, data_fault


class Command(ApplicationCommand, createsuperuser.Command):
    """Takes the arguments of Django's command and names the one that opens the first account."""

    requires_migrations_checks = False

    help = "Refusé : le premier compte s’ouvre avec create_administrator."

    def handle(self, *args: Any, **options: Any) -> None:
        raise data_fault(
            "Ce site n’a pas de « superutilisateur » ; aucun compte n’a été créé. Pour le premier "
            "administrateur : python manage.py create_administrator ADRESSE"
        )
