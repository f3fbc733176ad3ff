"""Facts follow what the rooms below announce, in batches, after the commit."""

from collections.abc import Iterable, Sequence

from billing.invoicing.events import InvoicePosted
from erp.kernel.batch import Batch
from erp.kernel.events import on
from inventory.outbound.events import ShipmentConfirmed, ShipmentReversed
from orders.entry.events import OrderChanged, OrderSubmitted

from .actions.refresh_facts import refresh_facts

CHUNK = 500

SHIPPED_ORDERS = """
SELECT DISTINCT o.id FROM inventory_shipment s JOIN inventory_demandgroup g ON g.id = s.group_id
JOIN orders_salesorder o ON o.number = g.document WHERE s.id = ANY(%s::bigint[])"""
INVOICED_ORDERS = "SELECT v.order_id FROM billing_invoice v WHERE v.id = ANY(%s::bigint[])"


@on(OrderSubmitted, queue="reports", size=CHUNK)
def count_submitted_orders(batch: Batch, events: Sequence[OrderSubmitted]) -> None:
    refresh_facts(batch, order_ids=[event.order_id for event in events])


@on(OrderChanged, queue="reports", size=CHUNK)
def count_changed_orders(batch: Batch, events: Sequence[OrderChanged]) -> None:
    refresh_facts(batch, order_ids=[event.order_id for event in events])


@on(ShipmentConfirmed, queue="reports", size=CHUNK)
def count_shipments(batch: Batch, events: Sequence[ShipmentConfirmed]) -> None:
    _refresh(batch, SHIPPED_ORDERS, (event.shipment_id for event in events))


@on(ShipmentReversed, queue="reports", size=CHUNK)
def count_reversals(batch: Batch, events: Sequence[ShipmentReversed]) -> None:
    _refresh(batch, SHIPPED_ORDERS, (event.shipment_id for event in events))


@on(InvoicePosted, queue="reports", size=CHUNK)
def count_invoices(batch: Batch, events: Sequence[InvoicePosted]) -> None:
    _refresh(batch, INVOICED_ORDERS, (event.invoice_id for event in events))


def _refresh(batch: Batch, orders_of: str, document_ids: Iterable[int]) -> None:
    refresh_facts(batch, order_ids=[row[0] for row in batch.read(orders_of, sorted(set(document_ids)))])
