"""Collections: the worklist by amount at risk, notes, and promises that money keeps or breaks."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import DatabaseError, transaction

from billing.collections.actions.assign_collections import assign_collections, return_collections
from billing.collections.actions.record_note import record_note
from billing.collections.actions.record_promise import record_promise, withdraw_promise
from billing.collections.errors import NothingOwed, PromiseOver
from billing.collections.lists import to_do
from billing.collections.models import CollectionAccount, CollectionNote, PaymentPromise
from billing.collections.queries import promise_list, worklist
from billing.exceptions.errors import OwnerCannotWork
from billing.models import CashReceipt, OpenItem
from billing.receivables.actions.receive_cash import receive_cash
from billing.receivables.rules import Application
from erp.kernel.actor import Actor
from erp.kernel.clock import now
from erp.kernel.command import By
from erp.kernel.errors import BadInput, NotFound, NotPermitted
from erp.kernel.models import User
from tests import factories
from tests.billing.disputes.disputing import disputed
from tests.billing.receivables.test_cash import open_item
from tests.billing.test_proofs import red
from tests.factories import local_day
from tests.support import count_statements, run_concurrently
from tests.trade import Trade, trade

ZERO = Decimal(0)


@pytest.fixture
def reader(trade: Trade, colleague: Actor) -> User:
    return User.objects.get(username="colleague")


def late_item(shop: Trade, days: int = 10, quantity: int = 10, **changes: Any) -> OpenItem:
    """An item that was due so many days ago."""
    item = open_item(shop, quantity, **changes)
    OpenItem.objects.filter(pk=item.pk).update(due_on=local_day() - timedelta(days=days))
    item.refresh_from_db()
    return item


def pay(item: OpenItem, by: Actor, amount: Decimal | int, *, days_ago: int = 0) -> CashReceipt:
    """Money of the payer, recorded at this moment and not at the beginning of the test."""
    made = receive_cash(
        By(by),
        customer_id=item.customer_id,
        amount=Decimal(amount),
        received_on=local_day() - timedelta(days=days_ago),
    )
    CashReceipt.objects.filter(pk=made.receipt_id).update(recorded_at=now())
    return CashReceipt.objects.get(pk=made.receipt_id)


def promised(item: OpenItem, by: Actor, amount: Decimal | int, days: int = 5) -> PaymentPromise:
    made = record_promise(
        By(by),
        customer_id=item.customer_id,
        amount=Decimal(amount),
        promised_on=local_day() + timedelta(days=days),
    )
    return PaymentPromise.objects.get(pk=made.promise_id)


def standing(promise: PaymentPromise, reader: User) -> tuple[str, Decimal]:
    row = promise_list(user=reader).get(pk=promise.pk)
    return row.standing, row.paid


def let_pass(promise: PaymentPromise, days: int = 10) -> None:
    """So many days go by."""
    back = timedelta(days=days)
    PaymentPromise.objects.filter(pk=promise.pk).update(
        made_on=promise.made_on - back, promised_on=promise.promised_on - back, made_at=promise.made_at - back
    )


def test_the_worklist_ranks_by_what_is_overdue_undisputed_and_not_covered(
    trade: Trade, colleague: Actor, reader: User
) -> None:
    first = late_item(trade, 40)
    late_item(trade, 5, quantity=2)
    open_item(trade)  # not due
    other = late_item(trade, 3, quantity=4, customer_id=trade.world.customers[1])
    second = OpenItem.objects.filter(customer=first.customer).order_by("pk")[1]
    disputed(first, colleague, 30)
    pay(first, colleague, 20)
    rows = list(worklist(user=reader).order_by("-at_risk"))
    assert [row.pk for row in rows] == [first.customer_id, other.customer_id]
    row = rows[0]
    assert (row.overdue, row.disputed, row.unapplied) == (first.amount + second.amount, 30, 20)
    assert row.at_risk == first.amount + second.amount - 50
    assert row.oldest_due == local_day() - timedelta(days=40)
    assert rows[1].at_risk == other.amount
    stranger = factories.user("finance", scope=f"company:{factories.company().pk}")
    assert list(worklist(user=stranger)) == []


def test_what_is_paid_or_only_disputed_leaves_nothing_at_risk(
    trade: Trade, colleague: Actor, reader: User
) -> None:
    item = late_item(trade)
    disputed(item, colleague, item.amount)
    assert [row.at_risk for row in worklist(user=reader)] == [0]
    receive_cash(
        By(colleague), customer_id=item.customer_id, amount=item.amount, received_on=local_day(),
        applications=[Application(item.pk, item.amount)],
    )  # fmt: skip
    assert list(worklist(user=reader)) == []


def test_a_note_says_when_to_look_again(trade: Trade, colleague: Actor, reader: User) -> None:
    item = late_item(trade)
    assert worklist(user=reader).filter(to_do(reader)).count() == 1
    until = local_day() + timedelta(days=3)
    record_note(
        By(colleague), customer_id=item.customer_id, kind="call", text="Back on Monday", follow_up_on=until
    )
    row = worklist(user=reader).get()
    assert (row.said, row.collection.follow_up_on) == ("Back on Monday", until)
    assert worklist(user=reader).filter(to_do(reader)).count() == 0
    record_note(By(colleague), customer_id=item.customer_id, kind="email", text="Invoice sent again")
    assert worklist(user=reader).filter(to_do(reader)).count() == 1
    notes = CollectionNote.objects.order_by("pk").values_list("kind", "text", "written_by")
    assert list(notes) == [
        ("call", "Back on Monday", "colleague"), ("email", "Invoice sent again", "colleague"),
    ]  # fmt: skip
    assert red("K19") == set()


def test_notes_that_say_nothing_are_refused(trade: Trade, colleague: Actor) -> None:
    item = late_item(trade)
    given = {"customer_id": item.customer_id, "kind": "call", "text": "Hello"}
    for wrong in ({"text": " "}, {"kind": "smoke"}, {"follow_up_on": local_day()}):
        with pytest.raises(BadInput):
            record_note(By(colleague), **{**given, **wrong})
    with pytest.raises(NotFound):
        record_note(By(colleague), **{**given, "customer_id": 0})
    with pytest.raises(NotPermitted):
        record_note(By(factories.actor("customer_service")), **given)
    assert (CollectionNote.objects.count(), CollectionAccount.objects.count()) == (0, 0)


def test_a_promise_is_kept_by_what_is_received(trade: Trade, colleague: Actor, reader: User) -> None:
    item = late_item(trade)
    pay(item, colleague, 50)  # before it was made: counts for nothing
    promise = promised(item, colleague, 60)
    assert standing(promise, reader) == ("open", 0)
    pay(item, colleague, 40)
    assert standing(promise, reader) == ("open", 40)
    last = pay(item, colleague, 20)
    assert standing(promise, reader) == ("kept", 60)
    CashReceipt.objects.filter(pk=last.pk).update(
        unapplied=0, reversed_at=now(), reversal_reason="It was returned"
    )
    assert standing(promise, reader) == ("open", 40)
    account = CollectionAccount.objects.get()
    assert account.follow_up_on == promise.promised_on + timedelta(days=1)


def test_a_promise_is_broken_when_its_day_is_over(trade: Trade, colleague: Actor, reader: User) -> None:
    item = late_item(trade)
    promise = promised(item, colleague, 60)
    let_pass(promise)
    assert standing(promise, reader) == ("broken", 0)
    assert [row.promise for row in worklist(user=reader)] == ["broken"]
    pay(item, colleague, 60)  # too late
    assert standing(promise, reader) == ("broken", 0)
    pay(item, colleague, 60, days_ago=6)  # in time, and the bank said so later
    assert standing(promise, reader) == ("kept", 60)


def test_the_next_promise_ends_the_one_before_and_no_money_counts_twice(
    trade: Trade, colleague: Actor, reader: User
) -> None:
    item = late_item(trade)
    first = promised(item, colleague, 60)
    pay(item, colleague, 30)
    second = promised(item, colleague, 30, days=9)
    assert (standing(first, reader), standing(second, reader)) == (("ended", 30), ("open", 0))
    pay(item, colleague, 30)
    assert (standing(first, reader), standing(second, reader)) == (("ended", 30), ("kept", 30))
    first.refresh_from_db()
    assert first.end_reason == "Another promise took its place"
    with pytest.raises(PromiseOver):
        withdraw_promise(By(colleague), promise_id=first.pk, reason="Again")
    withdraw_promise(By(colleague), promise_id=second.pk, reason="Other customer")
    assert PaymentPromise.objects.filter(ended_at=None).count() == 0


def test_promises_that_cannot_be_are_refused(trade: Trade, colleague: Actor) -> None:
    item = late_item(trade)
    given = {"customer_id": item.customer_id, "amount": Decimal(10), "promised_on": local_day()}
    for refusal, wrong in (
        (NothingOwed, {"amount": item.amount + Decimal("0.01")}),
        (BadInput, {"amount": ZERO}),
        (BadInput, {"amount": Decimal("0.001")}),
        (BadInput, {"promised_on": local_day() - timedelta(days=1)}),
    ):
        with pytest.raises(refusal):
            record_promise(By(colleague), **{**given, **wrong})
    assert PaymentPromise.objects.count() == 0


def test_payers_are_given_to_collectors_and_back(trade: Trade, colleague: Actor) -> None:
    ids = [late_item(trade).customer_id, late_item(trade, customer_id=trade.world.customers[1]).customer_id]
    worker, stranger = factories.user("finance"), factories.user("warehouse")
    assign_collections(By(colleague), customer_ids=ids, collector_id=worker.pk)
    assert set(CollectionAccount.objects.values_list("collector", flat=True)) == {worker.pk}
    with pytest.raises(OwnerCannotWork):
        assign_collections(By(colleague), customer_ids=ids, collector_id=stranger.pk)
    return_collections(By(colleague), customer_ids=ids)
    assert set(CollectionAccount.objects.values_list("collector", flat=True)) == {None}


def test_statements_do_not_depend_on_how_many_are_assigned(trade: Trade, colleague: Actor) -> None:
    worker = factories.user("finance")
    ids = trade.world.customers
    counts = []
    for chosen in (ids[:1], ids):
        with count_statements() as counted:
            assign_collections(By(colleague), customer_ids=chosen, collector_id=worker.pk)
        counts.append(counted.statements)
    assert counts[0] == counts[1]


@pytest.mark.django_db(transaction=True)
@pytest.mark.concurrency
def test_two_promises_at_once_leave_one_standing() -> None:
    shop = trade(items=2)
    item, clerk = late_item(shop), factories.actor("finance")
    run_concurrently(lambda amount: promised(item, clerk, amount), [10, 20, 30])
    assert PaymentPromise.objects.count() == 3
    assert PaymentPromise.objects.filter(ended_at=None).count() == 1


def test_notes_are_kept_as_they_were_written(trade: Trade, colleague: Actor) -> None:
    item = late_item(trade)
    record_note(By(colleague), customer_id=item.customer_id, kind="call", text="Said so")
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        CollectionNote.objects.update(text="Said otherwise")
