"""What must hold of putaway."""

from erp.kernel.proofs import proof, prove_keys

from .models import PutawayTask

proof(
    "S40",
    "What putaway tasks say was moved is what the stock ledger moved for them",
    """SELECT coalesce(t.id, e.line_id) AS task, t.number, t.moved, e.quantity AS ledger FROM inventory_putawaytask t
    FULL JOIN (SELECT x.line_id, sum(x.quantity) AS quantity FROM inventory_stockposting p
        JOIN inventory_stockentry x ON x.posting_id = p.id AND x.quantity > 0
        WHERE p.source = 'inventory.putawaytask' GROUP BY x.line_id) e ON e.line_id = t.id
    WHERE coalesce(t.moved, 0) <> coalesce(e.quantity, 0)""",
)
proof(
    "S41",
    "Putaway moves a task's own goods, out of the place where they stood",
    """SELECT t.number, e.item_id, e.bin_id, e.lot_id, e.status FROM inventory_stockposting p
    JOIN inventory_stockentry e ON e.posting_id = p.id JOIN inventory_putawaytask t ON t.id = e.line_id
    WHERE p.source = 'inventory.putawaytask' AND (p.site_id <> t.site_id OR e.item_id <> t.item_id
        OR e.status <> t.status OR e.lot_id IS DISTINCT FROM t.lot_id OR (e.quantity < 0) <> (e.bin_id = t.bin_id))""",
)
prove_keys("K21", "Putaway tasks name masters that exist", PutawayTask)
