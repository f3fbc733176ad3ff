"""Scarce stock: fair shares sum, quotas hold and never go below nothing, more supply never means less."""

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inventory.commitments.sharing import Claim, Quota, allot, fair_shares, open_stock, open_to, serve

amounts = st.integers(0, 40).map(Decimal)
wanted = st.lists(st.integers(1, 30).map(Decimal), min_size=1, max_size=7)


def claim(number: int, wants: int, rank: int = 5, **more: object) -> Claim:
    return Claim(number, Decimal(wants), rank, **more)


@pytest.mark.parametrize(
    ("quantity", "wants", "step", "shares"),
    [
        (10, [10, 10], 1, [5, 5]),
        (10, [30, 10], 1, [8, 2]),  # 7.5 and 2.5: the remainder goes to the first of equals
        (1, [1, 1, 1], 1, [1, 0, 0]),
        (100, [3, 4], 1, [3, 4]),
        (0, [3, 4], 1, [0, 0]),
        ("1.5", [1, 1], "0.001", ["0.75", "0.75"]),
    ],
)
def test_fair_shares(quantity, wants, step, shares):
    given_ = fair_shares(Decimal(quantity), [Decimal(each) for each in wants], Decimal(step))
    assert given_ == [Decimal(each) for each in shares]


@given(amounts, wanted)
def test_fair_shares_sum_and_nobody_gets_more_than_wanted(quantity, wants):
    shares = fair_shares(quantity, wants, Decimal(1))
    assert sum(shares) == min(quantity, sum(wants))
    assert all(0 <= share <= want for share, want in zip(shares, wants, strict=True))
    exact = [min(want, quantity * want / sum(wants)) for want in wants]
    assert all(abs(share - part) < 1 for share, part in zip(shares, exact, strict=True))


def test_rank_goes_before_age_and_fairness_is_among_equals():
    claims = [claim(1, 6, 1), claim(2, 8, 2, fair=True), claim(3, 4, 2, fair=True), claim(4, 9, 3)]
    assert serve(claims, Decimal(12)) == {1: 6, 2: 4, 3: 2}
    assert serve([replace(each, fair=False) for each in claims], Decimal(12)) == {1: 6, 2: 6}


def test_a_quota_serves_its_class_first_and_keeps_what_it_does_not_ask_for():
    key, trade = claim(1, 4, class_id=7), claim(2, 10, 1, class_id=8)
    quota = Quota(1, 1, 7, Decimal(6))
    assert allot([trade, key], Decimal(10), [quota]) == {1: 4, 2: 4}
    assert quota.left == 2  # still kept, though the others want more


@pytest.mark.parametrize(
    ("class_id", "free", "free_to_it"), [(7, 10, 10), (8, 10, 4), (None, 10, 4), (8, 3, 0), (7, 3, 3)]
)
def test_what_is_kept_for_others_is_not_free(class_id, free, free_to_it):
    assert open_to(class_id, Decimal(free), [Quota(1, 1, 7, Decimal(6))]) == free_to_it


def test_of_what_is_free_and_good_by_then_a_customer_may_take_what_no_other_class_keeps():
    free = {1: Decimal(10), 2: Decimal(10), 3: Decimal(10)}
    quotas = {1: [Quota(1, 1, 7, Decimal(6))], 2: [Quota(2, 2, 7, Decimal(6))]}
    fresh = {2: Decimal(3), 3: Decimal(4), 9: Decimal(5)}  # 9: came between the lock and this look
    assert open_stock(8, free, quotas, fresh) == {1: 4, 2: 3, 3: 4}
    assert open_stock(7, free, quotas, fresh) == {1: 10, 2: 3, 3: 4}


claims_ = st.lists(
    st.tuples(st.integers(1, 20), st.integers(1, 3), st.booleans(), st.sampled_from([None, 7, 8])),
    min_size=1,
    max_size=7,
)


def made(rows: list[tuple[int, int, bool, int | None]]) -> list[Claim]:
    return sorted(
        (claim(n, wants, rank, fair=fair, class_id=of) for n, (wants, rank, fair, of) in enumerate(rows)),
        key=lambda each: each.rank,
    )


@given(claims_, amounts, amounts, amounts)
def test_nothing_is_given_twice_and_no_quota_goes_below_nothing(rows, quantity, first, second):
    claims, quotas = made(rows), [Quota(1, 1, 7, first), Quota(2, 1, 8, second)]
    got = allot(claims, quantity, quotas)
    assert sum(got.values()) <= quantity
    assert all(0 < got[each.demand_id] <= each.wants for each in claims if each.demand_id in got)
    assert all(quota.left >= 0 for quota in quotas)
    # Whoever is of no class never gets what is kept: what is left covers the quotas, or everything was theirs.
    outsiders = sum(got.get(each.demand_id, Decimal(0)) for each in claims if each.class_id is None)
    assert outsiders <= max(Decimal(0), quantity - sum(quota.left for quota in quotas))


@given(claims_, amounts, st.integers(1, 20).map(Decimal))
def test_more_stock_is_never_less_for_all_together(rows, quantity, more):
    claims = made(rows)
    assert sum(serve(claims, quantity + more).values()) >= sum(serve(claims, quantity).values())
    first = claims[0]
    if not any(each.fair for each in claims):
        got, now = serve(claims, quantity), serve(claims, quantity + more)
        assert all(now.get(each.demand_id, 0) >= got.get(each.demand_id, 0) for each in claims)
        assert got.get(first.demand_id, 0) == min(first.wants, quantity)
