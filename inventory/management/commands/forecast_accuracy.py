"""How well the forecasts do on months of demand out of a file, method by method, beside a naive forecast."""

import csv
import gzip
from collections import defaultdict
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

COLUMNS = {"part_no", "month", "qty"}


def series_of(path: Path) -> list[list[float]]:
    """Monthly demand by part out of a CSV (plain or gzip) with part_no, month and qty.

    A month that nobody wrote down is not zero: at a series' end it ends the series, before that it counts as none.
    """
    opened = gzip.open if path.suffix == ".gz" else open
    found: defaultdict[str, dict[str, float | None]] = defaultdict(dict)
    with opened(path, "rt", newline="") as file:
        reader = csv.DictReader(file)
        if not set(reader.fieldnames or ()) >= COLUMNS:
            raise CommandError(f"{path.name} has no columns {', '.join(sorted(COLUMNS))}.")
        for row in reader:
            found[row["part_no"]][row["month"]] = float(row["qty"]) if row["qty"] else None
    series = []
    for months in found.values():
        values = [months[month] for month in sorted(months)]
        while values and values[-1] is None:
            values.pop()
        while values and values[0] is None:
            values.pop(0)
        series.append([value or 0.0 for value in values])
    return series


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, help="CSV or CSV.gz with part_no, month and qty")
        parser.add_argument(
            "--months", type=int, default=6, help="how many months at the end are played again"
        )

    def handle(self, *, file: Path, months: int, **options: Any) -> None:
        from inventory.replenishment.accuracy import backtest

        if not file.is_file():
            raise CommandError(f"There is no file {file}.")
        series = series_of(file)
        self.stdout.write(
            f"{len(series)} series, {sum(map(len, series))} months; the last {months} played again"
        )
        self.stdout.write(
            f"{'method':<14}{'WAPE %':>9}{'bias %':>9}{'WAPE % of all':>15}{'bias % of all':>15}{'chosen %':>10}"
        )
        for each in backtest(series, months=months):
            self.stdout.write(
                f"{each.method:<14}{each.wape:>9.1f}{each.bias:>9.1f}{each.total_wape:>15.1f}{each.total_bias:>15.1f}"
                f"{each.taken_percent:>10.1f}"
            )
