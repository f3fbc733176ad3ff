"""The few statements behind every figure; each takes a company and the sites that count."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, TypeVar

from django.db import connection

from .periods import Period
from .scope import Place

ZERO = Decimal(0)

DAYS = """
SELECT day, sum(orders), sum(lines), sum(intake_net), sum(units_due), sum(units_filled), sum(units_substituted),
    sum(lines_due), sum(lines_filled), sum(orders_due), sum(orders_filled), sum(shipped_net), sum(shipped_cost),
    sum(invoiced_net), sum(invoiced_cost)
FROM reporting_siteday WHERE company_id = %s AND site_id = ANY(%s) AND day BETWEEN %s AND %s
GROUP BY day ORDER BY day"""

MARGIN_BY_CLASS = """
SELECT d.item_class_id, c.name, sum(d.invoiced_net), sum(d.invoiced_cost)
FROM reporting_classday d JOIN masterdata_itemclass c ON c.id = d.item_class_id
WHERE d.company_id = %s AND d.site_id = ANY(%s) AND d.day BETWEEN %s AND %s
GROUP BY 1, 2 HAVING sum(d.invoiced_net) > 0 ORDER BY 3 DESC LIMIT 8"""

# Open value: the open part of the line at its net price.
BACKORDERS = """
SELECT width_bucket(%s::date - f.requested_on, ARRAY[4, 8, 15, 31]) AS bucket, count(*), count(DISTINCT f.order_id),
    sum(round(f.net * (f.ordered - f.shipped) / f.ordered, 2)),
    sum((%s::date - f.requested_on) * round(f.net * (f.ordered - f.shipped) / f.ordered, 2)), min(f.requested_on)
FROM reporting_linefact f
WHERE f.company_id = %s AND f.site_id = ANY(%s) AND f.due_on < %s AND f.completed_on IS NULL AND f.ordered > 0
GROUP BY 1 ORDER BY 1"""

# Lines that were late at some time since `first`: due, and completed later (or not yet).
LATE = """
SELECT due_on, completed_on, count(*) FROM reporting_linefact
WHERE company_id = %s AND site_id = ANY(%s) AND due_on < %s AND ordered > 0 AND completed_on IS NULL GROUP BY 1, 2
UNION ALL
SELECT due_on, completed_on, count(*) FROM reporting_linefact
WHERE company_id = %s AND site_id = ANY(%s) AND completed_on >= %s AND completed_on > due_on GROUP BY 1, 2"""

ORDER_CYCLE = """
SELECT completed_on >= %s, count(*), percentile_cont(0.5) WITHIN GROUP (ORDER BY cycle_hours),
    percentile_cont(0.9) WITHIN GROUP (ORDER BY cycle_hours)
FROM reporting_orderfact
WHERE company_id = %s AND site_id = ANY(%s)
  AND (completed_on BETWEEN %s AND %s OR completed_on BETWEEN %s AND %s) GROUP BY 1"""

BILLING_CYCLE = """
SELECT issued_on >= %s, count(*), percentile_cont(0.5) WITHIN GROUP (ORDER BY hours),
    percentile_cont(0.9) WITHIN GROUP (ORDER BY hours), count(*) FILTER (WHERE hours <= 24)
FROM (SELECT issued_on, greatest(extract(epoch FROM effective_at - earned_at) / 3600, 0) AS hours FROM billing_invoice
      WHERE company_id = %s AND site_id = ANY(%s) AND kind = 'invoice'
        AND (issued_on BETWEEN %s AND %s OR issued_on BETWEEN %s AND %s)) i GROUP BY 1"""

# In days, of returns whose last credit was issued then. A replacement or a short close may skip no stage: each has its
# instant before the credit.
RETURN_CYCLE = """
SELECT credited_on >= %s, count(*), percentile_cont(0.5) WITHIN GROUP (ORDER BY whole),
    percentile_cont(0.9) WITHIN GROUP (ORDER BY whole), count(*) FILTER (WHERE whole <= 1),
    percentile_cont(0.5) WITHIN GROUP (ORDER BY approval), percentile_cont(0.5) WITHIN GROUP (ORDER BY receipt),
    percentile_cont(0.5) WITHIN GROUP (ORDER BY inspection), percentile_cont(0.5) WITHIN GROUP (ORDER BY credit)
FROM (SELECT (credited_at AT TIME ZONE c.time_zone)::date AS credited_on,
          extract(epoch FROM r.credited_at - r.requested_at) / 86400 AS whole,
          extract(epoch FROM r.approved_at - r.requested_at) / 86400 AS approval,
          extract(epoch FROM r.received_at - r.approved_at) / 86400 AS receipt,
          extract(epoch FROM r.inspected_at - r.received_at) / 86400 AS inspection,
          extract(epoch FROM r.credited_at - r.inspected_at) / 86400 AS credit
      FROM orders_customerreturn r JOIN masterdata_company c ON c.id = r.company_id
      WHERE r.company_id = %s AND r.site_id = ANY(%s) AND r.state = 'closed' AND r.credited_at IS NOT NULL) r
WHERE credited_on BETWEEN %s AND %s OR credited_on BETWEEN %s AND %s GROUP BY 1"""

EXCEPTIONS = """
SELECT kind, count(*), sum(amount), min(opened_at), count(*) FILTER (WHERE opened_at <= %s)
FROM billing_invoiceexception
WHERE company_id = %s AND site_id = ANY(%s) AND resolved_at IS NULL GROUP BY kind ORDER BY 2 DESC, kind"""

EXCEPTIONS_THEN = """
SELECT (opened_at AT TIME ZONE %s)::date, (resolved_at AT TIME ZONE %s)::date, count(*) FROM billing_invoiceexception
WHERE company_id = %s AND site_id = ANY(%s) AND (resolved_at IS NULL OR resolved_at >= %s) GROUP BY 1, 2"""

# Stopped invoices are counted above; what belongs to no site yet counts for every one of the company.
ORDER_EXCEPTIONS = """
SELECT kind, count(*), sum(amount), min(opened_at), count(*) FILTER (WHERE opened_at <= %s)
FROM orders_orderexception
WHERE company_id = %s AND (site_id = ANY(%s) OR site_id IS NULL) AND closed_at IS NULL AND kind <> 'invoice'
GROUP BY kind ORDER BY 2 DESC, kind"""

ORDER_EXCEPTIONS_THEN = """
SELECT (opened_at AT TIME ZONE %s)::date, (closed_at AT TIME ZONE %s)::date, count(*) FROM orders_orderexception
WHERE company_id = %s AND (site_id = ANY(%s) OR site_id IS NULL) AND kind <> 'invoice'
  AND (closed_at IS NULL OR closed_at >= %s) GROUP BY 1, 2"""

STOCK = """
SELECT day, sum(value) FROM reporting_stockday
WHERE company_id = %s AND site_id = ANY(%s) AND day = ANY(%s) GROUP BY day ORDER BY day"""

FIRST_STOCK = "SELECT min(day) FROM reporting_stockday WHERE company_id = %s"

AS_OF = """
SELECT least(clock_timestamp(),
    (SELECT min(e.created_at) FROM kernel_outboxentry e
     WHERE e.subscriber LIKE 'reporting.facts.%%' AND e.done_at IS NULL),
    (SELECT min(touched_at) FROM reporting_rollupday WHERE rolled < touched AND company_id = %s))"""


@dataclass(frozen=True, slots=True)
class DayFigures:
    """One day's sums over the sites that count."""

    day: date
    orders: int = 0
    lines: int = 0
    intake_net: Decimal = ZERO
    units_due: Decimal = ZERO
    units_filled: Decimal = ZERO
    units_substituted: Decimal = ZERO
    lines_due: int = 0
    lines_filled: int = 0
    orders_due: int = 0
    orders_filled: int = 0
    shipped_net: Decimal = ZERO
    shipped_cost: Decimal = ZERO
    invoiced_net: Decimal = ZERO
    invoiced_cost: Decimal = ZERO


@dataclass(frozen=True, slots=True)
class Spread:
    """How long something took: how many, median and 90th percentile in hours, how many within 24 hours."""

    count: int = 0
    median: Decimal | None = None
    p90: Decimal | None = None
    within_day: int = 0


@dataclass(frozen=True, slots=True)
class ReturnSpread(Spread):
    """The same of returns, in days, with the median of each stage: from the one before to this."""

    approval: Decimal | None = None
    receipt: Decimal | None = None
    inspection: Decimal | None = None
    credit: Decimal | None = None


S = TypeVar("S", bound=Spread)


@dataclass(frozen=True, slots=True)
class AgeBucket:
    """Backorders of one range of ages."""

    label: str
    lines: int = 0
    orders: int = 0
    value: Decimal = ZERO
    weighted: Decimal = ZERO  # Σ age × value
    oldest_on: date | None = None


@dataclass(frozen=True, slots=True)
class ExceptionKind:
    """Open exceptions of one type: of invoices, or of orders."""

    kind: str
    count: int
    amount: Decimal
    oldest_at: datetime
    overdue: int


AGES = ("0–3", "4–7", "8–14", "15–30", "over 30")  # days since the originally requested one


def _rows(sql: str, *params: Any) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return cursor.fetchall()


def _sites(place: Place) -> tuple[int, list[int]]:
    return place.company_id, list(place.site_ids)


def day_figures(place: Place, first: date, last: date) -> list[DayFigures]:
    """Days with anything to count, in order."""
    return [DayFigures(*row) for row in _rows(DAYS, *_sites(place), first, last)]


def margin_by_class(place: Place, period: Period) -> list[tuple[int, str, Decimal, Decimal]]:
    """The eight classes with the most revenue: id, name, invoiced net, cost."""
    return _rows(MARGIN_BY_CLASS, *_sites(place), period.first, period.last)


def backorders(place: Place, today: date) -> list[AgeBucket]:
    """Open backorder lines by age, every range listed."""
    found = {row[0]: row[1:] for row in _rows(BACKORDERS, today, today, *_sites(place), today)}
    return [AgeBucket(label, *found.get(number, ())) for number, label in enumerate(AGES)]


def backorder_lines_by_day(place: Place, days: Sequence[date]) -> list[int]:
    """How many lines stood open past their due day at the end of each day."""
    first, last = days[0], days[-1]
    spans = _rows(LATE, *_sites(place), last, *_sites(place), first)
    return [
        sum(count for due, done, count in spans if due < day and (done is None or done > day)) for day in days
    ]


def order_cycle(place: Place, period: Period) -> tuple[Spread, Spread]:
    """Of the period, and of the one before."""
    return _spreads(ORDER_CYCLE, place, period, Spread)


def billing_cycle(place: Place, period: Period) -> tuple[Spread, Spread]:
    return _spreads(BILLING_CYCLE, place, period, Spread)


def return_cycle(place: Place, period: Period) -> tuple[ReturnSpread, ReturnSpread]:
    """Of returns credited in the period, and in the one before."""
    return _spreads(RETURN_CYCLE, place, period, ReturnSpread)


def _spreads(sql: str, place: Place, period: Period, shape: type[S]) -> tuple[S, S]:
    days = (period.first, period.last, period.before_first, period.before_last)
    found = {}
    for current, count, median, p90, *rest in _rows(sql, period.first, *_sites(place), *days):
        found[current] = shape(
            count, _hundredths(median), _hundredths(p90), *rest[:1], *map(_hundredths, rest[1:])
        )
    return found.get(True, shape()), found.get(False, shape())


def _hundredths(value: float | None) -> Decimal | None:
    return None if value is None else Decimal(str(value)).quantize(Decimal("0.01"))


def exceptions(place: Place, overdue_before: datetime) -> list[ExceptionKind]:
    """Open invoice exceptions by type, the most frequent first."""
    return [ExceptionKind(*row) for row in _rows(EXCEPTIONS, overdue_before, *_sites(place))]


def order_exceptions(place: Place, overdue_before: datetime) -> list[ExceptionKind]:
    """Open entries of the orders' exception inbox by kind, the most frequent first."""
    return [ExceptionKind(*row) for row in _rows(ORDER_EXCEPTIONS, overdue_before, *_sites(place))]


def open_exceptions_by_day(place: Place, days: Sequence[date]) -> list[int]:
    """How many invoice exceptions were open at the end of each day."""
    return _open_by_day(EXCEPTIONS_THEN, place, days)


def open_order_exceptions_by_day(place: Place, days: Sequence[date]) -> list[int]:
    """How many entries of the orders' exception inbox were open at the end of each day."""
    return _open_by_day(ORDER_EXCEPTIONS_THEN, place, days)


def _open_by_day(sql: str, place: Place, days: Sequence[date]) -> list[int]:
    zone = place.time_zone
    spans = _rows(sql, zone, zone, *_sites(place), days[0])
    return [
        sum(count for opened, closed, count in spans if opened <= day and (closed is None or closed > day))
        for day in days
    ]


def stock_values(place: Place, days: Sequence[date]) -> dict[date, Decimal]:
    """Stock value at the end of those of the days that have one."""
    return dict(_rows(STOCK, *_sites(place), sorted(set(days))))


def first_stock_day(place: Place) -> date | None:
    ((first,),) = _rows(FIRST_STOCK, place.company_id)
    return first


def as_of(place: Place) -> datetime:
    """The instant up to which everything announced is in the figures."""
    ((instant,),) = _rows(AS_OF, place.company_id)
    return instant
