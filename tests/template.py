"""One migrated database, from which every worker's own is copied.

Migrating takes half a minute of a core, a copy takes a second. The template lies in the throw-away cluster and keeps
as its comment what it was made of, so the next run with the same migrations makes none.
"""

import os

from django.core.management import call_command
from django.db import connection

from erp.launcher import application, postgres

NAME = connection.settings_dict["TEST"]["TEMPLATE"]


def prepare() -> None:
    """Make the template unless it is of these migrations; whoever comes meanwhile waits for it."""
    now = application.version_of_schema()
    with postgres.connected(os.environ["DATABASE_OWNER_URL"]) as cursor:
        cursor.execute("SELECT pg_advisory_lock(hashtext(%s))", [NAME])
        cursor.execute(
            "SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = %s", [NAME]
        )
        if cursor.fetchone() == (now,):
            return
        cursor.execute(f"DROP DATABASE IF EXISTS {NAME} WITH (FORCE)")
        cursor.execute(f"CREATE DATABASE {NAME}")
        migrate()
        cursor.execute(f"COMMENT ON DATABASE {NAME} IS %s", [now])


def migrate() -> None:
    """Bring the template's schema up to date over this process's own connection."""
    ours = connection.settings_dict["NAME"]
    connection.settings_dict["NAME"] = NAME
    try:
        call_command("migrate", interactive=False, verbosity=0)
    finally:
        connection.close()
        connection.settings_dict["NAME"] = ours
