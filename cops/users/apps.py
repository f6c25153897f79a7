from django.apps import AppConfig


class UsersConfig(AppConfig):
    name = "cops.users"
    verbose_name = "Comptes"
