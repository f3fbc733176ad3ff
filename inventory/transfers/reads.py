"""Statements of transfers: their locked documents, what may be loaded, and what rebalancing looks at."""

from inventory.commitments.reads import TAKEN
from inventory.stock.statuses import PICKABLE, listed

SITES = """
SELECT s.id, s.code, s.is_active, s.company_id, c.code, c.currency, (%s::timestamptz AT TIME ZONE s.time_zone)::date
FROM masterdata_site s JOIN masterdata_company c ON c.id = s.company_id WHERE s.id = ANY(%s::bigint[])"""

# The items as they are counted, at what they are worth at the giving site; without a lock, for the request's value.
ITEMS = """
SELECT l.n, i.id, i.code, i.kind, i.status, u.unit_id, u.numerator, u.denominator, n.decimals,
    coalesce(s.valued_quantity, 0), coalesce(s.value, 0), i.standard_cost
FROM unnest(%s::bigint[], %s::text[]) WITH ORDINALITY AS l(item_id, unit, n)
LEFT JOIN masterdata_item i ON i.id = l.item_id
LEFT JOIN masterdata_itemunit u ON u.item_id = i.id AND u.unit_id = coalesce(nullif(l.unit, ''), i.stock_unit_id)
LEFT JOIN masterdata_unit n ON n.code = u.unit_id
LEFT JOIN inventory_sitestock s ON s.item_id = i.id AND s.site_id = %s::bigint ORDER BY l.n"""

# What never changes of a demand, read without a lock.
WANTED_BY = "SELECT d.id, d.item_id, d.site_id FROM inventory_demand d WHERE d.id = ANY(%s::bigint[])"

LOCK_ORDER = """
SELECT o.id, o.number, o.company_id, o.site_id, o.to_site_id, o.state, o.needed_on, o.due_on, o.requested_by,
    o.group_id, o.transit_bin_id, o.shipped_at IS NOT NULL, o.version, o.note
FROM inventory_transferorder o WHERE o.id = %s::bigint FOR NO KEY UPDATE"""

# Behind the lock on their order.
LINES = """
SELECT l.id, l.line, l.item_id, i.code, l.quantity, l.shipped, l.cancelled, l.received, l.missing, l.demand_id,
    l.supply_id, l.wanted_by_id, i.standard_cost
FROM inventory_transferline l JOIN masterdata_item i ON i.id = l.item_id WHERE l.order_id = %s::bigint
ORDER BY l.line"""

CONTENTS = """
SELECT c.id, c.line_id, l.item_id, i.code, c.lot_id, c.shipped, c.received, c.missing, l.supply_id
FROM inventory_transfercontent c JOIN inventory_transferline l ON l.id = c.line_id
JOIN masterdata_item i ON i.id = l.item_id WHERE l.order_id = %s::bigint ORDER BY c.id"""

DROP_LINES = "DELETE FROM inventory_transferline l WHERE l.order_id = %s::bigint"

# Bins that a transfer may be loaded from, as release finds them; behind the lock on the items' site stock.
TO_LOAD = f"""
SELECT b.id, b.item_id, b.bin_id, b.lot_id, b.quantity - b.allocated, t.expires_on, n.pick_sequence
FROM inventory_stockbalance b JOIN masterdata_bin n ON n.id = b.bin_id LEFT JOIN inventory_lot t ON t.id = b.lot_id
WHERE b.site_id = %s::bigint AND b.item_id = ANY(%s::bigint[]) AND b.status IN ({listed(PICKABLE)})
    AND b.owner_id IS NULL AND b.quantity > b.allocated
    AND n.kind IN ('pick', 'reserve', 'receiving') AND n.is_active
ORDER BY b.id FOR NO KEY UPDATE OF b"""

# Of these bins those that goods are taken into, as a receipt finds them.
TAKES_GOODS = """
SELECT b.id FROM masterdata_bin b WHERE b.id = ANY(%s::bigint[]) AND b.site_id = %s::bigint AND b.is_active
    AND b.kind IN ('pick', 'reserve', 'receiving')"""

# Who leans on supplies that will not come.
LEANING = "SELECT DISTINCT c.demand_id FROM inventory_commitment c WHERE c.supply_id = ANY(%s::bigint[])"

LOCK_DIFFERENCE = """
SELECT d.id, d.order_id, d.content_id, d.kind, d.quantity, d.found, d.outcome, d.adjustment_id
FROM inventory_transferdifference d WHERE d.id = %s::bigint FOR NO KEY UPDATE"""
DIFFERENCE_ORDER = "SELECT d.order_id FROM inventory_transferdifference d WHERE d.id = %s::bigint"

# Behind the lock on the item's site stock, which whoever posts an adjustment holds.
ADJUSTMENT_STATE = "SELECT a.state, a.number FROM inventory_adjustment a WHERE a.id = %s::bigint"

LOCK_DIFFERENCES = """
SELECT d.id, o.company_id, o.to_site_id, d.outcome FROM inventory_transferdifference d
JOIN inventory_transferorder o ON o.id = d.order_id WHERE d.id = ANY(%s::bigint[]) ORDER BY d.id
FOR NO KEY UPDATE OF d"""

LOCK_PROPOSALS = """
SELECT p.id, p.company_id, p.site_id, p.to_site_id, p.item_id, i.code, p.state, p.quantity, p.arrives_on, p.why::text
FROM inventory_rebalanceproposal p JOIN masterdata_item i ON i.id = p.item_id
WHERE p.id = ANY(%s::bigint[]) ORDER BY p.id FOR NO KEY UPDATE OF p"""

LOCK_COMPANY = """
SELECT c.id, c.currency FROM masterdata_company c WHERE c.id = %s::bigint FOR NO KEY UPDATE"""

COMPANY_SITES = """
SELECT s.id, s.country, (%s::timestamptz AT TIME ZONE s.time_zone)::date
FROM masterdata_site s WHERE s.company_id = %s::bigint AND s.is_active ORDER BY s.id"""

# What leaves stock in 90 days is how fast a site uses it.
USED_DAYS = 90

# Shortage: demands late or without a date, less what leans on something that comes as soon, and what is asked of other
# sites already. Surplus: what is free beyond who
# waits at the site, what quotas keep, what is asked of it already and its days of cover. Both are laid end to end, per
# item: who is served first against who has most; where two lie on one another is what moves.
REBALANCE = f"""
WITH site AS MATERIALIZED (
    SELECT * FROM unnest(%s::bigint[], %s::date[], %s::int[], %s::int[]) AS u(id, ships_on, moving, cover)),
arrival AS MATERIALIZED (
    SELECT a.id AS from_id, b.id AS to_id, a.ships_on + b.moving AS arrives_on FROM site a JOIN site b ON a.id <> b.id),
asked AS MATERIALIZED (
    SELECT l.item_id, o.site_id, o.to_site_id, sum(l.quantity) AS quantity FROM inventory_transferorder o
    JOIN inventory_transferline l ON l.order_id = o.id WHERE o.state = 'requested'
    GROUP BY l.item_id, o.site_id, o.to_site_id),
open AS MATERIALIZED (
    SELECT d.id, d.item_id, d.site_id, d.requested_on, d.promised_on, g.priority, g.document, g.party_id,
        d.ordered - d.shipped - d.cancelled - d.reserved AS lacks,
        coalesce(c.leaning, 0) AS leaning, coalesce(c.in_time, 0) AS in_time
    FROM inventory_demand d JOIN site s ON s.id = d.site_id JOIN inventory_demandgroup g ON g.id = d.group_id
    LEFT JOIN LATERAL (SELECT sum(x.quantity) AS leaning,
            sum(x.quantity) FILTER (WHERE x.promised_on <= greatest(d.requested_on,
                (SELECT min(a.arrives_on) FROM arrival a WHERE a.to_id = d.site_id))) AS in_time
        FROM inventory_commitment x WHERE x.demand_id = d.id AND x.supply_id IS NOT NULL) c ON true
    WHERE d.ordered - d.shipped - d.cancelled - d.reserved > 0 AND d.supply_method = 'stock'),
late AS MATERIALIZED (
    SELECT o.*, o.lacks - o.in_time AS wants,
        sum(o.lacks - o.in_time) OVER (
            PARTITION BY o.item_id, o.site_id ORDER BY o.priority, o.requested_on, o.id) AS upto,
        coalesce((SELECT sum(a.quantity) FROM asked a
            WHERE a.item_id = o.item_id AND a.to_site_id = o.site_id), 0) AS asked
    FROM open o
    WHERE o.party_id IS NOT NULL AND o.lacks > o.in_time AND (o.promised_on IS NULL OR o.promised_on > o.requested_on)
        AND (SELECT min(a.arrives_on) FROM arrival a WHERE a.to_id = o.site_id) < coalesce(o.promised_on, 'infinity')),
need AS MATERIALIZED (
    SELECT n.*, sum(n.quantity) OVER (PARTITION BY n.item_id ORDER BY n.priority, n.requested_on, n.id) AS upto_all
    FROM (SELECT l.id, l.item_id, l.site_id, l.requested_on, l.promised_on, l.priority, l.document,
            least(l.wants, l.upto - l.asked) AS quantity FROM late l WHERE l.upto > l.asked) n),
surplus AS MATERIALIZED (
    SELECT f.*, sum(f.quantity) OVER (PARTITION BY f.item_id ORDER BY f.quantity DESC, f.site_id) AS upto_all
    FROM (SELECT st.item_id, st.site_id, st.available - st.reserved
            - coalesce((SELECT sum(o.lacks - o.leaning) FROM open o
                WHERE o.item_id = st.item_id AND o.site_id = st.site_id), 0)
            - coalesce((SELECT sum(greatest(0, q.quantity - {TAKEN.format(quota="q")})) FROM inventory_allocationquota q
                WHERE q.site_id = st.site_id AND q.item_id = st.item_id AND q.ended_at IS NULL), 0)
            - coalesce((SELECT sum(a.quantity) FROM asked a
                WHERE a.item_id = st.item_id AND a.site_id = st.site_id), 0)
            - ceil(coalesce(u.used, 0) * s.cover / {USED_DAYS}) AS quantity,
            coalesce(u.used, 0) AS used, s.cover,
            CASE WHEN st.valued_quantity > 0 THEN st.value / st.valued_quantity ELSE i.standard_cost END AS cost
        FROM inventory_sitestock st JOIN site s ON s.id = st.site_id JOIN masterdata_item i ON i.id = st.item_id
        LEFT JOIN LATERAL (SELECT -sum(e.quantity) AS used FROM inventory_stockentry e
            JOIN inventory_stockposting p ON p.id = e.posting_id AND p.kind = 'issue'
                AND p.effective_at > %s::timestamptz - interval '{USED_DAYS} days'
            WHERE e.item_id = st.item_id AND e.site_id = st.site_id) u ON true
        WHERE st.item_id = ANY(ARRAY(SELECT DISTINCT n.item_id FROM need n)) AND st.available > st.reserved
            AND i.status <> 'blocked'
            AND NOT EXISTS (SELECT FROM need n WHERE n.item_id = st.item_id AND n.site_id = st.site_id)) f
    WHERE f.quantity > 0),
piece AS (
    SELECT n.item_id, f.site_id, n.site_id AS to_site_id, n.id, n.document, n.requested_on, n.promised_on, a.arrives_on,
        least(n.upto_all, f.upto_all) - greatest(n.upto_all - n.quantity, f.upto_all - f.quantity) AS quantity,
        f.cost, f.used, f.cover, f.quantity AS free, n.priority
    FROM need n JOIN surplus f ON f.item_id = n.item_id AND f.upto_all > n.upto_all - n.quantity
        AND n.upto_all > f.upto_all - f.quantity
    JOIN arrival a ON a.from_id = f.site_id AND a.to_id = n.site_id
    WHERE a.arrives_on < coalesce(n.promised_on, 'infinity'))
SELECT p.item_id, p.site_id, p.to_site_id, sum(p.quantity), count(*),
    count(*) FILTER (WHERE p.arrives_on <= p.requested_on),
    coalesce(sum(p.promised_on - greatest(p.arrives_on, p.requested_on)), 0),
    count(*) FILTER (WHERE p.promised_on IS NULL), round(sum(p.quantity * p.cost), 2), min(p.arrives_on),
    sum(p.quantity) * i.weight_kg, max(p.free), max(p.used), max(p.cover),
    (array_agg(p.document || '|' || p.quantity || '|' || p.requested_on || '|' || coalesce(p.promised_on::text, '')
        ORDER BY p.priority, p.requested_on, p.id))[1:20]
FROM piece p JOIN masterdata_item i ON i.id = p.item_id
GROUP BY p.item_id, p.site_id, p.to_site_id, i.weight_kg ORDER BY p.item_id, p.site_id, p.to_site_id"""

KNOWN_PROPOSALS = """
SELECT p.item_id, p.site_id, p.to_site_id, p.id, p.state FROM inventory_rebalanceproposal p
WHERE p.company_id = %s::bigint AND (p.state = 'open' OR p.state = 'dismissed' AND p.decided_at > %s::timestamptz)
ORDER BY p.id FOR NO KEY UPDATE"""
