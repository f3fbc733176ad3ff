"""Resolving what stopped an invoice: accept, correct by kind, and the rules run again in the same transaction."""

from datetime import date
from decimal import Decimal

import pytest

from billing.exceptions.actions.accept_exceptions import accept_exceptions
from billing.exceptions.actions.correct_exceptions import LinePrice, correct_exceptions
from billing.exceptions.errors import CorrectionNeeded, NotAcceptable, OwnException
from billing.exceptions.models import InvoiceException
from billing.exceptions.repricing import PricedOrderLine
from billing.models import Invoice
from erp.kernel.actor import Actor
from erp.kernel.command import By
from erp.kernel.errors import BadInput, NotPermitted
from masterdata.models import Customer, Price, TaxCode
from masterdata.policies import snapshot
from orders.credit.models import CreditAccount
from orders.entry.errors import CustomerPoUsed
from orders.entry.rules import LineRequest
from orders.models import OrderLine, SalesOrder
from tests import factories
from tests.support import count_statements
from tests.trade import Trade

KEEP = "Agreed by telephone"


def raise_price(trade: Trade, by: Decimal = Decimal(1)) -> None:
    """New agreement prices, recorded after the orders; the old ones end."""
    for price in Price.objects.filter(scope__kind="agreement", item_id__in=trade.world.items):
        value = price.value + by
        price.delete()
        Price.objects.create(
            scope_id=price.scope_id,
            item_id=price.item_id,
            value=value,
            unit_id="EA",
            valid_from=price.valid_from,
        )


def stopped(trade: Trade, *shipment_ids: int) -> list[InvoiceException]:
    """Invoice, and what landed in the queue."""
    assert trade.invoice(*shipment_ids).invoice_ids == []
    return list(InvoiceException.objects.filter(shipment_id__in=shipment_ids).order_by("pk"))


def price_exception(trade: Trade, quantity: int = 4) -> InvoiceException:
    shipment_id = trade.ship([LineRequest(trade.world.items[0], Decimal(quantity))])
    raise_price(trade)
    (found,) = stopped(trade, shipment_id)
    return found


def exposure(trade: Trade) -> Decimal:
    return CreditAccount.objects.get(customer_id=trade.world.customers[0]).exposure


def test_accepting_a_changed_price_bills_the_ordered_price(trade: Trade, colleague: Actor) -> None:
    found = price_exception(trade)
    ordered = SalesOrder.objects.get(pk=found.order_id)
    assert (found.kind, found.variance, found.amount) == ("price_changed", Decimal("4.00"), ordered.net)

    result = accept_exceptions(By(colleague, key="a"), exception_ids=[found.pk], reason=KEEP)

    invoice = Invoice.objects.get(pk=result.invoice_ids[0])
    assert (invoice.net, invoice.gross, invoice.posted_by) == (ordered.net, ordered.gross, "colleague")
    found.refresh_from_db()
    assert (found.resolution, found.resolved_by, found.reason, found.version) == (
        "accepted",
        "colleague",
        KEEP,
        2,
    )
    assert exposure(trade) == ordered.gross
    again = accept_exceptions(By(colleague, key="b"), exception_ids=[found.pk], reason=KEEP)
    assert (again.exception_ids, again.invoice_ids) == ([], [])
    assert Invoice.objects.count() == 1


def test_nobody_accepts_the_exception_of_their_own_order(trade: Trade) -> None:
    found = price_exception(trade)
    with pytest.raises(OwnException):
        accept_exceptions(trade.by(), exception_ids=[found.pk], reason=KEEP)
    found.refresh_from_db()
    assert (found.resolved_at, Invoice.objects.count()) == (None, 0)


def test_accepting_needs_a_reason_and_the_right(trade: Trade, colleague: Actor) -> None:
    found = price_exception(trade)
    with pytest.raises(BadInput):
        accept_exceptions(By(colleague), exception_ids=[found.pk], reason=" ")
    with pytest.raises(NotPermitted):
        accept_exceptions(By(factories.actor("warehouse")), exception_ids=[found.pk], reason=KEEP)
    assert InvoiceException.objects.filter(resolved_at=None).count() == 1


def test_the_new_price_moves_order_exposure_and_invoice_together(trade: Trade, colleague: Actor) -> None:
    found = price_exception(trade)
    before = SalesOrder.objects.get(pk=found.order_id)

    result = correct_exceptions(By(colleague, key="c"), exception_ids=[found.pk])

    order, line = SalesOrder.objects.get(pk=before.pk), OrderLine.objects.get(order_id=before.pk)
    assert order.net == before.net + 4 == line.net
    assert (line.price_source, line.version) == ("override", 2)
    assert (order.open_net, order.open_gross) == (0, 0)
    invoice = Invoice.objects.get(pk=result.invoice_ids[0])
    assert (invoice.net, invoice.tax, invoice.gross) == (order.net, order.tax, order.gross)
    assert exposure(trade) == order.gross
    found.refresh_from_db()
    assert found.resolution == "corrected"


def test_only_what_is_not_charged_yet_gets_the_new_price() -> None:
    half_charged = PricedOrderLine(
        id=1, order_id=1, line=1, quantity=Decimal(6), unit_price=Decimal(10), net=Decimal(60), tax_rate=Decimal(21),
        tax_code_id=None, stock_quantity=Decimal(6), price_source="list", billed=Decimal(3), billed_net=Decimal(30),
        currency="EUR", order_net=Decimal(60), order_tax=Decimal("12.60"), open_net=Decimal(30),
        open_gross=Decimal("36.30"), payer_id=None,
    )  # fmt: skip
    assert half_charged.at_price(Decimal(12)).net == Decimal(66)


def test_a_zero_price_is_set_with_a_reason(trade: Trade, colleague: Actor) -> None:
    shipment_id = trade.ship(2)
    order = SalesOrder.objects.get()
    free = order.lines.get(line=2)
    rest = order.net - free.net
    OrderLine.objects.filter(pk=free.pk).update(unit_price=0, net=0)
    SalesOrder.objects.update(net=rest, tax=rest * 21 / 100, gross=rest * 121 / 100)
    order.refresh_from_db()
    SalesOrder.objects.update(open_net=order.net, open_gross=order.gross)
    CreditAccount.objects.filter(customer_id=trade.world.customers[0]).update(exposure=order.gross)
    (found,) = stopped(trade, shipment_id)
    assert found.kind == "zero_price"

    with pytest.raises(CorrectionNeeded):
        correct_exceptions(By(colleague), exception_ids=[found.pk], reason=KEEP)
    prices = [LinePrice(free.pk, Decimal("7.50"))]
    with pytest.raises(CorrectionNeeded):
        correct_exceptions(By(colleague), exception_ids=[found.pk], prices=prices)
    result = correct_exceptions(By(colleague), exception_ids=[found.pk], prices=prices, reason=KEEP)

    invoice = Invoice.objects.get(pk=result.invoice_ids[0])
    assert invoice.net == rest + Decimal("7.50")
    assert exposure(trade) == invoice.gross
    assert OrderLine.objects.get(pk=free.pk).price_reason == KEEP


def test_a_missing_po_is_entered_once_per_customer(trade: Trade, colleague: Actor) -> None:
    shipment_id = trade.ship()
    trade.submit(customer_po="PO-7")
    Customer.objects.filter(pk=trade.world.customers[0]).update(po_required=True)
    (found,) = stopped(trade, shipment_id)
    assert found.kind == "po_missing"
    with pytest.raises(CorrectionNeeded):
        correct_exceptions(By(colleague), exception_ids=[found.pk])
    with pytest.raises(CustomerPoUsed):
        correct_exceptions(By(colleague), exception_ids=[found.pk], customer_po="po-7")
    result = correct_exceptions(By(colleague), exception_ids=[found.pk], customer_po="PO-8")
    assert Invoice.objects.get(pk=result.invoice_ids[0]).customer_po == "PO-8"


def test_a_missing_tax_code_is_chosen_and_never_waved_through(trade: Trade, colleague: Actor) -> None:
    shipment_id = trade.ship()
    order = SalesOrder.objects.get()
    order.lines.update(tax_code=None, tax_rate_percent=0)
    SalesOrder.objects.update(tax=0, gross=order.net, open_gross=order.net)
    CreditAccount.objects.filter(customer_id=trade.world.customers[0]).update(exposure=order.net)
    (found,) = stopped(trade, shipment_id)
    with pytest.raises(NotAcceptable):
        accept_exceptions(By(colleague), exception_ids=[found.pk], reason=KEEP)
    code = TaxCode.objects.get(code="S21")
    result = correct_exceptions(By(colleague), exception_ids=[found.pk], tax_code_id=code.pk)
    invoice = Invoice.objects.get(pk=result.invoice_ids[0])
    assert (invoice.tax, invoice.gross) == (order.tax, order.gross)
    assert exposure(trade) == order.gross


def test_a_block_is_looked_at_again(trade: Trade, colleague: Actor) -> None:
    shipment_id = trade.ship()
    customer = Customer.objects.filter(pk=trade.world.customers[0])
    customer.update(is_blocked=True)
    (found,) = stopped(trade, shipment_id)
    still = correct_exceptions(By(colleague), exception_ids=[found.pk])
    assert (still.invoice_ids, still.stopped) == ([], [shipment_id])
    customer.update(is_blocked=False)
    waiting = InvoiceException.objects.get(resolved_at=None)
    assert len(correct_exceptions(By(colleague), exception_ids=[waiting.pk]).invoice_ids) == 1


def test_a_new_exception_goes_to_the_owner_that_policy_names(trade: Trade) -> None:
    clerk = factories.user("finance", username="clerk")
    scope = f"company:{trade.world.company_id}"
    snapshot.assume(
        snapshot.Snapshot(
            values={
                ("billing.exception_owner", scope): [(date(2020, 1, 1), None, "clerk")],
                ("billing.exception_due_days", scope): [(date(2020, 1, 1), None, 5)],
            }
        )
    )
    found = price_exception(trade)
    assert (found.owner_id, (found.due_on - found.opened_at.date()).days) == (clerk.pk, 5)


@pytest.mark.parametrize("verb", ["accept", "correct"])
def test_statements_do_not_grow_with_the_number_of_exceptions(
    trade: Trade, colleague: Actor, verb: str
) -> None:
    counted = {}
    for count in (1, 10):
        shipments = [trade.ship() for _ in range(count)]
        raise_price(trade)
        ids = [found.pk for found in stopped(trade, *shipments)]
        assert len(ids) == count
        with count_statements() as statements:
            if verb == "accept":
                result = accept_exceptions(By(colleague, key=f"{count}"), exception_ids=ids, reason=KEEP)
            else:
                result = correct_exceptions(By(colleague, key=f"{count}"), exception_ids=ids)
        assert len(result.invoice_ids) == count
        counted[count] = statements.statements
    assert counted[1] == counted[10]
