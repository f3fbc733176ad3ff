"""`manage.py replay`: the converted orders through the real verbs, each at its own time; goes on where it stopped."""

import sys
import time
from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection

from masterdata.models import Company
from orders.models import IntakeDocument
from reporting.conversion.company import CODE
from reporting.conversion.replay import Reconciliation, reconcile, replay


class Command(BaseCommand):
    help = "Send the converted orders through submit, release, pick, ship-confirm and invoice."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--until", type=date.fromisoformat, help="stop after this day", metavar="YYYY-MM-DD"
        )

    def handle(self, *args: Any, until: date | None, **options: Any) -> None:
        company = Company.objects.filter(code=CODE).first()
        if company is None:
            raise CommandError("Nothing is converted yet: run `manage.py convert online-retail FILE` first.")
        waiting = IntakeDocument.objects.filter(company=company, channel="conversion", order=None)
        with connection.cursor() as cursor:
            # The tables grow from nothing within minutes: plans made for empty tables must not be kept.
            cursor.execute("SET plan_cache_mode = force_custom_plan")
        total = sum(len(payload["lines"]) for payload in waiting.values_list("payload", flat=True))
        bar = Progress(total)
        replay(company, until=until, progress=bar.advance)
        bar.close()
        found = reconcile(company, until=until)
        self.stdout.write("\n".join(lines_of(found)))
        if not (found.ties or until):
            raise CommandError("The replay does not tie: see the figures above.")


class Progress:
    """One line on standard error: done of total, lines per second, time left."""

    def __init__(self, total: int) -> None:
        self.total, self.done, self.started, self.shown = total, 0, time.monotonic(), 0.0

    def advance(self, lines: int) -> None:
        self.done += lines
        now = time.monotonic()
        if now - self.shown > 0.5:
            self.shown = now
            rate = self.done / max(now - self.started, 0.001)
            left = (self.total - self.done) / rate
            filled = "#" * (30 * self.done // max(self.total, 1))
            sys.stderr.write(
                f"\r[{filled:<30}] {self.done:,} of {self.total:,} lines, {rate:,.0f}/s, {left:,.0f} s left  "
            )
            sys.stderr.flush()

    def close(self) -> None:
        seconds = time.monotonic() - self.started
        sys.stderr.write(f"\n{self.done:,} lines in {seconds:,.1f} s\n")


def lines_of(found: Reconciliation) -> list[str]:
    """The reconciliation as it is printed."""
    return [
        f"Orders               {found.orders:>12,}, {found.lines:,} lines",
        f"Value asked for      {found.value_in:>16,.2f} GBP",
        f"Value invoiced       {found.invoiced:>16,.2f} GBP on {found.invoices:,} invoices",
        f"Difference           {found.invoiced - found.value_in:>16,.2f} GBP",
        f"Lines that waited    {found.backordered_lines:>12,} (promised for a later day than they were asked for)",
        f"Units still open     {found.open_units:>12,.0f}, orders still waiting {found.waiting:,}",
        "Prices by source     "
        + ", ".join(f"{source} {count:,}" for source, count in sorted(found.sources.items())),
    ]
