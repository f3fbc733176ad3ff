"""Fill an empty database with the demo company: `manage.py seed [small] [--if-empty]`."""

from time import perf_counter
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from erp.kernel.actor import Actor
from erp.kernel.audit import signed
from erp.kernel.clock import now
from masterdata.models import Company, Customer, Item, Price
from masterdata.policies import snapshot
from reporting.demo import company, trade
from reporting.demo.masters import SIZES


class Command(BaseCommand):
    help = "Fill an empty database with the demo company."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--if-empty", action="store_true", help="do nothing when there is a company already"
        )
        parser.add_argument("--without-trade", action="store_true", help="masters only: no stock, no orders")
        parser.add_argument("size", nargs="?", choices=SIZES, default="small")

    def handle(self, *, if_empty: bool, size: str, without_trade: bool = False, **options: Any) -> None:
        if Company.objects.exists():
            if if_empty:
                return
            raise CommandError("This database has companies already; seed needs an empty one.")
        started = perf_counter()
        with signed(Actor.system("seed"), "Demo company"):
            company.build(SIZES[size], now().date())
        snapshot.forget()
        traded = "no trade" if without_trade else trade.run(now())
        counts = f"{Item.objects.count()} items, {Customer.objects.count()} customers, {Price.objects.count()} prices"
        self.stdout.write(f"Demo company seeded in {perf_counter() - started:.1f} s: {counts}; {traded}.")
