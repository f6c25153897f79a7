from django.apps import AppConfig


class GovernanceConfig(AppConfig):
    name = "governance"
    verbose_name = "Gouvernance"

    def ready(self) -> None:
        from cops.audit.history import subjects
        from cops.documents import carriers
        from governance.carriers import CARRIERS
        from governance.subjects import SUBJECTS

        carriers.register(*CARRIERS)
        subjects.register(*SUBJECTS)
