from django.apps import AppConfig


class ContractsConfig(AppConfig):
    name = "contracts"
    verbose_name = "Contrats"

    def ready(self) -> None:
        from contracts.carriers import CARRIER
        from contracts.effects import AMENDMENT
        from contracts.subjects import CONTRACT
        from cops.audit.history import subjects
        from cops.documents import carriers
        from governance.decisions import effects

        carriers.register(CARRIER)
        subjects.register(CONTRACT)
        effects.register(AMENDMENT)
