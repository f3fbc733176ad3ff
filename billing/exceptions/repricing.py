"""New prices and tax codes on lines that have shipped: what is charged already stays, the rest is priced anew."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from billing.exceptions.reads import LINES
from erp.kernel.batch import Batch
from erp.kernel.money import round_money
from orders.credit.exposure import move_payers
from orders.entry.models import OrderLine, SalesOrder
from orders.entry.rules import totals


@dataclass(frozen=True, slots=True)
class PricedOrderLine:
    """An order line with what of it has been charged, and its order's figures. Stock quantities unless named."""

    id: int
    order_id: int
    line: int
    quantity: Decimal  # ordered and not cancelled, in the line's unit
    unit_price: Decimal
    net: Decimal
    tax_rate: Decimal
    tax_code_id: int | None
    stock_quantity: Decimal
    price_source: str
    billed: Decimal
    billed_net: Decimal
    currency: str
    order_net: Decimal
    order_tax: Decimal
    open_net: Decimal
    open_gross: Decimal
    payer_id: int | None  # None: the order waits for credit and does not count

    def at_price(self, price: Decimal) -> "PricedOrderLine":
        """The line with what is not charged yet at another price per unit."""
        left = self.quantity * (self.stock_quantity - self.billed) / self.stock_quantity
        net = self.billed_net + round_money(price * left, self.currency)
        return replace(self, unit_price=price, net=net, price_source=OrderLine.PriceSource.OVERRIDE.value)


def lock_lines(batch: Batch, order_ids: Iterable[int]) -> dict[int, PricedOrderLine]:
    """Every line of the orders by id, locked; the orders are locked before."""
    return {row[0]: PricedOrderLine(*row) for row in batch.read(LINES, sorted(set(order_ids)))}


def reprice(
    batch: Batch,
    before: Mapping[int, PricedOrderLine],
    changed: Sequence[PricedOrderLine],
    reason: str,
) -> dict[int, dict[str, Any]]:
    """Write changed lines, their orders' totals and open figures, and the difference in exposure.

    Returns {order id: what changed}, for the why-record.
    """
    if not changed:
        return {}
    batch.update(
        OrderLine,
        [line.id for line in changed],
        unit_price=[line.unit_price for line in changed],
        net=[line.net for line in changed],
        price_source=[line.price_source for line in changed],
        price_reason=reason[:120],
        tax_code=[line.tax_code_id for line in changed],
        tax_rate_percent=[line.tax_rate for line in changed],
        add={"version": 1},
    )
    after = {**before, **{line.id: line for line in changed}}
    touched = sorted({line.order_id for line in changed})
    by_order: defaultdict[int, list[PricedOrderLine]] = defaultdict(list)
    for line in after.values():
        by_order[line.order_id].append(line)
    first = {order_id: by_order[order_id][0] for order_id in touched}
    total = {
        order_id: totals([(line.net, line.tax_rate) for line in by_order[order_id]], first[order_id].currency)
        for order_id in touched
    }
    net = {order_id: total[order_id].net - first[order_id].order_net for order_id in touched}
    gross = {
        order_id: net[order_id] + total[order_id].tax - first[order_id].order_tax for order_id in touched
    }
    batch.update(
        SalesOrder,
        touched,
        net=[total[order_id].net for order_id in touched],
        tax=[total[order_id].tax for order_id in touched],
        gross=[total[order_id].gross for order_id in touched],
        open_net=[first[order_id].open_net + net[order_id] for order_id in touched],
        open_gross=[first[order_id].open_gross + gross[order_id] for order_id in touched],
        add={"version": 1},
    )
    exposure: defaultdict[int, Decimal] = defaultdict(Decimal)
    for order_id in touched:
        payer_id = first[order_id].payer_id
        if payer_id is not None:
            exposure[payer_id] += gross[order_id]
    move_payers(batch, exposure)
    return {
        order_id: {
            "lines": [
                [line.line, before[line.id].unit_price, line.unit_price, before[line.id].net, line.net]
                for line in changed
                if line.order_id == order_id
            ],
            "net": net[order_id],
            "gross": gross[order_id],
        }
        for order_id in touched
    }
