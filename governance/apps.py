from django.apps import AppConfig


class GovernanceConfig(AppConfig):
    name = "governance"
    verbose_name = "Gouvernance"

    def ready(self) -> None:
        from cops.audit.history import subjects
        from cops.documents import carriers, production
        from governance import roster
        from governance.carriers import CARRIERS
        from governance.subjects import SUBJECTS

        carriers.register(*CARRIERS)
        production.register(roster.WORD, describe=roster.describe, make=roster.make)
        subjects.register(*SUBJECTS)
