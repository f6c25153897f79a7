from django.apps import AppConfig


class AuditConfig(AppConfig):
    name = "cops.audit"
    verbose_name = "Journal"

    def ready(self) -> None:
        from django.contrib.auth.signals import (
            user_logged_in,
            user_logged_out,
            user_login_failed,
        )
        from simple_history.signals import pre_create_historical_record

        from cops.audit import moments, sessions

        pre_create_historical_record.connect(moments.stamp)

        user_logged_in.connect(sessions.record_login)
        user_logged_in.connect(sessions.drop_foreign_entries)
        user_logged_out.connect(sessions.record_logout)
        user_login_failed.connect(sessions.record_failure)
