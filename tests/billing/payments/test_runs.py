"""A run is proposed by one and let go by another; what is paid is settled, in the file and in the books."""

import hashlib
from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction

from billing.models import BankDetails, Payable, Payment, PaymentFile, PaymentItem, PaymentRun
from billing.payables.actions.reverse_supplier_invoice import reverse_supplier_invoice
from billing.payables.errors import AlreadyPaid
from billing.payments.actions.approve_payment_run import approve_payment_run
from billing.payments.actions.cancel_payment_run import cancel_payment_run
from billing.payments.actions.edit_payment_run import Paid, edit_payment_run
from billing.payments.actions.keep_bank_details import decide_bank_details, propose_bank_details
from billing.payments.actions.reverse_payment import reverse_payment
from billing.payments.errors import (
    BeyondPaymentLimit,
    DetailsDecided,
    DetailsWaiting,
    NothingToPay,
    OwnDetails,
    OwnRun,
    PayableInRun,
    PaymentReversed,
    RunDecided,
    RunOutdated,
)
from erp.kernel.command import By
from erp.kernel.errors import BadInput, NotFound, NotPermitted, StaleVersion
from masterdata.models import Supplier
from tests import factories as make
from tests.billing.payables.buying import booked, charge, goods, order, receive, seller
from tests.billing.payments.paying import (
    OUR_IBAN,
    THEIR_IBAN,
    confirmed,
    credit,
    discounted,
    items,
    owed,
    run,
)
from tests.factories import local_day
from tests.support import count_statements, run_concurrently

pytestmark = pytest.mark.django_db
D = Decimal


def test_from_proposal_to_the_file_and_the_books(shop, bank, boss):
    first, second, later = owed(shop, "60"), owed(shop, "40", due=5), owed(shop, "30", due=20)
    discounted(second, "0.80", days=3)
    memo = credit(shop, first, "10")
    made = run(shop, bank)
    day = local_day()
    assert [each[:3] for each in items(made)] == [
        (first.pk, 60, 0), (second.pk, D("39.20"), D("0.80")), (memo.pk, -10, 0),
    ]  # fmt: skip
    found = PaymentRun.objects.get(pk=made.run_id)
    assert (found.total, found.left_out, made.items) == (D("89.20"), [], 3)
    (payment_id,) = approve_payment_run(boss, run_id=found.pk, version=1).payment_ids
    payment = Payment.objects.get(pk=payment_id)
    assert (payment.amount, payment.iban, payment.holder, payment.remittance) == (
        D("89.20"), THEIR_IBAN, "Müller & Söhne GmbH", "N1, N2, CN3",
    )  # fmt: skip
    assert booked("payment", payment.pk) == {
        "payable": D("90.00"), "cash": D("-89.20"), "discount_in": D("-0.80"),
    }  # fmt: skip
    assert list(Payable.objects.order_by("pk").values_list("open", flat=True)) == [0, 0, 30, 0]
    file = PaymentFile.objects.get(run=found)
    content = file.content.encode()
    assert (file.count, file.total, file.name) == (1, D("89.20"), f"{found.number}.xml")
    assert file.sha256 == hashlib.sha256(content).hexdigest()
    for said in (OUR_IBAN, THEIR_IBAN, "89.20", payment.number, str(day)):
        assert said.encode() in content
    with pytest.raises(RunDecided):
        approve_payment_run(boss, run_id=found.pk, version=2)
    with pytest.raises(AlreadyPaid):
        reverse_supplier_invoice(shop.by(), invoice_id=first.invoice_id, reason="Wrong")
    assert later.open == 30


def test_nobody_lets_go_their_own(shop, bank, boss):
    payable = owed(shop)
    made = run(shop, bank)
    own, clerk = shop.by(), By(make.actor("finance", username="clerk"))
    with pytest.raises(OwnRun):
        approve_payment_run(own, run_id=made.run_id, version=1)
    (item,) = PaymentItem.objects.all()
    edit_payment_run(clerk, run_id=made.run_id, version=1, items=[Paid(item.pk, D(50))])
    for refusal, by in ((OwnRun, clerk), (NotPermitted, By(make.actor("procurement")))):
        with pytest.raises(refusal):
            approve_payment_run(by, run_id=made.run_id, version=2)
    with pytest.raises(StaleVersion):
        approve_payment_run(boss, run_id=made.run_id, version=1)
    with pytest.raises(IntegrityError), transaction.atomic():
        PaymentRun.objects.update(state="approved", decided_at="2026-01-01T00:00Z", decided_by="clerk")
    assert not Payment.objects.exists()
    approve_payment_run(boss, run_id=made.run_id, version=2)
    payable.refresh_from_db()
    assert payable.open == 10
    assert [each[1] for each in items(run(shop, bank))] == [10]


def test_beyond_the_limit_a_process_owner_lets_go(shop, bank, boss):
    owed(shop, "50010")
    made = run(shop, bank)
    with pytest.raises(BeyondPaymentLimit):
        approve_payment_run(boss, run_id=made.run_id, version=1)
    owner = By(make.actor("process_owner"))
    assert len(approve_payment_run(owner, run_id=made.run_id, version=1).payment_ids) == 1


def test_what_changed_since_is_not_paid(shop, bank, boss):
    payable = owed(shop)
    discounted(payable, "1.20", days=0)
    made = run(shop, bank)

    def refused(reason: str) -> None:
        with pytest.raises(RunOutdated, match=reason):
            approve_payment_run(boss, run_id=made.run_id, version=1)
        assert not Payment.objects.exists()

    Supplier.objects.filter(pk=seller()).update(is_blocked=True)
    refused("is blocked")
    Supplier.objects.filter(pk=seller()).update(is_blocked=False)
    BankDetails.objects.update(state="replaced")
    refused("no confirmed bank details")
    BankDetails.objects.update(state="confirmed")
    Payable.objects.filter(pk=payable.pk).update(open=D(20))
    refused("only 20.00 of N1 are open")
    Payable.objects.filter(pk=payable.pk).update(open=D(60))
    PaymentRun.objects.update(pay_on=local_day() - timedelta(days=1))
    refused("its day is over")
    PaymentRun.objects.update(pay_on=local_day() + timedelta(days=1))
    refused("the discount of N1 is lost")


def test_a_run_is_changed_within_what_is_owed(shop, bank):
    first, second = owed(shop, "60"), owed(shop, "40")
    discounted(second, "0.80", days=3)
    memo = credit(shop, first, "10")
    made = run(shop, bank)
    own = {row.payable_id: row.pk for row in PaymentItem.objects.all()}
    for wanted in (
        [],
        [Paid(0, D(1))],
        [Paid(own[first.pk], D(1)), Paid(own[first.pk], D(1))],
        [Paid(own[first.pk], D("60.01"))],
        [Paid(own[first.pk], D("1.001"))],
        [Paid(own[first.pk], D(-1))],
        [Paid(own[first.pk], D(59), D(1))],
        [Paid(own[second.pk], D(20), D("0.80"))],
        [Paid(own[second.pk], D("39.10"), D("0.90"))],
        [Paid(own[memo.pk], D(-10))],
    ):
        with pytest.raises(BadInput):
            edit_payment_run(shop.by(), run_id=made.run_id, version=1, items=wanted)
    assert len(items(made)) == 3
    edit_payment_run(
        shop.by(),
        run_id=made.run_id,
        version=1,
        items=[Paid(own[first.pk], D(50)), Paid(own[memo.pk], D(-10))],
    )
    assert [each[:2] for each in items(made)] == [(first.pk, 50), (memo.pk, -10)]
    assert PaymentRun.objects.get().total == 40
    with pytest.raises(StaleVersion):
        edit_payment_run(shop.by(), run_id=made.run_id, version=1, items=[Paid(own[first.pk], D(50))])
    assert [each[0] for each in items(run(shop, bank))] == [second.pk]  # it is free again


def test_what_cannot_be_proposed(shop, bank):
    day = local_day()
    foreign = make.company()
    with pytest.raises(NothingToPay):
        run(shop, bank)
    owed(shop, due=30)
    with pytest.raises(NothingToPay):
        run(shop, bank)
    for refusal, changes in (
        (BadInput, {"on": day - timedelta(days=1)}),
        (BadInput, {"on": day + timedelta(days=61)}),
        (BadInput, {"until": -1}),
        (NotPermitted, {"by": By(make.actor("procurement"))}),
        (NotPermitted, {"by": By(make.actor("finance", scope=f"company:{foreign.pk}"))}),
    ):
        with pytest.raises(refusal):
            run(shop, bank, **changes)
    bank.pk = 0
    with pytest.raises(NotFound):
        run(shop, bank)
    assert not PaymentRun.objects.exists()


def test_who_cannot_be_paid_is_left_out_with_the_reason(shop, bank):
    owed(shop, "60")
    BankDetails.objects.update(state="replaced")
    with pytest.raises(NothingToPay, match="No bank details are confirmed"):
        run(shop, bank)
    other = make.supplier(company=bank.company)
    confirmed(other.pk, "NL91ABNA0417164300")
    (line,) = order(shop, 10, supplier_id=other.pk)
    receive(shop, line)
    charge(shop, goods(line, 10, 60), supplier_id=other.pk, rate=0, due_on=local_day(), issued_on=local_day())
    made = run(shop, bank)
    found = PaymentRun.objects.get(pk=made.run_id)
    name = Supplier.objects.get(pk=seller()).party.name
    assert (found.total, found.left_out) == (60, [[name, "60.00", "No bank details are confirmed."]])


def test_a_cancelled_run_frees_its_payables(shop, bank):
    owed(shop)
    made = run(shop, bank)
    with pytest.raises(BadInput):
        cancel_payment_run(shop.by(), run_id=made.run_id, reason="")
    cancel_payment_run(shop.by(), run_id=made.run_id, reason="Wrong day")
    with pytest.raises(RunDecided):
        cancel_payment_run(shop.by(), run_id=made.run_id, reason="Again")
    assert len(items(run(shop, bank))) == 1


def test_a_payment_that_came_back_is_owed_again(shop, bank, boss):
    first = owed(shop, "60")
    discounted(first, "1.20", days=3)
    made = run(shop, bank)
    (pk,) = approve_payment_run(boss, run_id=made.run_id, version=1).payment_ids
    with pytest.raises(BadInput):
        reverse_payment(shop.by(), payment_id=pk, reason=" ")
    reverse_payment(shop.by(), payment_id=pk, reason="Account closed")
    first.refresh_from_db()
    assert first.open == 60
    assert booked("paymentreversal", pk) == {
        "payable": -60, "cash": D("58.80"), "discount_in": D("1.20"),
    }  # fmt: skip
    with pytest.raises(PaymentReversed):
        reverse_payment(shop.by(), payment_id=pk, reason="Again")
    again = run(shop, bank)
    approve_payment_run(boss, run_id=again.run_id, version=1)
    first.refresh_from_db()
    assert first.open == 0


def test_bank_details_take_two_people(shop, boss):
    supplier_id = seller()
    given = {
        "supplier_id": supplier_id,
        "holder": "Smit BV",
        "iban": "NL91 ABNA 0417 1643 00",
        "note": "Called",
    }
    for change in ({"iban": "NL91ABNA0417164301"}, {"holder": "株"}, {"bic": "XX"}, {"note": ""}):
        with pytest.raises(BadInput):
            propose_bank_details(shop.by(), **{**given, **change})
    with pytest.raises(NotFound):
        propose_bank_details(shop.by(), **{**given, "supplier_id": 0})
    first = propose_bank_details(shop.by(), **given).details_id
    with pytest.raises(DetailsWaiting):
        propose_bank_details(shop.by(), **given)
    with pytest.raises(OwnDetails):
        decide_bank_details(shop.by(), details_id=first, confirm=True)
    decide_bank_details(boss, details_id=first, confirm=True)
    with pytest.raises(DetailsDecided):
        decide_bank_details(boss, details_id=first, confirm=False)
    second = propose_bank_details(shop.by(), **{**given, "iban": THEIR_IBAN}).details_id
    decide_bank_details(boss, details_id=second, confirm=False)
    third = propose_bank_details(shop.by(), **{**given, "iban": THEIR_IBAN}).details_id
    decide_bank_details(boss, details_id=third, confirm=True)
    states = BankDetails.objects.order_by("pk").values_list("state", "iban")
    assert list(states) == [
        ("replaced", "NL91ABNA0417164300"), ("refused", THEIR_IBAN), ("confirmed", THEIR_IBAN),
    ]  # fmt: skip


def test_statements_do_not_depend_on_the_payables(shop, bank, boss):
    counts = []
    for n in (1, 4):
        for _each in range(n):
            owed(shop)
        with count_statements() as proposing:
            made = run(shop, bank)
        with count_statements() as approving:
            approve_payment_run(boss, run_id=made.run_id, version=1)
        counts.append((proposing.statements, approving.statements))
    assert counts[0] == counts[1], counts


@pytest.mark.django_db(transaction=True)
def test_a_payable_is_paid_once(shop, bank, boss):
    owed(shop)
    results = run_concurrently(lambda _n: run(shop, bank), range(3))
    made = [each for each in results if not isinstance(each, Exception)]
    assert len(made) == 1
    assert {type(each) for each in results} - {type(made[0])} <= {NothingToPay, PayableInRun}
    done = run_concurrently(lambda _n: approve_payment_run(boss, run_id=made[0].run_id, version=1), range(3))
    assert sorted(type(each).__name__ for each in done) == ["ApprovedRun", "RunDecided", "RunDecided"]
    assert Payment.objects.count() == PaymentFile.objects.count() == 1
