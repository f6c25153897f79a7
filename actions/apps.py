from django.apps import AppConfig


class ActionsConfig(AppConfig):
    name = "actions"
    verbose_name = "Actions"

    def ready(self) -> None:
        from actions.carriers import CARRIER
        from actions.subjects import ACTION
        from cops.audit.history import subjects
        from cops.documents import carriers

        carriers.register(CARRIER)
        subjects.register(ACTION)
