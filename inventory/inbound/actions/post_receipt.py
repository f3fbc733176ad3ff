"""Receive goods against a purchase order: stock, its value, and the backorders that waited for it, in one go."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from erp.kernel.access import permit
from erp.kernel.batch import Batch, Row
from erp.kernel.command import command
from erp.kernel.errors import BadInput, NotFound
from erp.kernel.quantity import sum_by
from inventory.commitments.actions.write_promises import remember, write_promises
from inventory.commitments.models import PromiseEvent
from inventory.commitments.queries import lock_open_supply, lock_waiting, quotas_of
from inventory.commitments.rules import Coming, Standing, arrive, replan
from inventory.inbound.errors import ReceiptRefused
from inventory.inbound.events import GoodsReceived, GoodsTakenIn
from inventory.inbound.models import Receipt, ReceiptLine
from inventory.purchasing.events import SuppliesReceived, SupplyReceived
from inventory.stock.actions.post_increase import Increase, Source, post_increase
from inventory.stock.models import Status, StockPosting
from inventory.stock.reads import StockRow, lock_balances, lock_site_stock
from masterdata.places.rules import earliest_ship_date

RECEIVE = permit("inventory.post_receipt", "warehouse", "procurement")

ORDER = """
SELECT p.number, p.company_id, p.site_id, c.currency, (%s::timestamptz AT TIME ZONE s.time_zone), s.cut_off,
    s.ship_days, s.working_days, (SELECT array_agg(h.on) FROM masterdata_holiday h WHERE h.site_id = s.id),
    nextval('inventory_receipt_id_seq'), p.group_id IS NOT NULL
FROM inventory_purchaseorder p JOIN masterdata_company c ON c.id = p.company_id
JOIN masterdata_site s ON s.id = p.site_id WHERE p.id = %s::bigint FOR NO KEY UPDATE OF p"""

# Value per stock unit is the ordered cost per buy unit over the stock units in it. Only what arrived is locked: a
# supply is behind its item's site stock, and that of the order's other items is not held.
SUPPLIES = """
SELECT s.id, s.item_id, s.expected - s.received - s.cancelled, l.line, l.unit_cost * l.quantity / s.expected,
    i.lot_tracked
FROM inventory_supply s JOIN inventory_purchaseorderline l ON l.supply_id = s.id
JOIN masterdata_item i ON i.id = s.item_id
WHERE l.order_id = %s::bigint AND s.id = ANY(%s::bigint[]) ORDER BY s.id FOR NO KEY UPDATE OF s"""

# The item of each supply, which of the bins goods may be taken into, and which lots have expired.
ITEMS_AND_BINS = """
SELECT 'item', s.id, s.item_id FROM inventory_supply s WHERE s.id = ANY(%s::bigint[])
UNION ALL
SELECT 'bin', b.id, NULL FROM masterdata_bin b
WHERE b.id = ANY(%s::bigint[]) AND b.site_id = %s::bigint AND b.is_active
    AND b.kind IN ('pick', 'reserve', 'receiving')
UNION ALL
SELECT 'expired', t.id, NULL FROM inventory_lot t WHERE t.id = ANY(%s::bigint[]) AND t.expires_on <= %s::date"""


@dataclass(frozen=True, slots=True)
class ReceiptLineRequest:
    """What arrived of one supply, in the stock unit, and where it was put; lot-tracked items name their lot."""

    supply_id: int
    quantity: Decimal
    bin_id: int
    lot_id: int | None = None


@dataclass(frozen=True, slots=True)
class Received:
    """The receipt, and how many backorders got stock from it."""

    receipt_id: int
    number: str
    backorders_served: int


@command("inventory.post_receipt")
def post_receipt(
    batch: Batch, *, purchase_order_id: int, lines: Sequence[ReceiptLineRequest], delivery_note: str = ""
) -> Received:
    """Take goods in at the ordered cost and give them to those who wait, highest priority and oldest date first.

    What was bought for one demand goes to it alone. Raises ReceiptRefused for more than is still expected, for a line
    of another order, a missing or an expired lot, or what its supplier sends to the customer.
    """
    if not lines:
        raise BadInput(field="lines", reason="A receipt needs at least one line.")
    rows = batch.read(ORDER, batch.now, purchase_order_id)
    if not rows:
        raise NotFound(what="purchase order", reference=purchase_order_id)
    (
        (
            _,
            company_id,
            site_id,
            currency,
            clock,
            cut_off,
            ship_days,
            working_days,
            holidays,
            receipt_id,
            is_drop,
        ),
    ) = rows
    batch.actor.require(RECEIVE, company=company_id, site=site_id)
    if is_drop:
        raise ReceiptRefused(
            line=1, reason="its supplier sends it to the customer. Confirm the drop shipment instead."
        )
    found = batch.read(
        ITEMS_AND_BINS,
        [line.supply_id for line in lines],
        [line.bin_id for line in lines],
        site_id,
        [line.lot_id for line in lines if line.lot_id],
        clock.date(),
    )
    items = {row_id: item_id for kind, row_id, item_id in found if kind == "item"}
    _refuse_wrong_bins(lines, {row_id for kind, row_id, _ in found if kind == "bin"})
    _refuse_expired(lines, {row_id for kind, row_id, _ in found if kind == "expired"})
    accounting_on, stock = lock_site_stock(
        batch,
        company_id=company_id,
        site_id=site_id,
        item_ids=list(items.values()),
        effective_at=batch.now,
        ensure=True,
    )
    waiting = lock_waiting(batch, site_id=site_id, item_ids=list(stock))
    supplies = {
        row[0]: row for row in batch.read(SUPPLIES, purchase_order_id, [line.supply_id for line in lines])
    }
    _refuse_wrong(lines, supplies)
    coming = lock_open_supply(batch, site_id=site_id, item_ids=list(stock))

    places = [(items[line.supply_id], line.bin_id, line.lot_id, Status.AVAILABLE.value) for line in lines]
    balance_ids = lock_balances(batch, site_id=site_id, places=places)
    values = [
        (line.quantity * supplies[line.supply_id][4]).quantize(Decimal("0.01"), rounding=ROUND_HALF_UP)
        for line in lines
    ]
    number = f"RC-{receipt_id}"
    _write_receipt(
        batch, receipt_id, number, company_id, site_id, purchase_order_id, delivery_note, lines, items, values
    )
    post_increase(
        batch,
        source=Source(
            kind=StockPosting.Kind.RECEIPT.value,
            company_id=company_id,
            site_id=site_id,
            currency=currency,
            document="inventory.receipt",
            document_id=receipt_id,
            accounting_on=accounting_on,
        ),
        increases=[
            Increase(place, line.quantity, value)
            for place, line, value in zip(places, lines, values, strict=True)
        ],
        stock=stock,
        balance_ids=balance_ids,
    )
    batch.announce(
        SuppliesReceived(
            purchase_order_id,
            [
                SupplyReceived(line.supply_id, line.quantity, value)
                for line, value in zip(lines, values, strict=True)
            ],
        )
    )
    arrived = sum_by((line.supply_id, line.quantity) for line in lines)
    free = {item_id: row.available - row.reserved for item_id, row in stock.items()}
    for line in lines:
        free[items[line.supply_id]] += line.quantity
    ships_on = _ships_on(clock, cut_off, ship_days, working_days, holidays)
    served, promises = _serve(batch, site_id, waiting, arrived, items, free, coming, stock, ships_on)
    batch.decide(
        "inventory.post_receipt",
        Receipt,
        receipt_id,
        {"promises": promises, "ships_on": ships_on},
    )
    batch.announce(
        GoodsTakenIn(
            company_id=company_id,
            site_id=site_id,
            source="inventory.receipt",
            source_id=receipt_id,
            document=number,
            places=places,
            quantities=[line.quantity for line in lines],
        )
    )
    batch.publish(GoodsReceived(receipt_id=receipt_id))
    return Received(receipt_id, number, served)


def _serve(
    batch: Batch,
    site_id: int,
    waiting: Sequence[Standing],
    arrived: dict[int, Decimal],
    items: dict[int, int],
    free: dict[int, Decimal],
    coming: dict[int, list[Coming]],
    stock: dict[int, StockRow],
    ships_on: date,
) -> tuple[int, list[dict[str, Any]]]:
    """Give what arrived to those who wait; how many got some of it, and what changed, for the why-record."""
    quotas = quotas_of(batch, site_id=site_id, item_ids=list(stock))
    before = remember(waiting)
    for supply_id, left in arrive(waiting, arrived=arrived, ships_on=ships_on).items():
        free[items[supply_id]] -= arrived[supply_id] - left
        for supply in coming.get(items[supply_id], ()):
            if supply.supply_id == supply_id:
                supply.free -= left
    replan(waiting, free=free, coming=coming, ships_on=ships_on, quotas=quotas)
    served = sum(demand.reserved > before[demand.demand_id].reserved for demand in waiting)
    return served, write_promises(
        batch,
        waiting,
        before,
        cause=PromiseEvent.Cause.RECEIPT,
        stock_ids={item_id: row.id for item_id, row in stock.items()},
        received=arrived,
    )


def _refuse_wrong(lines: Sequence[ReceiptLineRequest], supplies: dict[int, Row]) -> None:
    left = {supply_id: row[2] for supply_id, row in supplies.items()}
    for place, line in enumerate(lines, 1):
        if line.supply_id not in supplies:
            raise ReceiptRefused(line=place, reason="it belongs to another purchase order.")
        if line.quantity <= 0:
            raise ReceiptRefused(line=place, reason="the quantity must be above zero.")
        left[line.supply_id] -= line.quantity
        if left[line.supply_id] < 0:
            raise ReceiptRefused(
                line=place,
                reason=f"{line.quantity} is more than the {supplies[line.supply_id][2]} still expected. "
                "Receive what was ordered and ask the buyer about the rest.",
            )
        if supplies[line.supply_id][5] and line.lot_id is None:
            raise ReceiptRefused(line=place, reason="the item is kept by lot; name the lot.")


def _refuse_wrong_bins(lines: Sequence[ReceiptLineRequest], usable: set[int]) -> None:
    for place, line in enumerate(lines, 1):
        if line.bin_id not in usable:
            raise ReceiptRefused(
                line=place, reason="the bin is not one of this site that goods are taken into."
            )


def _refuse_expired(lines: Sequence[ReceiptLineRequest], expired: set[int]) -> None:
    for place, line in enumerate(lines, 1):
        if line.lot_id in expired:
            raise ReceiptRefused(line=place, reason="its lot has expired. Leave it with the carrier.")


def _write_receipt(
    batch: Batch,
    receipt_id: int,
    number: str,
    company_id: int,
    site_id: int,
    purchase_order_id: int,
    delivery_note: str,
    lines: Sequence[ReceiptLineRequest],
    items: dict[int, int],
    values: Sequence[Decimal],
) -> None:
    batch.insert(
        Receipt,
        id=receipt_id,
        number=number,
        company=company_id,
        site=site_id,
        purchase_order=purchase_order_id,
        delivery_note=delivery_note,
        received_at=batch.now,
        received_by=batch.actor.name,
    )
    batch.insert(
        ReceiptLine,
        receipt=receipt_id,
        supply=[line.supply_id for line in lines],
        item=[items[line.supply_id] for line in lines],
        bin=[line.bin_id for line in lines],
        lot=[line.lot_id for line in lines],
        quantity=[line.quantity for line in lines],
        value=list(values),
    )


def _ships_on(
    clock: datetime, cut_off: time, ship_days: int, working_days: str, holidays: list[date] | None
) -> date:
    return earliest_ship_date(
        at=clock,
        cut_off=cut_off,
        ship_days=ship_days,
        working_days=working_days,
        holidays=frozenset(holidays or ()),
    )
