from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from billing.invoicing.rules import Case, Chargeable, charge, problems
from billing.models import Billable, Invoice, InvoiceException, InvoiceLine, Journal, JournalLine, OpenItem
from erp.kernel import outbox
from erp.kernel.models import NumberSeries
from masterdata.models import Customer, Price, TaxRule
from orders.entry.rules import LineRequest
from orders.models import CreditAccount, SalesOrder
from tests.support import count_statements, run_concurrently
from tests.trade import Trade, trade

pytestmark = pytest.mark.django_db


@pytest.fixture
def shop() -> Trade:
    return trade()


def test_a_clean_shipment_becomes_an_invoice(shop):
    shipment_id = shop.ship(3, customer_po="PO-9")
    exposure = CreditAccount.objects.get(customer=shop.world.customers[0]).exposure
    (invoice_id,) = shop.invoice(shipment_id).invoice_ids
    invoice = Invoice.objects.get(pk=invoice_id)
    order = SalesOrder.objects.get()
    assert (invoice.number, invoice.sequence, invoice.customer_po) == ("INV-000001", 1, "PO-9")
    assert (invoice.net, invoice.tax, invoice.gross, invoice.line_count) == (
        order.net,
        order.tax,
        order.gross,
        3,
    )
    assert (invoice.due_on - invoice.issued_on).days == 30
    assert invoice.taxes.get().base == order.net
    assert sum(invoice.lines.values_list("net", flat=True)) == order.net
    assert OpenItem.objects.get().open == order.gross
    journal = Journal.objects.get(kind="invoice", source_id=invoice_id)
    amounts = JournalLine.objects.filter(journal_id=journal.pk).values_list("amount", flat=True)
    assert sorted(amounts) == [-order.net, -order.tax, order.gross]
    # what was an open order is an open item now: nothing changed for credit
    assert (order.open_net, order.open_gross) == (0, 0)
    assert CreditAccount.objects.get(customer=shop.world.customers[0]).exposure == exposure == order.gross


def test_running_twice_bills_once(shop):
    shipment_id = shop.ship(2)
    shop.invoice(shipment_id)
    assert shop.invoice(shipment_id).invoice_ids == []
    assert Invoice.objects.count() == 1
    assert NumberSeries.objects.get(code="invoice").next_number == 2


def test_many_shipments_get_a_block_of_numbers_in_order(shop):
    shipments = [shop.ship(1) for _ in range(5)]
    invoice_ids = shop.invoice(*shipments).invoice_ids
    assert list(Invoice.objects.order_by("sequence").values_list("pk", "sequence")) == list(
        zip(invoice_ids, range(1, 6), strict=True)
    )


@pytest.mark.django_db(transaction=True)
def test_the_outbox_does_it_without_a_human(shop):
    shop.ship(2)
    outbox.deliver("billing.invoicing.invoice_confirmed_shipments")
    assert Invoice.objects.count() == 1
    outbox.deliver("billing.invoicing.invoice_confirmed_shipments")
    assert Invoice.objects.count() == 1


def break_po(shop):
    Customer.objects.filter(pk=shop.world.customers[0]).update(po_required=True)


def break_customer(shop):
    Customer.objects.filter(pk=shop.world.customers[0]).update(is_blocked=True)


def break_price(shop):
    price = Price.objects.get(item=shop.world.items[1], scope__kind="list")
    Price.objects.filter(pk=price.pk).update(valid_to=date(2025, 1, 1))
    from django.utils import timezone

    Price.objects.create(
        scope=price.scope, item=price.item, unit=price.unit, value=price.value + 2, valid_from=date(2025, 1, 1),
        recorded_at=timezone.now().replace(year=2031),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("spoil", "kind", "variance"),
    [(break_po, "po_missing", 0), (break_customer, "blocked", 0), (break_price, "price_changed", 6)],
)
def test_what_is_not_clean_waits_and_goes_on_when_mended(shop, spoil, kind, variance):
    shipment_id = shop.ship([LineRequest(shop.world.items[1], Decimal(3))])
    spoil(shop)
    assert shop.invoice(shipment_id).stopped == [shipment_id]
    waiting = InvoiceException.objects.get()
    assert (waiting.kind, waiting.variance, waiting.amount) == (kind, variance, SalesOrder.objects.get().net)
    assert not Invoice.objects.exists()
    assert NumberSeries.objects.get(code="invoice").next_number == 1
    # a second run adds no second exception
    shop.invoice(shipment_id)
    assert InvoiceException.objects.count() == 1
    # accepted, it is billed as it is
    InvoiceException.objects.update(resolved_at="2026-01-06T00:00Z", resolution="accepted", resolved_by="fin")
    assert len(shop.invoice(shipment_id).invoice_ids) == 1


def test_a_rule_that_no_longer_applies_clears_its_exception(shop):
    shipment_id = shop.ship(1)
    break_customer(shop)
    shop.invoice(shipment_id)
    Customer.objects.update(is_blocked=False)
    assert len(shop.invoice(shipment_id).invoice_ids) == 1
    assert InvoiceException.objects.get().resolution == "cleared"


def test_missing_tax_code_and_zero_price_stop(shop):
    TaxRule.objects.all().delete()
    shipment_id = shop.ship(
        [LineRequest(shop.world.items[0], Decimal(1), price=Decimal(0))], price_source="conversion"
    )
    shop.invoice(shipment_id)
    assert set(InvoiceException.objects.values_list("kind", flat=True)) == {"tax_missing", "zero_price"}


def line(
    quantity: Decimal, before: Decimal, *, ordered: Decimal, net: Decimal, charged: Decimal = Decimal(0)
) -> Chargeable:
    return Chargeable(
        1, 1, 1, 1, 1, 1, "Bolt", quantity, Decimal(0), before, charged, ordered, ordered, "EA", Decimal(1),
        net, "list", 1, Decimal(19), None,
    )  # fmt: skip


def case(*lines: Chargeable) -> Case:
    return Case(1, "SH-1", 1, 1, 1, 1, 1, 1, "", False, False, "EUR", 30, "", frozenset(), lines)


@given(
    parts=st.lists(st.integers(1, 50), min_size=1, max_size=6),
    cents=st.integers(1, 10**7),
)
def test_partial_invoices_add_up_to_the_order_line(parts, cents):
    ordered, net, before, billed = Decimal(sum(parts)), Decimal(cents) / 100, Decimal(0), Decimal(0)
    for part in parts:
        billed += charge(case(line(Decimal(part), before, ordered=ordered, net=net, charged=billed))).net
        before += part
    assert billed == net


def test_tax_is_rounded_once_per_rate():
    lines = [line(Decimal(1), Decimal(0), ordered=Decimal(1), net=Decimal("0.30")) for _ in range(3)]
    lines = [
        Chargeable(
            *[getattr(each, name) if name != "order_line_id" else place for name in Chargeable.__slots__]
        )
        for place, each in enumerate(lines)
    ]
    assert charge(case(*lines)).tax == Decimal("0.17")


def test_clean_case_has_no_problem():
    assert problems(case(line(Decimal(1), Decimal(0), ordered=Decimal(1), net=Decimal(1)))) == []


def test_statements_do_not_depend_on_lines():
    shop = trade(items=500)
    shop.invoice(shop.ship(1))
    counts = []
    for lines in (1, 10, 500):
        shipment_id = shop.ship(lines)
        with count_statements() as counted:
            shop.invoice(shipment_id)
        counts.append(counted.statements)
    assert counts[0] == counts[1] == counts[2] <= 20
    assert InvoiceLine.objects.count() == 512


@pytest.mark.concurrency
@pytest.mark.django_db(transaction=True)
def test_many_workers_bill_once_and_leave_no_gap(shop):
    shipments = [shop.ship(1) for _ in range(8)]
    results = run_concurrently(lambda number: shop.invoice(*shipments[number % 4 : number % 4 + 5]), range(8))
    assert [result for result in results if isinstance(result, Exception)] == []
    assert sorted(Invoice.objects.values_list("sequence", flat=True)) == list(range(1, 9))
    assert not Billable.objects.filter(billed=0).exists()
