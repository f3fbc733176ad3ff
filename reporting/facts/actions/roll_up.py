"""Roll-ups: days whose facts have moved on are counted anew, whole and by themselves."""

from dataclasses import dataclass
from datetime import date

from django.db import connection, transaction

from reporting.facts.locks import STOCK
from reporting.facts.measures import (
    CLASS_KEYS,
    MEASURES,
    ORDER_MEASURES,
    SITE_KEYS,
    STOCK_HISTORY,
    TRADE_KEYS,
    classes,
    listed,
    sites,
    trade,
)

# Counted together: few enough that whoever writes facts of such a day waits for a second at most.
DAYS_AT_ONCE = 7

# A day that another worker rolls up, or whose facts are being written, is left for the next round.
CLAIM = """
SELECT company_id, day FROM reporting_rollupday WHERE rolled < touched
ORDER BY touched_at, company_id, day LIMIT %s FOR UPDATE SKIP LOCKED"""

CAUGHT_UP = """
UPDATE reporting_rollupday r SET rolled = touched, rolled_at = clock_timestamp()
FROM wanted w WHERE r.company_id = w.company_id AND r.day = w.day"""

TOUCH_SINCE = """
UPDATE reporting_rollupday r SET touched = r.touched + 1, touched_at = clock_timestamp()
FROM (SELECT id FROM reporting_rollupday WHERE day >= %s ORDER BY company_id, day FOR UPDATE) old WHERE r.id = old.id"""

# What left on a day is found by instants, of which the planner expects a ninth of the table; each row of a few days
# looks its own rows up by index instead.
LOOK_UP = "SET LOCAL enable_hashjoin = off; SET LOCAL enable_mergejoin = off"

WANTED = "WITH wanted AS (SELECT * FROM unnest(%s::bigint[], %s::date[]) AS days(company_id, day))"


def _replace(table: str, keys: list[str], measures: list[str], rows: str) -> tuple[str, str]:
    columns = listed([*keys, *measures])
    return (
        f"{WANTED} DELETE FROM {table} t USING wanted w WHERE t.company_id = w.company_id AND t.day = w.day",
        f"{WANTED} INSERT INTO {table} ({columns}) SELECT {columns} FROM ({rows}) rows",
    )


# In this order: each level is counted from the one before.
LEVELS = (
    _replace("reporting_tradeday", TRADE_KEYS, MEASURES, trade(some_days=True)),
    _replace("reporting_classday", CLASS_KEYS, MEASURES, classes(some_days=True)),
    _replace("reporting_siteday", SITE_KEYS, [*MEASURES, *ORDER_MEASURES], sites(some_days=True)),
)


@dataclass(frozen=True, slots=True)
class RolledUp:
    """How many days were counted, and how many still wait because someone else holds them."""

    days: int
    waiting: int


def roll_up(*, most: int = 100_000) -> RolledUp:
    """Count every day that was touched since it was last counted, a few days in a transaction.

    The days' rows are locked from before their figures are read until they are written, and whoever writes facts
    touches them last: so what is not counted now is counted next, and nothing twice. Safe to run twice, also at once.
    """
    days = 0
    while days < most and (counted := _roll_up_some(min(DAYS_AT_ONCE, most - days))):
        days += counted
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM reporting_rollupday WHERE rolled < touched")
        (waiting,) = cursor.fetchone()
    return RolledUp(days, waiting)


def _roll_up_some(most: int) -> int:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(LOOK_UP)
        cursor.execute(CLAIM, [most])
        claimed = cursor.fetchall()
        if claimed:
            wanted = [list(column) for column in zip(*claimed, strict=True)]
            for delete, insert in LEVELS:
                cursor.execute(delete, wanted)
                cursor.execute(insert, wanted)
            cursor.execute(f"{WANTED} {CAUGHT_UP}", wanted)
        return len(claimed)


def touch_since(first: date) -> None:
    """Have every day from `first` on counted anew."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(TOUCH_SINCE, [first])


STOCK_NOW = """
INSERT INTO reporting_stockday AS d (company_id, day, site_id, item_class_id, value)
SELECT t.company_id, (clock_timestamp() AT TIME ZONE c.time_zone)::date, s.site_id, i.item_class_id, sum(s.value)
FROM inventory_sitestock s JOIN masterdata_site t ON t.id = s.site_id JOIN masterdata_company c ON c.id = t.company_id
JOIN masterdata_item i ON i.id = s.item_id
GROUP BY 1, 2, 3, 4 ORDER BY 1, 2, 3, 4
ON CONFLICT (company_id, day, site_id, item_class_id) DO UPDATE SET value = EXCLUDED.value
WHERE d.value <> EXCLUDED.value"""

STOCK_REBUILD = f"""
INSERT INTO reporting_stockday AS d (company_id, day, site_id, item_class_id, value)
SELECT * FROM ({STOCK_HISTORY.format(only="")}) h ORDER BY 1, 2, 3, 4
ON CONFLICT (company_id, day, site_id, item_class_id) DO UPDATE SET value = EXCLUDED.value
WHERE d.value <> EXCLUDED.value"""


def value_stock_now() -> None:
    """Keep what stock is worth at this moment as the present day's value; the day's last call stays."""
    _write_stock(STOCK_NOW)


def value_stock_history() -> None:
    """Value every day since the first posting from the ledger, so that late postings count on their own day."""
    _write_stock(STOCK_REBUILD)


def _write_stock(sql: str) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, 0)", [STOCK])
        cursor.execute(sql)
