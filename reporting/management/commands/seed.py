"""Fill an empty database with the demo company: `manage.py seed [small|medium|large|LINES] [--if-empty]`.

A number instead of a size adds a past of that many finished order lines, for measuring: `manage.py seed 5000000`.
"""

from argparse import ArgumentTypeError
from time import perf_counter
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from erp.kernel.actor import Actor
from erp.kernel.audit import signed
from erp.kernel.clock import now
from masterdata.models import Company, Customer, Item, Price
from masterdata.policies import snapshot
from reporting.demo import company, trade, volume
from reporting.demo.masters import SIZES


class Command(BaseCommand):
    help = "Fill an empty database with the demo company."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--if-empty", action="store_true", help="do nothing when there is a company already"
        )
        parser.add_argument("--without-trade", action="store_true", help="masters only: no stock, no orders")
        parser.add_argument(
            "size", nargs="?", type=_size, default="small", help="small, medium, large or LINES"
        )

    def handle(self, *, if_empty: bool, size: str, without_trade: bool = False, **options: Any) -> None:
        if Company.objects.exists():
            if if_empty:
                return
            raise CommandError("This database has companies already; seed needs an empty one.")
        started = perf_counter()
        masters, lines = (size, 0) if size in SIZES else ("medium", int(size))
        with signed(Actor.system("seed"), "Demo company"):
            company.build(SIZES[masters], now().date())
        snapshot.forget()
        traded = "no trade" if without_trade else trade.run(now())
        if lines:
            loaded = volume.load_history(
                Company.objects.order_by("pk")[0], lines=lines, tell=self.stdout.write
            )
            traded += f"; a past of {loaded.lines:,} lines at {loaded.lines_a_second:,} lines/s"
        counts = f"{Item.objects.count()} items, {Customer.objects.count()} customers, {Price.objects.count()} prices"
        self.stdout.write(f"Demo company seeded in {perf_counter() - started:.1f} s: {counts}; {traded}.")


def _size(text: str) -> str:
    if text not in SIZES and not (text.isdecimal() and int(text)):
        raise ArgumentTypeError(f"{text!r} is neither a size ({', '.join(SIZES)}) nor a number of lines")
    return text
