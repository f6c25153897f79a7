"""What was acknowledged is on the disk: of the engine that the demonstration embeds."""

import pytest
from django.db import connection

FULL = 2


@pytest.mark.django_db
@pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL is durable by default")
def test_the_embedded_database_writes_to_the_disk_before_it_confirms():
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA synchronous")
        assert cursor.fetchone()[0] == FULL
