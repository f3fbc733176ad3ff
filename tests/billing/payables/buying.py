"""Goods that were bought and received, and what their supplier charges, for tests of every step."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

from billing.models import AccountRule, GoodsAccrual, JournalLine, MatchException
from billing.payables.actions.capture_supplier_invoice import capture_supplier_invoice
from billing.payables.capturing import Captured, InvoiceLine, Tax
from erp.kernel.command import By
from erp.kernel.money import round_money
from inventory.inbound.actions.post_receipt import ReceiptLineRequest, post_receipt
from inventory.models import PurchaseOrderLine
from inventory.purchasing.actions.create_purchase_order import PurchaseLine, create_purchase_order
from masterdata.models import Bin, Item
from tests.factories import local_day
from tests.inventory.dropship.buying import DUE, seller
from tests.trade import Trade

D = Decimal


def order(
    shop: Trade,
    *quantities: int,
    cost: str = "6",
    items: list[Item] | None = None,
    supplier_id: int | None = None,
) -> list[PurchaseOrderLine]:
    """A purchase of so much of each of the first items, at `cost` each; its lines."""
    wanted = [item.pk for item in items] if items else shop.world.items
    made = create_purchase_order(
        shop.by(),
        supplier_id=supplier_id or seller(),
        site_id=shop.world.sites[0],
        lines=[
            PurchaseLine(item_id, D(quantity), "", D(cost))
            for item_id, quantity in zip(wanted, quantities, strict=False)
        ],
        due_on=DUE,
    )
    return list(PurchaseOrderLine.objects.filter(order=made.purchase_order_id).order_by("line"))


def receive(shop: Trade, *lines: PurchaseOrderLine, quantity: int | None = None) -> None:
    """Take the lines in, all that is expected or so much of each."""
    place = Bin.objects.filter(site=shop.world.sites[0]).order_by("pk")[0]
    post_receipt(
        shop.by(),
        purchase_order_id=lines[0].order_id,
        lines=[
            ReceiptLineRequest(line.supply_id, D(quantity) if quantity else line.supply.expected, place.pk)
            for line in lines
        ],
    )


def received(shop: Trade, *quantities: int, cost: str = "6") -> list[PurchaseOrderLine]:
    """Ordered and received whole."""
    lines = order(shop, *quantities, cost=cost)
    receive(shop, *lines)
    return lines


def goods(line: PurchaseOrderLine, quantity: object, net: object) -> InvoiceLine:
    return InvoiceLine(D(str(net)), D(str(quantity)), purchase_line_id=line.pk)


def charge(
    shop: Trade, *lines: InvoiceLine, by: By | None = None, rate: int = 21, **changes: Any
) -> Captured:
    """An invoice over these lines that adds up, at one rate of tax."""
    net = sum((line.net for line in lines), D(0))
    tax = round_money(net * rate / 100, "EUR")
    given = {
        "supplier_id": seller(),
        "kind": "invoice",
        "reference": "2026-117",
        "issued_on": local_day() - timedelta(days=2),
        "lines": lines,
        "taxes": [Tax(D(rate), net, tax)] if rate else [],
        "net": net,
        "tax": tax,
        "gross": net + tax,
        **changes,
    }
    return capture_supplier_invoice(by or shop.by(), **given)


def booked(source: str, source_id: int) -> dict[str, Decimal]:
    """By purpose what a document's journal moved."""
    purposes = dict(AccountRule.objects.values_list("account_id", "purpose"))
    lines = JournalLine.objects.raw(
        "SELECT l.* FROM billing_journalline l JOIN billing_journal j ON j.id = l.journal_id"
        " WHERE j.source = %s AND j.source_id = %s",
        [f"billing.{source}", source_id],
    )
    return {purposes[line.account_id]: line.amount for line in lines}


def found(invoice_id: int) -> dict[str, Decimal]:
    """By kind what is open of an invoice."""
    rows = MatchException.objects.filter(invoice=invoice_id, resolved_at=None)
    return {row.kind: row.amount for row in rows}


def accrual(line: PurchaseOrderLine) -> tuple[Decimal, ...]:
    """Received, its value, billed, cleared and invoiced."""
    row = GoodsAccrual.objects.get(purchase_line=line)
    return row.received, row.value, row.billed, row.cleared, row.invoiced
