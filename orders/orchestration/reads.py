"""Statements of the re-allocation run."""

# Items of a site of which someone waits for more than is reserved.
SCARCE = """
SELECT DISTINCT d.item_id FROM inventory_demand d
WHERE d.site_id = %s::bigint AND d.ordered - d.shipped - d.cancelled - d.reserved > 0
    AND d.supply_method = 'stock' AND (%s::bigint[] = '{}' OR d.item_id = ANY(%s::bigint[])) ORDER BY 1"""

# What the warehouse has in hand of each demand, as release counts it: what a picker did not find is not in hand. A
# statement of its own behind the demands' locks, which release takes too.
IN_HAND = """
SELECT l.demand_id, sum(coalesce(k.picked, k.quantity)) FROM inventory_shipmentline l
JOIN inventory_shipment s ON s.id = l.shipment_id JOIN inventory_pick k ON k.line_id = l.id
WHERE l.demand_id = ANY(%s::bigint[]) AND s.state IN ('released', 'picked', 'packed') GROUP BY l.demand_id"""

# The order of each demand, and the net of one stock unit of its line.
WORTH = """
SELECT ld.demand_id, l.order_id, l.net / nullif(l.stock_quantity * (1 - l.cancelled_quantity / l.quantity), 0)
    * ld.denominator / ld.numerator
FROM orders_linedemand ld JOIN orders_orderline l ON l.id = ld.line_id WHERE ld.demand_id = ANY(%s::bigint[])"""

LOCK_RUN = """
SELECT id, number, company_id, site_id, state FROM orders_reallocationrun WHERE id = %s::bigint FOR NO KEY UPDATE"""

# Whoever takes the run back waits for the items that are being shared, and finds them done.
LOCK_ENTRY = """
SELECT e.id, e.run_id, e.item_id, e.state, i.code, r.number, r.company_id, r.site_id, r.state
FROM orders_reallocationitem e JOIN orders_reallocationrun r ON r.id = e.run_id
JOIN masterdata_item i ON i.id = e.item_id WHERE e.id = %s::bigint FOR NO KEY UPDATE OF e FOR SHARE OF r"""

LINES = """
SELECT l.demand_id, l.before::text, l.after::text FROM orders_reallocationline l WHERE l.entry_id = %s::bigint
ORDER BY l.demand_id"""
