"""`manage.py purge`: what is kept for a time only; to be run once a day."""

from typing import Any

from django.utils import timezone

from cops.desk.purging import purge
from cops.lib.commands import ApplicationCommand
from cops.users.installation import require_own_database


class Command(ApplicationCommand):
    help = (
        "Efface ce qui a fait son temps (brouillons, imports abandonnés, liens éteints…) ; une fois par jour."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        require_own_database()
        done = [one for one in purge(timezone.now()) if one.number]
        for one in done:
            self.stdout.write(f"{one.label} : {one.number}")
        if not done:
            self.stdout.write("Rien à effacer.")
