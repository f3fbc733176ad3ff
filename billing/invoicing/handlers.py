"""What left may be charged; what may be charged is charged after the commit."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime

from billing.invoicing.actions.credit_return import credit_return
from billing.invoicing.actions.invoice_shipments import invoice_shipments
from billing.invoicing.documents import store_pdf
from billing.invoicing.events import InvoicePosted
from billing.invoicing.models import Billable, Invoice
from billing.invoicing.reads import KITS, LEANED_ON, LOCK_KITS, LOCK_ORDERS
from billing.ledger.models import Purpose
from billing.ledger.tester import credit, debit, posting_event
from erp.kernel.batch import Batch
from erp.kernel.events import Refusal, apart, inline, on
from inventory.outbound.events import DeliveryConfirmed, GoodsReturned, GoodsShipped, ShipmentConfirmed
from inventory.outbound.guards import reverse_guard, withdraw_delivery_guard
from orders.entry.models import SalesOrder
from orders.returns.events import ReturnDisposed

# With the first goods of an order its services are earned too, freight among them; a shipment that was reversed
# before it was billed lets the next one bring them. Components are charged as kits.
BILLABLES = """
INSERT INTO billing_billable (company_id, site_id, kind, source_id, shipment_id, order_id, order_line_id, quantity,
    billed, cost, earned_at)
WITH goods AS MATERIALIZED (
    SELECT u.line_id, u.shipment_id, ol.order_id, ol.id AS order_line_id, u.quantity, u.cost, ld.role
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
    GROUP BY sl.id)
SELECT %s::bigint, %s::bigint, e.kind, e.source_id, e.shipment_id, e.order_id, e.order_line_id, e.quantity, 0, e.cost,
    %s::timestamptz
FROM (SELECT 'shipment' AS kind, g.line_id AS source_id, g.shipment_id, g.order_id, g.order_line_id, g.quantity, g.cost
        FROM goods g WHERE g.role <> 'component'
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


@inline(GoodsShipped)
def write_billables(batch: Batch, fact: GoodsShipped) -> None:
    """One billable per shipped line of an order, per service of it and per line of kits that are complete now, in the
    shipment's transaction (design.md 8)."""
    rows = (
        [line.line_id for line in fact.lines],
        [line.shipment_id for line in fact.lines],
        [line.demand_id for line in fact.lines],
        [line.quantity for line in fact.lines],
        [line.cost for line in fact.lines],
        fact.company_id,
        fact.site_id,
        fact.shipped_at,
    )
    batch.write(BILLABLES, *rows, into=[Billable])
    if fact.kits:
        batch.write(KITS, *rows, into=[Billable])


@inline(GoodsReturned)
def withdraw_billables(batch: Batch, fact: GoodsReturned) -> None:
    """What came back before it was charged is never charged."""
    batch.write(WITHDRAW, batch.now, fact.shipment_ids)


posting_event(
    "invoice",
    Invoice.Kind.INVOICE.label,
    debit(Purpose.RECEIVABLE),
    credit(Purpose.REVENUE, by_class=True),
    credit(Purpose.TAX),
)
posting_event(
    "credit_memo",
    Invoice.Kind.CREDIT_MEMO.label,
    debit(Purpose.REVENUE, by_class=True),
    debit(Purpose.TAX),
    credit(Purpose.RECEIVABLE),
)


@reverse_guard.check
def refuse_charged_shipments(batch: Batch, shipment_ids: Sequence[int]) -> list[Refusal]:
    """What was charged is not taken back but credited; the billables stay locked until the reversal is through.

    Nor are components that make kits with those of a later shipment.
    """
    batch.write(LOCK_KITS, sorted(shipment_ids))
    return _charged(batch, shipment_ids) + [
        Refusal(
            shipment_id,
            "billing.kit_leans_on_it",
            f"Its components make kits with those of {number}. Reverse that one first.",
        )
        for shipment_id, number in batch.read(LEANED_ON, sorted(shipment_ids))
    ]


@withdraw_delivery_guard.check
def refuse_charged_deliveries(batch: Batch, shipment_ids: Sequence[int]) -> list[Refusal]:
    """What was charged because it was delivered stays delivered; a bill that is being made is waited for."""
    batch.write(LOCK_ORDERS, sorted(shipment_ids))
    return _charged(batch, shipment_ids)


def _charged(batch: Batch, shipment_ids: Sequence[int]) -> list[Refusal]:
    """Those of which something was charged; the billables of all are locked."""
    charged = {shipment_id for shipment_id, billed in batch.read(CHARGED, sorted(shipment_ids)) if billed}
    return [
        Refusal(
            shipment_id,
            "billing.already_invoiced",
            "It is invoiced already. Ask finance for a credit memo.",
            "finance",
        )
        for shipment_id in sorted(charged)
    ]


@on(DeliveryConfirmed, queue="billing", size=500)
def invoice_confirmed_deliveries(batch: Batch, events: Sequence[DeliveryConfirmed]) -> None:
    """Charge what its customers are billed for on delivery; what was charged when it left is left alone."""
    together: defaultdict[int, list[int]] = defaultdict(list)
    for event in events:
        together[event.company_id].append(event.shipment_id)
    for company_id, shipment_ids in sorted(together.items()):
        invoice_shipments.inside(batch, company_id=company_id, shipment_ids=shipment_ids)


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


@apart(InvoicePosted, queue="reports")
def render_invoice(event: InvoicePosted) -> None:
    """Keep the PDF as issued; what fails is tried again, then owned.

    Orders taken over by conversion were invoiced elsewhere: their paper is made when somebody looks at it.
    """
    wanted = Invoice.objects.filter(pk=event.invoice_id, document=None)
    for invoice in wanted.exclude(order__channel=SalesOrder.Channel.CONVERSION).select_related(
        "company", "bill_to__party", "bill_to__terms", "order__ship_to", "shipment", "credits"
    ):
        store_pdf(invoice)
