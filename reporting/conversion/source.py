"""Online Retail II as its wholesaler exported it: read, and every line sorted into goods sold or parked with a reason.

The file's dirt is described beside it (UCI Machine Learning Repository, DOI 10.24432/C5CG6D).
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

GOODS = re.compile(r"^(\d{5}|DCGS)", re.IGNORECASE)

PARKED = {
    "cancellation": "Credit notes and cancellations (invoice C…): they do not name what they cancel",
    "bad_debt": "Bad-debt adjustments (invoice A…)",
    "service": "Carriage, manual entries, vouchers, fees, tests: not goods",
    "write_off": "Negative quantity outside a credit note: stock write-offs",
    "zero_price": "Price of zero",
}


@dataclass(frozen=True, slots=True)
class Sale:
    """One sold line; `item` in upper case, since 151 codes come in both."""

    invoice: str
    at: datetime  # UK local time
    item: str
    description: str
    quantity: int
    price: Decimal
    customer: int | None
    country: str

    @property
    def value(self) -> Decimal:
        return self.quantity * self.price


@dataclass(slots=True)
class Sorted:
    """What was read: sales in source order, and count and value of what was parked by reason."""

    read: int = 0
    sales: list[Sale] = field(default_factory=list)
    parked: dict[str, tuple[int, Decimal]] = field(default_factory=dict)

    @property
    def value(self) -> Decimal:
        return sum((sale.value for sale in self.sales), Decimal(0))


def read_rows(path: Path, *, start: date, end: date) -> Iterator[dict[str, Any]]:
    """Rows of the file with a time stamp from `start` to before `end`, in source order."""
    import pyarrow.compute as pc
    import pyarrow.parquet as pq

    table = pq.read_table(path)
    stamps = table["invoice_ts"]
    wanted = pc.and_(
        pc.greater_equal(stamps, datetime.combine(start, datetime.min.time())),
        pc.less(stamps, datetime.combine(end, datetime.min.time())),
    )
    yield from table.filter(wanted).sort_by("line_no").to_pylist()


def reason_to_park(row: dict[str, Any]) -> str:
    """Why a row is not a goods sale at a positive price; empty when it is one."""
    if row["invoice"].startswith("C"):
        return "cancellation"
    if row["invoice"].startswith("A"):
        return "bad_debt"
    if not GOODS.match(row["stock_code"]):
        return "service"
    if row["quantity"] <= 0:
        return "write_off"
    if row["unit_price"] <= 0:
        return "zero_price"
    return ""


def sort_rows(rows: Iterable[dict[str, Any]]) -> Sorted:
    """Every row as a sale, or counted under its reason. An invoice with two time stamps keeps its first."""
    found = Sorted()
    counts: Counter[str] = Counter()
    values: defaultdict[str, Decimal] = defaultdict(Decimal)
    first_at: dict[str, datetime] = {}
    for row in rows:
        found.read += 1
        if reason := reason_to_park(row):
            counts[reason] += 1
            values[reason] += row["quantity"] * row["unit_price"]
            continue
        found.sales.append(
            Sale(
                invoice=row["invoice"],
                at=first_at.setdefault(row["invoice"], row["invoice_ts"]),
                item=row["stock_code"].upper(),
                description=" ".join((row["description"] or "").split()),
                quantity=row["quantity"],
                price=row["unit_price"],
                customer=row["customer_id"],
                country=row["country"],
            )
        )
    found.parked = {reason: (counts[reason], values[reason]) for reason in PARKED if counts[reason]}
    return found
