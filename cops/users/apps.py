from typing import Any

from django.apps import AppConfig


def create_cache_table(*, using: str, **kwargs: Any) -> None:
    """Make the table in which the rate limits count; Django's migrations leave it out."""
    from django.core.management import call_command

    call_command("createcachetable", database=using, verbosity=0)


class UsersConfig(AppConfig):
    name = "cops.users"
    verbose_name = "Comptes"

    def ready(self) -> None:
        from django.contrib.auth.signals import user_logged_in
        from django.core.checks import Tags, register
        from django.db.models.signals import post_migrate

        from cops.users.installation import check_profile, record_profile
        from cops.users.sessions import note_start

        post_migrate.connect(create_cache_table, sender=self)
        post_migrate.connect(record_profile, sender=self)
        user_logged_in.connect(note_start)
        register(check_profile, Tags.database)
