"""`manage.py prove`: every invariant checked on one snapshot, red ones with their first offending row."""

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from erp.kernel.proofs import prove, results_of


class Command(BaseCommand):
    help = "Run the proofs; exits with 1 when one is red."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--only", nargs="+", default=[], metavar="NUMBER", help="as S1 B4")

    def handle(self, *args: Any, only: list[str], **options: Any) -> None:
        try:
            run = prove(only)
        except KeyError as unknown:
            raise CommandError(f"There is no proof {unknown}.") from None
        results = results_of(run)
        width = max((len(result.title) for result in results), default=0)
        for result in results:
            mark = self.style.SUCCESS("green") if result.green else self.style.ERROR("red  ")
            self.stdout.write(
                f"{result.proof:<4} {result.title:<{width}} {result.ms:>7} ms {result.rows:>7} rows  {mark}"
            )
            if result.error:
                self.stdout.write(f"     could not run: {result.error}")
            elif not result.green:
                self.stdout.write(f"     first: {json.dumps(result.sample[0])}")
        red = [result.proof for result in results if not result.green]
        if red:
            raise CommandError(
                f"{len(red)} of {len(results)} proofs are red: {', '.join(red)}.", returncode=1
            )
        self.stdout.write(f"{len(results)} proofs green in {run.duration_ms} ms.")
