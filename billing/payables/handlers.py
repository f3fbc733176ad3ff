"""What is received is owed from that moment on, in the same transaction; invoices that waited for it are matched."""

from collections.abc import Sequence

from django.utils.translation import gettext_lazy as _

from billing.ledger.models import Purpose
from billing.ledger.tester import credit, debit, posting_event
from billing.payables.actions.match_supplier_invoices import match_supplier_invoices
from billing.payables.events import AccrualsGrew
from billing.payables.reads import (
    ANSWER,
    ENSURE_ACCRUALS,
    GROW_ACCRUALS,
    INVOICED_DROPS,
    SEND_BACK,
    WAITING_FOR,
)
from erp.kernel.batch import Batch
from erp.kernel.events import Refusal, inline, on
from inventory.outbound.guards import reverse_guard
from inventory.purchasing.events import SuppliesReceived
from inventory.supplier_returns.events import GoodsSentBack, SupplierAnswered

posting_event(
    "supplier_invoice",
    _("Supplier invoice"),
    debit(Purpose.GRNI, by_class=True),
    debit(Purpose.VARIANCE, by_class=True),
    debit(Purpose.FREIGHT_IN),
    debit(Purpose.INPUT_TAX),
    credit(Purpose.PAYABLE),
)


@inline(SuppliesReceived)
def accrue_received(batch: Batch, fact: SuppliesReceived) -> None:
    """What came of a purchase order is owed at its ordered cost; a drop shipment that is taken back no more."""
    supplies = [each.supply_id for each in fact.received]
    batch.write(ENSURE_ACCRUALS, batch.now, batch.now, supplies)
    batch.write(
        GROW_ACCRUALS,
        supplies,
        [each.quantity for each in fact.received],
        [each.value for each in fact.received],
        batch.now,
        batch.now,
    )
    batch.publish(AccrualsGrew(fact.purchase_order_id))


@inline(GoodsSentBack)
def accrue_sent_back(batch: Batch, fact: GoodsSentBack) -> None:
    """What went back is owed by the supplier, at its value in stock until they answer."""
    batch.write(
        SEND_BACK, fact.company_id, fact.supplier_id, fact.return_id, -fact.value, batch.now, batch.now
    )


@inline(SupplierAnswered)
def restate_sent_back(batch: Batch, fact: SupplierAnswered) -> None:
    """What no credit comes for is owed no more."""
    batch.write(ANSWER, fact.lost, batch.now, fact.return_id)


@reverse_guard.check
def refuse_invoiced_drops(batch: Batch, shipment_ids: Sequence[int]) -> list[Refusal]:
    """What its supplier has invoiced was sent: it is not taken back while the invoice stands."""
    return [
        Refusal(
            shipment_id,
            "billing.supplier_invoiced",
            f"The supplier has invoiced it on {number}. Take the supplier's invoice back first.",
            "finance",
        )
        for shipment_id, number in batch.read(INVOICED_DROPS, sorted(shipment_ids))
    ]


@on(AccrualsGrew, queue="billing", size=100)
def match_again(batch: Batch, events: Sequence[AccrualsGrew]) -> None:
    """Invoices that waited for the goods may be clean now."""
    orders = sorted({event.purchase_order_id for event in events})
    ids = [invoice_id for (invoice_id,) in batch.read(WAITING_FOR, orders)]
    if ids:
        match_supplier_invoices.inside(batch, invoice_ids=ids)
