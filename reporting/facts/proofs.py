"""Proofs of the figures: what is shown is what the documents add up to."""

from erp.kernel.proofs import proof

from .measures import (
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
from .sources import ALL, DAYS, LINE_COLUMNS, ORDER_COLUMNS, lines_of, orders_of

# Orders with an announcement still on its way: they may be ahead of their facts, every other one may not.
UNDER_WAY = """
    SELECT (e.payload ->> 'order_id')::bigint AS order_id FROM kernel_outboxentry e
        WHERE e.subscriber LIKE 'reporting.facts.%' AND e.done_at IS NULL AND e.payload ? 'order_id'
    UNION SELECT o.id FROM kernel_outboxentry e
        JOIN inventory_shipment s ON s.id = (e.payload ->> 'shipment_id')::bigint
        JOIN inventory_demandgroup g ON g.id = s.group_id JOIN orders_salesorder o ON o.number = g.document
        WHERE e.subscriber LIKE 'reporting.facts.%' AND e.done_at IS NULL
    UNION SELECT v.order_id FROM kernel_outboxentry e
        JOIN billing_invoice v ON v.id = (e.payload ->> 'invoice_id')::bigint
        WHERE e.subscriber LIKE 'reporting.facts.%' AND e.done_at IS NULL"""


def _different(names: list[str]) -> str:
    return f"({listed(names, 'stored.{0}')}) IS DISTINCT FROM ({listed(names, 'counted.{0}')})"


def _differs(name: str, table: str, keys: list[str], measures: list[str], rows: str) -> str:
    """Settled days on which the stored roll-up and its recomputation differ in any row, either way.

    One join by the key: both sides are computed once, and what does not fit into memory goes to disk.
    """
    columns = [*keys, *measures]
    stored = f"SELECT {listed(columns)} FROM {table} JOIN settled USING (company_id, day)"
    counted = f"SELECT {listed(columns)} FROM ({rows}) rows JOIN settled USING (company_id, day)"
    return f"""
    SELECT '{name}' AS rollup, company_id, day, min(site_id) AS site_id, count(*) AS rows
    FROM ({stored}) stored FULL JOIN ({counted}) counted USING ({listed(keys)})
    WHERE {_different(measures)}
    GROUP BY company_id, day"""


# A day counts as settled when it was counted after it was last touched, and nothing on its way can touch it.
proof(
    "M4",
    "Roll-ups equal their recomputation from the documents, and no touched day is left out",
    f"""
    WITH told AS MATERIALIZED ({UNDER_WAY}), moving AS MATERIALIZED ({DAYS}),
    counted_days AS (SELECT DISTINCT company_id, day FROM reporting_siteday
        UNION SELECT company_id, day FROM reporting_rollupday),
    settled AS MATERIALIZED (
        SELECT c.company_id, c.day FROM counted_days c LEFT JOIN reporting_rollupday r USING (company_id, day)
        WHERE r.rolled IS NOT DISTINCT FROM r.touched
          AND NOT EXISTS (SELECT FROM moving m WHERE m.company_id = c.company_id AND m.day = c.day))
    {_differs("trade", "reporting_tradeday", TRADE_KEYS, MEASURES, trade(some_days=False))}
    UNION ALL
    {_differs("class", "reporting_classday", CLASS_KEYS, MEASURES, classes(some_days=False))}
    UNION ALL
    {_differs("site", "reporting_siteday", SITE_KEYS, [*MEASURES, *ORDER_MEASURES], sites(some_days=False))}
    UNION ALL
    SELECT 'left out', company_id, day, NULL, touched - rolled FROM reporting_rollupday
    WHERE rolled < touched AND touched_at < clock_timestamp() - interval '15 minutes'""",
)

LINE_TRUTH = [
    name for name in LINE_COLUMNS if name != "item_class_id"
]  # the class is the one it was sold under

proof(
    "M6",
    "Facts of orders and lines equal their documents, as far as these were announced",
    f"""
    WITH under_way AS MATERIALIZED ({UNDER_WAY}), {lines_of(ALL)}
    SELECT x.fact, o.number, x.order_id, count(*) AS rows FROM (
        SELECT 'line' AS fact, coalesce(stored.order_id, counted.order_id) AS order_id
        FROM reporting_linefact stored FULL JOIN source counted ON counted.line_id = stored.line_id
        WHERE {_different(LINE_TRUTH)}
        UNION ALL SELECT 'order', coalesce(stored.order_id, counted.order_id)
        FROM reporting_orderfact stored FULL JOIN ({orders_of(ALL)}) counted ON counted.order_id = stored.order_id
        WHERE {_different(ORDER_COLUMNS)}) x
    LEFT JOIN orders_salesorder o ON o.id = x.order_id
    WHERE NOT EXISTS (SELECT FROM under_way u WHERE u.order_id = x.order_id) GROUP BY 1, 2, 3""",
)

# Only what was recorded before the last nightly count can be expected in it.
RECOUNTED = "(SELECT max(created_at) FROM kernel_idempotencykey WHERE command = 'recount')"

proof(
    "M7",
    "Stock values of closed days equal the stock ledger",
    f"""
    WITH counted AS ({STOCK_HISTORY.format(only=f"AND p.recorded_at <= {RECOUNTED}")})
    SELECT company_id, day, site_id, item_class_id, d.value AS stored, c.value AS counted
    FROM (SELECT * FROM reporting_stockday WHERE day < {RECOUNTED}::date) d
    FULL JOIN (SELECT * FROM counted WHERE day < {RECOUNTED}::date) c
        USING (company_id, day, site_id, item_class_id)
    WHERE coalesce(d.value, 0) <> coalesce(c.value, 0)""",
)
