"""Locking reads of returns: the return, its lines, then what they come from (design.md 15)."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from erp.kernel.batch import Batch
from erp.kernel.errors import NotFound
from erp.kernel.quantity import sum_by
from inventory.outbound.models import ShipmentLine

from .errors import WrongReturnState
from .models import CustomerReturn, ReturnLine
from .rules import Progress, kits_until, standing

State = CustomerReturn.State

ORDER = """
SELECT o.id, o.number, o.company_id, o.site_id, o.customer_id, o.currency,
    (%s::timestamptz AT TIME ZONE c.time_zone)::date, nextval('orders_customerreturn_id_seq'),
    EXISTS (SELECT FROM orders_orderline l JOIN orders_freegoods f ON f.line_id = l.id WHERE l.order_id = o.id)
FROM orders_salesorder o JOIN masterdata_company c ON c.id = o.company_id WHERE o.id = %s::bigint"""

# Shipments before their lines, as the verbs of the warehouse do. What was returned is read behind the locks.
SHIPPED = """
WITH shipment AS MATERIALIZED (
    SELECT s.id, s.number, s.state, s.shipped_at, s.site_id, s.carrier_service, s.tracking_number
    FROM inventory_shipment s
    WHERE s.id = ANY(ARRAY(SELECT l.shipment_id FROM inventory_shipmentline l WHERE l.id = ANY(%s::bigint[])))
    ORDER BY s.id FOR NO KEY UPDATE),
line AS MATERIALIZED (
    SELECT l.id, l.shipment_id, l.demand_id, l.item_id, l.shipped, l.returned FROM inventory_shipmentline l
    WHERE l.id = ANY(%s::bigint[]) AND (SELECT count(*) FROM shipment) >= 0 ORDER BY l.id FOR NO KEY UPDATE)
SELECT l.id, s.number, s.state, (s.shipped_at AT TIME ZONE c.time_zone)::date, s.site_id, s.carrier_service,
    s.tracking_number, l.shipped, l.returned, l.item_id, i.code, i.lot_tracked, i.stock_unit_id, u.decimals, ol.id,
    ol.order_id, ol.net, ol.stock_quantity * (ol.quantity - ol.cancelled_quantity) / ol.quantity,
    CASE WHEN ld.role = 'component' THEN (SELECT kit.code FROM masterdata_item kit WHERE kit.id = ol.item_id) END
FROM line l JOIN shipment s ON s.id = l.shipment_id
JOIN orders_linedemand ld ON ld.demand_id = l.demand_id JOIN orders_orderline ol ON ol.id = ld.line_id
JOIN orders_salesorder o ON o.id = ol.order_id JOIN masterdata_company c ON c.id = o.company_id
JOIN masterdata_item i ON i.id = l.item_id JOIN masterdata_unit u ON u.code = i.stock_unit_id"""

# What left of each line by lot with its value, and what of it was asked back and has come back before.
LEFT_BY_LOT = """
SELECT e.line_id, e.lot_id, -sum(e.quantity), -sum(e.value),
    coalesce((SELECT sum(r.quantity - r.cancelled) FROM orders_returnline r
        WHERE r.shipment_line_id = e.line_id AND r.lot_id IS NOT DISTINCT FROM e.lot_id), 0),
    coalesce((SELECT sum(k.quantity) FROM orders_returnreceipt k JOIN orders_returnline r ON r.id = k.line_id
        WHERE r.shipment_line_id = e.line_id AND r.lot_id IS NOT DISTINCT FROM e.lot_id), 0),
    coalesce((SELECT sum(k.value) FROM orders_returnreceipt k JOIN orders_returnline r ON r.id = k.line_id
        WHERE r.shipment_line_id = e.line_id AND r.lot_id IS NOT DISTINCT FROM e.lot_id), 0)
FROM inventory_stockposting p JOIN inventory_stockentry e ON e.posting_id = p.id
WHERE p.source = 'inventory.shipment' AND p.kind IN ('issue', 'drop') AND e.line_id = ANY(%s::bigint[])
  AND p.source_id = ANY(ARRAY(SELECT l.shipment_id FROM inventory_shipmentline l WHERE l.id = ANY(%s::bigint[])))
GROUP BY e.line_id, e.lot_id"""

# What of kits has shipped: by line and component, how much of it is in one kit and the shipment lines it left with.
KIT_PARTS = """
SELECT ld.line_id, d.id, d.per_kit, l.id FROM orders_linedemand ld JOIN orders_orderline ol ON ol.id = ld.line_id
JOIN inventory_demand d ON d.id = ld.demand_id LEFT JOIN inventory_shipmentline l ON l.demand_id = d.id
    AND (SELECT s.state FROM inventory_shipment s WHERE s.id = l.shipment_id) = 'shipped'
WHERE ld.line_id = ANY(%s::bigint[]) AND ld.role = 'component' AND ol.order_id = %s::bigint
ORDER BY ld.line_id, d.id, l.id"""

RETURN = """
SELECT r.id, r.number, r.state, r.company_id, r.site_id, r.customer_id, r.order_id, r.replacement_id, r.exceeds,
    r.requested_by, c.currency, r.currency, r.net, r.received_at
FROM orders_customerreturn r JOIN masterdata_company c ON c.id = r.company_id
WHERE r.id = %s::bigint FOR NO KEY UPDATE OF r"""

LINES = """
SELECT l.id, l.shipment_line_id, l.order_line_id, l.item_id, l.lot_id, l.quantity, l.cancelled, l.received, l.disposed,
    l.creditable, l.credited, l.excess, l.net, i.stock_unit_id, u.decimals, l.kits, i.code, kit.code, l.reason
FROM orders_returnline l JOIN masterdata_item i ON i.id = l.item_id JOIN masterdata_unit u ON u.code = i.stock_unit_id
JOIN orders_orderline ol ON ol.id = l.order_line_id JOIN masterdata_item kit ON kit.id = ol.item_id
WHERE l.rma_id = %s::bigint ORDER BY l.line FOR NO KEY UPDATE OF l"""

LOCK_SHIPPED_LINES = """
SELECT l.id, l.shipped, l.returned FROM inventory_shipmentline l WHERE l.id = ANY(%s::bigint[])
ORDER BY l.id FOR NO KEY UPDATE"""

RECEIPTS = """
SELECT k.id, k.line_id, k.bin_id, k.lot_id, k.quantity, k.disposed,
    EXISTS (SELECT FROM inventory_lot t JOIN masterdata_bin b ON b.id = k.bin_id
        JOIN masterdata_site s ON s.id = b.site_id
        WHERE t.id = k.lot_id AND t.expires_on <= (%s::timestamptz AT TIME ZONE s.time_zone)::date)
FROM orders_returnreceipt k WHERE k.rma_id = %s::bigint ORDER BY k.id FOR NO KEY UPDATE"""

BINS = """
SELECT b.id, b.kind IN ('pick', 'reserve', 'receiving') FROM masterdata_bin b
WHERE b.id = ANY(%s::bigint[]) AND b.site_id = %s::bigint AND b.is_active
  AND b.kind IN ('pick', 'reserve', 'receiving', 'hold')"""


@dataclass(frozen=True, slots=True)
class LockedReturn:
    """A return's header, locked; `currency` is its company's, `paid_in` the order's, of `net`."""

    id: int
    number: str
    state: str
    company_id: int
    site_id: int
    customer_id: int
    order_id: int
    replacement_id: int | None
    exceeds: str
    requested_by: str
    currency: str
    paid_in: str
    net: Decimal
    received_at: object

    def refuse_unless(self, *states: State, remedy: str) -> None:
        """Raise WrongReturnState when the return is in none of these states."""
        if self.state not in states:
            raise WrongReturnState(number=self.number, state=State(self.state).label.lower(), remedy=remedy)


@dataclass(slots=True)
class LockedLine:
    """A return's line, locked; its counters change as the verb goes."""

    id: int
    shipment_line_id: int
    order_line_id: int
    item_id: int
    lot_id: int | None
    quantity: Decimal
    cancelled: Decimal
    received: Decimal
    disposed: Decimal
    creditable: Decimal
    credited: Decimal
    excess: Decimal
    net: Decimal
    unit: str  # the stock unit, and how fine it is counted
    decimals: int
    kits: Decimal | None  # of a component: the kits that `quantity` stands for
    code: str
    sold_as: str  # what the order line sold: the item, or the kit that it is in
    reason: str

    @property
    def expected(self) -> Decimal:
        return self.quantity - self.cancelled - self.received

    def charged(self, quantity: Decimal, before: Decimal) -> Decimal:
        """`quantity` in what the customer was charged for, behind `before` of it: kits for a component."""
        if self.kits is None:
            return quantity
        after = kits_until(kits=self.kits, part=before + quantity, whole=self.quantity)
        return after - kits_until(kits=self.kits, part=before, whole=self.quantity)

    @property
    def progress(self) -> Progress:
        return Progress(
            self.quantity,
            self.cancelled,
            self.received,
            self.disposed,
            self.creditable,
            self.credited,
            self.excess,
        )


def lock_return(batch: Batch, return_id: int) -> LockedReturn:
    """The return, locked. Raises NotFound."""
    rows = batch.read(RETURN, return_id)
    if not rows:
        raise NotFound(what="return", reference=return_id)
    return LockedReturn(*rows[0])


def lock_lines(batch: Batch, return_id: int) -> dict[int, LockedLine]:
    """The return's lines by id in their order, locked."""
    return {row[0]: LockedLine(*row) for row in batch.read(LINES, return_id)}


def write_standing(batch: Batch, rma: LockedReturn, lines: Sequence[LockedLine], **columns: Any) -> str:
    """Set the state that the lines have come to, and with the last of them close the return. Answers the state."""
    state = standing(line.progress for line in lines)
    if state == State.CLOSED:
        columns = {**columns, "closed_at": batch.now, "closed_by": batch.actor.name}
    batch.update(CustomerReturn, [rma.id], state=state, **columns)
    return state


def release_rest(batch: Batch, lines: Sequence[LockedLine]) -> None:
    """What has not come will not come: the lines let go of it, and it may be asked back again."""
    open_lines = [line for line in lines if line.expected]
    rest = [line.expected for line in open_lines]
    shipped = sum_by((line.shipment_line_id, -line.expected) for line in open_lines)
    batch.write(LOCK_SHIPPED_LINES, sorted(shipped))
    batch.update(ShipmentLine, list(shipped), add={"returned": list(shipped.values())})
    batch.update(ReturnLine, [line.id for line in open_lines], add={"cancelled": rest})
    for line, quantity in zip(open_lines, rest, strict=True):
        line.cancelled += quantity
