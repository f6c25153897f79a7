from django.apps import AppConfig


class ActionsConfig(AppConfig):
    name = "actions"
    verbose_name = "Actions"

    def ready(self) -> None:
        from actions.carriers import CARRIER
        from actions.workbook.plain import read_plain
        from actions.subjects import ACTION
        from cops.audit.history import subjects
        from cops.documents import carriers
        from cops.lib import sheets

        carriers.register(CARRIER)
        sheets.register(read_plain)
        subjects.register(ACTION)
