from django.apps import AppConfig


class GovernanceConfig(AppConfig):
    name = "governance"
    verbose_name = "Gouvernance"

    def ready(self) -> None:
        from cops.documents import carriers
        from governance.carriers import CARRIERS

        carriers.register(*CARRIERS)
