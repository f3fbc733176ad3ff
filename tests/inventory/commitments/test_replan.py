"""Planning again: nothing is promised twice, nothing that is free is left while someone waits."""

from datetime import date, timedelta
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from inventory.commitments.rules import Coming, Share, Standing, in_turn, replan

TODAY = date(2026, 1, 5)
FEBRUARY, MARCH = date(2026, 2, 2), date(2026, 3, 2)


def demand(number: int, open_quantity: int, *shares: Share, priority: int = 5, on: date = TODAY) -> Standing:
    return Standing(number, 1, on, None, Decimal(open_quantity), list(shares), priority)


def test_served_by_priority_then_requested_date_then_age():
    late, urgent, early = demand(1, 1, on=MARCH), demand(2, 1, priority=1, on=MARCH), demand(3, 1)
    assert [each.demand_id for each in in_turn([late, urgent, early])] == [2, 3, 1]


def test_free_stock_replaces_the_latest_supply_and_hands_it_on():
    first = demand(1, 10, Share(7, Decimal(10), MARCH))
    second = demand(2, 5)
    coming = {1: [Coming(7, MARCH, Decimal(0))]}
    replan([first, second], free={1: Decimal(6)}, coming=coming, ships_on=TODAY)
    assert sorted(first.shares, key=str) == [Share(7, Decimal(4), MARCH), Share(None, Decimal(6), TODAY)]
    assert second.shares == [Share(7, Decimal(5), MARCH)]
    assert coming[1][0].free == 1


def test_what_has_no_supply_has_no_date():
    alone = demand(1, 10, Share(None, Decimal(4), TODAY))
    replan([alone], free={}, coming={}, ships_on=TODAY)
    assert (alone.reserved, alone.uncovered, alone.on) == (4, 6, None)


def test_giving_back_is_bounded_by_the_share():
    alone = demand(1, 10, Share(7, Decimal(4), MARCH))
    assert alone.lose(7, Decimal(9)) == 4
    assert alone.lose(7, Decimal(1)) == 0
    assert alone.shares == []


quantities = st.integers(0, 20).map(Decimal)


@given(
    st.lists(st.tuples(st.integers(1, 20), quantities, quantities), min_size=1, max_size=6),
    quantities,
    st.lists(quantities, min_size=2, max_size=2),
)
def test_nothing_is_created_or_lost(rows, free_quantity, supply_free):
    coming = {1: [Coming(7, FEBRUARY, supply_free[0]), Coming(8, MARCH, supply_free[1])]}
    standings, held = [], Decimal(0)
    for number, (wanted, from_stock, from_supply) in enumerate(rows, 1):
        shares = []
        reserved = min(from_stock, Decimal(wanted))
        leaned = min(from_supply, wanted - reserved)
        if reserved:
            shares.append(Share(None, reserved, TODAY))
        if leaned:
            shares.append(Share(7, leaned, FEBRUARY))
        held += leaned
        standings.append(demand(number, wanted, *shares, on=TODAY + timedelta(days=number)))
    reserved_before = {each.demand_id: each.reserved for each in standings}
    free = {1: free_quantity}
    replan(standings, free=free, coming=coming, ships_on=TODAY)
    assert all(each.uncovered >= 0 for each in standings)
    assert all(each.reserved >= reserved_before[each.demand_id] for each in standings)
    assert sum(each.reserved for each in standings) + free[1] == sum(reserved_before.values()) + free_quantity
    on_supply = {
        supply_id: sum(s.quantity for each in standings for s in each.shares if s.supply_id == supply_id)
        for supply_id in (7, 8)
    }
    assert on_supply[7] + coming[1][0].free == held + supply_free[0]
    assert on_supply[8] + coming[1][1].free == supply_free[1]
    if any(each.uncovered for each in standings):
        assert free[1] == coming[1][0].free == coming[1][1].free == 0
