"""An order as asked for, and its totals."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from erp.kernel.money import round_money

MEANT_FREE = ("override", "free")  # where a line that costs nothing is meant to


@dataclass(frozen=True, slots=True)
class Asked:
    """What the customer asked for, where the line offers something else. `consent`: who agreed to that."""

    item_id: int
    quantity: Decimal
    unit: str = ""
    consent: str = ""


@dataclass(frozen=True, slots=True)
class LineRequest:
    """One wanted line. `quantity` is in `unit` (blank: the item's sell unit); `price` overrides, net per unit.

    A price that another document binds says with `price_source` what kind it is (quote, blanket) and names the
    document as its reason: it was judged there, so no gate judges it again.
    """

    item_id: int
    quantity: Decimal
    unit: str = ""
    price: Decimal | None = None
    price_reason: str = ""
    price_source: str = ""  # what its price counts as; blank: as the order says
    asked: Asked | None = None  # the line offers a substitute for this
    supply: str = ""  # SupplyMethod: where its goods come from; blank: as its item and the house say
    site_id: int | None = None  # its goods leave from there; None: from the order's own site


@dataclass(frozen=True, slots=True)
class OrderRequest:
    """One wanted order, the same from every channel. Blank site and ship-to mean the customer's own."""

    customer_id: int
    lines: list[LineRequest]
    requested_on: date
    channel: str
    ship_to_id: int | None = None
    site_id: int | None = None
    customer_po: str = ""
    note: str = ""
    price_source: str = "override"  # what a line's own price counts as: override, or conversion
    hold_reason: str = ""  # hold the order by hand from the start
    po_repeats: bool = False  # a later part of a document whose PO was taken before
    job: str = ""  # the customer's name of the job it is for: opens what was agreed for that job
    rush: str = ""  # the code by which it is urgent
    coupon: str = ""  # the code that opens a promotion for it
    fees: bool = True  # whether order rules may add fees
    supply: str = ""  # SupplyMethod of the goods on lines that say nothing
    warnings: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Totals:
    """Stamped amounts of a document, in its currency."""

    net: Decimal
    tax: Decimal

    @property
    def gross(self) -> Decimal:
        return self.net + self.tax


def tax_by_rate(
    lines: Iterable[tuple[Decimal, Decimal]], currency: str
) -> dict[Decimal, tuple[Decimal, Decimal]]:
    """{rate percent: (base, tax)} from (net, rate) pairs; tax is rounded once per rate (EN 16931, BR-CO-17)."""
    base: defaultdict[Decimal, Decimal] = defaultdict(Decimal)
    for net, rate in lines:
        base[rate] += net
    return {rate: (amount, round_money(amount * rate / 100, currency)) for rate, amount in base.items()}


def totals(lines: Iterable[tuple[Decimal, Decimal]], currency: str) -> Totals:
    """Net and tax of a document from its lines' (net, rate) pairs."""
    by_rate = tax_by_rate(lines, currency)
    return Totals(
        net=sum((base for base, _ in by_rate.values()), Decimal(0)),
        tax=sum((tax for _, tax in by_rate.values()), Decimal(0)),
    )
