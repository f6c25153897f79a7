from django.apps import AppConfig


class EvaluationConfig(AppConfig):
    name = "evaluation"
    verbose_name = "Évaluation"

    def ready(self) -> None:
        from cops.documents import production
        from evaluation import preparation

        production.register(preparation.ROOM, describe=preparation.describe, make=preparation.make)
