"""Statements of planning: a slice of items with all their sites, and proposals under their locks."""

LOCK_COMPANY = """
SELECT c.id, c.currency, (%s::timestamptz AT TIME ZONE c.time_zone)::date
FROM masterdata_company c WHERE c.id = %s::bigint FOR NO KEY UPDATE"""

SITES = """
SELECT s.id, s.code, (%s::timestamptz AT TIME ZONE s.time_zone)::date, s.working_days,
    ARRAY(SELECT h.on FROM masterdata_holiday h WHERE h.site_id = s.id AND h.on >= %s::date)
FROM masterdata_site s WHERE s.company_id = %s::bigint AND s.is_active ORDER BY s.id"""

# Items that a site of the company has, had, or has a policy for.
SLICE = """
SELECT x.item_id FROM (
    (SELECT DISTINCT st.item_id FROM inventory_sitestock st
     WHERE st.item_id > %s::bigint AND st.site_id = ANY(%s::bigint[]) ORDER BY st.item_id LIMIT %s::int)
    UNION
    (SELECT DISTINCT p.item_id FROM inventory_stockingpolicy p
     WHERE p.item_id > %s::bigint AND p.company_id = %s::bigint ORDER BY p.item_id LIMIT %s::int)) x
ORDER BY x.item_id LIMIT %s::int"""

# Each item at each site that has a row of stock for it, a policy of its own or is a hub, with the policy that counts:
# of the item before its class, of the nearest class, of a site before all sites.
PLACES = """
WITH RECURSIVE item AS MATERIALIZED (
    SELECT i.id, i.code, i.item_class_id, i.stocking, i.standard_cost, i.stock_unit_id, u.decimals
    FROM masterdata_item i JOIN masterdata_unit u ON u.code = i.stock_unit_id
    WHERE i.id = ANY(%s::bigint[]) AND i.kind = 'stocked' AND i.status = 'active'),
class AS (
    SELECT k.id AS leaf, k.id, k.parent_id, 0 AS far FROM masterdata_itemclass k
    WHERE k.id = ANY(ARRAY(SELECT DISTINCT item_class_id FROM item))
    UNION ALL
    SELECT c.leaf, k.id, k.parent_id, c.far + 1 FROM class c JOIN masterdata_itemclass k ON k.id = c.parent_id),
policy AS MATERIALIZED (
    SELECT p.*, i.id AS for_item, 0 AS far FROM inventory_stockingpolicy p JOIN item i ON i.id = p.item_id
    WHERE p.company_id = %s::bigint
    UNION ALL
    SELECT p.*, i.id, 1 + c.far FROM inventory_stockingpolicy p JOIN class c ON c.id = p.item_class_id
    JOIN item i ON i.item_class_id = c.leaf WHERE p.company_id = %s::bigint)
SELECT i.id, s.id, i.code, i.stocking, i.standard_cost, i.stock_unit_id, i.decimals,
    coalesce(st.available, 0), coalesce(st.reserved, 0), coalesce(st.valued_quantity, 0), coalesce(st.value, 0),
    p.stocking, p.method, p.service_level, p.minimum, p.maximum, p.order_quantity, p.order_minimum, p.order_multiple
FROM item i CROSS JOIN unnest(%s::bigint[], %s::bool[]) AS s(id, is_hub)
LEFT JOIN inventory_sitestock st ON st.item_id = i.id AND st.site_id = s.id
LEFT JOIN LATERAL (SELECT q.* FROM policy q
    WHERE q.for_item = i.id AND (q.site_id = s.id OR q.site_id IS NULL)
    ORDER BY q.far, q.site_id IS NULL LIMIT 1) p ON true
WHERE st.id IS NOT NULL OR s.is_hub OR (p.item_id IS NOT NULL AND p.site_id IS NOT NULL)
ORDER BY i.id, s.id"""

# What is still to come, but for what was bought for one order; whether a transfer brings it.
COMING = """
SELECT s.item_id, s.site_id, l.id IS NOT NULL,
    sum(s.expected - s.received - s.cancelled - coalesce(c.kept, 0))
FROM inventory_supply s LEFT JOIN inventory_transferline l ON l.supply_id = s.id
LEFT JOIN LATERAL (SELECT sum(x.quantity) AS kept FROM inventory_commitment x
    WHERE x.supply_id = s.id AND x.kind = 'earmarked') c ON true
WHERE s.item_id = ANY(%s::bigint[]) AND s.site_id = ANY(%s::bigint[]) AND NOT s.is_drop
    AND s.expected > s.received + s.cancelled GROUP BY 1, 2, 3"""

# Transfers that nobody has approved yet: nothing is reserved and nothing promised for them.
ASKED = """
SELECT l.item_id, o.site_id, o.to_site_id, sum(l.quantity) FROM inventory_transferline l
JOIN inventory_transferorder o ON o.id = l.order_id
WHERE l.item_id = ANY(%s::bigint[]) AND o.company_id = %s::bigint AND o.state = 'requested' GROUP BY 1, 2, 3"""

WAITING = """
SELECT d.item_id, d.site_id, d.requested_on, sum(d.ordered - d.shipped - d.cancelled - d.reserved)
FROM inventory_demand d
WHERE d.item_id = ANY(%s::bigint[]) AND d.site_id = ANY(%s::bigint[]) AND d.supply_method = 'stock'
    AND d.ordered - d.shipped - d.cancelled - d.reserved > 0 GROUP BY 1, 2, 3"""

# What customers wanted from stock, by the month they wanted it in, whatever was shipped and when (ADR 25). What goes to
# another site is that site's demand.
HISTORY = """
SELECT d.item_id, d.site_id, date_trunc('month', d.requested_on)::date, sum(d.ordered - d.cancelled)
FROM inventory_demand d
WHERE d.item_id = ANY(%s::bigint[]) AND d.site_id = ANY(%s::bigint[]) AND d.supply_method = 'stock'
    AND d.requested_on < %s::date
    AND NOT EXISTS (SELECT FROM inventory_transferline l WHERE l.demand_id = d.id)
GROUP BY 1, 2, 3"""

FORECASTS = """
SELECT f.id, f.item_id, f.site_id, f.history::text, f.method, f.ahead::text, f.sigma, f.wape, f.bias, f.naive_wape
FROM inventory_demandforecast f WHERE f.item_id = ANY(%s::bigint[]) AND f.site_id = ANY(%s::bigint[])"""

# Proposals that the run finds: open ones, and those dismissed so lately that they stay away.
KNOWN = """
SELECT p.id, p.item_id, p.site_id, p.kind, p.state, p.edited_quantity, p.chosen_supplier_id
FROM inventory_replenishmentproposal p
WHERE p.item_id = ANY(%s::bigint[]) AND p.company_id = %s::bigint
    AND (p.state IN ('open', 'waiting') OR p.state = 'dismissed' AND p.decided_at > %s::timestamptz)
ORDER BY p.id FOR NO KEY UPDATE"""

ITEM_COUNT = """
SELECT count(*) FROM (
    SELECT st.item_id FROM inventory_sitestock st JOIN masterdata_site s ON s.id = st.site_id
    WHERE s.company_id = %s::bigint AND s.is_active
    UNION
    SELECT p.item_id FROM inventory_stockingpolicy p WHERE p.company_id = %s::bigint AND p.item_id IS NOT NULL) x"""

LOCK_PROPOSALS = """
SELECT p.id, p.company_id, p.site_id, p.item_id, p.kind, p.state, p.from_site_id,
    coalesce(p.chosen_supplier_id, p.supplier_id), p.unit_id, p.unit_cost, p.quantity, p.edited_quantity, p.value,
    p.due_on, p.first_by, p.edit_note, p.expires_on, p.version, i.code, i.status, s.code, y.name, v.is_blocked,
    u.numerator, u.denominator, n.decimals, c.currency, (%s::timestamptz AT TIME ZONE s.time_zone)::date
FROM inventory_replenishmentproposal p JOIN masterdata_item i ON i.id = p.item_id
JOIN masterdata_site s ON s.id = p.site_id JOIN masterdata_company c ON c.id = p.company_id
JOIN masterdata_itemunit u ON u.item_id = p.item_id AND u.unit_id = p.unit_id
JOIN masterdata_unit n ON n.code = p.unit_id
LEFT JOIN masterdata_supplier v ON v.id = coalesce(p.chosen_supplier_id, p.supplier_id)
LEFT JOIN masterdata_party y ON y.id = v.party_id
WHERE p.id = ANY(%s::bigint[]) ORDER BY p.id FOR NO KEY UPDATE OF p"""

LOCK_APPROVER = "SELECT u.id FROM kernel_user u WHERE u.id = %s::bigint FOR NO KEY UPDATE"

# What somebody has ordered of each supplier for each site since its day began. What was ordered today stood today.
ORDERED_TODAY = """
SELECT p.site_id, coalesce(p.chosen_supplier_id, p.supplier_id), sum(p.value)
FROM masterdata_site s JOIN inventory_replenishmentproposal p ON p.company_id = s.company_id AND p.site_id = s.id
    AND p.state = 'ordered' AND p.expires_on >= (%s::timestamptz AT TIME ZONE s.time_zone)::date
WHERE s.id = ANY(%s::bigint[]) AND p.kind = 'buy' AND p.decided_by = %s::text
    AND p.decided_at >= date_trunc('day', %s::timestamptz, s.time_zone)
GROUP BY 1, 2"""

LOCK_EXPIRED = """
SELECT p.id FROM inventory_replenishmentproposal p
WHERE p.company_id = %s::bigint AND p.state IN ('open', 'waiting') AND p.expires_on < %s::date
ORDER BY p.id FOR NO KEY UPDATE"""
