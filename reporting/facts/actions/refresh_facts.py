"""Write the facts of orders anew from their documents, and touch the days whose figures that changes."""

from collections.abc import Sequence

from erp.kernel.batch import Batch
from reporting.facts.locks import FACTS
from reporting.facts.sources import ALL, DAYS, LINE_COLUMNS, ORDER_COLUMNS, THESE, lines_of, orders_of


def _listed(columns: Sequence[str], prefix: str = "") -> str:
    return ", ".join(f"{prefix}{name}" for name in columns)


def _upsert(table: str, columns: Sequence[str], rows: str, *, kept: Sequence[str] = ()) -> str:
    """Insert the rows or bring them up to date, `kept` columns apart; what is up to date already is not written."""
    updated = [name for name in columns[1:] if name not in kept]
    return f"""
INSERT INTO {table} AS f ({_listed(columns)}) SELECT {_listed(columns)} FROM ({rows}) new_rows ORDER BY {columns[0]}
ON CONFLICT ({columns[0]}) DO UPDATE SET {", ".join(f"{name} = EXCLUDED.{name}" for name in updated)}
WHERE ({_listed(updated, "f.")}) IS DISTINCT FROM ({_listed(updated, "EXCLUDED.")})"""


def _lines(which: str) -> str:
    """Line facts, then the days they were and are counted on: accepted, due, shipped and invoiced."""
    upsert = _upsert("reporting_linefact", LINE_COLUMNS, "SELECT * FROM source", kept=("item_class_id",))
    return f"""
WITH {lines_of(which)},
changed AS ({upsert}
    RETURNING new.order_id, new.company_id, ARRAY[new.intake_on, old.due_on, new.due_on] AS days),
told AS (SELECT DISTINCT order_id FROM changed)
INSERT INTO reporting_rollupday AS r (company_id, day)
SELECT company_id, day FROM (SELECT company_id, unnest(days) AS day FROM changed UNION {DAYS}) t
WHERE day IS NOT NULL ORDER BY company_id, day
ON CONFLICT (company_id, day) DO UPDATE SET touched = r.touched + 1, touched_at = clock_timestamp()"""


LINES = _lines(THESE)
ORDERS = _upsert("reporting_orderfact", ORDER_COLUMNS, orders_of(THESE))
ALL_LINES = _lines(ALL)
ALL_ORDERS = _upsert("reporting_orderfact", ORDER_COLUMNS, orders_of(ALL))

LOCK = "SELECT pg_advisory_xact_lock(%s::int, 0)"


def refresh_facts(batch: Batch, *, order_ids: Sequence[int]) -> None:
    """Bring the facts of these orders to what their documents say now. A second run changes nothing.

    Four statements, for one order or five hundred. The lock comes before the reads, so that of two runs the later
    one sees more.
    """
    ids = sorted(set(order_ids))
    if not ids:
        return
    batch.write(LOCK, FACTS)
    batch.write(LINES, ids)
    batch.write(ORDERS, ids, ids)


def rebuild_facts(batch: Batch) -> None:
    """The same for every order there is: after a bulk load, or when the meaning of a fact has changed."""
    batch.write(LOCK, FACTS)
    batch.write(ALL_LINES)
    batch.write(ALL_ORDERS)
