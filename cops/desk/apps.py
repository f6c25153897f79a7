from django.apps import AppConfig


class DeskConfig(AppConfig):
    name = "cops.desk"
    verbose_name = "Bureau"
