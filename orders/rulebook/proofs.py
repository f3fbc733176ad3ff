"""What must hold of order rules and of what they charge (D21 and D22 of our own)."""

from erp.kernel.proofs import proof

proof(
    "D21",
    "Rules in force were approved by somebody who neither wrote nor proposed them, and hold from a day",
    """SELECT v.id, v.company_id, v.number FROM orders_ruleversion v
    WHERE v.state = 'approved' AND (v.valid_from IS NULL OR v.decided_by_id IS NULL
        OR v.decided_by_id IN (v.written_by_id, v.proposed_by_id))""",
)
proof(
    "D22",
    "No order has two fees of the same service that are charged",
    """SELECT o.number, l.item_id, count(*) FROM orders_orderline l JOIN orders_salesorder o ON o.id = l.order_id
    WHERE l.price_source = 'fee' AND l.cancelled_quantity < l.quantity
    GROUP BY o.number, l.item_id HAVING count(*) > 1""",
)
