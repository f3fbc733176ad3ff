"""Sharing anew: stances, what the warehouse holds, who wins and who loses."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inventory.commitments.redistribution import Effect, redistribute
from inventory.commitments.rules import Coming, Share, Standing

TODAY = date(2026, 1, 5)
MARCH = date(2026, 3, 2)


def standing(
    number: int, wants: int, has: int, *, stance: str = "redistribute", priority: int = 5
) -> Standing:
    shares = [Share(None, Decimal(has), TODAY)] if has else []
    return Standing(
        number, 1, TODAY + timedelta(days=number), None, Decimal(wants), shares, priority, stance=stance
    )


def stock_after(
    standings: list[Standing], *, bound: dict[int, Decimal] | None = None, free: int = 0
) -> list[int]:
    redistribute(standings, bound=bound or {}, free={1: Decimal(free)}, coming={1: []}, ships_on=TODAY)
    return [int(each.reserved) for each in standings]


def test_who_came_first_by_click_gives_way_to_who_is_served_first():
    assert stock_after([standing(1, 10, 10, priority=5), standing(2, 8, 0, priority=1)]) == [2, 8]


@pytest.mark.parametrize(
    ("stance", "left"),
    [("win", [10, 0]), ("gain", [10, 0]), ("redistribute", [2, 8]), ("fill", [2, 8]), ("lose", [2, 8])],
)
def test_a_stance_says_what_may_be_taken(stance, left):
    assert stock_after([standing(1, 10, 10, stance=stance), standing(2, 8, 0, priority=1)]) == left


def test_fill_and_lose_get_no_more_than_they_had():
    assert stock_after([standing(1, 10, 3, stance="fill"), standing(2, 9, 2, stance="lose")], free=20) == [
        3,
        2,
    ]


def test_what_the_warehouse_has_in_hand_stays():
    both = [standing(1, 10, 10), standing(2, 8, 0, priority=1)]
    assert stock_after(both, bound={1: Decimal(6)}) == [6, 4]


def test_a_loser_leans_on_the_next_supply():
    loser, winner = standing(1, 10, 10), standing(2, 8, 0, priority=1)
    coming = {1: [Coming(7, MARCH, Decimal(20))]}
    redistribute([loser, winner], bound={}, free={}, coming=coming, ships_on=TODAY)
    assert (winner.reserved, winner.on) == (8, TODAY + timedelta(days=2))
    assert (loser.reserved, loser.on) == (2, MARCH)
    assert coming[1][0].free == 12


@pytest.mark.parametrize(
    ("was_on", "on", "stock", "outcome", "broken"),
    [
        (None, TODAY, 5, "wins", False),
        (MARCH, TODAY, 5, "wins", False),
        (TODAY, MARCH, -5, "loses", True),
        (TODAY, None, -5, "loses", True),
        (TODAY, TODAY, -5, "same", False),
        (None, None, -5, "loses", False),
        (None, None, 5, "wins", False),
    ],
)
def test_effect(was_on, on, stock, outcome, broken):
    before = (Share(None, Decimal(5), TODAY),) if stock < 0 else ()
    after = (Share(None, Decimal(5), TODAY),) if stock > 0 else ()
    effect = Effect(1, before, after, was_on, on)
    assert (effect.stock, effect.outcome, effect.broken) == (stock, outcome, broken)


rows = st.lists(
    st.tuples(
        st.integers(1, 15),
        st.integers(0, 15),
        st.sampled_from(["win", "gain", "redistribute", "fill", "lose"]),
        st.integers(1, 3),
        st.integers(0, 5),
    ),
    min_size=1,
    max_size=6,
)


@given(rows, st.integers(0, 20), st.integers(0, 20), st.randoms())
def test_stock_is_kept_whole_and_the_order_of_rows_does_not_matter(given_rows, free, to_come, shuffle):
    def run(order: list[int]) -> dict[int, list[Share]]:
        standings = [
            standing(
                n,
                given_rows[n][0],
                min(given_rows[n][:2]),
                stance=given_rows[n][2],
                priority=given_rows[n][3],
            )
            for n in order
        ]
        before = {each.demand_id: each.reserved for each in standings}
        bound = {n: Decimal(given_rows[n][4]) for n in order}
        pool, coming = {1: Decimal(free)}, {1: [Coming(7, MARCH, Decimal(to_come))]}
        redistribute(standings, bound=bound, free=pool, coming=coming, ships_on=TODAY)
        assert sum(each.reserved for each in standings) + pool[1] == sum(before.values()) + free
        on_supply = sum(s.quantity for each in standings for s in each.shares if s.supply_id == 7)
        assert on_supply + coming[1][0].free == to_come
        for each in standings:
            assert each.uncovered >= 0
            assert each.reserved >= min(before[each.demand_id], bound[each.demand_id])
            if each.stance in ("win", "gain"):
                assert each.reserved >= before[each.demand_id]
            if each.stance in ("fill", "lose"):
                assert each.open - each.uncovered <= before[each.demand_id]
        return {each.demand_id: sorted(each.shares, key=str) for each in standings}

    places = list(range(len(given_rows)))
    straight = run(places)
    shuffle.shuffle(places)
    assert run(places) == straight
