"""`manage.py convert online-retail FILE`: a year of a real wholesaler as masters, prices, stock and waiting orders."""

from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from erp.kernel.errors import DomainError
from reporting.conversion.load import COST_SHARE, SHORT_EVERY, SHORT_SHARE, Report, convert
from reporting.conversion.source import PARKED, read_rows, sort_rows


class Command(BaseCommand):
    help = "Convert a real wholesaler's sales into masters, prices, opening stock and a queue of orders to replay."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("source", choices=["online-retail"])
        parser.add_argument("file", type=Path)
        parser.add_argument(
            "--start", type=date.fromisoformat, default=date(2009, 12, 1), metavar="YYYY-MM-DD"
        )
        parser.add_argument("--end", type=date.fromisoformat, default=date(2010, 1, 1), help="exclusive")

    def handle(self, *args: Any, file: Path, start: date, end: date, **options: Any) -> None:
        if not file.exists():
            raise CommandError(f"There is no file {file}.")
        try:
            report = convert(sort_rows(read_rows(file, start=start, end=end)), stocked_on=start)
        except DomainError as error:
            raise CommandError(str(error)) from error
        self.stdout.write("\n".join(lines_of(report)))


def lines_of(report: Report) -> list[str]:
    """The report as it is printed."""
    explained = sum(count for source, count in report.explained.items() if source != "conversion")
    text = [
        f"Rows read            {report.rows_read:>12,}",
        f"Goods lines loaded   {report.lines_loaded:>12,}  {report.value_loaded:>16,.2f} GBP",
        f"Invoices queued      {report.invoices:>12,}",
        f"Items, customers     {report.items:>12,}  {report.customers:>16,}",
        "Parked",
        *(
            f"  {PARKED[reason]:<72} {count:>6,} lines {value:>14,.2f} GBP"
            for reason, (count, value) in report.parked.items()
        ),
        f"  all of it {sum(count for count, _ in report.parked.values()):>69,} lines "
        f"{sum(value for _, value in report.parked.values()):>14,.2f} GBP",
        "Prices written       " + ", ".join(f"{kind} {count:,}" for kind, count in report.prices.items()),
        f"Lines the rules price the same as they were sold: {explained:,} ({explained / report.lines_loaded:.1%}); "
        f"at a conversion price with its reason: {report.lines_loaded - explained:,} "
        f"({1 - explained / report.lines_loaded:.1%})",
        "  " + ", ".join(f"{source} {count:,}" for source, count in report.explained.most_common()),
        f"Opening stock        {report.opening_units:>12,.0f} units {report.opening_value:>14,.2f} GBP, "
        f"cost at {COST_SHARE:.0%} of the list price",
        f"Short at the start   {report.short_units:>12,.0f} units on order: one item and site in {SHORT_EVERY} "
        f"starts without {SHORT_SHARE:.0%} of its need",
    ]
    return text
