"""What may be promised by day, what buying or moving now would make possible, and the sentence that says why."""

from datetime import date, datetime, time, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inventory.commitments.ladder import Calendar, Incoming, available_on, buy_now, ladder, transfer_now
from inventory.commitments.reasons import Holder, Kept, Known, Part, reason_of
from inventory.commitments.rules import Coming, Share, Wanted, plan_promises

MONDAY = date(2026, 11, 30)
OFFICE = Calendar(time(15), 0, "1111100", frozenset({date(2026, 12, 25)}))
SLOW = Calendar(time(15), 2, "1111100", frozenset())


def rungs(waiting: int = 0, kept: int = 0):
    supplies = [
        Incoming("PO-2", MONDAY + timedelta(days=9), Decimal(50), Decimal(10)),
        Incoming("PO-1", MONDAY + timedelta(days=2), Decimal(20), Decimal(20)),
    ]
    return ladder(
        today=MONDAY,
        available=Decimal(100),
        reserved=Decimal(70),
        kept=Decimal(kept),
        waiting=Decimal(waiting),
        supplies=supplies,
    )


def test_the_ladder_counts_up_by_day():
    assert [(rung.document, rung.available) for rung in rungs()] == [("", 30), ("PO-1", 30), ("PO-2", 70)]


def test_who_waits_is_served_first_and_quotas_are_kept():
    assert [rung.available for rung in rungs(waiting=40, kept=5)] == [0, 0, 25]


@pytest.mark.parametrize(("quantity", "day"), [(30, 0), (31, 9), (70, 9), (71, None)])
def test_the_first_day_on_which_all_of_it_may_be_promised(quantity, day):
    expected = None if day is None else MONDAY + timedelta(days=day)
    assert available_on(rungs(), Decimal(quantity)) == expected


@pytest.mark.parametrize(
    ("at", "lead", "calendar", "leaves"),
    [
        (datetime(2026, 11, 30, 14), 7, OFFICE, date(2026, 12, 7)),
        (datetime(2026, 11, 30, 16), 7, OFFICE, date(2026, 12, 8)),  # after the cut-off
        (datetime(2026, 12, 4, 16), 7, OFFICE, date(2026, 12, 14)),  # Friday evening goes out on Monday
        (datetime(2026, 12, 18, 9), 7, OFFICE, date(2026, 12, 28)),  # Christmas, then the weekend
        (datetime(2026, 11, 30, 14), 7, SLOW, date(2026, 12, 9)),
    ],
)
def test_bought_now(at, lead, calendar, leaves):
    assert buy_now(at=at, lead_time_days=lead, calendar=calendar) == leaves


def test_moved_now_arrives_on_a_working_day():
    assert transfer_now(leaves_source_on=date(2026, 12, 3), transfer_days=2, calendar=OFFICE) == date(
        2026, 12, 7
    )


def test_far_dated_demand_leans_on_the_last_supply_in_time_and_leaves_stock_free():
    near, far = (
        Coming(1, MONDAY + timedelta(days=5), Decimal(10)),
        Coming(2, MONDAY + timedelta(days=50), Decimal(6)),
    )
    free = {1: Decimal(10)}
    (promise,) = plan_promises(
        [Wanted(1, Decimal(8), MONDAY + timedelta(days=60))],
        free=free,
        coming={1: [near, far]},
        ships_on=MONDAY,
        stock_until=MONDAY + timedelta(days=30),
    )
    on = MONDAY + timedelta(days=60)
    assert promise.shares == [Share(2, Decimal(6), on), Share(1, Decimal(2), on)]
    assert (free[1], promise.on) == (10, on)


days = st.integers(0, 90).map(lambda n: MONDAY + timedelta(days=n))
supplies_ = st.lists(st.tuples(days, st.integers(0, 20).map(Decimal)), max_size=4)
demands_ = st.lists(st.tuples(st.integers(1, 20).map(Decimal), days), min_size=1, max_size=5)


@given(demands_, st.integers(0, 40).map(Decimal), supplies_, st.integers(0, 90))
def test_nobody_borrows_and_more_stock_is_never_later(demands, stock, supplies, horizon):
    def run(free_quantity: Decimal):
        coming = {
            1: sorted((Coming(n, on, free) for n, (on, free) in enumerate(supplies)), key=lambda s: s.due_on)
        }
        free = {1: free_quantity}
        promises = plan_promises(
            [Wanted(1, quantity, on) for quantity, on in demands],
            free=free,
            coming=coming,
            ships_on=MONDAY,
            stock_until=MONDAY + timedelta(days=horizon),
        )
        given_ = sum(share.quantity for promise in promises for share in promise.shares)
        left = free[1] + sum(supply.free for supply in coming[1])
        assert given_ + left == free_quantity + sum(free for _, free in supplies)
        assert free[1] >= 0 and all(supply.free >= 0 for supply in coming[1])
        for (quantity, on), promise in zip(demands, promises, strict=True):
            assert sum((share.quantity for share in promise.shares), Decimal(0)) + promise.short == quantity
            assert all(share.on >= max(on, MONDAY) for share in promise.shares)
            assert len({share.supply_id for share in promise.shares}) == len(promise.shares)
        return [promise.short for promise in promises]

    assert sum(run(stock + 5)) <= sum(run(stock))


@pytest.mark.parametrize(
    ("known", "sentence"),
    [
        (
            Known(Decimal(10), MONDAY, [Part(Decimal(10), MONDAY)]),
            "Leaves 30 Nov 2026 as asked: all 10 are in stock.",
        ),
        (
            Known(Decimal(10), MONDAY, [Part(Decimal(10), date(2026, 12, 1))]),
            "All 10 are in stock, and 1 Dec 2026 is the first day on which they can leave.",
        ),
        (
            Known(
                Decimal(100),
                MONDAY,
                [
                    Part(Decimal(40), MONDAY),
                    Part(Decimal(60), date(2026, 12, 12), "PO-17", date(2026, 12, 11)),
                ],
                on_hand=Decimal(90),
                available=Decimal(80),
                holders=[Holder("SO-3", Decimal(30), MONDAY), Holder("SO-5", Decimal(10), MONDAY)],
                others=2,
            ),
            "Promised 12 Dec 2026 because 60 come on PO-17, due 11 Dec 2026; of 80 in stock, SO-3 (30), SO-5 (10), "
            "2 others hold theirs.",
        ),
        (
            Known(
                Decimal(5),
                MONDAY,
                [],
                available=Decimal(6),
                kept=[Kept("Key accounts", Decimal(6), date(2026, 12, 31))],
            ),
            "No date yet: 5 of 5 have no supply; 6 are kept for Key accounts until 31 Dec 2026.",
        ),
        (Known(Decimal(5), MONDAY, []), "No date yet: 5 of 5 have no supply; nothing is in stock."),
        (Known(Decimal(0), MONDAY, []), "Nothing is open any more."),
    ],
)
def test_the_sentence(known, sentence):
    assert reason_of(known).sentence == sentence


def test_the_steps_tell_what_the_sentence_says():
    known = Known(
        Decimal(3),
        MONDAY,
        [Part(Decimal(2), MONDAY)],
        Decimal(9),
        Decimal(8),
        [Holder("SO-3", Decimal(6), MONDAY)],
    )
    assert reason_of(known).steps == [
        ("On hand", "", "9"),
        ("May be promised", "", "8"),
        ("Held for SO-3", "30 Nov 2026", "−6"),
        ("From stock", "30 Nov 2026", "2"),
        ("No supply known", "", "1"),
    ]
