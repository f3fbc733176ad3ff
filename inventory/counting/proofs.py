"""What must hold of counts."""

from erp.kernel.proofs import proof, prove_keys

from .models import CountLine, CountTask

proof(
    "S19",
    "A count that was not exact enough was counted again by another person before it was closed",
    """SELECT t.number, t.first_by, t.second_by FROM inventory_counttask t
    WHERE t.state = 'done' AND (t.first_by = '' OR t.first_by = t.second_by OR NOT t.accurate AND t.second_by = '')""",
)
proof(
    "S20",
    "The differences of a closed count are its adjustments and what picks are bound to",
    """SELECT t.number, l.difference, l.bound, coalesce(a.quantity, 0) AS adjusted FROM inventory_counttask t
    CROSS JOIN LATERAL (SELECT sum(x.counted - x.ledger) AS difference, sum(x.bound) AS bound
        FROM inventory_countline x WHERE x.task_id = t.id AND x.turn = CASE WHEN t.second_by = '' THEN 1 ELSE 2 END) l
    LEFT JOIN LATERAL (SELECT sum(y.quantity) AS quantity FROM inventory_adjustment y
        WHERE y.bin_id = t.bin_id AND y.reason = 'count' AND y.note LIKE t.number || ': %%') a ON true
    WHERE t.state = 'done' AND coalesce(l.difference + l.bound, 0) <> coalesce(a.quantity, 0)""",
)
prove_keys("K11", "Counts name masters that exist", CountTask, CountLine)
