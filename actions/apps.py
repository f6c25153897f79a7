from django.apps import AppConfig


class ActionsConfig(AppConfig):
    name = "actions"
    verbose_name = "Actions"

    def ready(self) -> None:
        from actions.carriers import CARRIER
        from actions.effects import PROGRAMME, TRANSITION
        from actions.stranding import YearsOfActions
        from actions.subjects import ACTION
        from actions.workbook.plain import read_plain
        from contracts import stranding
        from cops.audit.history import subjects
        from cops.documents import carriers
        from cops.lib import sheets
        from governance.decisions import effects

        carriers.register(CARRIER)
        sheets.register(read_plain)
        subjects.register(ACTION)
        effects.register(PROGRAMME, TRANSITION)
        stranding.register(YearsOfActions())
