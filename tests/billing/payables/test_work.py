"""What waits is corrected, accepted by somebody else, or refused; what was posted is taken back by a document."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, connection, transaction

from billing.models import (
    GoodsAccrual,
    Journal,
    MatchException,
    Payable,
    SupplierInvoice,
    SupplierInvoiceReversal,
)
from billing.payables.actions.accept_exceptions import accept_exceptions
from billing.payables.actions.correct_supplier_invoice import correct_supplier_invoice
from billing.payables.actions.refuse_supplier_invoice import refuse_supplier_invoice
from billing.payables.actions.reverse_supplier_invoice import reverse_supplier_invoice
from billing.payables.capturing import InvoiceLine, Tax
from billing.payables.errors import (
    AlreadyPaid,
    BeyondAcceptance,
    CreditedSince,
    NotAcceptable,
    NotPosted,
    NotWaiting,
    OwnInvoice,
)
from erp.kernel.command import By
from erp.kernel.errors import BadInput, NotFound, NotPermitted, StaleVersion
from erp.kernel.money import round_money
from tests import factories as make
from tests.billing.payables.buying import accrual, booked, charge, found, goods, order, receive, received
from tests.factories import local_day
from tests.support import run_concurrently

pytestmark = pytest.mark.django_db
D = Decimal


def exception(invoice_id: int, kind: str = "price") -> int:
    return MatchException.objects.get(invoice=invoice_id, kind=kind, resolved_at=None).pk


def corrected(shop, invoice_id: int, *lines: InvoiceLine, version: int = 1, **changes):
    net = sum((line.net for line in lines), D(0))
    tax = round_money(net * D("0.21"), "EUR")
    given = {
        "kind": "invoice", "reference": "2026-117", "issued_on": local_day(), "due_on": local_day(),
        "currency": "EUR", "lines": lines, "taxes": [Tax(D(21), net, tax)], "net": net, "tax": tax,
        "gross": net + tax, **changes,
    }  # fmt: skip
    return correct_supplier_invoice(shop.by(), invoice_id=invoice_id, version=version, **given)


def test_a_buyer_takes_the_price_and_it_is_posted(shop, buyer):
    (line,) = received(shop, 10)
    done = charge(shop, goods(line, 10, 90))
    outcome = accept_exceptions(buyer, exception_ids=[exception(done.invoice_id)], reason="Steel surcharge")
    assert outcome.posted_ids == [done.invoice_id]
    row = MatchException.objects.get()
    assert (row.resolution, row.resolved_by, row.reason) == ("accepted", "buyer", "Steel surcharge")
    assert booked("supplierinvoice", done.invoice_id) == {
        "grni": 60, "variance": 30, "input_tax": D("18.90"), "payable": D("-108.90"),
    }  # fmt: skip


def test_what_was_accepted_stays_so_while_another_reason_waits(shop, buyer):
    (line,) = order(shop, 10)
    done = charge(shop, goods(line, 10, 90))
    outcome = accept_exceptions(buyer, exception_ids=[exception(done.invoice_id)], reason="Surcharge")
    assert (outcome.posted_ids, found(done.invoice_id)) == ([], {"not_received": 90})
    # changed, it is to be decided again
    corrected(shop, done.invoice_id, goods(line, 10, 95))
    assert found(done.invoice_id) == {"not_received": 95, "price": 35}
    accept_exceptions(buyer, exception_ids=[exception(done.invoice_id)], reason="Surcharge")
    receive(shop, line)
    corrected(shop, done.invoice_id, goods(line, 10, 60), version=2)
    assert SupplierInvoice.objects.get().state == "posted"


def test_who_may_not_accept(shop, buyer):
    (line,) = received(shop, 100)
    done = charge(shop, goods(line, 100, 1101))
    price = exception(done.invoice_id)
    for refusal, by, reason in (
        (OwnInvoice, shop.by(), "Mine"),
        (BeyondAcceptance, buyer, "501 is more than 500"),
        (NotPermitted, By(make.actor("finance")), "No right"),
        (BadInput, buyer, " "),
    ):
        with pytest.raises(refusal):
            accept_exceptions(by, exception_ids=[price], reason=reason)
    assert found(done.invoice_id) == {"price": 501}
    owner = By(make.actor("process_owner"))
    assert accept_exceptions(owner, exception_ids=[price], reason="Agreed").posted_ids == [done.invoice_id]


@pytest.mark.parametrize("kind", ["not_received", "duplicate", "sums", "over_billed", "not_ordered"])
def test_what_nobody_may_accept(shop, buyer, kind):
    (line,) = received(shop, 10)
    (to_come,) = order(shop, 10)
    charge(shop, goods(line, 1, 6), reference="A1")
    done = {
        "not_received": lambda: charge(shop, goods(to_come, 10, 60)),
        "duplicate": lambda: charge(shop, goods(line, 1, 6), reference="A-1"),
        "sums": lambda: charge(shop, goods(line, 1, 6), gross=D(9)),
        "over_billed": lambda: charge(shop, goods(line, 20, 120)),
        "not_ordered": lambda: charge(shop, InvoiceLine(D(9))),
    }[kind]()
    with pytest.raises(NotAcceptable):
        accept_exceptions(buyer, exception_ids=[exception(done.invoice_id, kind)], reason="Please")
    assert list(found(done.invoice_id)) == [kind]


def test_a_correction_is_matched_anew(shop):
    first, second = received(shop, 10, 5)
    done = charge(shop, goods(first, 12, 72))
    result = corrected(
        shop, done.invoice_id, goods(first, 10, 60), goods(second, 5, 30), reference="2026-118"
    )
    made = SupplierInvoice.objects.get(pk=done.invoice_id)
    assert (result.posted, made.reference, made.lines.count(), made.state) == (True, "2026-118", 2, "posted")
    assert MatchException.objects.get().resolution == "cleared"
    with pytest.raises(NotWaiting):
        corrected(shop, done.invoice_id, goods(first, 1, 6), version=made.version)
    for change in (
        "update billing_supplierinvoiceline set net = 1",
        "delete from billing_supplierinvoicetax",
    ):
        with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(change)


def test_a_correction_of_an_older_version_is_refused(shop):
    (line,) = received(shop, 10)
    done = charge(shop, goods(line, 12, 72))
    corrected(shop, done.invoice_id, goods(line, 11, 66))
    with pytest.raises(StaleVersion):
        corrected(shop, done.invoice_id, goods(line, 10, 60))
    assert found(done.invoice_id) == {"over_billed": 66}


def test_a_refused_one_frees_its_number(shop, buyer):
    (line,) = received(shop, 10)
    done = charge(shop, goods(line, 12, 72))
    with pytest.raises(BadInput):
        refuse_supplier_invoice(buyer, invoice_id=done.invoice_id, reason=" ")
    refuse_supplier_invoice(buyer, invoice_id=done.invoice_id, reason="Ten came")
    made = SupplierInvoice.objects.get()
    assert (made.state, made.refusal, made.refused_by) == ("refused", "Ten came", "buyer")
    assert (MatchException.objects.get().resolution, found(made.pk)) == ("refused", {})
    assert charge(shop, goods(line, 10, 60)).posted
    with pytest.raises(NotWaiting):
        refuse_supplier_invoice(buyer, invoice_id=done.invoice_id, reason="Again")


def test_taken_back_everything_is_as_before(shop):
    (line,) = received(shop, 10)
    done = charge(shop, goods(line, 10, 61))
    back = reverse_supplier_invoice(shop.by(), invoice_id=done.invoice_id, reason="Wrong supplier")
    made = SupplierInvoice.objects.get()
    reversal = SupplierInvoiceReversal.objects.get()
    assert (made.state, reversal.number, reversal.reason) == ("reversed", back.number, "Wrong supplier")
    assert accrual(line) == (10, 60, 0, 0, 0)
    assert Payable.objects.get().open == 0
    assert booked("supplierinvoicereversal", reversal.pk) == {
        "grni": -60, "variance": -1, "input_tax": D("-12.81"), "payable": D("73.81"),
    }  # fmt: skip
    assert Journal.objects.get(source_id=reversal.pk, kind="supplier", reverses_id__isnull=False)
    with pytest.raises(NotPosted):
        reverse_supplier_invoice(shop.by(), invoice_id=done.invoice_id, reason="Again")
    assert charge(shop, goods(line, 10, 60)).posted


def test_what_is_settled_or_leaned_on_is_not_taken_back(shop):
    (line,) = received(shop, 10)
    done = charge(shop, goods(line, 10, 60))
    credit = charge(shop, goods(line, 10, 6), kind="credit_note", reference="CN 1")
    for refusal, by, reason, pk in (
        (CreditedSince, shop.by(), "Wrong", done.invoice_id),
        (NotPermitted, By(make.actor("procurement")), "Wrong", done.invoice_id),
        (BadInput, shop.by(), "", done.invoice_id),
        (NotFound, shop.by(), "Wrong", 0),
    ):
        with pytest.raises(refusal):
            reverse_supplier_invoice(by, invoice_id=pk, reason=reason)
    reverse_supplier_invoice(shop.by(), invoice_id=credit.invoice_id, reason="Wrong")
    Payable.objects.filter(invoice=done.invoice_id).update(open=D("2.60"))
    with pytest.raises(AlreadyPaid):
        reverse_supplier_invoice(shop.by(), invoice_id=done.invoice_id, reason="Wrong")
    Payable.objects.filter(invoice=done.invoice_id).update(open=D("72.60"))
    assert accrual(line) == (10, 60, 10, 60, 60)


@pytest.mark.django_db(transaction=True)
def test_taken_back_once(shop):
    (line,) = received(shop, 10)
    done = charge(shop, goods(line, 10, 60))
    results = run_concurrently(
        lambda _n: reverse_supplier_invoice(shop.by(), invoice_id=done.invoice_id, reason="Wrong"), range(3)
    )
    assert sorted(type(each).__name__ for each in results) == ["NotPosted", "NotPosted", "ReversedInvoice"]
    assert GoodsAccrual.objects.get().billed == 0


def test_the_oldest_waits_longest(shop):
    (line,) = order(shop, 10)
    done = charge(shop, goods(line, 10, 60))
    row = MatchException.objects.get(invoice=done.invoice_id)
    assert row.due_on - row.opened_at.date() <= timedelta(days=4)
