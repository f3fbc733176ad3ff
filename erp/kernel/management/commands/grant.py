"""Give the application's role its rights on the tables as they are now."""

import os
from typing import Any
from urllib.parse import unquote, urlsplit

from django.apps import apps
from django.core.management.base import BaseCommand, CommandError
from django.db import connection, transaction
from psycopg2 import sql

# Written by the owner's triggers and migrations only, so that the application cannot forge them.
READ_ONLY = {"kernel_auditevent", "django_migrations"}

# Every table and view with the root of its partition tree (itself when it is none), whether a trigger guards it, and
# whether it is a view, which reads with its owner's rights. What an extension brought is the extension's.
TABLES = """
    SELECT t.relname, coalesce(root.relname, t.relname),
           EXISTS (SELECT FROM pg_trigger g WHERE g.tgrelid = t.oid AND g.tgname = 'append_only'), t.relkind = 'v'
    FROM pg_class t LEFT JOIN pg_class root ON root.oid = pg_partition_root(t.oid)
    WHERE t.relnamespace = 'public'::regnamespace AND t.relkind IN ('r', 'p', 'v')
      AND NOT EXISTS (SELECT FROM pg_depend d
          WHERE d.classid = 'pg_class'::regclass AND d.objid = t.oid AND d.deptype = 'e')
    ORDER BY t.relname
"""


class Command(BaseCommand):
    help = "Grant the application's role (DATABASE_APP_URL) its rights: data, no DDL, no change to history."

    def handle(self, *args: Any, **options: Any) -> None:
        role = application_role()
        append_only = {
            model._meta.db_table for model in apps.get_models() if getattr(model, "append_only", False)
        }
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT current_user")
            if cursor.fetchone()[0] == role:
                raise CommandError(
                    f"{role} cannot limit itself: set DATABASE_OWNER_URL to the schema's owner."
                )

            def run(text: str, **names: str) -> None:
                given = {name: sql.Identifier(value) for name, value in {"role": role, **names}.items()}
                cursor.execute(sql.SQL(text).format(**given))

            cursor.execute(TABLES)
            for table, root, guarded, is_view in cursor.fetchall():
                run("REVOKE ALL ON {table} FROM {role}", table=table)
                if is_view or root in READ_ONLY:
                    run("GRANT SELECT ON {table} TO {role}", table=table)
                elif guarded or root in append_only:
                    run("GRANT SELECT, INSERT ON {table} TO {role}", table=table)
                else:
                    run("GRANT SELECT, INSERT, UPDATE, DELETE ON {table} TO {role}", table=table)
            run("GRANT USAGE ON SCHEMA public TO {role}")
            run("GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {role}")


def application_role() -> str:
    """The role in DATABASE_APP_URL, which manage.py sets when it switches to the owner."""
    role = unquote(urlsplit(os.environ.get("DATABASE_APP_URL", "")).username or "")
    if not role:
        raise CommandError("DATABASE_URL names no role to grant rights to.")
    return role
