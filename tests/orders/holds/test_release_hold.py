from decimal import Decimal

import pytest

from erp.kernel.command import By
from erp.kernel.errors import BadInput, NotPermitted
from inventory.outbound.errors import ReleaseRefused
from orders.holds.actions.place_hold import place_hold
from orders.holds.actions.release_hold import release_hold, release_holds
from orders.holds.errors import AlreadyHeld, HoldReleased, OwnHold
from orders.models import CreditAccount, Hold, SalesOrder
from tests.factories import actor
from tests.orders.books import assert_kept
from tests.support import count_statements, run_concurrently
from tests.trade import Trade, trade

pytestmark = pytest.mark.django_db


@pytest.fixture
def shop() -> Trade:
    return trade()


@pytest.fixture
def finance() -> By:
    return By(actor("finance"))


def held(shop: Trade, lines: int = 1) -> Hold:
    CreditAccount.objects.update(limit=1)
    return Hold.objects.get(order=shop.submit(lines).order_id)


def test_a_released_credit_hold_counts_and_lets_go(shop, finance):
    hold = held(shop)
    with pytest.raises(ReleaseRefused):
        shop.release(hold.order_id)
    release_hold(finance, hold_id=hold.pk, reason="Paid")
    hold.refresh_from_db()
    assert (hold.released_by, hold.release_reason) == (finance.actor.name, "Paid")
    assert CreditAccount.objects.get(customer=hold.order.bill_to).exposure == hold.order.gross
    assert shop.release(hold.order_id)
    assert_kept(hold.order.bill_to_id)


def test_never_ones_own(shop):
    hold = held(shop)
    with pytest.raises(OwnHold):
        release_hold(shop.by(), hold_id=hold.pk, reason="Mine")
    hold.refresh_from_db()
    assert hold.released_at is None
    assert CreditAccount.objects.get(customer=hold.order.bill_to).exposure == 0


def test_each_kind_has_its_right(shop):
    hold = held(shop)
    with pytest.raises(NotPermitted) as refusal:
        release_hold(By(actor("customer_service")), hold_id=hold.pk, reason="Please")
    assert refusal.value.context["permission"] == "orders.release_credit_hold"
    with pytest.raises(BadInput):
        release_hold(By(actor("finance")), hold_id=hold.pk, reason="  ")
    assert not Hold.objects.exclude(released_at=None).exists()


def test_twice_is_told(shop, finance):
    hold = held(shop)
    release_hold(finance, hold_id=hold.pk, reason="Paid")
    with pytest.raises(HoldReleased):
        release_hold(By(actor("finance")), hold_id=hold.pk, reason="Paid")
    assert CreditAccount.objects.get(customer=hold.order.bill_to).exposure == hold.order.gross


def test_many_at_once_leave_what_may_not_go(shop, finance):
    first, second = held(shop), held(shop, 2)
    own = place_hold(finance, order_id=first.order_id, reason="Look again")
    done = release_holds(finance, hold_ids=[first.pk, second.pk, own.hold_id], reason="Paid")
    assert done.hold_ids == [first.pk, second.pk]
    assert [order for order, _why in done.refused] == [first.order.number]
    assert (
        CreditAccount.objects.get(customer=first.order.bill_to).exposure
        == first.order.gross + second.order.gross
    )


def test_statements_do_not_depend_on_holds(shop, finance):
    counts = []
    for number in (1, 1, 10):
        ids = [held(shop).pk for _ in range(number)]
        with count_statements() as counted:
            release_holds(finance, hold_ids=ids, reason="Paid")
        counts.append(counted.statements)
    assert counts[1] == counts[2]


def test_a_hold_by_hand_keeps_the_goods_in(shop, finance):
    order = SalesOrder.objects.get(pk=shop.submit().order_id)
    place_hold(finance, order_id=order.pk, reason="Wrong address")
    with pytest.raises(AlreadyHeld):
        place_hold(finance, order_id=order.pk, reason="Again")
    hold = Hold.objects.get()
    assert (hold.kind, hold.detail, hold.amount) == ("manual", "Wrong address", order.gross)
    with pytest.raises(ReleaseRefused):
        shop.release(order.pk)
    exposure = CreditAccount.objects.get(customer=order.bill_to).exposure
    release_hold(shop.by(), hold_id=hold.pk, reason="Address corrected")
    assert CreditAccount.objects.get(customer=order.bill_to).exposure == exposure == Decimal(order.gross)


@pytest.mark.concurrency
@pytest.mark.django_db(transaction=True)
def test_hold_and_warehouse_never_pass_each_other(shop):
    # whoever comes first wins: a hold placed before the release keeps the order in
    order = SalesOrder.objects.get(pk=shop.submit().order_id)
    by = By(actor("finance"))

    def either(number: int) -> object:
        return shop.release(order.pk) if number else place_hold(by, order_id=order.pk, reason="Stop")

    held_, released = run_concurrently(either, [0, 1])
    assert not isinstance(held_, Exception)
    assert isinstance(released, int | ReleaseRefused)
