"""What of lots that expire may be promised for a day: all that keeps every promise, and nothing more (IV05)."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inventory.commitments.explain import explain_promises
from inventory.commitments.freshness import Shelf, spoils_by
from inventory.models import Demand, DemandGroup
from masterdata.policies.snapshot import Snapshot, assume
from orders.entry.actions.amend_order import amend_order
from orders.entry.amending import Amendment, LineChange
from orders.entry.rules import LineRequest
from orders.models import SalesOrder
from tests import factories as make
from tests.factories import local_day
from tests.inventory.lots import shelved
from tests.orders.books import assert_proven
from tests.trade import Trade, trade

D = Decimal
DAY = date(2027, 3, 1)
QUANTITY = st.integers(0, 4)
EXPIRIES = st.integers(0, 5)


def day(n: int) -> date:
    return DAY + timedelta(days=n)


def can_keep(lots: list[tuple[int | None, int]], promised: list[tuple[int, int]]) -> bool:
    """Whether lots can be dealt out so that everybody gets what is still good: the most demanding chooses first."""
    left = sorted(
        ([99 if expires is None else expires, quantity] for expires, quantity in lots), reverse=True
    )
    for spoils, wanted in sorted(promised, reverse=True):
        for lot in left:
            taken = min(wanted, lot[1]) if lot[0] > spoils else 0
            lot[1] -= taken
            wanted -= taken
        if wanted:
            return False
    return True


@given(
    early=st.tuples(EXPIRIES, QUANTITY),
    others=st.lists(st.tuples(st.one_of(st.none(), EXPIRIES), QUANTITY), max_size=3),
    wanted=st.lists(st.tuples(EXPIRIES, QUANTITY), max_size=4),
    later=st.integers(0, 3),
)
def test_room_is_what_every_promise_can_bear(early, others, wanted, later):
    lots, until, promised = [early, *others], early[0] + later, []
    for each in wanted:
        if can_keep(lots, [*promised, each]):
            promised.append(each)
    free = sum(quantity for _, quantity in lots) - sum(quantity for _, quantity in promised)
    most = max(more for more in range(free + 1) if can_keep(lots, [*promised, (until, more)]))
    shelf = Shelf(
        [(None if expires is None else day(expires), D(quantity)) for expires, quantity in lots],
        [(day(spoils), D(quantity)) for spoils, quantity in promised],
    )
    assert min(shelf.room(day(until)), D(free)) == most


@pytest.mark.parametrize(("life", "spoils"), [(0, DAY), (1, DAY), (30, DAY + timedelta(days=29))])
def test_a_lot_is_expired_on_its_day(life, spoils):
    assert spoils_by(DAY, life) == spoils


@pytest.fixture
def shop(db: None) -> Trade:
    return trade(items=3)


def ordered(shop: Trade, item, quantity: int, in_days: int = 0) -> SalesOrder:
    on = local_day() + timedelta(days=in_days)
    made = shop.submit([LineRequest(item.pk, D(quantity))], requested_on=on)
    return SalesOrder.objects.get(pk=made.order_id)


def reserved(order: SalesOrder) -> Decimal:
    return Demand.objects.get(group=order.group_id).reserved


@pytest.mark.parametrize(("in_days", "life", "from_stock"), [(0, 0, 15), (14, 0, 10), (0, 20, 10)])
def test_what_expires_before_it_leaves_is_not_promised(shop, in_days, life, from_stock):
    item = shelved(shop, (8, 10), (60, 10))
    assume(Snapshot(1, {("orders.minimum_life_days", "*"): [(make.LONG_AGO, None, life)]}))
    order = ordered(shop, item, 15, in_days)
    assert reserved(order) == from_stock
    assert DemandGroup.objects.get(pk=order.group_id).minimum_life_days == life
    (reason,) = explain_promises([Demand.objects.get(group=order.group_id)]).values()
    assert ("; 10 in stock expire too early for it" in reason.sentence) == (from_stock == 10)
    assert_proven("D11")


def test_who_comes_first_may_have_what_expires_first(shop):
    item = shelved(shop, (8, 10), (60, 10))
    late, soon = ordered(shop, item, 10, 14), ordered(shop, item, 12)
    assert (reserved(late), reserved(soon)) == (10, 10)
    assert reserved(ordered(shop, item, 1)) == 0


def test_a_changed_order_keeps_what_it_holds(shop):
    item = shelved(shop, (8, 10), (60, 10))
    order = ordered(shop, item, 10, 14)
    change = Amendment([LineChange(1, D(12))])
    amend_order(shop.by(), order_id=order.pk, version=order.version, amendment=change)
    assert reserved(order) == 10
