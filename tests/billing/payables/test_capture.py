"""An invoice is matched as it is entered: a clean one is in the books at once, any other waits with its reason."""

from datetime import timedelta
from decimal import Decimal

import pytest

from billing.ledger.accounts import forget_accounts
from billing.models import (
    Account,
    AccountRule,
    GoodsAccrual,
    GoodsMatch,
    Journal,
    MatchException,
    Payable,
    SupplierInvoice,
    UnmappedPosting,
)
from billing.payables.actions.match_supplier_invoices import match_supplier_invoices
from billing.payables.capturing import InvoiceLine, Tax
from billing.payables.errors import NotChargeable
from erp.kernel.command import By
from erp.kernel.errors import BadInput, NotFound, NotPermitted
from erp.kernel.models import OutboxEntry
from erp.kernel.outbox import deliver
from masterdata.models import Company, Supplier
from tests import factories as make
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
from tests.factories import local_day
from tests.support import count_statements, run_concurrently

pytestmark = pytest.mark.django_db
D = Decimal


def test_a_clean_one_is_posted_at_once(shop):
    # given ten received at 6, and terms with a cash discount
    terms = Supplier.objects.get(pk=seller()).terms
    type(terms).objects.filter(pk=terms.pk).update(discount_percent=2, discount_days=10)
    (line,) = received(shop, 10)
    done = charge(shop, goods(line, 10, 61))
    made = SupplierInvoice.objects.get(pk=done.invoice_id)
    assert (done.number, done.posted, made.state, made.posted_by) == (
        f"AP-{made.pk}",
        True,
        "posted",
        "bench",
    )
    assert booked("supplierinvoice", made.pk) == {
        "grni": 60, "variance": 1, "input_tax": D("12.81"), "payable": D("-73.81"),
    }  # fmt: skip
    assert accrual(line) == (10, 60, 10, 60, 61)
    owed = Payable.objects.get()
    assert (owed.amount, owed.open, owed.due_on) == (D("73.81"), D("73.81"), made.due_on)
    assert made.due_on == made.issued_on + timedelta(days=terms.days)
    assert (owed.discount, owed.discount_on) == (D("1.48"), made.issued_on + timedelta(days=10))


def test_parts_clear_exactly_what_was_received(shop):
    (line,) = order(shop, 3, cost="3.333333")
    receive(shop, line, quantity=1)
    receive(shop, line, quantity=2)
    for part in (1, 1, 1):
        assert charge(shop, goods(line, part, "3.33"), reference=f"P-{Payable.objects.count()}").posted
    assert accrual(line) == (3, D("10.00"), 3, D("10.00"), D("9.99"))
    assert list(GoodsMatch.objects.order_by("pk").values_list("cleared", flat=True)) == [
        D("3.33"), D("3.34"), D("3.33"),
    ]  # fmt: skip


def test_freight_within_the_limit_and_no_tax(shop):
    (line,) = received(shop, 10)
    done = charge(shop, goods(line, 10, 60), InvoiceLine(D(12), is_freight=True), rate=0)
    assert booked("supplierinvoice", done.invoice_id) == {"grni": 60, "freight_in": 12, "payable": -72}


def test_what_is_not_received_waits_and_is_posted_by_its_receipt(shop):
    (line,) = order(shop, 10)
    done = charge(shop, goods(line, 10, 60))
    assert (done.posted, found(done.invoice_id)) == (False, {"not_received": 60})
    assert not Payable.objects.exists()
    assert not Journal.objects.filter(kind="supplier").exists()
    receive(shop, line, quantity=4)
    assert deliver("billing.payables.match_again").handled == 1
    assert found(done.invoice_id) == {"not_received": 60}
    receive(shop, line, quantity=6)
    assert deliver("billing.payables.match_again").handled == 1
    made = SupplierInvoice.objects.get(pk=done.invoice_id)
    assert (made.state, made.posted_by, found(made.pk)) == (
        "posted",
        "system:billing.payables.match_again",
        {},
    )
    assert MatchException.objects.get().resolution == "cleared"
    # what is delivered again does nothing
    OutboxEntry.objects.filter(subscriber="billing.payables.match_again").update(done_at=None)
    deliver("billing.payables.match_again")
    assert Payable.objects.count() == 1


def test_every_finding_is_an_exception_with_a_day(shop):
    first, second = received(shop, 10, 5)
    done = charge(
        shop,
        goods(first, 10, 90),
        goods(second, 6, 36),
        InvoiceLine(D(9), description="Pallets"),
        InvoiceLine(D(80), is_freight=True),
        gross=D(300),
    )
    assert found(done.invoice_id) == {
        "price": 30, "over_billed": 36, "not_ordered": 9, "freight": 80, "sums": D("39.85"),
    }  # fmt: skip
    rows = MatchException.objects.filter(kind="price")
    assert rows.values_list("line", "detail", "due_on").get() == (
        1,
        f"{first.order.number} line 1 agreed 60.00 for it, the invoice says 90.00: 30.00 more.",
        local_day() + timedelta(days=3),
    )
    assert accrual(first) == (10, 60, 0, 0, 0)


def test_the_second_with_one_number_waits(shop):
    (line,) = received(shop, 10)
    assert charge(shop, goods(line, 5, 30), reference="INV 17").posted
    again = charge(shop, goods(line, 5, 30), reference="inv-17")
    assert found(again.invoice_id) == {"duplicate": D("36.30")}
    # a credit note may have the number of an invoice
    credit = charge(shop, goods(line, 5, 3), reference="INV 17", kind="credit_note")
    assert credit.posted
    assert booked("supplierinvoice", credit.invoice_id) == {
        "variance": -3, "input_tax": D("-0.63"), "payable": D("3.63"),
    }  # fmt: skip
    assert accrual(line) == (10, 60, 5, 30, 27)
    assert Payable.objects.get(invoice=credit.invoice_id).amount == D("-3.63")


def test_a_cost_without_an_order_waits_for_somebody_else(shop):
    rent = Account.objects.create(company_id=shop.world.company_id, code="6100", name="Rent", kind="expense")
    done = charge(shop, InvoiceLine(D(400), account_id=rent.pk))
    assert found(done.invoice_id) == {"cost": 400}


def test_an_account_that_is_missing_stops_nothing(shop):
    (line,) = received(shop, 10)
    AccountRule.objects.filter(purpose__in=("input_tax", "payable")).delete()
    forget_accounts()
    assert charge(shop, goods(line, 10, 60)).posted
    waiting = UnmappedPosting.objects.values_list("purpose", "amount").order_by("purpose")
    assert list(waiting) == [("input_tax", D("12.60")), ("payable", D("-72.60"))]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"kind": "letter"}, "kind"),
        ({"reference": " - "}, "reference"),
        ({"issued_on": local_day() + timedelta(days=2)}, "issued_on"),
        ({"due_on": local_day() - timedelta(days=30)}, "due_on"),
        ({"currency": "EURO"}, "currency"),
        ({"net": D("60.001")}, "net"),
        ({"tax": D(-1)}, "tax"),
        ({"lines": []}, "lines"),
        ({"lines": [InvoiceLine(D(1), D(0))]}, "lines"),
        ({"lines": [InvoiceLine(D(-1), purchase_line_id=1)]}, "lines"),
        ({"lines": [InvoiceLine(D(1), purchase_line_id=1, is_freight=True)]}, "lines"),
        ({"taxes": [Tax(D(21), D(1), D(1)), Tax(D(21), D(1), D(1))]}, "taxes"),
        ({"taxes": [Tax(D(100), D(1), D(1))]}, "taxes"),
        ({"taxes": [Tax(D("21.0001"), D(1), D(1))]}, "taxes"),
    ],
)
def test_what_no_match_can_work_with_is_refused(shop, changes, field):
    (line,) = received(shop, 10)
    with pytest.raises(BadInput) as refused:
        charge(shop, goods(line, 10, 60), **changes)
    assert refused.value.context["field"] == field
    assert not SupplierInvoice.objects.exists()


def test_what_belongs_to_others_is_not_there(shop):
    (line,) = received(shop, 10)
    foreign = make.supplier(company=make.company())
    stock = AccountRule.objects.get(company=shop.world.company_id, purpose="inventory").account_id
    for refusal, call in (
        (NotFound, lambda: charge(shop, goods(line, 10, 60), supplier_id=0)),
        (NotFound, lambda: charge(shop, goods(line, 10, 60), supplier_id=foreign.pk)),
        (NotFound, lambda: charge(shop, InvoiceLine(D(1), account_id=0))),
        (NotFound, lambda: charge(shop, InvoiceLine(D(1), return_id=0))),
        (NotChargeable, lambda: charge(shop, InvoiceLine(D(1), account_id=stock))),
        (NotPermitted, lambda: charge(shop, goods(line, 10, 60), by=By(make.actor("procurement")))),
    ):
        with pytest.raises(refusal):
            call()
    assert not SupplierInvoice.objects.exists()
    other = make.supplier(company=Company.objects.get(pk=shop.world.company_id))
    done = charge(shop, goods(line, 10, 60), supplier_id=other.pk)
    assert found(done.invoice_id) == {"not_ordered": 60}


def test_statements_do_not_depend_on_the_lines(shop):
    counts = []
    for n in (1, 4):
        lines = received(shop, *[3] * n)
        with count_statements() as counted:
            assert charge(shop, *(goods(line, 3, 18) for line in lines), reference=f"S-{n}").posted
        counts.append(counted.statements)
    assert counts[0] == counts[1] <= 30, counts


def test_statements_do_not_depend_on_the_invoices(shop):
    counts = []
    for n in (1, 3):
        lines = order(shop, *[3] * n)
        ids = [charge(shop, goods(line, 3, 18), reference=f"M-{n}-{line.pk}").invoice_id for line in lines]
        receive(shop, *lines)
        with count_statements() as counted:
            assert match_supplier_invoices(shop.by(), invoice_ids=ids).posted_ids == ids
        counts.append(counted.statements)
    assert counts[0] == counts[1], counts


@pytest.mark.django_db(transaction=True)
def test_what_was_received_is_invoiced_once(shop):
    (line,) = received(shop, 10)
    done = run_concurrently(lambda n: charge(shop, goods(line, 10, 60), reference=f"R-{n}"), range(4))
    assert sorted(each.posted for each in done) == [False, False, False, True]
    assert accrual(line) == (10, 60, 10, 60, 60)
    assert GoodsAccrual.objects.get().billed == 10


@pytest.mark.django_db(transaction=True)
def test_one_number_is_posted_once(shop):
    (line,) = received(shop, 10)
    done = run_concurrently(lambda _n: charge(shop, goods(line, 2, 12)), range(4))
    posted = [each for each in done if not isinstance(each, Exception) and each.posted]
    assert len(posted) == 1
    assert SupplierInvoice.objects.filter(state="posted").count() == 1
