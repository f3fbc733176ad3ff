"""What came back ties with what left, lies somewhere, and was decided once (RM02, RM04)."""

from erp.kernel.proofs import proof, prove_keys

from .models import CustomerReturn, ReturnLine

proof(
    "R1",
    "What a shipment line counts as returned is what its returns ask back, and no more than it shipped",
    """SELECT l.id AS shipment_line, l.shipped, l.returned, r.asked FROM inventory_shipmentline l
    LEFT JOIN (SELECT shipment_line_id, sum(quantity - cancelled) AS asked FROM orders_returnline GROUP BY 1) r
        ON r.shipment_line_id = l.id
    WHERE l.returned <> coalesce(r.asked, 0) OR l.returned > l.shipped""",
)
proof(
    "R2",
    "Each received quantity of a return is in the stock ledger, at the value that is noted",
    """SELECT k.id AS line, r.number, k.received, c.quantity AS counted, c.value, e.quantity AS posted,
        e.value AS posted_value
    FROM orders_returnline k JOIN orders_customerreturn r ON r.id = k.rma_id
    LEFT JOIN (SELECT line_id, sum(quantity) AS quantity, sum(value) AS value FROM orders_returnreceipt GROUP BY 1) c
        ON c.line_id = k.id
    LEFT JOIN (SELECT e.line_id, sum(e.quantity) AS quantity, sum(e.value) AS value
        FROM inventory_stockposting p JOIN inventory_stockentry e ON e.posting_id = p.id
        WHERE p.source = 'orders.customerreturn' AND p.kind = 'return' GROUP BY 1) e ON e.line_id = k.id
    WHERE k.received <> coalesce(c.quantity, 0) OR k.received <> coalesce(e.quantity, 0)
        OR coalesce(c.value, 0) <> coalesce(e.value, 0)""",
)
proof(
    "R3",
    "Each disposed quantity has left inspection in the stock ledger",
    """SELECT k.id AS line, r.number, k.disposed, k.creditable, d.quantity AS decided, e.quantity AS posted
    FROM orders_returnline k JOIN orders_customerreturn r ON r.id = k.rma_id
    LEFT JOIN (SELECT line_id, sum(quantity) AS quantity,
            coalesce(sum(quantity) FILTER (WHERE creditable), 0) AS creditable
        FROM orders_returndisposition GROUP BY 1) d ON d.line_id = k.id
    LEFT JOIN (SELECT e.line_id, -sum(e.quantity) AS quantity
        FROM inventory_stockposting p JOIN inventory_stockentry e ON e.posting_id = p.id
        WHERE p.source = 'orders.customerreturn' AND p.kind IN ('move', 'scrap') AND e.status = 'quality'
        GROUP BY 1) e ON e.line_id = k.id
    WHERE k.disposed <> coalesce(d.quantity, 0) OR k.disposed <> coalesce(e.quantity, 0)
        OR k.creditable <> coalesce(d.creditable, 0)
        OR k.disposed <> (SELECT coalesce(sum(c.disposed), 0) FROM orders_returnreceipt c WHERE c.line_id = k.id)""",
)
proof(
    "R4",
    "No return beyond a limit was approved by whoever requested it",
    """SELECT r.number, r.exceeds, r.requested_by, r.approved_by FROM orders_customerreturn r
    WHERE r.exceeds <> '' AND r.approved_by <> '' AND r.approved_by = r.requested_by""",
)
prove_keys("K4", "Returns name masters that exist", CustomerReturn, ReturnLine)
