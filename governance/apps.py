from django.apps import AppConfig


class GovernanceConfig(AppConfig):
    name = "governance"
    verbose_name = "Gouvernance"

    def ready(self) -> None:
        from cops.audit.history import subjects
        from cops.documents import carriers, production
        from governance import pack, roster
        from governance.carriers import CARRIERS
        from governance.crises import report as crisis
        from governance.meetings import sheet
        from governance.minutes import papers as minutes
        from governance.subjects import SUBJECTS

        carriers.register(*CARRIERS)
        production.register(roster.WORD, describe=roster.describe, make=roster.make)
        production.register(sheet.WORD, describe=sheet.describe, make=sheet.make)
        production.register(pack.PACK, describe=pack.describe_pack, make=pack.make_pack)
        production.register(pack.FILES, describe=pack.describe_files, make=pack.make_files)
        production.register(minutes.WORD, describe=minutes.describe, make=minutes.make)
        subjects.register(*SUBJECTS)
        production.register(crisis.REPORT, describe=crisis.describe_report, make=crisis.make_report)
        production.register(crisis.CALLS, describe=crisis.describe_calls, make=crisis.make_calls)
