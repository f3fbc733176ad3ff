"""What left may be charged; what may be charged is charged after the commit."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime

from billing.invoicing.actions.credit_return import credit_return
from billing.invoicing.actions.invoice_shipments import invoice_shipments
from billing.invoicing.documents import store_pdf
from billing.invoicing.events import InvoicePosted
from billing.invoicing.models import Billable, Invoice
from erp.kernel.batch import Batch
from erp.kernel.events import Refusal, inline, on
from inventory.outbound.events import GoodsReturned, GoodsShipped, ShipmentConfirmed
from inventory.outbound.guards import reverse_guard
from orders.entry.models import SalesOrder
from orders.returns.events import ReturnDisposed

# With the first goods of an order its services are earned too, freight among them; a shipment that was reversed
# before it was billed lets the next one bring them. Components are not charged: a kit is once all of it has left,
# with what all its components cost that no kit before was charged with.
BILLABLES = """
INSERT INTO billing_billable (company_id, site_id, kind, source_id, shipment_id, order_id, order_line_id, quantity,
    billed, cost, earned_at)
WITH goods AS MATERIALIZED (
    SELECT u.line_id, u.shipment_id, u.demand_id, ol.order_id, ol.id AS order_line_id, u.quantity, u.cost,
        ld.role = 'component' AS is_component
    FROM unnest(%s::bigint[], %s::bigint[], %s::bigint[], %s::numeric[], %s::numeric[])
        AS u(line_id, shipment_id, demand_id, quantity, cost)
    JOIN orders_linedemand ld ON ld.demand_id = u.demand_id
    JOIN orders_orderline ol ON ol.id = ld.line_id),
services AS (
    SELECT sl.id, min(g.shipment_id) AS shipment_id, sl.order_id,
        sl.stock_quantity * (sl.quantity - sl.cancelled_quantity) / sl.quantity AS quantity
    FROM (SELECT DISTINCT order_id, shipment_id FROM goods) g
    JOIN orders_orderline sl ON sl.order_id = g.order_id AND sl.cancelled_quantity < sl.quantity
    JOIN masterdata_item i ON i.id = sl.item_id AND i.kind = 'service'
    GROUP BY sl.id),
made AS (
    SELECT k.order_line_id, k.shipment_id, k.order_id, k.line_id, m.kits, m.cost, b.kits AS billed_kits,
        b.cost AS billed_cost
    FROM (SELECT g.order_line_id, g.shipment_id, g.order_id, min(g.line_id) AS line_id FROM goods g
        WHERE g.is_component GROUP BY 1, 2, 3) k
    CROSS JOIN LATERAL (
        SELECT min(div((coalesce(before.quantity, 0) + coalesce(now.quantity, 0)) * ld.denominator, ld.numerator))
                AS kits, sum(coalesce(before.cost, 0) + coalesce(now.cost, 0)) AS cost
        FROM orders_linedemand ld
        CROSS JOIN LATERAL (SELECT sum(sl.shipped) AS quantity, sum(left_at.cost) AS cost
            FROM inventory_shipmentline sl JOIN inventory_shipment s ON s.id = sl.shipment_id AND s.state = 'shipped'
            CROSS JOIN LATERAL (SELECT -sum(e.value) AS cost
                FROM inventory_stockposting p JOIN inventory_stockentry e ON e.posting_id = p.id AND e.line_id = sl.id
                WHERE p.source = 'inventory.shipment' AND p.source_id = s.id AND p.kind = 'issue'
                    AND p.reverses_id IS NULL) left_at
            WHERE sl.demand_id = ld.demand_id AND s.id NOT IN (SELECT g.shipment_id FROM goods g)) before
        CROSS JOIN LATERAL (SELECT sum(g.quantity) AS quantity, sum(g.cost) AS cost FROM goods g
            WHERE g.demand_id = ld.demand_id AND g.shipment_id <= k.shipment_id) now
        WHERE ld.line_id = k.order_line_id) m
    CROSS JOIN LATERAL (SELECT coalesce(sum(b.quantity), 0) AS kits, coalesce(sum(b.cost), 0) AS cost
        FROM billing_billable b WHERE b.order_line_id = k.order_line_id AND b.withdrawn_at IS NULL) b),
complete AS (
    SELECT m.*, greatest(m.billed_kits, lag(m.kits) OVER (PARTITION BY m.order_line_id ORDER BY m.shipment_id))
        AS kits_before FROM made m),
kits AS (
    SELECT c.line_id, c.shipment_id, c.order_id, c.order_line_id, c.kits - c.kits_before AS quantity,
        c.cost - coalesce(lag(c.cost) OVER (PARTITION BY c.order_line_id ORDER BY c.shipment_id), c.billed_cost) AS cost
    FROM complete c WHERE c.kits > c.kits_before)
SELECT %s::bigint, %s::bigint, e.kind, e.source_id, e.shipment_id, e.order_id, e.order_line_id, e.quantity, 0, e.cost,
    %s::timestamptz
FROM (SELECT 'shipment' AS kind, g.line_id AS source_id, g.shipment_id, g.order_id, g.order_line_id, g.quantity, g.cost
        FROM goods g WHERE NOT g.is_component
    UNION ALL
    SELECT 'kit', k.line_id, k.shipment_id, k.order_id, k.order_line_id, k.quantity, k.cost FROM kits k
    UNION ALL
    SELECT 'service', s.id, s.shipment_id, s.order_id, s.id, s.quantity, 0 FROM services s) e
ON CONFLICT (kind, source_id) DO UPDATE SET shipment_id = excluded.shipment_id, site_id = excluded.site_id,
    quantity = excluded.quantity, earned_at = excluded.earned_at, withdrawn_at = NULL
    WHERE billing_billable.withdrawn_at IS NOT NULL AND billing_billable.kind = 'service'"""


WITHDRAW = """
UPDATE billing_billable SET withdrawn_at = %s::timestamptz
WHERE shipment_id = ANY(%s::bigint[]) AND billed = 0 AND withdrawn_at IS NULL"""

CHARGED = """
SELECT b.shipment_id, b.billed FROM billing_billable b WHERE b.shipment_id = ANY(%s::bigint[])
ORDER BY b.id FOR NO KEY UPDATE"""

# Nothing of a delivery with kits leaves meanwhile: its confirmation waits for the group.
LOCK_KITS = """
SELECT g.id FROM inventory_demandgroup g
WHERE g.id = ANY(ARRAY(SELECT s.group_id FROM inventory_shipment s WHERE s.id = ANY(%s::bigint[])))
    AND g.has_line_rules ORDER BY g.id FOR NO KEY UPDATE"""

# Shipments without which the others would make more or fewer kits than they are charged with, and the newest of these.
LEANED_ON = """
SELECT x.shipment_id, (SELECT s.number FROM inventory_shipmentline sl
    JOIN inventory_shipment s ON s.id = sl.shipment_id AND s.state = 'shipped'
    JOIN orders_linedemand ld ON ld.demand_id = sl.demand_id
    WHERE ld.line_id = x.line_id AND s.id <> x.shipment_id ORDER BY s.shipped_at DESC, s.id DESC LIMIT 1)
FROM (
    SELECT k.shipment_id, k.line_id,
        min(div((d.shipped - coalesce(l.shipped, 0)) * ld.denominator, ld.numerator)) AS kits
    FROM (SELECT DISTINCT l.shipment_id, ld.line_id FROM inventory_shipmentline l
        JOIN orders_linedemand ld ON ld.demand_id = l.demand_id AND ld.role = 'component'
        WHERE l.shipment_id = ANY(%s::bigint[]) AND l.shipped > 0) k
    JOIN orders_linedemand ld ON ld.line_id = k.line_id JOIN inventory_demand d ON d.id = ld.demand_id
    LEFT JOIN inventory_shipmentline l ON l.demand_id = d.id AND l.shipment_id = k.shipment_id
    GROUP BY k.shipment_id, k.line_id) x
WHERE x.kits <> (SELECT coalesce(sum(b.quantity), 0) FROM billing_billable b
    WHERE b.order_line_id = x.line_id AND b.shipment_id <> x.shipment_id AND b.withdrawn_at IS NULL)
ORDER BY 1"""


@inline(GoodsShipped)
def write_billables(batch: Batch, fact: GoodsShipped) -> None:
    """One billable per shipped line of an order, and per service of it, in the shipment's transaction (design.md 8)."""
    batch.write(
        BILLABLES,
        [line.line_id for line in fact.lines],
        [line.shipment_id for line in fact.lines],
        [line.demand_id for line in fact.lines],
        [line.quantity for line in fact.lines],
        [line.cost for line in fact.lines],
        fact.company_id,
        fact.site_id,
        fact.shipped_at,
        into=[Billable],
    )


@inline(GoodsReturned)
def withdraw_billables(batch: Batch, fact: GoodsReturned) -> None:
    """What came back before it was charged is never charged."""
    batch.write(WITHDRAW, batch.now, fact.shipment_ids)


@reverse_guard.check
def refuse_charged_shipments(batch: Batch, shipment_ids: Sequence[int]) -> list[Refusal]:
    """What was charged is not taken back but credited; the billables stay locked until the reversal is through.

    Nor are components that make kits with those of a later shipment.
    """
    batch.write(LOCK_KITS, sorted(shipment_ids))
    charged = {shipment_id for shipment_id, billed in batch.read(CHARGED, sorted(shipment_ids)) if billed}
    return [
        Refusal(
            shipment_id,
            "billing.already_invoiced",
            "It is invoiced already. Ask finance for a credit memo.",
            "finance",
        )
        for shipment_id in sorted(charged)
    ] + [
        Refusal(
            shipment_id,
            "billing.kit_leans_on_it",
            f"Its components make kits with those of {number}. Reverse that one first.",
        )
        for shipment_id, number in batch.read(LEANED_ON, sorted(shipment_ids))
    ]


@on(ShipmentConfirmed, queue="billing", size=500)
def invoice_confirmed_shipments(batch: Batch, events: Sequence[ShipmentConfirmed]) -> None:
    """Charge what has left, company by company, up to a chunk at a time; replayed shipments on their own day."""
    together: defaultdict[tuple[str, int], list[int]] = defaultdict(list)
    for event in events:
        together[event.effective_at, event.company_id].append(event.shipment_id)
    for (effective_at, company_id), shipment_ids in sorted(together.items()):
        dated = batch.at(datetime.fromisoformat(effective_at)) if effective_at else batch
        invoice_shipments.inside(dated, company_id=company_id, shipment_ids=shipment_ids)


@on(ReturnDisposed, queue="billing")
def credit_disposed_return(batch: Batch, events: Sequence[ReturnDisposed]) -> None:
    """Credit what was inspected. A delivery that is not invoiced yet is credited after its invoice (tasks.py)."""
    for event in events:
        credit_return.inside(batch, return_id=event.return_id)


@on(InvoicePosted, queue="reports")
def render_invoice(batch: Batch, events: Sequence[InvoicePosted]) -> None:
    """Keep the PDF as issued. It holds nothing but its own outbox row; what fails is tried again, then owned.

    Orders taken over by conversion were invoiced elsewhere: their paper is made when somebody looks at it.
    """
    wanted = Invoice.objects.filter(pk__in=[event.invoice_id for event in events], document=None)
    for invoice in wanted.exclude(order__channel=SalesOrder.Channel.CONVERSION).select_related(
        "company", "bill_to__party", "bill_to__terms", "order__ship_to", "shipment", "credits"
    ):
        store_pdf(invoice)
