"""Bring the schema up to date, and the application's rights with it."""

from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import connection
from django.db.migrations.loader import MigrationLoader

UNFOLDED = "e953d54"  # the last commit with every migration from before the first release


class Command(BaseCommand):
    help = "Migrate as the schema's owner and grant the application's role its rights on what is new."

    def handle(self, *args: Any, **options: Any) -> None:
        refuse_half_folded()
        call_command("migrate", interactive=False, verbosity=options["verbosity"])
        call_command("grant")


def refuse_half_folded() -> None:
    """Raise CommandError for a database that stopped among migrations that have been folded since: `migrate` would take
    it for one that has them all. The migration that they were folded into names the last of them as `folds`."""
    loader = MigrationLoader(connection)
    for (app, name), migration in sorted(loader.disk_migrations.items()):
        last = getattr(migration, "folds", None)
        gone = sorted(
            old
            for of, old in loader.applied_migrations
            if of == app and (of, old) not in loader.disk_migrations
        )
        if last and gone and last not in gone:
            raise CommandError(
                f"The database has {app} {gone[-1]} and not {last}: what lies between is in {name} now, which it seems "
                f"to have. Nothing was changed. Install {UNFOLDED} first (git checkout {UNFOLDED}), then this version."
            )
