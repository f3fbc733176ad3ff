"""What must hold of re-allocation runs."""

from erp.kernel.proofs import proof

proof(
    "D12",
    "Each line of a run tells its shares, gets no more stock than is open, and does not win by a broken promise",
    """SELECT l.id AS line, l.run_id AS run, l.demand_id AS demand, l.stock_before, l.stock_after
    FROM orders_reallocationline l
    WHERE l.stock_before <> (SELECT coalesce(sum((s ->> 1)::numeric), 0) FROM jsonb_array_elements(l.before) s
            WHERE s ->> 0 IS NULL)
       OR l.stock_after <> (SELECT coalesce(sum((s ->> 1)::numeric), 0) FROM jsonb_array_elements(l.after) s
            WHERE s ->> 0 IS NULL)
       OR l.stock_after > l.open OR (l.outcome = 'wins' AND l.broken)""",
)
