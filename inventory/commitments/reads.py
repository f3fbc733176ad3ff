"""Statements of the promise: locking reads, what policies and quotas say, who holds what (performance.md 2.2)."""

from inventory.stock.statuses import PROMISABLE, listed

# What comes to a customer's door is offered to nobody.
OPEN_SUPPLY = """
SELECT id, item_id, due_on, expected - received - cancelled - committed
FROM inventory_supply
WHERE site_id = %s::bigint AND item_id = ANY(%s::bigint[]) AND expected > received + cancelled AND NOT is_drop
ORDER BY id FOR NO KEY UPDATE"""


# What holds of the allocation policies for a demand: the most specific version in effect. Aliases d, g, i and k:
# demand, group, item, customer; s: the site, whose day it is.
POLICY = """
    SELECT p.id, p.priority, p.method, p.stance FROM inventory_allocationpolicy p
    WHERE p.company_id = g.company_id AND (p.site_id IS NULL OR p.site_id = g.site_id)
      AND (p.customer_class_id IS NULL OR p.customer_class_id = k.group_id)
      AND (p.item_class_id IS NULL OR p.item_class_id = i.item_class_id)
      AND p.valid_from <= (%s::timestamptz AT TIME ZONE s.time_zone)::date
      AND (p.valid_to IS NULL OR p.valid_to > (%s::timestamptz AT TIME ZONE s.time_zone)::date)
    ORDER BY p.customer_class_id IS NULL, p.item_class_id IS NULL, p.site_id IS NULL LIMIT 1"""

# The demands first, locked; their promises and priority are read behind the lock on the site's stock, which
# everyone holds who changes a promise.
_STANDINGS = """
WITH demand AS MATERIALIZED (
    SELECT d.id, d.group_id, d.item_id, d.requested_on, d.promised_on, d.ordered - d.shipped - d.cancelled AS open,
        d.supply_method
    FROM inventory_demand d WHERE {which} ORDER BY d.id FOR NO KEY UPDATE)
SELECT d.id, d.item_id, d.requested_on, d.promised_on, d.open,
    CASE WHEN g.own_priority THEN g.priority ELSE coalesce(p.priority, g.priority) END,
    coalesce(p.method = 'fair', false), k.group_id, un.decimals,
    coalesce(p.stance, 'redistribute'), d.supply_method, c.supply_id, c.quantity, c.promised_on
FROM demand d JOIN inventory_demandgroup g ON g.id = d.group_id JOIN masterdata_site s ON s.id = g.site_id
JOIN masterdata_item i ON i.id = d.item_id JOIN masterdata_unit un ON un.code = i.stock_unit_id
LEFT JOIN masterdata_customer k ON k.company_id = g.company_id AND k.party_id = g.party_id
LEFT JOIN LATERAL ({policy}) p ON true
LEFT JOIN inventory_commitment c ON c.demand_id = d.id"""
STANDINGS = _STANDINGS.format(which="d.id = ANY(%s::bigint[])", policy=POLICY)
WAITING = _STANDINGS.format(
    which="""d.site_id = %s::bigint AND d.item_id = ANY(%s::bigint[])
        AND d.ordered - d.shipped - d.cancelled - d.reserved > 0""",
    policy=POLICY,
)

# Both in one: whoever gives something up locks those who may get it together with those who lose it.
LEAVING = _STANDINGS.format(
    which="""d.id = ANY(%s::bigint[]) OR (d.site_id = %s::bigint AND d.item_id = ANY(%s::bigint[])
        AND d.ordered - d.shipped - d.cancelled - d.reserved > 0)""",
    policy=POLICY,
)
OPEN_STANDINGS = _STANDINGS.format(
    which="d.site_id = %s::bigint AND d.item_id = ANY(%s::bigint[]) AND d.ordered - d.shipped - d.cancelled > 0",
    policy=POLICY,
)
FREE_STOCK = """
SELECT id, item_id, available - reserved FROM inventory_sitestock
WHERE site_id = %s::bigint AND item_id = ANY(%s::bigint[]) ORDER BY id FOR NO KEY UPDATE"""
LOCK_PLACES = """
SELECT s.id FROM inventory_sitestock s
JOIN unnest(%s::bigint[], %s::bigint[]) AS u(site_id, item_id) ON s.site_id = u.site_id AND s.item_id = u.item_id
ORDER BY s.id FOR NO KEY UPDATE OF s"""

# What a quota's class was given of stock since it began: all that is reserved for it and has shipped to it.
TAKEN = """(
    SELECT coalesce(sum(d.reserved + d.shipped), 0) FROM inventory_demand d
    JOIN inventory_demandgroup g ON g.id = d.group_id AND g.created_at >= {quota}.starts_at
    JOIN masterdata_customer k ON k.company_id = g.company_id AND k.party_id = g.party_id
        AND k.group_id = {quota}.customer_class_id
    WHERE d.site_id = {quota}.site_id AND d.item_id = {quota}.item_id AND d.supply_method = 'stock')"""
QUOTAS = f"""
SELECT q.id, q.item_id, q.customer_class_id, greatest(0, q.quantity - {TAKEN.format(quota="q")})
FROM inventory_allocationquota q JOIN masterdata_site s ON s.id = q.site_id
WHERE q.site_id = %s::bigint AND q.item_id = ANY(%s::bigint[]) AND q.ended_at IS NULL
    AND q.expires_on > (%s::timestamptz AT TIME ZONE s.time_zone)::date
ORDER BY q.id"""

EXPIRED_QUOTAS = """
SELECT q.site_id, q.id FROM inventory_allocationquota q JOIN masterdata_site s ON s.id = q.site_id
WHERE q.ended_at IS NULL AND q.expires_on <= (%s::timestamptz AT TIME ZONE s.time_zone)::date
ORDER BY q.site_id, q.id"""

SITE_CLOCK = """
SELECT (%s::timestamptz AT TIME ZONE s.time_zone)::text, s.cut_off, s.ship_days, s.working_days,
    ARRAY(SELECT h.on FROM masterdata_holiday h WHERE h.site_id = s.id)
FROM masterdata_site s WHERE s.id = %s::bigint"""

PARTS = """
SELECT c.demand_id, c.quantity, c.promised_on, coalesce(s.document, ''), s.due_on FROM inventory_commitment c
LEFT JOIN inventory_supply s ON s.id = c.supply_id
WHERE c.demand_id = ANY(%s::bigint[]) ORDER BY c.demand_id, c.promised_on, c.id"""

# The largest holders of each item's stock at a site, and how many there are; without the document given.
HOLDERS = """
SELECT u.site_id, u.item_id, h.document, h.quantity, h.promised_on, h.documents
FROM unnest(%s::bigint[], %s::bigint[]) AS u(site_id, item_id) CROSS JOIN LATERAL (
    SELECT g.document, sum(c.quantity) AS quantity, max(c.promised_on) AS promised_on, count(*) OVER () AS documents
    FROM inventory_demand d JOIN inventory_commitment c ON c.demand_id = d.id AND c.supply_id IS NULL
    JOIN inventory_demandgroup g ON g.id = d.group_id
    WHERE d.item_id = u.item_id AND d.site_id = u.site_id AND d.reserved > 0 AND g.document <> %s::text
    GROUP BY g.document ORDER BY 2 DESC, 1 LIMIT %s::int) h"""

# What quotas still keep of each item at a site, by the name of their class.
KEPT = f"""
SELECT q.site_id, q.item_id, k.name, q.quantity - t.taken, q.expires_on
FROM unnest(%s::bigint[], %s::bigint[]) AS u(site_id, item_id)
JOIN inventory_allocationquota q ON q.site_id = u.site_id AND q.item_id = u.item_id AND q.ended_at IS NULL
JOIN masterdata_site s ON s.id = q.site_id AND q.expires_on > (%s::timestamptz AT TIME ZONE s.time_zone)::date
JOIN masterdata_customergroup k ON k.id = q.customer_class_id
CROSS JOIN LATERAL (SELECT {TAKEN.format(quota="q")} AS taken) t
WHERE q.quantity > t.taken ORDER BY q.id"""

# Of the items of which a lot has expired by a day: what may be promised by expiry, and what is promised of stock by the
# last expiry that is too early for it (freshness.py).
EXPIRING = f"""
WITH item AS MATERIALIZED (
    SELECT DISTINCT b.item_id FROM inventory_stockbalance b JOIN inventory_lot t ON t.id = b.lot_id
    WHERE b.site_id = %s::bigint AND b.item_id = ANY(%s::bigint[]) AND b.status IN ({listed(PROMISABLE)})
        AND b.owner_id IS NULL AND b.quantity > 0 AND t.expires_on <= %s::date)
SELECT 'lot', b.item_id, t.expires_on, sum(b.quantity)
FROM item JOIN inventory_stockbalance b ON b.item_id = item.item_id AND b.site_id = %s::bigint
    AND b.status IN ({listed(PROMISABLE)}) AND b.owner_id IS NULL AND b.quantity > 0
LEFT JOIN inventory_lot t ON t.id = b.lot_id GROUP BY 2, 3
UNION ALL
SELECT 'promise', d.item_id, greatest(c.promised_on, %s::date) + greatest(g.minimum_life_days, 1) - 1, sum(c.quantity)
FROM item JOIN inventory_demand d ON d.item_id = item.item_id AND d.site_id = %s::bigint AND d.reserved > 0
    AND d.id <> ALL(%s::bigint[])
JOIN inventory_demandgroup g ON g.id = d.group_id
JOIN inventory_commitment c ON c.demand_id = d.id AND c.supply_id IS NULL GROUP BY 2, 3"""

# What of the stock there is expires too early for each of these demands.
TOO_OLD = f"""
SELECT d.id, sum(b.quantity) FROM inventory_demand d JOIN inventory_demandgroup g ON g.id = d.group_id
JOIN masterdata_site s ON s.id = d.site_id
JOIN inventory_stockbalance b ON b.item_id = d.item_id AND b.site_id = d.site_id
    AND b.status IN ({listed(PROMISABLE)}) AND b.owner_id IS NULL AND b.quantity > 0
JOIN inventory_lot t ON t.id = b.lot_id AND t.expires_on <= greatest(d.requested_on,
    (%s::timestamptz AT TIME ZONE s.time_zone)::date) + greatest(g.minimum_life_days, 1) - 1
WHERE d.id = ANY(%s::bigint[]) GROUP BY d.id"""
