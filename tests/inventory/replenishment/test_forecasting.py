"""Forecasts: exact values of every method, what all of them keep, and how the best is found (PU03)."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from inventory.management.commands.forecast_accuracy import series_of
from inventory.replenishment.accuracy import CHOSEN, backtest
from inventory.replenishment.forecasting import (
    AHEAD,
    METHODS,
    NAIVE,
    Method,
    croston,
    errors_of,
    forecast,
    matrix_of,
    moving_average,
    naive,
    seasonal,
    smoothing,
    tsb,
)

ROOT = Path(__file__).resolve().parents[3]
DEMAND = "shared/data/demand/carparts_monthly.csv.gz"
MONTHS = st.lists(st.integers(0, 50), min_size=1, max_size=40)


def said(method: Method, *series: list[float]) -> list[list[float]]:
    return [[float(value) for value in row] for row in method(*matrix_of(series))]


@pytest.mark.parametrize(
    ("method", "months", "expected"),
    [
        (naive, [3, 0, 5], [0, 3, 0, 5]),
        (moving_average(2), [4, 6, 0, 2], [0, 4, 5, 3, 1]),
        (smoothing(0.4), [10, 20, 0], [0, 10, 14, 8.4]),
        # Size and interval begin with the first demand (6, in the third month) and move with the next one (3, after 2).
        (croston(0.1), [0, 0, 6, 0, 3], [0, 0, 0, 2, 2, 5.7 / 2.9]),
        # The chance of demand is a third at first, falls in the month without, and rises with the next.
        (tsb(0.1, 0.1), [0, 0, 6, 0, 3], [0, 0, 0, 2, 1.8, 0.37 * 5.7]),
        (seasonal, [*range(1, 13), 40, 50], [0, *range(1, 12), 1, 2, 3]),
    ],
)
def test_each_method_says_exactly(method: Method, months: list[float], expected: list[float]) -> None:
    assert said(method, months)[0] == pytest.approx(expected)


@pytest.mark.parametrize("method", [*METHODS.values(), naive])
def test_a_series_is_not_touched_by_what_stands_beside_it(method: Method) -> None:
    short, long = [5, 0, 7], [1, 2, 0, 4, 0, 6, 7, 8, 9, 1, 2, 3, 4, 5]
    alone, beside = said(method, short)[0], said(method, short, long)[0]
    assert beside[-3:] == pytest.approx(alone[-3:])


@given(MONTHS, st.integers(1, 1000))
def test_a_constant_series_is_that_constant(months: list[int], constant: int) -> None:
    (found,) = forecast([[constant] * len(months)])
    assert found.ahead == pytest.approx([constant] * AHEAD)
    if len(months) > 1:
        assert (found.sigma, found.wape, found.bias) == pytest.approx((0, 0, 0), abs=1e-9)


@given(st.integers(1, 40))
def test_nothing_wanted_is_nothing_expected(count: int) -> None:
    (found,) = forecast([[0] * count])
    assert (found.ahead, found.sigma, found.wape) == ([0.0] * AHEAD, 0.0, None)


@given(MONTHS)
def test_a_unit_of_another_size_changes_nothing_else(months: list[int]) -> None:
    (small,), (large,) = forecast([months]), forecast([[8 * each for each in months]])
    assert (large.method, large.wape, large.bias) == (small.method, small.wape, small.bias)
    assert large.ahead == [8 * each for each in small.ahead]
    assert large.sigma == pytest.approx(8 * small.sigma)


@given(MONTHS)
def test_no_forecast_leaves_what_was_ever_wanted(months: list[int]) -> None:
    (found,) = forecast([months])
    assert all(0 <= each <= max(months) * (1 + 1e-9) for each in found.ahead)


def test_a_season_is_found_and_repeated() -> None:
    year = [1, 2, 3, 40, 5, 6, 7, 8, 90, 10, 11, 12]
    (found,) = forecast([year * 3])
    assert (found.method, found.ahead, found.sigma, found.wape) == ("seasonal", year, 0, 0)


def test_a_seldom_wanted_item_is_not_forecast_as_never() -> None:
    """The least absolute error would be that of zero; the mean, here one a month, is what stock is needed for."""
    (found,) = forecast([[5 if place in (2, 9, 13, 20, 22, 27) else 0 for place in range(30)]])
    assert 0.5 <= found.ahead[0] <= 1.5
    assert found.wape is not None and found.wape > 100  # zero would have 100


def test_a_month_alone_strays_by_itself() -> None:
    (found,) = forecast([[30]])
    assert (found.ahead[0], found.sigma, found.wape, found.holdout) == (30, 30, None, 0)


def test_errors_are_shares_of_demand() -> None:
    history, months = np.array([[10.0, 20.0, 10.0]]), np.array([[False, True, True]])
    assert errors_of(history, np.array([[0.0, 14.0, 13.0]]), months) == ([30.0], [-10.0])


def test_playing_the_past_again_never_looks_ahead() -> None:
    found = {each.method: each for each in backtest([[10] * 20 + [16]], months=1)}
    assert {round(each.wape, 6) for each in found.values()} == {37.5}
    assert {round(each.bias, 6) for each in found.values()} == {-37.5}
    assert found["average_12"].taken_percent == 100  # of equals the simplest


def test_real_demand_is_forecast_better_than_naively() -> None:
    places = [ROOT.parent / DEMAND, ROOT.parent.parent / DEMAND]
    found = next((path for path in places if path.is_file()), None)
    if found is None:
        pytest.skip("../shared/data/demand is not here: no real demand to play again")
    series = series_of(found)
    assert (len(series), sum(map(len, series))) == (1337, 65_144)  # 3,043 months were never written down
    accuracy = {each.method: each for each in backtest(series)}
    chosen, plain = accuracy[CHOSEN], accuracy[NAIVE]
    assert (round(plain.wape, 1), round(plain.total_wape, 1)) == (141.5, 131.6)
    assert (round(chosen.wape, 1), round(chosen.total_wape, 1)) == (136.6, 88.2)
    assert (round(chosen.bias), round(chosen.total_bias)) == (5, 11)
