"""Whose limit is passed, and whom a payment lets go."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orders.credit.rules import Account, CreditCheck, Waiting, covered

OWN = Account(1, "", Decimal(1000), Decimal(400))
GROUP = Account(2, "North", Decimal(5000), Decimal(4800))
NOON = datetime(2026, 11, 27, 12, tzinfo=UTC)


def test_no_limit_passes_everything() -> None:
    check = CreditCheck([], Decimal(10) ** 9)
    assert (check.passed, check.over_by, check.tightest) == (True, 0, None)
    assert check.why() == {"limit": None, "exposure": 0, "amount": Decimal(10) ** 9, "passed": True}


@pytest.mark.parametrize(
    ("accounts", "amount", "sentence"),
    [
        ([OWN], 600, ""),
        (
            [OWN],
            601,
            "Over the limit of 1000 by 1 EUR: 400 already counts, this order adds 601.",
        ),
        ([OWN, GROUP], 200, ""),
        (
            [OWN, GROUP],
            201,
            "Over the limit of 5000 of North by 1 EUR: 4800 already counts, this order adds 201.",
        ),
        (
            [OWN, GROUP],
            700,
            "Over the limit of 5000 of North by 500 EUR: 4800 already counts, this order adds 700."
            " 1 more limit would be passed.",
        ),
    ],
)
def test_the_tightest_limit_decides_and_is_named(accounts, amount, sentence) -> None:
    check = CreditCheck(accounts, Decimal(amount))
    assert check.passed is (sentence == "")
    assert sentence == ("" if check.passed else check.over("EUR"))


def test_the_why_names_the_group_and_every_limit() -> None:
    assert CreditCheck([OWN, GROUP], Decimal(100)).why() == {
        "limit": 5000, "exposure": 4800, "amount": 100, "passed": True, "of": "North",
        "limits": [[1, 1000, 400], [2, 5000, 4800]],
    }  # fmt: skip


def waiting(hold_id: int, amount: int, accounts: list[int], *, minute: int = 0, priority: int = 5) -> Waiting:
    return Waiting(hold_id, Decimal(amount), accounts, NOON.replace(minute=minute), priority)


ORDERS = [
    waiting(1, 50, [1, 9], minute=3, priority=1),
    waiting(2, 40, [2, 9], minute=1),
    waiting(3, 30, [2, 9], minute=2),
]


@pytest.mark.parametrize(("rank", "going"), [("oldest", [2, 3]), ("priority", [1, 3]), ("smallest", [3, 2])])
def test_the_policy_says_who_takes_the_room(rank: str, going: list[int]) -> None:
    free = {1: Decimal(100), 2: Decimal(100), 9: Decimal(80)}
    assert [order.hold_id for order in covered(ORDERS, free, rank)] == going


def test_one_that_does_not_fit_lets_smaller_ones_pass() -> None:
    free = {1: Decimal(100), 2: Decimal(100), 9: Decimal(35)}
    assert [order.hold_id for order in covered(ORDERS, free, "oldest")] == [3]


PATHS = ([], [1], [2], [3, 4], [1, 4], [2, 3, 4], [1, 2, 3, 4])


@given(
    orders=st.lists(
        st.tuples(st.integers(1, 100), st.sampled_from(PATHS), st.integers(0, 59)),
        max_size=12,
    ),
    free=st.tuples(*[st.integers(-50, 200)] * 4),
    rank=st.sampled_from(["oldest", "priority", "smallest"]),
)
def test_together_they_never_pass_a_limit_and_nobody_who_fits_is_left(orders, free, rank) -> None:
    room = {n: Decimal(amount) for n, amount in enumerate(free, 1)}
    every = [waiting(n, amount, ids, minute=minute) for n, (amount, ids, minute) in enumerate(orders)]
    going = covered(every, room, rank)
    left = {
        account_id: room[account_id]
        - sum((order.amount for order in going if account_id in order.account_ids), Decimal(0))
        for account_id in room
    }
    assert all(left[account_id] >= 0 or left[account_id] == room[account_id] for account_id in room)
    assert all(
        any(order.amount > left[account_id] for account_id in order.account_ids)
        for order in every
        if order not in going
    )
