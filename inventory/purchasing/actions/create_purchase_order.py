"""Order goods from a supplier: every line becomes a supply that promises may lean on, or that one demand owns."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import ngettext

from erp.kernel.access import permit
from erp.kernel.batch import Batch, Row
from erp.kernel.command import command
from erp.kernel.errors import BadInput, NotFound
from erp.kernel.quantity import UnitFactor
from inventory.commitments.actions.promise_waiting import promise_waiting
from inventory.commitments.models import Supply
from inventory.purchasing.earmarking import Peg, promise_bought
from inventory.purchasing.errors import PurchaseLineRefused
from inventory.purchasing.models import PurchaseOrder, PurchaseOrderLine

ORDER = permit("inventory.create_purchase_order", "procurement", "process_owner")

FACTS = """
SELECT s.company_id, s.currency, t.id, nextval('inventory_purchaseorder_id_seq')
FROM masterdata_supplier s JOIN masterdata_site t ON t.id = %s::bigint AND t.company_id = s.company_id
WHERE s.id = %s::bigint AND NOT s.is_blocked"""

LINES = """
SELECT l.n, i.id, i.status, u.unit_id, u.numerator, u.denominator, n.decimals, nextval('inventory_supply_id_seq')
FROM unnest(%s::bigint[], %s::text[]) WITH ORDINALITY AS l(item_id, unit, n)
LEFT JOIN masterdata_item i ON i.id = l.item_id AND i.kind = 'stocked'
LEFT JOIN masterdata_itemunit u ON u.item_id = i.id AND u.unit_id = coalesce(nullif(l.unit, ''), i.buy_unit_id)
LEFT JOIN masterdata_unit n ON n.code = u.unit_id ORDER BY l.n"""


@dataclass(frozen=True, slots=True)
class PurchaseLine:
    """Quantity in `unit` (blank: the item's buy unit); `unit_cost` per that unit, company currency.

    `demand_id`: it is bought for that demand alone. `due_on` None: with the order.
    """

    item_id: int
    quantity: Decimal
    unit: str
    unit_cost: Decimal
    demand_id: int | None = None
    due_on: date | None = None


@dataclass(frozen=True, slots=True)
class OrderedGoods:
    """The purchase order and its supplies, in line order."""

    purchase_order_id: int
    number: str
    supply_ids: list[int]


@command("inventory.create_purchase_order")
def create_purchase_order(
    batch: Batch,
    *,
    supplier_id: int,
    site_id: int,
    lines: Sequence[PurchaseLine],
    due_on: date,
    group_id: int | None = None,
) -> OrderedGoods:
    """Order `lines` for a site, due there on `due_on`; who waits for the items is promised from it at once.

    What is bought for one demand is its own and goes to no other. `group_id`: the supplier sends everything straight to
    the customer of that delivery. Raises PurchaseLineRefused for a line that cannot be bought, NotToBuy for a demand
    that does not wait to be bought for.
    """
    if not lines:
        raise BadInput(field="lines", reason="A purchase order needs at least one line.")
    bought_for = [line.demand_id for line in lines if line.demand_id is not None]
    if len(set(bought_for)) < len(bought_for):
        raise BadInput(field="lines", reason="A purchase order buys for an order line once.")
    rows = batch.read(FACTS, site_id, supplier_id)
    if not rows:
        raise NotFound(what="active supplier of the site's company", reference=supplier_id)
    ((company_id, currency, _, order_id),) = rows
    batch.actor.require(ORDER, company=company_id, site=site_id)
    facts = batch.read(LINES, [line.item_id for line in lines], [line.unit for line in lines])
    quantities = [_stock_quantity(line, row) for line, row in zip(lines, facts, strict=True)]
    number = f"PO-{order_id}"
    supply_ids = [row[7] for row in facts]
    batch.insert(
        PurchaseOrder,
        id=order_id,
        number=number,
        company=company_id,
        site=site_id,
        supplier=supplier_id,
        group=group_id,
        currency=currency,
        ordered_at=batch.now,
        ordered_by=batch.actor.name,
    )
    batch.insert(
        Supply,
        id=supply_ids,
        item=[line.item_id for line in lines],
        site=site_id,
        document=number,
        expected=quantities,
        received=0,
        cancelled=0,
        committed=0,
        due_on=[line.due_on or due_on for line in lines],
        is_drop=group_id is not None,
    )
    batch.insert(
        PurchaseOrderLine,
        order=order_id,
        line=list(range(1, len(lines) + 1)),
        item=[line.item_id for line in lines],
        supply=supply_ids,
        quantity=[line.quantity for line in lines],
        unit=[row[3] for row in facts],
        unit_cost=[line.unit_cost for line in lines],
        demand=[line.demand_id for line in lines],
    )
    pegs = [
        Peg(place, line.demand_id, line.item_id, supply_id, quantity, line.due_on or due_on)
        for place, (line, supply_id, quantity) in enumerate(
            zip(lines, supply_ids, quantities, strict=True), 1
        )
        if line.demand_id is not None or group_id is not None
    ]
    items = [line.item_id for line in lines]
    if pegs:
        promises = promise_bought(batch, site_id=site_id, group_id=group_id, pegs=pegs, item_ids=items)
    else:
        promises = promise_waiting(batch, site_id=site_id, item_ids=items)
    if promises:
        batch.decide(
            "inventory.create_purchase_order",
            PurchaseOrder,
            order_id,
            {"sentence": _said(promises), "promises": promises, "due_on": due_on},
        )
    return OrderedGoods(order_id, number, supply_ids)


def _said(promises: Sequence[dict[str, Any]]) -> str:
    count = len(promises)
    text = ngettext("%(n)s line that waited leans on it.", "%(n)s lines that waited lean on it.", count)
    return text % {"n": count}


def _stock_quantity(line: PurchaseLine, row: Row) -> Decimal:
    place, item_id, status, unit, numerator, denominator, decimals, _ = row
    if item_id is None:
        raise PurchaseLineRefused(line=place, reason=f"there is no stocked item {line.item_id}.")
    if status == "blocked":
        raise PurchaseLineRefused(line=place, reason="the item is blocked.")
    if unit is None:
        raise PurchaseLineRefused(line=place, reason=f"the item has no unit {line.unit}.")
    if line.quantity <= 0 or line.unit_cost < 0:
        raise PurchaseLineRefused(
            line=place, reason="the quantity must be above zero and the cost not negative."
        )
    return UnitFactor(unit, numerator, denominator, decimals).to_stock(line.quantity)
