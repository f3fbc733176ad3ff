"""Statements of unloading."""

# The order, whether anything of it is still expected, and the number of an unloading to come.
ORDER = """
SELECT p.number, p.company_id, p.site_id, p.group_id IS NOT NULL,
    EXISTS (SELECT FROM inventory_purchaseorderline l JOIN inventory_supply s ON s.id = l.supply_id
        WHERE l.order_id = p.id AND s.expected > s.received + s.cancelled),
    nextval('inventory_unloading_id_seq')
FROM inventory_purchaseorder p WHERE p.id = %s::bigint FOR NO KEY UPDATE OF p"""

OPEN_OF_ORDER = """
SELECT u.id, u.number FROM inventory_unloading u WHERE u.purchase_order_id = %s::bigint AND u.state = 'open'"""

LOCK = """
SELECT u.id, u.number, u.company_id, u.site_id, u.purchase_order_id, u.state, u.ended_by
FROM inventory_unloading u WHERE u.id = %s::bigint FOR NO KEY UPDATE"""

LINE = """
SELECT l.id, i.code, i.lot_tracked, n.code, n.decimals FROM inventory_purchaseorderline l
JOIN masterdata_item i ON i.id = l.item_id JOIN masterdata_unit n ON n.code = i.stock_unit_id
WHERE l.id = %s::bigint AND l.order_id = %s::bigint"""

COUNTED = """
SELECT x.counted FROM inventory_unloadedline x
WHERE x.unloading_id = %s::bigint AND x.line_id = %s::bigint AND x.lot = %s::text"""

COUNT = """
INSERT INTO inventory_unloadedline (unloading_id, line_id, lot, expires_on, counted, counted_by, counted_at)
VALUES (%s::bigint, %s::bigint, %s::text, %s::date, %s::numeric, %s::text, %s::timestamptz)
ON CONFLICT (unloading_id, line_id, lot) DO UPDATE SET counted = excluded.counted,
    expires_on = coalesce(excluded.expires_on, inventory_unloadedline.expires_on),
    counted_by = excluded.counted_by, counted_at = excluded.counted_at"""

# Every line of the order: what is expected, what of that was reported missing, and what was counted of it.
TO_POST = """
SELECT l.id, l.supply_id, l.item_id, s.expected - s.received - s.cancelled,
    coalesce((SELECT sum(d.quantity) FROM inventory_receiptdifference d
        WHERE d.line_id = l.id AND d.outcome = '' AND d.kind IN ('short', 'damaged')), 0),
    x.lot, x.expires_on, x.counted
FROM inventory_purchaseorderline l JOIN inventory_supply s ON s.id = l.supply_id
LEFT JOIN inventory_unloadedline x ON x.line_id = l.id AND x.unloading_id = %s::bigint AND x.counted > 0
WHERE l.order_id = %s::bigint ORDER BY l.line, x.id"""

TAKES_GOODS = """
SELECT b.id FROM masterdata_bin b WHERE b.site_id = %s::bigint AND b.is_active
    AND b.kind IN ('pick', 'reserve', 'receiving') ORDER BY b.kind <> 'receiving', b.pick_sequence, b.id LIMIT 1"""

ORDER_LOCK = "SELECT p.id FROM inventory_purchaseorder p WHERE p.id = %s::bigint FOR NO KEY UPDATE"
