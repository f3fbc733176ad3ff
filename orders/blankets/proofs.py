"""What is drawn of blanket orders is what their call-offs are, and these are what their order lines want (OC10)."""

from erp.kernel.proofs import proof, prove_keys

from .models import BlanketLine, BlanketOrder

proof(
    "L1",
    "What is called off of a blanket order's line is the sum of its call-offs, within commitment and tolerance",
    """SELECT b.number, l.line, l.stock_quantity, l.tolerated, l.called, coalesce(c.quantity, 0) AS call_offs
    FROM orders_blanketline l JOIN orders_blanketorder b ON b.id = l.blanket_id
    LEFT JOIN (SELECT line_id, sum(quantity) AS quantity FROM orders_calloff GROUP BY 1) c ON c.line_id = l.id
    WHERE l.called <> coalesce(c.quantity, 0) OR l.called > l.stock_quantity + l.tolerated""",
)
proof(
    "L2",
    "Each call-off is what its order line wants of the same item, for the same customer",
    """SELECT b.number, l.line, o.number AS call_off, c.quantity, ol.stock_quantity, ol.quantity AS ordered,
        ol.cancelled_quantity
    FROM orders_calloff c JOIN orders_blanketline l ON l.id = c.line_id
    JOIN orders_blanketorder b ON b.id = l.blanket_id
    JOIN orders_orderline ol ON ol.id = c.order_line_id JOIN orders_salesorder o ON o.id = ol.order_id
    WHERE o.customer_id <> b.customer_id OR ol.item_id <> l.item_id
        OR abs(c.quantity - ol.stock_quantity * (ol.quantity - ol.cancelled_quantity) / ol.quantity)
            > 0.000001 * greatest(ol.stock_quantity / ol.quantity, 1)""",
)
proof(
    "L3",
    "A price agreed beyond its writer's authority was approved by somebody else before anything was called off",
    """SELECT b.number, b.beyond, b.created_by, b.approved_by FROM orders_blanketorder b
    WHERE b.beyond <> '' AND (b.approved_by = b.created_by OR b.approved_by = '' AND EXISTS (
        SELECT FROM orders_calloff c JOIN orders_blanketline l ON l.id = c.line_id WHERE l.blanket_id = b.id))""",
)
prove_keys("K9", "Blanket orders name masters that exist", BlanketOrder, BlanketLine)
