"""How well forecasts would have done on months that they were not made of: each method, what was chosen, and naive.

A past is played again: month after month the method is chosen on the months before, as each night does. No database.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from .forecasting import METHODS, NAIVE, SEASON, Matrix, Tried, matrix_of, tried

CHOSEN = "chosen"


@dataclass(frozen=True, slots=True)
class Accuracy:
    """Errors over all series, percent of their demand: of single months, and of all months together as seen from
    before the first. `taken_percent`: how often the method was the one chosen, in percent of series and months."""

    method: str
    wape: float
    bias: float
    total_wape: float
    total_bias: float
    taken_percent: float


def backtest(series: Sequence[Sequence[Any]], *, months: int = 6) -> list[Accuracy]:
    """What each method would have said of the last `months` of each series; those too short for it are left out."""
    long_enough = [each for each in series if len(each) > months + 1]
    history, starts = matrix_of(long_enough)
    width = history.shape[1]
    tested = history[:, width - months :]
    single: dict[str, Matrix] = {}
    whole: dict[str, Matrix] = {}
    seen = tried(history, starts)
    origin = width - months
    for name in (NAIVE, *METHODS):
        single[name] = seen.said[name][:, origin:width]
        whole[name] = _ahead(seen, name, origin, months)
    taken = np.zeros(len(METHODS))
    rows, chosen_months = np.arange(len(long_enough)), []
    for t in range(origin, width):
        chosen = tried(history[:, :t], starts).chosen
        taken += np.bincount(chosen, minlength=len(METHODS))
        chosen_months.append(np.stack([seen.said[name][:, t] for name in METHODS])[chosen, rows])
        if t == origin:
            whole[CHOSEN] = np.stack([whole[name] for name in METHODS])[chosen, rows]
    single[CHOSEN] = np.stack(chosen_months, axis=1)
    share = {name: 100 * float(taken[place] / taken.sum()) for place, name in enumerate(METHODS)}
    total = tested.sum(axis=1)
    return [
        Accuracy(
            name,
            _percent(np.abs(single[name] - tested).sum(), tested.sum()),
            _percent((single[name] - tested).sum(), tested.sum()),
            _percent(np.abs(whole[name] - total).sum(), total.sum()),
            _percent((whole[name] - total).sum(), total.sum()),
            share.get(name, 100.0 if name == CHOSEN else 0.0),
        )
        for name in (NAIVE, *METHODS, CHOSEN)
    ]


def _ahead(seen: Tried, name: str, origin: int, months: int) -> Matrix:
    """The sum of the months from `origin` on, as the method expects them there."""
    flat: Matrix = seen.said[name][:, origin] * months
    if name != "seasonal":
        return flat
    year_before = seen.history[:, origin - SEASON : origin - SEASON + months].sum(axis=1)
    return np.asarray(np.where(seen.starts + SEASON <= origin, year_before, flat))


def _percent(part: Any, whole: Any) -> float:
    return 100 * float(part) / float(whole) if whole else 0.0
