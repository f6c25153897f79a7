from django.apps import AppConfig


class MailConfig(AppConfig):
    name = "cops.mail"
    verbose_name = "Courrier"
