"""Every figure of the dictionary for one place and one period, from a constant number of statements."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from decimal import Decimal

from . import reads
from .dictionary import DICTIONARY, Kpi
from .periods import DAY, Period
from .reads import AgeBucket, DayFigures, ExceptionKind, ReturnSpread, Spread
from .scope import Place

TREND_DAYS = 28
ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class Value:
    """One KPI as measured: now, in the period it is compared with, its target and its last four weeks."""

    kpi: Kpi
    now: Decimal | None
    before: Decimal | None = None
    target: Decimal | None = None
    trend: Sequence[Decimal] = ()
    beside: Mapping[str, Decimal] = field(
        default_factory=dict
    )  # what stands beside it: {"lines": 41, "p90": 31}

    @property
    def change(self) -> Decimal | None:
        return None if self.now is None or self.before is None else self.now - self.before

    @property
    def meets_target(self) -> bool | None:
        """None where there is nothing to compare."""
        if (
            self.now is None
            or self.target is None
            or self.kpi.better == "neither"
            or self.kpi.unit == "count"
        ):
            return None
        return self.now >= self.target if self.kpi.better == "up" else self.now <= self.target


@dataclass(frozen=True, slots=True)
class Figures:
    """What a board shows: the KPIs by key, and what its charts are drawn from."""

    place: Place
    period: Period
    as_of: datetime
    values: dict[str, Value]
    days: list[DayFigures]  # the last four weeks, every day listed
    ages: list[AgeBucket]
    exceptions: list[ExceptionKind]
    classes: list[tuple[int, str, Decimal, Decimal]] = field(default_factory=list)


def ratio(part: Decimal | int, whole: Decimal | int, scale: int = 100) -> Decimal | None:
    """part ÷ whole × scale; None when there is nothing to divide by."""
    return Decimal(part) * scale / Decimal(whole) if whole else None


def figures(place: Place, period: Period, now: datetime) -> Figures:
    """Every KPI of the dictionary. `now` decides what is overdue."""
    today = period.last
    trend = [today - DAY * back for back in reversed(range(TREND_DAYS))]
    since = min(period.before_first, trend[0])
    by_day = {row.day: row for row in reads.day_figures(place, since, today)}
    recent = [by_day.get(day, DayFigures(day)) for day in trend]
    current = [row for row in by_day.values() if period.first <= row.day <= period.last]
    earlier = [row for row in by_day.values() if period.before_first <= row.day <= period.before_last]
    ages = reads.backorders(place, today)
    exceptions = reads.exceptions(place, _overdue("invoice_exceptions", place, today, now))
    blocked = reads.order_exceptions(place, _overdue("order_exceptions", place, today, now))
    values = [
        *_trade(place, period, current, earlier, recent),
        *_backorders(place, period, ages, trend),
        _spread("order_cycle", place, today, reads.order_cycle(place, period)),
        _spread("billing_cycle", place, today, reads.billing_cycle(place, period)),
        _returns(place, today, reads.return_cycle(place, period)),
        _exceptions("invoice_exceptions", place, period, exceptions, reads.open_exceptions_by_day, trend),
        _exceptions("order_exceptions", place, period, blocked, reads.open_order_exceptions_by_day, trend),
        *_stock(place, period, current, trend),
    ]
    return Figures(
        place=place,
        period=period,
        as_of=reads.as_of(place),
        values={value.kpi.key: value for value in values},
        days=recent,
        ages=ages,
        exceptions=exceptions,
        classes=reads.margin_by_class(place, period),
    )


def _target(kpi: Kpi, place: Place, on: date) -> Decimal | None:
    return kpi.target.value(on=on, company=place.company_id, site=place.site_id) if kpi.target else None


def _trade(
    place: Place,
    period: Period,
    current: Sequence[DayFigures],
    earlier: Sequence[DayFigures],
    recent: Sequence[DayFigures],
) -> list[Value]:
    """Intake, fill rates and margin. A day that is not over is not yet judged, unless it is what was asked for."""
    judged = current if period.key == "today" else [row for row in current if row.day < period.last]

    def value(
        key: str,
        of: Callable[[Sequence[DayFigures]], Decimal | None],
        now: Sequence[DayFigures],
        **beside: Decimal,
    ) -> Value:
        kpi = DICTIONARY[key]
        points = [of([row]) for row in recent]
        return Value(
            kpi,
            now=of(now),
            before=of(earlier) if earlier else None,
            target=_target(kpi, place, period.last),
            trend=[point for point in points if point is not None],
            beside=beside,
        )

    return [
        value("order_intake", lambda rows: _sum(rows, "intake_net"), current, orders=_sum(current, "orders")),
        value(
            "unit_fill",
            lambda rows: ratio(_sum(rows, "units_filled"), _sum(rows, "units_due")),
            judged,
            substituted=ratio(_sum(judged, "units_substituted"), _sum(judged, "units_due")) or ZERO,
        ),
        value(
            "line_fill",
            lambda rows: ratio(_sum(rows, "lines_filled"), _sum(rows, "lines_due")),
            judged,
            filled=_sum(judged, "lines_filled"),
            lines=_sum(judged, "lines_due"),
        ),
        value(
            "order_fill", lambda rows: ratio(_sum(rows, "orders_filled"), _sum(rows, "orders_due")), judged
        ),
        value("gross_margin", _margin, current),
    ]


def _margin(rows: Sequence[DayFigures]) -> Decimal | None:
    revenue = _sum(rows, "invoiced_net")
    return ratio(revenue - _sum(rows, "invoiced_cost"), revenue)


def _sum(rows: Iterable[DayFigures], name: str) -> Decimal:
    return sum((Decimal(getattr(row, name)) for row in rows), ZERO)


def _backorders(
    place: Place, period: Period, ages: Sequence[AgeBucket], trend: Sequence[date]
) -> list[Value]:
    """Value and weighted age now; the comparison and the trend count lines, which the past knows exactly."""
    worth = sum((bucket.value for bucket in ages), ZERO)
    weighted = sum((bucket.weighted for bucket in ages), ZERO)
    opening = period.first - DAY
    days = sorted({*trend, opening})
    counts = dict(zip(days, reads.backorder_lines_by_day(place, days), strict=True))
    age = DICTIONARY["backorder_age"]
    return [
        Value(
            DICTIONARY["backorders"],
            now=worth,
            trend=[Decimal(counts[day]) for day in trend],
            beside={
                "lines": Decimal(sum(bucket.lines for bucket in ages)),
                "lines_before": Decimal(counts[opening]),
            },
        ),
        Value(age, now=ratio(weighted, worth, 1) or ZERO, target=_target(age, place, period.last)),
    ]


def _spread(key: str, place: Place, on: date, found: tuple[Spread, Spread]) -> Value:
    kpi = DICTIONARY[key]
    now, before = found
    beside = {"count": Decimal(now.count), "within_day": Decimal(now.within_day)}
    if now.p90 is not None:
        beside["p90"] = now.p90
    return Value(kpi, now=now.median, before=before.median, target=_target(kpi, place, on), beside=beside)


def _returns(place: Place, on: date, found: tuple[ReturnSpread, ReturnSpread]) -> Value:
    """How long returns took, with the median of each stage beside it."""
    value, now = _spread("return_cycle", place, on, found), found[0]
    stages = {
        "approval": now.approval,
        "receipt": now.receipt,
        "inspection": now.inspection,
        "credit": now.credit,
    }
    known = {name: days for name, days in stages.items() if days is not None}
    return replace(value, beside={**value.beside, **known})


def _overdue(key: str, place: Place, on: date, now: datetime) -> datetime:
    """What was opened before is older than the figure's target allows."""
    return now - timedelta(days=int(_target(DICTIONARY[key], place, on) or 0))


def _exceptions(
    key: str,
    place: Place,
    period: Period,
    open_now: Sequence[ExceptionKind],
    by_day: Callable[[Place, Sequence[date]], list[int]],
    trend: Sequence[date],
) -> Value:
    days = sorted({*trend, period.first - DAY})
    counts = dict(zip(days, by_day(place, days), strict=True))
    kpi = DICTIONARY[key]
    return Value(
        kpi,
        now=Decimal(sum(kind.count for kind in open_now)),
        before=Decimal(counts[period.first - DAY]),
        trend=[Decimal(counts[day]) for day in trend],
        target=_target(kpi, place, period.last),
        beside={"overdue": Decimal(sum(kind.overdue for kind in open_now))},
    )


def _stock(place: Place, period: Period, current: Sequence[DayFigures], trend: Sequence[date]) -> list[Value]:
    """Value at the end, and turns: cost shipped, annualised over the days that have stock, by the average of points."""
    points = period.month_ends()
    values = reads.stock_values(place, [*points, *trend])
    first = reads.first_stock_day(place)
    turns = DICTIONARY["inventory_turns"]
    line = [values[day] for day in trend if day in values]
    return [
        Value(
            DICTIONARY["inventory_value"],
            now=values.get(period.last),
            before=values.get(period.first - DAY),
            trend=line,
        ),
        Value(
            turns,
            now=inventory_turns(
                cost=_sum(current, "shipped_cost"),
                points=[values[day] for day in points if day in values],
                days=period.days if first is None else (period.last - max(period.first, first)).days + 1,
            ),
            target=_target(turns, place, period.last),
            trend=line,
        ),
    ]


def inventory_turns(*, cost: Decimal, points: Sequence[Decimal], days: int) -> Decimal | None:
    """Cost of goods shipped in `days`, annualised, ÷ the average of the stock values at the points; None without."""
    average = sum(points, ZERO) / len(points) if points else ZERO
    return cost * 365 / days / average if average and days > 0 else None
