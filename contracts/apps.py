from django.apps import AppConfig


class ContractsConfig(AppConfig):
    name = "contracts"
    verbose_name = "Contrats"

    def ready(self) -> None:
        from cops.documents import carriers
        from contracts.carriers import CARRIER
        from contracts.subjects import CONTRACT
        from cops.audit.history import subjects

        carriers.register(CARRIER)
        subjects.register(CONTRACT)
