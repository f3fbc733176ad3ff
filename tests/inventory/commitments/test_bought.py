"""What is bought for a demand takes no part in sharing: it takes nothing of others and gives nothing up (OC12)."""

from datetime import date, timedelta
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from inventory.commitments.redistribution import ORDER, redistribute
from inventory.commitments.rules import (
    Coming,
    Share,
    Standing,
    Wanted,
    arrive,
    let_go,
    plan_promises,
    replan,
    take_back,
)

TODAY = date(2026, 1, 5)
MARCH = date(2026, 3, 2)
EARMARKED, OTHER = 7, 8

Parts = tuple[int, int, int]  # wanted; of it in stock; of it on the way


def standing(number: int, parts: Parts, *, method: str = "stock", stance: str = "redistribute") -> Standing:
    wants, stock, on_the_way = parts
    shares = [Share(None, Decimal(stock), TODAY)] if stock else []
    shares += [Share(EARMARKED, Decimal(on_the_way), MARCH)] if on_the_way else []
    day = TODAY - timedelta(days=number)
    return Standing(number, 1, day, None, Decimal(wants), shares, stance=stance, method=method)


amounts = st.integers(min_value=0, max_value=9)
parts = st.tuples(amounts, amounts, amounts).map(lambda n: (sum(n) or 1, n[1], n[2]))


@given(
    bought=st.lists(
        st.tuples(parts, st.sampled_from(("special", "drop")), st.sampled_from(ORDER)), min_size=1, max_size=4
    ),
    others=st.lists(st.tuples(amounts, st.sampled_from(ORDER)), max_size=4),
    free=amounts,
    to_come=amounts,
)
def test_neither_planning_nor_a_run_touches_it(bought, others, free, to_come):
    def everyone() -> list[Standing]:
        own = [
            standing(n, each, method=method, stance=stance)
            for n, (each, method, stance) in enumerate(bought, 1)
        ]
        return own + [standing(n, (w + 1, 0, 0), stance=stance) for n, (w, stance) in enumerate(others, 10)]

    for share in (replan, redistribute):
        demands = everyone()
        before = [list(each.shares) for each in demands if each.bought]
        left = {1: Decimal(free)}
        coming = {1: [Coming(OTHER, MARCH, Decimal(to_come))]}
        more = {"bound": {}} if share is redistribute else {}
        share(demands, free=left, coming=coming, ships_on=TODAY, **more)
        assert [each.shares for each in demands if each.bought] == before
        got = sum((part.quantity for each in demands if not each.bought for part in each.shares), Decimal(0))
        assert got + left[1] + coming[1][0].free == free + to_come


@given(wants=st.integers(min_value=1, max_value=9), free=amounts, to_come=amounts)
def test_it_is_short_until_it_is_bought(wants, free, to_come):
    left, coming = {1: Decimal(free)}, {1: [Coming(OTHER, MARCH, Decimal(to_come))]}
    (promise,) = plan_promises(
        [Wanted(1, Decimal(wants), TODAY, "special")], free=left, coming=coming, ships_on=TODAY
    )
    assert (promise.short, promise.shares, promise.on) == (wants, [], None)
    assert (left[1], coming[1][0].free) == (free, to_come)


@given(arrived=amounts, own=amounts, others=amounts)
def test_what_comes_goes_first_to_whom_it_was_bought_for(arrived, own, others):
    first = standing(1, (others, 0, others)) if others else None
    bought = standing(2, (own, 0, own), method="special") if own else None
    demands = [each for each in (first, bought) if each is not None]
    left = arrive(demands, arrived={EARMARKED: Decimal(arrived)}, ships_on=TODAY)
    if bought is not None:
        assert bought.reserved == min(own, arrived)
    if first is not None:
        assert first.reserved == min(others, max(0, arrived - own))
    assert left[EARMARKED] == max(0, arrived - own - others)


def test_what_comes_to_a_customers_door_is_nobodys_when_it_is_let_go():
    demand = standing(1, (5, 2, 3), method="drop")
    free, coming = {1: Decimal(0)}, {1: [Coming(OTHER, MARCH, Decimal(4))]}
    let_go([demand], free=free, coming=coming)
    assert (free[1], coming[1][0].free) == (2, 4)
    take_back(1, [Share(OTHER, Decimal(3), MARCH)], free=free, coming=coming)
    assert coming[1][0].free == 7
