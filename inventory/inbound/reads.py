"""Statements of receipt differences."""

ORDER_TO_REPORT = """
SELECT p.number, p.company_id, p.site_id, p.ordered_by, (%s::timestamptz AT TIME ZONE s.time_zone)::date
FROM inventory_purchaseorder p JOIN masterdata_site s ON s.id = p.site_id WHERE p.id = %s::bigint
FOR NO KEY UPDATE OF p"""

RECEIPT_OF = (
    "SELECT r.id FROM inventory_receipt r WHERE r.id = %s::bigint AND r.purchase_order_id = %s::bigint"
)

# The lines with what is still expected of them, and what of that is reported missing already.
LINES_TO_REPORT = """
SELECT l.id, l.item_id, i.code, u.code, u.decimals, s.expected - s.received - s.cancelled,
    coalesce((SELECT sum(d.quantity) FROM inventory_receiptdifference d
        WHERE d.line_id = l.id AND d.outcome = '' AND d.kind IN ('short', 'damaged')), 0)
FROM inventory_purchaseorderline l JOIN inventory_supply s ON s.id = l.supply_id
JOIN masterdata_item i ON i.id = l.item_id JOIN masterdata_unit u ON u.code = i.stock_unit_id
WHERE l.order_id = %s::bigint AND l.id = ANY(%s::bigint[])"""

KNOWN_ITEMS = """
SELECT i.id, u.code, u.decimals FROM masterdata_item i JOIN masterdata_unit u ON u.code = i.stock_unit_id
WHERE i.id = ANY(%s::bigint[])"""

LOCK_DIFFERENCES = """
SELECT d.id, d.number, d.company_id, d.site_id, d.line_id, d.kind, d.outcome, d.owner, d.resolved_by
FROM inventory_receiptdifference d WHERE d.id = ANY(%s::bigint[]) ORDER BY d.id FOR NO KEY UPDATE"""
