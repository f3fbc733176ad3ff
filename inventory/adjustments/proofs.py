"""What must hold between changes by hand and the stock ledger."""

from erp.kernel.proofs import proof, prove_keys

from .models import Adjustment, StatusChange

proof(
    "S16",
    "Each adjustment that is posted is one entry of its quantity and value, and every other is none",
    """SELECT a.number, a.state, a.quantity, sum(e.quantity) AS ledger, a.value, sum(e.value) AS ledger_value
    FROM inventory_adjustment a
    LEFT JOIN inventory_stockposting p ON p.id = a.posting_id AND p.kind = 'adjustment'
    LEFT JOIN inventory_stockentry e ON e.posting_id = p.id AND e.line_id = a.id AND e.item_id = a.item_id
        AND e.bin_id = a.bin_id AND e.lot_id IS NOT DISTINCT FROM a.lot_id AND e.status = a.status
    GROUP BY a.id
    HAVING (a.state = 'posted') <> (count(e.id) = 1)
        OR a.state = 'posted' AND (sum(e.quantity) <> a.quantity OR sum(e.value) <> a.value)""",
)
proof(
    "S17",
    "Each adjustment beyond its proposer's limits was approved by somebody else before it was posted",
    """SELECT a.number, a.proposed_by, a.decided_by, a.beyond FROM inventory_adjustment a
    WHERE a.state = 'posted' AND (a.decided_by = a.proposed_by OR a.beyond <> '' AND a.decided_by = '')""",
)
proof(
    "S18",
    "Each status change moved its rows within their bins",
    """SELECT c.number, c.row_count, count(e.id) AS entries FROM inventory_statuschange c
    LEFT JOIN inventory_stockposting p ON p.id = c.posting_id AND p.kind = 'move' AND p.source_id = c.id
        AND p.source = 'inventory.statuschange'
    LEFT JOIN inventory_stockentry e ON e.posting_id = p.id
    GROUP BY c.id
    HAVING count(e.id) <> 2 * c.row_count OR EXISTS (
        SELECT FROM inventory_stockentry x WHERE x.posting_id = c.posting_id
        GROUP BY x.item_id, x.bin_id, x.lot_id HAVING sum(x.quantity) <> 0)""",
)
prove_keys("K10", "Changes of stock by hand name masters that exist", StatusChange, Adjustment)
