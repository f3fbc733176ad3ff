"""The database's clock."""

from datetime import datetime

from django.db import connection


def now() -> datetime:
    """The database's present instant."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        (value,) = cursor.fetchone()
        return value
