"""What comes is owed from that moment on; what goes back is owed by the supplier until it is credited (RM02)."""

from decimal import Decimal
from importlib import import_module

import pytest
from django.db import connection

from billing.models import GoodsAccrual, SupplierInvoice
from billing.payables.actions.accept_exceptions import accept_exceptions
from billing.payables.actions.reverse_supplier_invoice import reverse_supplier_invoice
from billing.payables.capturing import InvoiceLine
from inventory.adjustments.actions.change_status import StatusRow, change_status
from inventory.dropship.actions.reverse_drop_shipment import reverse_drop_shipment
from inventory.models import PurchaseOrderLine, StockBalance, SupplierReturn
from inventory.outbound.errors import ReverseRefused
from inventory.supplier_returns.actions.send_back import BackLine, send_back
from inventory.supplier_returns.actions.settle_supplier_return import settle_supplier_return
from masterdata.models import Item
from tests.billing.payables.buying import (
    accrual,
    booked,
    charge,
    found,
    goods,
    order,
    receive,
    received,
    seller,
)
from tests.inventory.dropship.buying import buy, send, wants

pytestmark = pytest.mark.django_db
D = Decimal
KEPT = "SELECT purchase_line_id, supplier_return_id, received, value FROM billing_goodsaccrual ORDER BY 1, 2"


def test_receipts_add_up(shop):
    (line,) = order(shop, 10)
    receive(shop, line, quantity=4)
    assert accrual(line) == (4, 24, 0, 0, 0)
    first = GoodsAccrual.objects.get().first_at
    receive(shop, line, quantity=6)
    assert accrual(line) == (10, 60, 0, 0, 0)
    assert GoodsAccrual.objects.get().first_at == first


def dropped(shop, quantity: int = 4) -> tuple[PurchaseOrderLine, int]:
    """Sent by the supplier to the customer, at 2.50 each; the purchase order line and the shipment."""
    _made, demand = wants(shop, quantity, "drop")
    bought = buy(shop, demand)
    sent = send(shop, bought, quantity)
    return PurchaseOrderLine.objects.get(order=bought.purchase_order_id), sent.shipment_id


def test_what_goes_straight_to_the_customer_is_owed_too(shop):
    line, shipment_id = dropped(shop)
    assert accrual(line) == (4, 10, 0, 0, 0)
    done = charge(shop, goods(line, 4, 10))
    assert done.posted
    with pytest.raises(ReverseRefused, match="supplier has invoiced it"):
        reverse_drop_shipment(shop.by(), shipment_id=shipment_id, reason="Never sent")
    reverse_supplier_invoice(shop.by(), invoice_id=done.invoice_id, reason="Never sent")
    reverse_drop_shipment(shop.by(), shipment_id=shipment_id, reason="Never sent")
    assert accrual(line) == (0, 0, 0, 0, 0)


@pytest.fixture
def back(shop) -> SupplierReturn:
    """Three of ten that were bought at 6 went back, and 21 are claimed for them."""
    (line,) = received(shop, 10)
    item = Item.objects.get(pk=line.item_id)
    lies = StockBalance.objects.filter(item=item, status="available", quantity__gt=0).first()
    site_id = shop.world.sites[0]
    row = StatusRow(item.pk, lies.bin_id, None, "available", "vendor", D(3))
    change_status(shop.by(), site_id=site_id, rows=[row], reason="Bent")
    sent = send_back(
        shop.by(),
        site_id=site_id,
        supplier_id=seller(),
        lines=[BackLine(item.pk, lies.bin_id, None, D(3), D(7))],
    )
    return SupplierReturn.objects.get(pk=sent.return_id)


def credit(shop, back, net, **changes):
    line = InvoiceLine(D(net), return_id=back.pk)
    return charge(shop, line, kind="credit_note", reference="CN 12", **changes)


def stands(back) -> tuple[Decimal, ...]:
    row = GoodsAccrual.objects.get(supplier_return=back)
    return row.value, row.billed, row.cleared, row.invoiced


def test_the_credit_note_is_the_answer(shop, back):
    assert stands(back) == (-back.value, 0, 0, 0)
    done = credit(shop, back, 21)
    back.refresh_from_db()
    assert (done.posted, back.state, back.credited, back.reference) == (True, "credited", 21, "CN 12")
    assert booked("supplierinvoice", done.invoice_id) == {
        "grni": -21, "input_tax": D("-4.41"), "payable": D("25.41"),
    }  # fmt: skip
    assert stands(back) == (-21, 1, -21, -21)
    assert found(credit(shop, back, 21, taxes=[], tax=D(0), gross=D(21)).invoice_id)["over_billed"] == 21


def test_less_than_was_claimed_is_somebodys_decision(shop, back, buyer):
    done = credit(shop, back, 15)
    assert (done.posted, found(done.invoice_id)) == (False, {"credit": 6})
    back.refresh_from_db()
    assert back.state == "sent"
    row = SupplierInvoice.objects.get(pk=done.invoice_id).exceptions.get()
    accept_exceptions(buyer, exception_ids=[row.pk], reason="Restocking fee")
    back.refresh_from_db()
    assert (back.state, back.credited, stands(back)) == ("credited", 15, (-15, 1, -15, -15))


def test_the_answer_came_before_the_credit_note(shop, back):
    settle_supplier_return(shop.by(), return_id=back.pk, credited=D(15), reference="By phone")
    assert stands(back) == (-15, 0, 0, 0)
    done = credit(shop, back, 15)
    assert booked("supplierinvoice", done.invoice_id) == {
        "grni": -15, "input_tax": D("-3.15"), "payable": D("18.15"),
    }  # fmt: skip
    reverse_supplier_invoice(shop.by(), invoice_id=done.invoice_id, reason="Not ours")
    assert stands(back) == (-15, 0, 0, 0)


def test_the_migration_finds_what_is_owed_already(shop, back):
    """What the verbs have kept since is what is computed from receipts, drop shipments and returns alone."""
    dropped(shop)
    settle_supplier_return(shop.by(), return_id=back.pk, credited=D(15), reference="By phone")
    with connection.cursor() as cursor:
        cursor.execute(KEPT)
        kept = cursor.fetchall()
        cursor.execute("DELETE FROM billing_goodsaccrual")
        cursor.execute(import_module("billing.migrations.0006_payables").ACCRUE)
        cursor.execute(KEPT)
        assert cursor.fetchall() == kept
        assert len(kept) == 3
