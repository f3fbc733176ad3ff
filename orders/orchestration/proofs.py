"""What must hold of re-allocation runs."""

from erp.kernel.proofs import proof

proof(
    "D12",
    "A run gives no more stock of an item than it takes and finds free, and each line tells its shares",
    """SELECT l.id AS line, l.run_id AS run, l.demand_id AS demand, l.stock_before, l.stock_after
    FROM orders_reallocationline l
    WHERE l.stock_before <> (SELECT coalesce(sum((s ->> 1)::numeric), 0) FROM jsonb_array_elements(l.before) s
            WHERE s ->> 0 IS NULL)
       OR l.stock_after <> (SELECT coalesce(sum((s ->> 1)::numeric), 0) FROM jsonb_array_elements(l.after) s
            WHERE s ->> 0 IS NULL)
       OR l.stock_after > l.open OR (l.outcome = 'wins' AND l.broken)""",
)
