"""Forecasts of monthly demand: methods compete on what they would have said of the last months (PU03, ADR 25).

Every method answers for all series at once: a matrix of one-step-ahead forecasts, its column t made of the months
before t, its last column of them all. No database, no clock; numpy.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Matrix = NDArray[np.float64]
Starts = NDArray[np.int64]
Method = Callable[[Matrix, Starts], Matrix]

HOLDOUT = 6  # months on which methods are compared
ERRORS = 12  # months whose errors say how much demand strays from its forecast
SEASON = 12
AHEAD = 12  # months forecast
MARGIN = (
    0.2  # of the least error: six months do not tell methods apart that differ by less, the simplest is taken
)
NAIVE = "naive"


@dataclass(frozen=True, slots=True)
class Forecast:
    """What is expected of one series, a month at a time, and how well its method did on the holdout.

    `sigma`: how far a month strays from its forecast. Errors are percent of the holdout's demand, None where there was
    none; a positive bias expects too much.
    """

    method: str
    ahead: list[float]
    sigma: float
    wape: float | None
    bias: float | None
    naive_wape: float | None
    naive_bias: float | None
    holdout: int  # months compared


def naive(history: Matrix, starts: Starts) -> Matrix:
    """The month before."""
    found = np.zeros((history.shape[0], history.shape[1] + 1))
    found[:, 1:] = history
    return found


def moving_average(months: int) -> Method:
    """The mean of the last months, of all there are while there are fewer."""

    def method(history: Matrix, starts: Starts) -> Matrix:
        count, width = history.shape
        sums = np.zeros((count, width + 1))
        np.cumsum(history, axis=1, out=sums[:, 1:])
        found = np.zeros((count, width + 1))
        rows = np.arange(count)
        for t in range(1, width + 1):
            first = np.clip(t - months, starts, t)
            known = t - first
            found[:, t] = (sums[:, t] - sums[rows, first]) / np.maximum(known, 1)
        return found

    return method


def smoothing(alpha: float) -> Method:
    """Simple exponential smoothing, from the first month on."""

    def method(history: Matrix, starts: Starts) -> Matrix:
        count, width = history.shape
        found, level = np.zeros((count, width + 1)), np.zeros(count)
        for t in range(width):
            begins, goes_on = starts == t, starts < t
            level = np.where(begins, history[:, t], level)
            level = np.where(goes_on, level + alpha * (history[:, t] - level), level)
            found[:, t + 1] = level
        return found

    return method


def croston(alpha: float) -> Method:
    """Croston (1972): size and interval of demands are smoothed apart, the forecast is their ratio.

    Both begin with the first demand; its interval counts from the series' first month. Zero until then.
    """

    def method(history: Matrix, starts: Starts) -> Matrix:
        count, width = history.shape
        found, size = np.zeros((count, width + 1)), np.zeros(count)
        interval, since, seen = np.ones(count), np.zeros(count), np.zeros(count, dtype=bool)
        for t in range(width):
            month = history[:, t]
            since = np.where(starts <= t, since + 1, since)
            wanted = (month > 0) & (starts <= t)
            again, first = wanted & seen, wanted & ~seen
            size = np.where(first, month, np.where(again, size + alpha * (month - size), size))
            interval = np.where(
                first, since, np.where(again, interval + alpha * (since - interval), interval)
            )
            since = np.where(wanted, 0, since)
            seen |= wanted
            found[:, t + 1] = size / interval
        return found

    return method


def tsb(alpha: float, beta: float) -> Method:
    """Teunter, Syntetos and Babai (2011): as Croston, with a chance of demand that falls in every month without one,
    so that what nobody wants any more is forgotten."""

    def method(history: Matrix, starts: Starts) -> Matrix:
        count, width = history.shape
        found, size, chance = np.zeros((count, width + 1)), np.zeros(count), np.zeros(count)
        since, seen = np.zeros(count), np.zeros(count, dtype=bool)
        for t in range(width):
            month = history[:, t]
            since = np.where(starts <= t, since + 1, since)
            wanted = (month > 0) & (starts <= t)
            again, first = wanted & seen, wanted & ~seen
            size = np.where(first, month, np.where(again, size + alpha * (month - size), size))
            chance = np.where(
                first,
                1 / np.maximum(since, 1),
                np.where(seen, chance + beta * (wanted - chance), chance),
            )
            seen |= wanted
            found[:, t + 1] = chance * size
        return found

    return method


def seasonal(history: Matrix, starts: Starts) -> Matrix:
    """The same month of the year before; the month before while there is none."""
    found = naive(history, starts)
    for t in range(SEASON, history.shape[1] + 1):
        found[:, t] = np.where(starts <= t - SEASON, history[:, t - SEASON], found[:, t])
    return found


# Simplest first: of equals the first is taken.
METHODS: dict[str, Method] = {
    "average_12": moving_average(12),
    "average_6": moving_average(6),
    "average_3": moving_average(3),
    "smoothing_1": smoothing(0.1),
    "smoothing_2": smoothing(0.2),
    "smoothing_4": smoothing(0.4),
    "croston": croston(0.1),
    "tsb": tsb(0.1, 0.1),
    "seasonal": seasonal,
}


@dataclass(frozen=True, slots=True)
class Tried:
    """All series side by side, aligned at their last month, and what each method said of every month."""

    history: Matrix
    starts: Starts  # column of each series' first month
    said: dict[str, Matrix]
    holdout: NDArray[np.bool_]  # months compared

    @property
    def chosen(self) -> NDArray[np.int64]:
        """Of each series the place of its method: the least squared error, which the mean of demand makes least.

        The least absolute error would be that of the median, which is zero for whatever is seldom wanted.
        """
        errors = np.stack([self._squared(name) for name in METHODS])
        least = errors.min(axis=0)
        return np.asarray(np.argmax(errors <= least * (1 + MARGIN), axis=0))

    def _squared(self, name: str) -> Matrix:
        found = (((self.history - self.said[name][:, :-1]) ** 2) * self.holdout).sum(axis=1)
        if name == "seasonal":  # only where every month compared has a year before it
            too_short = self.starts + SEASON > self.history.shape[1] - HOLDOUT
            found = np.where(too_short, np.inf, found)
        return np.asarray(found)


def matrix_of(series: Sequence[Sequence[Any]]) -> tuple[Matrix, Starts]:
    """Series of any length, each from its first month to its last, aligned at the last."""
    width = max((len(each) for each in series), default=0)
    history = np.zeros((len(series), width))
    starts = np.array([width - len(each) for each in series], dtype=np.int64)
    for row, each in enumerate(series):
        if len(each):
            history[row, width - len(each) :] = np.asarray(each, dtype=np.float64)
    return history, starts


def tried(history: Matrix, starts: Starts) -> Tried:
    """Ask every method for every month."""
    months = np.arange(history.shape[1])
    holdout = (months >= history.shape[1] - HOLDOUT) & (months > starts[:, None])
    said = {name: method(history, starts) for name, method in METHODS.items()}
    return Tried(history, starts, {**said, NAIVE: naive(history, starts)}, holdout)


def forecast(series: Sequence[Sequence[Any]]) -> list[Forecast]:
    """The best method's forecast of each series; of one that has no month, nothing is expected."""
    history, starts = matrix_of(series)
    if history.shape[1] == 0:
        return [Forecast(next(iter(METHODS)), [0.0] * AHEAD, 0.0, None, None, None, None, 0) for _ in series]
    found = tried(history, starts)
    names, rows = list(METHODS), np.arange(len(series))
    chosen = found.chosen
    said = np.stack([found.said[name] for name in names])[chosen, rows]
    ahead = _ahead(found, said, chosen == names.index("seasonal"))
    sigma = _sigma(found, said)
    wape, bias = errors_of(history, said[:, :-1], found.holdout)
    naive_wape, naive_bias = errors_of(history, found.said[NAIVE][:, :-1], found.holdout)
    months = found.holdout.sum(axis=1)
    return [
        Forecast(
            names[chosen[row]],
            [float(each) for each in ahead[row]],
            float(sigma[row]),
            wape[row],
            bias[row],
            naive_wape[row],
            naive_bias[row],
            int(months[row]),
        )
        for row in rows
    ]


def _ahead(found: Tried, said: Matrix, seasonal_rows: NDArray[np.bool_]) -> Matrix:
    """The months to come: the same for each, but of a season as it was a year before."""
    ahead = np.repeat(said[:, -1:], AHEAD, axis=1)
    if seasonal_rows.any():
        ahead[seasonal_rows] = found.history[seasonal_rows, -SEASON:]
    return np.maximum(ahead, 0)


def _sigma(found: Tried, said: Matrix) -> Matrix:
    """The root of the mean squared error of the last year's forecasts; the forecast itself where there was none."""
    months = np.arange(found.history.shape[1])
    known = (months >= found.history.shape[1] - ERRORS) & (months > found.starts[:, None])
    squared = (((found.history - said[:, :-1]) ** 2) * known).sum(axis=1)
    count = known.sum(axis=1)
    return np.where(count > 0, np.sqrt(squared / np.maximum(count, 1)), said[:, -1])


def errors_of(
    history: Matrix, said: Matrix, months: NDArray[np.bool_]
) -> tuple[list[float | None], list[float | None]]:
    """WAPE and bias of each series over the months marked, in percent of their demand."""
    demand = (history * months).sum(axis=1)
    absolute = (np.abs(history - said) * months).sum(axis=1)
    signed = ((said - history) * months).sum(axis=1)
    share = [(float(a), float(s), float(d)) for a, s, d in zip(absolute, signed, demand, strict=True)]
    return (
        [100 * a / d if d > 0 else None for a, _s, d in share],
        [100 * s / d if d > 0 else None for _a, s, d in share],
    )
