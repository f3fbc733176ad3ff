"""What comes first in the inbox."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orders.exceptions.rules import TENFOLD_DAYS, rank_of

DAY = date(2026, 11, 30)
amounts = st.decimals(0, 10_000_000, places=2)
days = st.dates(date(2020, 1, 1), date(2035, 1, 1))


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ((Decimal(1000), DAY), (Decimal(999), DAY)),
        ((Decimal(1000), DAY), (Decimal(1000), DAY + timedelta(days=1))),
        ((Decimal(9999), DAY), (Decimal(99), DAY - timedelta(days=19))),  # a hundredfold is twenty days
        ((Decimal(99), DAY - timedelta(days=21)), (Decimal(9999), DAY)),
        ((Decimal(0), DAY), (Decimal(0), DAY + timedelta(days=1))),
    ],
)
def test_what_comes_first(first, second):
    assert rank_of(*first) > rank_of(*second)


def test_exact():
    assert rank_of(Decimal(99), DAY) == 2 * TENFOLD_DAYS - DAY.toordinal()


@given(amount=amounts, more=amounts, day=days, on=days)
def test_order_never_changes_as_days_go_by(amount, more, day, on):
    shift = timedelta(days=17)
    before = rank_of(amount, day) - rank_of(more, on)
    assert rank_of(amount, day + shift) - rank_of(more, on + shift) == before


@given(amount=amounts, more=amounts, day=days)
def test_more_money_is_never_later(amount, more, day):
    assert (rank_of(amount + more, day) >= rank_of(amount, day)) is True
