"""`manage.py load_demo`: the demonstration's people, accounts and workbook; refused in and by production."""

from typing import Any

from django.conf import settings

from cops.desk.demonstration import ACCOUNTS, PASSWORD, load_demonstration
from cops.desk.reference import load_reference
from cops.lib.commands import ApplicationCommand, data_fault
from cops.users.installation import require_own_database


class Command(ApplicationCommand):
    help = "Charge les personnes, comptes et actions de démonstration (inventés). Refusé en production."

    def handle(self, *args: Any, **options: Any) -> None:
        if settings.IS_PRODUCTION:
            raise data_fault(
                "Les données de démonstration sont refusées en production ; rien n’a été chargé."
            )
        require_own_database()
        load_reference()
        load_demonstration()
        self.stdout.write("Comptes de démonstration (mot de passe commun : " + PASSWORD + ")")
        for account in ACCOUNTS:
            self.stdout.write(f"  {account.email:<28} {account.shows}")
