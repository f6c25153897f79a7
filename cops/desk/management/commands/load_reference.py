"""`manage.py load_reference`: the AME's communes, council, rules, contracts, axes and objectives."""

from typing import Any

from cops.desk.reference import load_reference
from cops.lib.commands import ApplicationCommand
from cops.lib.french import plural


class Command(ApplicationCommand):
    help = "Charge les données de référence de l’AME ; ne change rien à ce qui existe déjà."

    def handle(self, *args: Any, **options: Any) -> None:
        created = load_reference()
        if created:
            self.stdout.write(
                f"Données de référence : {created} {plural(created, 'objet créé', 'objets créés')}."
            )
        else:
            self.stdout.write("Données de référence déjà présentes ; rien n’a changé.")
