"""Statements of drop shipments: the purchase order, its lines, then supplies, in the order in which they are locked."""

ORDER = """
SELECT p.number, p.company_id, p.site_id, p.group_id, c.currency, (%s::timestamptz AT TIME ZONE s.time_zone)::date,
    (p.ordered_at AT TIME ZONE s.time_zone)::date, g.document, nextval('inventory_shipment_id_seq')
FROM inventory_purchaseorder p JOIN masterdata_company c ON c.id = p.company_id
JOIN masterdata_site s ON s.id = p.site_id LEFT JOIN inventory_demandgroup g ON g.id = p.group_id
WHERE p.id = %s::bigint FOR NO KEY UPDATE OF p"""

# What never changes of the lines; value per stock unit is the ordered cost per buy unit over the stock units in it.
LINES = """
SELECT l.id, l.line, l.supply_id, l.demand_id, l.item_id, l.unit_cost * l.quantity / s.expected,
    nextval('inventory_shipmentline_id_seq'), i.lot_tracked
FROM inventory_purchaseorderline l JOIN inventory_supply s ON s.id = l.supply_id
JOIN masterdata_item i ON i.id = l.item_id
WHERE l.order_id = %s::bigint AND l.id = ANY(%s::bigint[]) ORDER BY l.line"""

LOTS = "SELECT t.id, t.item_id FROM inventory_lot t WHERE t.id = ANY(%s::bigint[])"

OPEN = """
SELECT s.id, s.expected - s.received - s.cancelled FROM inventory_supply s WHERE s.id = ANY(%s::bigint[])
ORDER BY s.id FOR NO KEY UPDATE"""

# What was sent is promised no more: whole promises go, parts shrink.
CONSUME = """
WITH sent AS MATERIALIZED (
    SELECT c.id, c.quantity = u.quantity AS whole, u.quantity
    FROM unnest(%s::bigint[], %s::bigint[], %s::numeric[]) AS u(demand_id, supply_id, quantity)
    CROSS JOIN LATERAL (SELECT p.id, p.quantity FROM inventory_commitment p
        WHERE p.demand_id = u.demand_id AND p.supply_id = u.supply_id OFFSET 0) c),
gone AS (
    DELETE FROM inventory_commitment c WHERE c.id = ANY(ARRAY(SELECT u.id FROM sent u WHERE u.whole)))
UPDATE inventory_commitment c SET quantity = c.quantity - u.quantity FROM sent u WHERE c.id = u.id AND NOT u.whole"""

# What left with a drop shipment: the side that goes out names the shipment's line.
SENT = """
SELECT p.id, e.item_id, e.bin_id, e.lot_id, -e.quantity, -e.value, l.id, l.demand_id, k.supply_id,
    k.order_id
FROM inventory_shipment h JOIN inventory_stockposting p ON p.source = 'inventory.shipment' AND p.source_id = h.id
    AND p.kind = 'drop' AND p.reverses_id IS NULL
JOIN inventory_stockentry e ON e.posting_id = p.id AND e.line_id IS NOT NULL
JOIN inventory_shipmentline l ON l.id = e.line_id
JOIN inventory_purchaseorderline k ON k.order_id = h.purchase_order_id AND k.demand_id = l.demand_id
WHERE h.id = %s::bigint ORDER BY l.id, e.id"""

LOCK_SUPPLIES = """
SELECT s.id FROM inventory_supply s WHERE s.id = ANY(%s::bigint[]) ORDER BY s.id FOR NO KEY UPDATE"""

EARMARK_AGAIN = """
INSERT INTO inventory_commitment (demand_id, supply_id, quantity, promised_on, kind)
SELECT u.demand_id, u.supply_id, u.quantity, coalesce(d.promised_on, %s::date), 'earmarked'
FROM unnest(%s::bigint[], %s::bigint[], %s::numeric[]) AS u(demand_id, supply_id, quantity)
JOIN inventory_demand d ON d.id = u.demand_id
ON CONFLICT (demand_id, supply_id) DO UPDATE SET quantity = inventory_commitment.quantity + excluded.quantity"""
