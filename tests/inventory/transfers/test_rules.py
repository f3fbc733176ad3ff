"""From which bins a transfer is loaded, who leans on what it brings, and who may approve it."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inventory.commitments.rules import Coming, Share, Standing
from inventory.outbound.rules import BinStock
from inventory.transfers.rules import (
    Arrival,
    ToLoad,
    hasten,
    load_plan,
    may_approve,
    value_at,
    withdraw,
)

D = Decimal
DAY = date(2026, 3, 2)


def on(days: int) -> date:
    return DAY + timedelta(days=days)


@pytest.mark.parametrize(
    ("value", "own", "limits", "allowed", "limit"),
    [
        (1000, True, [25_000], True, 25_000),
        ("1000.01", True, [25_000], False, 1_000),
        ("1000.01", False, [25_000], True, 25_000),
        ("25000.01", False, [25_000], False, 25_000),
        ("25000.01", False, [25_000, 1_000_000], True, 1_000_000),
        ("25000.01", True, [25_000, 1_000_000], False, 1_000),
        ("9999999", True, [], True, 9_999_999),  # the system
    ],
)
def test_who_may_approve(value, own, limits, allowed, limit):
    answer = may_approve(D(value), own=own, own_limit=D(1000), limits=[D(each) for each in limits])
    assert answer == (allowed, D(limit))


@pytest.mark.parametrize(
    ("valued", "value", "worth"), [(8, 20, "7.50"), (0, 0, "12.00"), (3, 10, "10.00"), (7, 10, "4.29")]
)
def test_what_goods_are_worth_at_a_site(valued, value, worth):
    found = value_at(D(3), valued_quantity=D(valued), value=D(value), standard_cost=D(4))
    assert found == D(worth)


def test_what_expires_first_is_loaded_first_then_in_walking_order():
    bins = [
        BinStock(1, 7, D(5), None, 1),
        BinStock(2, 7, D(5), on(30), 9),
        BinStock(3, 7, D(5), on(10), 5),
        BinStock(4, 8, D(1), None, 1),
        BinStock(5, 7, D(5), DAY, 1),  # has expired
    ]
    loads = load_plan([ToLoad(70, 7, D(12)), ToLoad(80, 8, D(3)), ToLoad(71, 7, D(9))], bins, today=DAY)
    assert [(each.line_id, each.balance_id, each.quantity) for each in loads] == [
        (70, 3, 5), (70, 2, 5), (70, 1, 2), (80, 4, 1), (71, 1, 3),
    ]  # fmt: skip


@given(
    wanted=st.lists(st.integers(1, 20), min_size=1, max_size=4),
    free=st.lists(st.integers(0, 15), min_size=1, max_size=6),
)
def test_no_more_is_loaded_than_is_wanted_or_lies_there(wanted, free):
    bins = [BinStock(pk, 1, D(quantity), None, pk) for pk, quantity in enumerate(free)]
    loads = load_plan([ToLoad(pk, 1, D(quantity)) for pk, quantity in enumerate(wanted)], bins, today=DAY)
    assert sum(load.quantity for load in loads) == min(sum(wanted), sum(free))
    for pk, quantity in enumerate(free):
        assert sum(load.quantity for load in loads if load.balance_id == pk) == quantity - bins[pk].free


def standing(pk: int, want: int, *shares: Share, asked: int = 0, method: str = "stock") -> Standing:
    return Standing(pk, 1, on(asked), None, D(want), list(shares), method=method)


def test_who_it_is_moved_for_comes_first_then_who_waits_in_turn():
    first, late, served = (
        standing(1, 4),
        standing(2, 6, Share(50, D(6), on(20))),
        standing(3, 2, Share(None, D(2), DAY)),
    )
    coming = {1: [Coming(60, on(3), D(8)), Coming(50, on(20), D(0))]}
    hasten([first, late, served], [Arrival(60, 1, on(3), wanted_by=2)], coming=coming, ships_on=DAY)
    assert late.shares == [Share(60, D(6), on(3))]
    assert first.shares == [Share(60, D(2), on(3))]
    assert served.shares == [Share(None, D(2), DAY)]
    assert [supply.free for supply in coming[1]] == [0, 6]  # what comes on the 20th is free for others


@pytest.mark.parametrize(
    ("share", "asked", "moves"),
    [
        (Share(50, D(5), on(20)), 0, True),
        (Share(50, D(5), on(3)), 0, False),  # it comes as soon
        (Share(50, D(5), on(20)), 20, False),  # nobody asked for it sooner
        (Share(None, D(5), on(20)), 0, False),  # stock stays where it is
    ],
)
def test_only_what_comes_later_than_wanted_leans_on_it(share, asked, moves):
    demand = standing(1, 5, share, asked=asked)
    coming = {1: [Coming(60, on(3), D(9)), Coming(50, share.on, D(0))]}
    hasten([demand], [Arrival(60, 1, on(3))], coming=coming, ships_on=DAY)
    assert demand.shares == ([Share(60, D(5), on(3))] if moves else [share])


def test_what_is_bought_for_a_demand_is_left_to_it():
    demand = standing(1, 5, method="special")
    hasten([demand], [Arrival(60, 1, on(3))], coming={1: [Coming(60, on(3), D(9))]}, ships_on=DAY)
    assert demand.shares == []


@given(
    wants=st.lists(
        st.tuples(st.integers(1, 9), st.integers(0, 9), st.integers(0, 30)), min_size=1, max_size=5
    ),
    brings=st.integers(1, 30),
)
def test_nobody_gets_less_or_later_and_nothing_is_promised_twice(wants, brings):
    standings = [
        standing(pk, want, *([Share(50, D(min(want, has)), on(day))] if min(want, has) else []))
        for pk, (want, has, day) in enumerate(wants)
    ]
    before = [
        (demand.uncovered, [(share.on, share.quantity) for share in demand.shares]) for demand in standings
    ]
    committed = sum(share.quantity for demand in standings for share in demand.shares)
    coming = {1: [Coming(60, on(5), D(brings)), Coming(50, on(40), D(0))]}
    hasten(standings, [Arrival(60, 1, on(5))], coming=coming, ships_on=DAY)
    own, later = coming[1]
    taken = sum(share.quantity for demand in standings for share in demand.shares if share.supply_id == 60)
    kept = sum(share.quantity for demand in standings for share in demand.shares if share.supply_id == 50)
    assert (own.free, later.free) == (brings - taken, committed - kept)
    for demand, (uncovered, shares) in zip(standings, before, strict=True):
        assert 0 <= demand.uncovered <= uncovered
        latest = max((day for day, _quantity in shares), default=DAY)
        assert all(share.on <= max(latest, on(5)) for share in demand.shares)


def test_what_will_not_come_is_taken_from_nobody_first_then_from_the_last_served():
    one, other = standing(1, 5, Share(60, D(5), on(3))), standing(2, 4, Share(60, D(4), on(3)))
    coming = {1: [Coming(60, on(3), D(2))]}
    withdraw([one, other], {60: D(8)}, coming=coming)
    assert one.shares == [Share(60, D(3), on(3))]
    assert other.shares == []
    assert coming[1][0].free == 0
