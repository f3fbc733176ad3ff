"""Forecasts of a slice: those whose history has changed are made anew, the others stay (PU03)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from erp.kernel.batch import Batch

from .ground import Ground, months_before
from .models import DemandForecast
from .rules import STEP, Outlook
from .slices import Expected, Key, Slice, plain

CENT = Decimal("0.01")
MOST_PERCENT = Decimal(10) ** 9


@dataclass(frozen=True, slots=True)
class Renewed:
    """What is expected everywhere, and how many forecasts were made anew or had nothing new to say."""

    expected: dict[Key, Expected]
    made: int
    skipped: int


def renew_forecasts(batch: Batch, ground: Ground, found: Slice) -> Renewed:
    """Write what a changed history makes expect; two statements, and none where nothing has changed."""
    expected = {key: stored.expected for key, stored in found.stored.items() if key in found.series}
    changed = [
        key
        for key, series in sorted(found.series.items())
        if key not in found.stored or found.stored[key].history != series.stored
    ]
    if not changed:
        return Renewed(expected, 0, len(found.series))
    from .forecasting import forecast  # numpy, in the worker alone that needs it

    columns: list[dict[str, Any]] = []
    for key, made in zip(changed, forecast([found.series[key].values for key in changed]), strict=True):
        outlook = Outlook(tuple(_quantity(each) for each in made.ahead), _quantity(made.sigma))
        wape, bias, naive_wape = _percent(made.wape), _percent(made.bias), _percent(made.naive_wape)
        expected[key] = Expected(outlook, made.method, wape, bias, naive_wape)
        columns.append(
            {
                "history": found.series[key].stored,
                "through": months_before(ground.this_month, 1),
                "method": made.method,
                "ahead": {"values": [plain(each) for each in outlook.ahead]},
                "monthly": outlook.ahead[0],
                "sigma": outlook.sigma,
                "wape": wape,
                "bias": bias,
                "naive_wape": naive_wape,
                "naive_bias": _percent(made.naive_bias),
                "holdout": made.holdout,
            }
        )
    _write(batch, ground, found, changed, columns, batch.now)
    return Renewed(expected, len(changed), len(found.series) - len(changed))


def _write(
    batch: Batch,
    ground: Ground,
    found: Slice,
    keys: Sequence[Key],
    columns: Sequence[dict[str, Any]],
    at: datetime,
) -> None:
    pairs = list(zip(keys, columns, strict=True))
    new = [(key, each) for key, each in pairs if key not in found.stored]
    old = [(found.stored[key].id, each) for key, each in pairs if key in found.stored]
    names = list(columns[0])
    batch.insert(
        DemandForecast,
        company=ground.company_id,
        item=[item_id for (item_id, _site), _each in new],
        site=[site_id for (_item, site_id), _each in new],
        **{name: [each[name] for _key, each in new] for name in names},
        computed_at=at,
    )
    renewed: dict[str, Any] = {name: [each[name] for _pk, each in old] for name in names}
    batch.update(DemandForecast, [pk for pk, _each in old], **renewed, computed_at=at)


def _quantity(value: float) -> Decimal:
    return Decimal(value).quantize(STEP, ROUND_HALF_UP)


def _percent(value: float | None) -> Decimal | None:
    return None if value is None else min(Decimal(value), MOST_PERCENT).quantize(CENT, ROUND_HALF_UP)
