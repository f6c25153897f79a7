from django.apps import AppConfig


class DocumentsConfig(AppConfig):
    name = "cops.documents"
    verbose_name = "Documents"
