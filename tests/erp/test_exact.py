"""Money and quantities are exact."""

from decimal import Decimal

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from erp.kernel.money import round_money
from erp.kernel.quantity import InexactQuantity, UnitFactor, sum_by


@pytest.mark.parametrize(
    ("amount", "currency", "rounded"),
    [
        ("0.005", "EUR", "0.01"),
        ("-0.005", "EUR", "-0.01"),
        ("0.0049", "EUR", "0.00"),
        ("2.5", "JPY", "3"),
        ("1.2345", "KWD", "1.235"),
        ("1e3", "EUR", "1000.00"),
    ],
)
def test_money_rounds_half_away_from_zero_to_the_minor_unit(amount, currency, rounded):
    assert str(round_money(Decimal(amount), currency)) == rounded


def test_a_dozen_and_a_metre_of_a_roll():
    assert UnitFactor("DZ", 12, 1).to_stock(Decimal(3)) == 36
    assert UnitFactor("MTR", 1, 100, 2).to_stock(Decimal("12.50")) == Decimal("0.125")


def test_what_does_not_round_trip_is_refused_with_the_nearest():
    # a third of a stock unit has no exact six decimals, and a million of them would not come back
    factor = UnitFactor("TH", 1, 3_000_000, 0)
    with pytest.raises(InexactQuantity) as refusal:
        factor.to_stock(Decimal(1))
    assert refusal.value.context["nearest"] == 0
    with pytest.raises(InexactQuantity):
        UnitFactor("EA", 1, 1, 0).to_stock(Decimal("1.5"))


@given(
    numerator=st.integers(1, 10_000),
    denominator=st.integers(1, 1000),
    entered=st.integers(1, 10**6),
)
def test_what_is_taken_comes_back_the_same(numerator, denominator, entered):
    factor = UnitFactor("X", numerator, denominator)
    try:
        stock = factor.to_stock(Decimal(entered))
    except InexactQuantity:
        assume(False)
    assert factor.from_stock(stock) == entered


def test_sums_by_key_keep_the_order_of_arrival():
    pairs = [("b", Decimal(1)), ("a", Decimal(2)), ("b", Decimal("0.5"))]
    assert list(sum_by(pairs).items()) == [("b", Decimal("1.5")), ("a", Decimal(2))]
