from django.apps import AppConfig


class EvaluationConfig(AppConfig):
    name = "evaluation"
    verbose_name = "Évaluation"

    def ready(self) -> None:
        from cops.documents import subjects
        from evaluation import preparation

        subjects.register(preparation.ROOM, preparation.describe)
