"""What is clean enough to be charged, and for how much. No database, no clock."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from functools import cached_property

from erp.kernel.money import round_money
from orders.entry.rules import MEANT_FREE, tax_by_rate

ZERO = Decimal(0)
QUANTITY_STEP = Decimal("0.000001")


@dataclass(frozen=True, slots=True)
class Chargeable:
    """One billable with what its order line says. Quantities in the stock unit unless named otherwise."""

    billable_id: int
    shipment_id: int
    order_id: int
    order_line_id: int
    item_id: int
    class_id: int
    description: str
    quantity: Decimal
    cost: Decimal
    billed_before: Decimal  # of the order line, by other billables
    net_before: Decimal  # what those were charged
    line_quantity: Decimal  # ordered and not cancelled, in `unit`
    line_stock_quantity: Decimal  # the same in the stock unit
    unit: str
    unit_price: Decimal
    line_net: Decimal
    price_source: str
    tax_code_id: int | None
    tax_rate: Decimal
    new_price: Decimal | None  # per `unit`: a price recorded after the order, valid when the goods left


@dataclass(frozen=True, slots=True)
class Case:
    """One shipment to charge, with what its customer and order bring."""

    shipment_id: int
    shipment_number: str
    company_id: int
    site_id: int
    order_id: int
    customer_id: int
    bill_to_id: int
    party_id: int  # of the payer
    customer_po: str
    po_required: bool
    is_blocked: bool
    currency: str
    terms_days: int
    earned_at: str
    accepted: frozenset[str]  # exception kinds that someone decided to bill as they are
    lines: Sequence[Chargeable]
    undelivered_since: datetime | None = (
        None  # billed on delivery, and nobody has told of it: when the goods left
    )


@dataclass(frozen=True, slots=True)
class Problem:
    """A rule that stops a case: the exception's kind, one sentence with figures, the money in question."""

    kind: str
    detail: str
    variance: Decimal = ZERO


@dataclass(frozen=True, slots=True)
class ChargedLine:
    """One line of an invoice; quantity in the order line's unit."""

    source: Chargeable
    quantity: Decimal
    net: Decimal


@dataclass(frozen=True)
class Charge:
    """A clean case as an invoice: amounts in its currency, {rate: (base, tax)}."""

    case: Case
    lines: list[ChargedLine]
    taxes: dict[Decimal, tuple[Decimal, Decimal]]

    @cached_property
    def net(self) -> Decimal:
        return sum((base for base, _ in self.taxes.values()), ZERO)

    @cached_property
    def tax(self) -> Decimal:
        return sum((tax for _, tax in self.taxes.values()), ZERO)

    @property
    def gross(self) -> Decimal:
        return self.net + self.tax


def awaits_delivery(case: Case, now: datetime, patience: timedelta) -> bool:
    """Whether the goods may well be under way still: nothing to charge yet, and nothing to ask for (BI01)."""
    return (
        case.undelivered_since is not None
        and "pod_missing" not in case.accepted
        and now - case.undelivered_since < patience
    )


def problems(case: Case) -> list[Problem]:
    """Every rule the case breaks and nobody has accepted (BI02)."""
    found = []
    if case.undelivered_since is not None:
        found.append(
            Problem(
                "pod_missing",
                f"Billed on delivery; left on {case.undelivered_since:%-d %b %Y}, and no proof of delivery since.",
            )
        )
    if case.is_blocked:
        found.append(Problem("blocked", "The customer is blocked for billing."))
    if case.po_required and not case.customer_po:
        found.append(Problem("po_missing", "The customer requires a purchase order number on every invoice."))
    free = [
        line.description for line in case.lines if not line.unit_price and line.price_source not in MEANT_FREE
    ]
    if free:
        found.append(Problem("zero_price", f"No price on {len(free)} of {len(case.lines)} lines: {free[0]}."))
    untaxed = [line.description for line in case.lines if line.tax_code_id is None]
    if untaxed:
        found.append(
            Problem("tax_missing", f"No tax code on {len(untaxed)} of {len(case.lines)} lines: {untaxed[0]}.")
        )
    changed = [
        line for line in case.lines if line.new_price is not None and line.new_price != line.unit_price
    ]
    if changed:
        variance = sum((_difference(line, case.currency) for line in changed), ZERO)
        first = changed[0]
        found.append(
            Problem(
                "price_changed",
                f"{first.description}: ordered at {first.unit_price.normalize():f}, "
                f"now {first.new_price.normalize() if first.new_price is not None else 0:f} per {first.unit}"
                + (f", and {len(changed) - 1} more" if len(changed) > 1 else "")
                + ".",
                variance,
            )
        )
    return [problem for problem in found if problem.kind not in case.accepted]


def charge(case: Case) -> Charge:
    """The invoice of a case. Each line takes its share of what its order line still has to bring, so that the
    last delivery closes the order line to the cent, a price corrected half-way included (20).
    """
    billed: defaultdict[int, Decimal] = defaultdict(Decimal)
    charged: defaultdict[int, Decimal] = defaultdict(Decimal)
    lines = []
    for line in case.lines:
        left = line.line_stock_quantity - line.billed_before - billed[line.order_line_id]
        due = line.line_net - line.net_before - charged[line.order_line_id]
        net = due if line.quantity >= left else round_money(due * line.quantity / left, case.currency)
        billed[line.order_line_id] += line.quantity
        charged[line.order_line_id] += net
        quantity = (line.quantity * line.line_quantity / line.line_stock_quantity).quantize(
            QUANTITY_STEP, rounding=ROUND_HALF_UP
        )
        lines.append(ChargedLine(line, quantity, net))
    taxes = tax_by_rate([(line.net, line.source.tax_rate) for line in lines], case.currency)
    return Charge(case, lines, taxes)


def _difference(line: Chargeable, currency: str) -> Decimal:
    quantity = line.quantity * line.line_quantity / line.line_stock_quantity
    return round_money(((line.new_price or ZERO) - line.unit_price) * quantity, currency)
