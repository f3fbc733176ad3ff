"""What must hold between what was counted at the door and what was received."""

from erp.kernel.proofs import proof

proof(
    "S43",
    "What was counted of a delivery was received, or is over and with the buyer",
    """WITH counted AS (
        SELECT u.id, u.number, u.receipt_id, x.line_id, l.supply_id, sum(x.counted) AS quantity
        FROM inventory_unloading u JOIN inventory_unloadedline x ON x.unloading_id = u.id
        JOIN inventory_purchaseorderline l ON l.id = x.line_id WHERE u.state = 'posted'
        GROUP BY u.id, x.line_id, l.supply_id)
    SELECT c.number, c.line_id, c.quantity, coalesce(r.quantity, 0) AS received, coalesce(d.quantity, 0) AS over
    FROM counted c
    LEFT JOIN LATERAL (SELECT sum(y.quantity) AS quantity FROM inventory_receiptline y
        WHERE y.receipt_id = c.receipt_id AND y.supply_id = c.supply_id) r ON true
    LEFT JOIN LATERAL (SELECT sum(z.quantity) AS quantity FROM inventory_receiptdifference z
        WHERE z.line_id = c.line_id AND z.kind = 'over') d ON true
    WHERE c.quantity < coalesce(r.quantity, 0)
        OR c.quantity - coalesce(r.quantity, 0) > coalesce(d.quantity, 0)""",
)
