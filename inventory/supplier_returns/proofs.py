"""What must hold between what went back to suppliers and the stock ledger."""

from erp.kernel.proofs import proof

proof(
    "V1",
    "Each supplier return left stock by its own posting, line by line, and its lines add up to it",
    """SELECT r.number, r.value, sum(l.value) AS lines, sum(-e.value) AS ledger, r.claimed, sum(l.claimed) AS asked
    FROM inventory_supplierreturn r LEFT JOIN inventory_supplierreturnline l ON l.supplier_return_id = r.id
    LEFT JOIN inventory_stockposting p ON p.id = r.posting_id AND p.kind = 'supplier' AND p.source_id = r.id
        AND p.source = 'inventory.supplierreturn'
    LEFT JOIN inventory_stockentry e ON e.posting_id = p.id AND e.line_id = l.line AND e.item_id = l.item_id
        AND e.bin_id = l.bin_id AND e.lot_id IS NOT DISTINCT FROM l.lot_id AND e.status = 'vendor'
        AND e.quantity = -l.quantity AND e.value = -l.value
    GROUP BY r.id
    HAVING count(e.id) <> count(l.id) OR count(l.id) = 0 OR sum(l.value) <> r.value OR sum(l.claimed) <> r.claimed""",
)
