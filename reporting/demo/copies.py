"""A past repeated: what was written for the first weeks, once more for every later stretch of as many days.

A copy is a row with its ids moved on and its days moved on: nothing is computed, looked up or summed again, so a copy
costs what writing costs. Which columns are ids and days is read from the models; what they do not say is said here.
"""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection, models, transaction
from django.db.models import NOT_PROVIDED

from billing.models import (
    Billable,
    CashApplication,
    CashReceipt,
    Invoice,
    InvoiceLine,
    InvoiceTax,
    Journal,
    JournalLine,
    OpenItem,
)
from inventory.models import (
    Demand,
    DemandGroup,
    Pick,
    PromiseEvent,
    Shipment,
    ShipmentLine,
    StockEntry,
    StockPosting,
)
from orders.models import LineDemand, OrderLine, SalesOrder
from reporting.facts.sources import CYCLE
from reporting.models import ClassDay, LineFact, OrderFact, SiteDay, TradeDay

DOCUMENTS: tuple[type[models.Model], ...] = (
    *(DemandGroup, SalesOrder, OrderLine, Demand, PromiseEvent, LineDemand, Shipment, ShipmentLine, Pick),
    *(StockPosting, StockEntry, Billable, Invoice, InvoiceLine, InvoiceTax, OpenItem),
    *(CashReceipt, CashApplication, Journal, JournalLine),
)
FACTS: tuple[type[models.Model], ...] = (OrderFact, LineFact)
ROLL_UPS: tuple[type[models.Model], ...] = (TradeDay, ClassDay, SiteDay)
TABLES = [model._meta.db_table for model in (*DOCUMENTS, *FACTS, *ROLL_UPS)]

# Ids that no foreign key declares: ledgers are pointed at by nothing and point at nothing.
POINTERS: dict[tuple[type[models.Model], str], type[models.Model]] = {
    (PromiseEvent, "demand_id"): Demand,
    (Demand, "kit"): OrderLine,
    (StockEntry, "posting_id"): StockPosting,
    (StockEntry, "line_id"): ShipmentLine,
    (Billable, "source_id"): ShipmentLine,
    (JournalLine, "journal_id"): Journal,
}
SOURCES: dict[type[models.Model], tuple[type[models.Model], ...]] = {
    StockPosting: (Shipment,),
    Journal: (StockPosting, Invoice, CashReceipt),
}
# Numbers of a three-letter prefix and an id.
NUMBERS: dict[tuple[type[models.Model], str], type[models.Model]] = {
    (SalesOrder, "number"): SalesOrder,
    (DemandGroup, "document"): SalesOrder,
    (Shipment, "number"): Shipment,
    (CashReceipt, "number"): CashReceipt,
}

# Hours on working days between nine and two: what every order of the past takes, none on a day off.
HOURS = f"""
CREATE UNLOGGED TABLE volume.hours AS
SELECT s.id AS site_id, d.day::date AS day, {CYCLE} AS hours
FROM masterdata_site s CROSS JOIN generate_series(%(first)s::date, %(last)s::date, interval '1 day') AS d(day)
CROSS JOIN LATERAL (SELECT d.day::timestamp + time '09:00' AS began, d.day::timestamp + time '14:00' AS ended) t
WHERE s.company_id = %(company)s;
CREATE UNIQUE INDEX ON volume.hours (site_id, day)"""

# Days on which something else happened: their roll-ups are counted, not copied.
KNOWN = """
CREATE UNLOGGED TABLE volume.known AS
SELECT d.day::date AS day FROM generate_series(%(first)s::date, %(last)s::date, interval '1 day') AS d(day)
WHERE EXISTS (SELECT FROM reporting_rollupday r WHERE r.company_id = %(company)s AND r.day = d.day)
   OR EXISTS (SELECT FROM reporting_rollupday r WHERE r.company_id = %(company)s
        AND r.day >= %(first)s::date AND r.day < %(first)s::date + %(days)s::int)"""

DAYS = """
INSERT INTO reporting_rollupday AS r (company_id, day, touched, rolled, rolled_at)
SELECT company_id, day, 1, CASE WHEN EXISTS (SELECT FROM volume.known k WHERE k.day = d.day) THEN 0 ELSE 1 END,
    clock_timestamp()
FROM (SELECT DISTINCT company_id, intake_on + %(move)s::int AS day FROM volume.reporting_orderfact) d ORDER BY day
ON CONFLICT (company_id, day) DO UPDATE SET touched = r.touched + 1, touched_at = clock_timestamp()"""


@dataclass(frozen=True, slots=True)
class Stencil:
    """Rows to copy, each table's under its name in the schema `volume`, and how far a copy moves ids and days."""

    company_id: int
    orders: int
    days: int
    copies: int  # the stencil itself not counted
    steps: dict[type[models.Model], int]  # ids that the stencil takes up
    starts: dict[type[models.Model], int]  # what the first copy adds to an id


def marks() -> dict[type[models.Model], int]:
    """The last id of each table; nobody else may write until the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute(f"LOCK TABLE {', '.join(TABLES)} IN SHARE ROW EXCLUSIVE MODE")
        cursor.execute(
            "SELECT " + ", ".join(f"(SELECT coalesce(max(id), 0) FROM {m._meta.db_table})" for m in DOCUMENTS)
        )
        return dict(zip(DOCUMENTS, cursor.fetchone(), strict=True))


def know_days(company_id: int, first: date, last: date, days: int) -> None:
    """Keep the working hours of each day, and which days have figures of something else, before anything is written."""
    names: dict[str, Any] = {"company": company_id, "first": first, "last": last, "days": days}
    with connection.cursor() as cursor:
        cursor.execute("DROP SCHEMA IF EXISTS volume CASCADE; CREATE SCHEMA volume")
        cursor.execute(HOURS, names)
        cursor.execute(KNOWN, names)


def cut(
    company_id: int,
    marked: dict[type[models.Model], int],
    first: date,
    *,
    orders: int,
    days: int,
    copies: int,
) -> Stencil:
    """A stencil of everything that was written since the marks, with ids reserved for its copies."""
    last_line, last_order = marked[OrderLine], marked[SalesOrder]
    rows = {model: f"id > {marked[model]}" for model in DOCUMENTS}
    rows |= {OrderFact: f"order_id > {last_order}", LineFact: f"line_id > {last_line}"}
    of_days = f"company_id = {company_id} AND day >= '{first}' AND day < date '{first}' + {days}"
    rows |= dict.fromkeys(ROLL_UPS, of_days)
    steps, starts = {}, {}
    with connection.cursor() as cursor:
        for model, which in rows.items():
            table, key = model._meta.db_table, model._meta.pk.column
            cursor.execute(
                f"CREATE UNLOGGED TABLE volume.{table} AS SELECT * FROM {table} WHERE {which} ORDER BY {key}"
            )
            cursor.execute(f"ANALYZE volume.{table}")
            if model not in FACTS:
                cursor.execute(
                    f"WITH own AS (SELECT coalesce(min(id), 1) AS least, coalesce(max(id) - min(id) + 1, 0) AS step"
                    f" FROM volume.{table}), next AS (SELECT nextval(pg_get_serial_sequence('{table}', 'id')) AS id)"
                    f" SELECT step, next.id - least, setval(pg_get_serial_sequence('{table}', 'id'),"
                    f" next.id + step * {copies}) FROM own, next"
                )
                steps[model], starts[model], _ = cursor.fetchone()
    return Stencil(company_id, orders, days, copies, steps, starts)


def copy(stencil: Stencil, number: int) -> None:
    """Write the copy of this number, counted from one: the stencil's rows, as many stretches of days later."""
    move = number * stencil.days
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL synchronous_commit = off")
        for model in (*DOCUMENTS, *FACTS, *ROLL_UPS):
            columns = _columns(model, stencil, number)
            which = f"WHERE x.day + {move} NOT IN (TABLE volume.known)" if model in ROLL_UPS else ""
            table = model._meta.db_table
            cursor.execute(
                f"INSERT INTO {table} ({', '.join(columns)}) SELECT {', '.join(columns.values())}"
                f" FROM volume.{table} x {which}"
            )
        cursor.execute(DAYS, {"move": move})


def _columns(model: type[models.Model], stencil: Stencil, number: int) -> dict[str, str]:
    """What a copy writes into each column. Recorded is always the database's clock, so that is left to it."""
    move = number * stencil.days

    def on(pointed: type[models.Model]) -> int:
        return stencil.starts[pointed] + (number - 1) * stencil.steps[pointed]

    columns = {}
    for field in model._meta.local_concrete_fields:
        name = str(field.column)
        pointed: Any = field.related_model if field.remote_field else model if field.primary_key else None
        pointed = POINTERS.get((model, name), pointed)
        value = f"x.{name}"
        if name.endswith("_at") and field.db_default is not NOT_PROVIDED:
            continue
        if pointed in stencil.starts:
            value = f"x.{name} + {on(pointed)}"
        elif name == "source_id":
            cases = "".join(f" WHEN '{each._meta.label_lower}' THEN {on(each)}" for each in SOURCES[model])
            value = f"x.source_id + CASE x.source{cases} ELSE 0 END"
        elif isinstance(field, models.DateTimeField):
            value = f"x.{name} + interval '{move} days'"
        elif isinstance(field, models.DateField):
            value = f"x.{name} + {move}"
        elif (model, name) in NUMBERS:
            value = f"left(x.{name}, 3) || (substr(x.{name}, 4)::bigint + {on(NUMBERS[model, name])})"
        elif (model, name) == (Invoice, "sequence"):
            value = f"x.sequence + {number * stencil.orders}"
        elif (model, name) == (Invoice, "number"):
            value = f"left(x.number, -8) || lpad((x.sequence + {number * stencil.orders})::text, 8, '0')"
        elif (model, name) == (OrderFact, "cycle_hours"):
            day = f"h.site_id = x.site_id AND h.day = x.intake_on + {move}"
            value = f"(SELECT h.hours FROM volume.hours h WHERE {day})"
        columns[name] = value
    return columns
