"""Statements of the re-allocation run and of rules on trial."""

# Items of a site of which someone waits for more than is reserved.
SCARCE = """
SELECT DISTINCT d.item_id FROM inventory_demand d
WHERE d.site_id = %s::bigint AND d.ordered - d.shipped - d.cancelled - d.reserved > 0
    AND d.supply_method = 'stock' AND (%s::bigint[] = '{}' OR d.item_id = ANY(%s::bigint[])) ORDER BY 1"""

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


# A rush order's items of which less is reserved than is wanted; it leaves from one site.
SHORT_OF_ORDER = """
SELECT o.number, o.site_id, d.item_id FROM orders_salesorder o JOIN inventory_demand d ON d.group_id = o.group_id
WHERE o.id = %s::bigint AND o.state = 'submitted' AND d.ordered - d.shipped - d.cancelled - d.reserved > 0
ORDER BY d.item_id"""

# The orders of some of a company's days; what was taken over from another system was decided there.
PAST_IDS = """
SELECT o.id FROM orders_salesorder o JOIN masterdata_company c ON c.id = o.company_id
WHERE o.company_id = %s::bigint AND o.state = 'submitted' AND o.channel <> 'conversion'
    AND o.submitted_at >= %s::date::timestamp AT TIME ZONE c.time_zone
    AND o.submitted_at < (%s::date + 1)::timestamp AT TIME ZONE c.time_zone
ORDER BY o.id"""

# Their facts as rules know them (orders.entry.steering), and what became of each. A weight that is not known is null.
PAST = """
SELECT o.id, o.customer_id, o.channel, o.site_id, o.currency, o.rush,
    o.requested_on - (o.submitted_at AT TIME ZONE co.time_zone)::date,
    coalesce(st.country, p.country), upper(replace(coalesce(st.postal_code, ''), ' ', '')),
    array_remove(ARRAY[g.id, g.parent_id, gp.parent_id], NULL),
    coalesce(l.net, 0), coalesce(l.fee, 0), coalesce(l.classes, '{}'), w.weight, coalesce(l.bound, false),
    dg.ship_rule, dg.priority,
    (SELECT array_agg(DISTINCT h.kind) FROM orders_hold h WHERE h.order_id = o.id AND h.line_id IS NULL)
FROM orders_salesorder o JOIN masterdata_company co ON co.id = o.company_id
JOIN masterdata_customer c ON c.id = o.customer_id JOIN masterdata_party p ON p.id = c.party_id
JOIN masterdata_customergroup g ON g.id = c.group_id LEFT JOIN masterdata_customergroup gp ON gp.id = g.parent_id
LEFT JOIN masterdata_shipto st ON st.id = o.ship_to_id
LEFT JOIN inventory_demandgroup dg ON dg.id = o.group_id
CROSS JOIN LATERAL (
    SELECT sum(l.net) FILTER (WHERE l.goods) AS net, sum(l.net) FILTER (WHERE l.price_source = 'fee') AS fee,
        bool_and(l.price_source IN ('quote', 'blanket')) FILTER (WHERE l.goods) AS bound,
        array_remove(array_agg(DISTINCT k.id) FILTER (WHERE l.goods)
            || array_agg(DISTINCT k.parent_id) FILTER (WHERE l.goods)
            || array_agg(DISTINCT kp.parent_id) FILTER (WHERE l.goods), NULL) AS classes
    FROM (SELECT x.item_id, x.net, x.price_source, x.price_source NOT IN ('freight', 'fee') AS goods
        FROM orders_orderline x WHERE x.order_id = o.id AND x.cancelled_quantity < x.quantity) l
    JOIN masterdata_item i ON i.id = l.item_id JOIN masterdata_itemclass k ON k.id = i.item_class_id
    LEFT JOIN masterdata_itemclass kp ON kp.id = k.parent_id) l
CROSS JOIN LATERAL (
    SELECT CASE WHEN NOT coalesce(bool_or(i.weight_kg IS NULL), false)
        THEN coalesce(sum(i.weight_kg * (d.ordered - d.cancelled)), 0) END AS weight
    FROM inventory_demandgroup g JOIN inventory_demand d ON d.group_id = g.id JOIN masterdata_item i ON i.id = d.item_id
    WHERE g.document = o.number AND d.ordered > d.cancelled) w
WHERE o.id = ANY(%s::bigint[]) ORDER BY o.id"""

PLACES = (
    "SELECT s.id, s.code, s.country FROM masterdata_site s WHERE s.company_id = %s::bigint AND s.is_active"
)

LOCK_RUSH = """
SELECT g.id, g.company_id, g.site_id, g.priority, g.own_priority
FROM orders_salesorder o JOIN inventory_demandgroup g ON g.id = o.group_id
WHERE o.id = %s::bigint AND o.rush <> '' FOR NO KEY UPDATE OF g"""
