"""Statements of counting."""

from inventory.outbound.reads import TAKEN

# Bins with our own goods of which no count is open, with their items, the site's day of their last count, whether a
# pick was short there since, and whether a difference that was counted there waits for an approval. Nobody can count
# what is on its way.
BINS_TO_PLAN = """
SELECT b.bin_id, array_agg(DISTINCT b.item_id), max(c.counted_on), coalesce(bool_or(k.short), false),
    b.bin_id = ANY(ARRAY(SELECT a.bin_id FROM inventory_adjustment a
        WHERE a.site_id = %s::bigint AND a.state = 'waiting' AND a.reason = 'count'))
FROM inventory_stockbalance b JOIN masterdata_site s ON s.id = b.site_id
JOIN masterdata_bin n ON n.id = b.bin_id AND n.kind <> 'transit'
LEFT JOIN LATERAL (SELECT t.closed_at, (t.closed_at AT TIME ZONE s.time_zone)::date AS counted_on
    FROM inventory_counttask t WHERE t.bin_id = b.bin_id AND t.state = 'done'
    ORDER BY t.closed_at DESC LIMIT 1) c ON true
LEFT JOIN LATERAL (SELECT true AS short FROM inventory_pick p WHERE p.balance_id = b.id AND p.short_reason <> ''
    AND p.picked_at > coalesce(c.closed_at, '-infinity') LIMIT 1) k ON true
WHERE b.site_id = %s::bigint AND b.owner_id IS NULL AND (b.quantity > 0 OR k.short)
    AND NOT EXISTS (SELECT FROM inventory_counttask o WHERE o.bin_id = b.bin_id AND o.state IN ('open', 'recount'))
GROUP BY b.bin_id ORDER BY b.bin_id"""

# Bins of which a count is open count as not covered.
BINS_OPEN = """
SELECT t.count_class, count(*) FROM inventory_counttask t
WHERE t.site_id = %s::bigint AND t.state IN ('open', 'recount') GROUP BY t.count_class"""

ITEM_VALUES = (
    "SELECT s.item_id, s.value FROM inventory_sitestock s WHERE s.site_id = %s::bigint AND s.on_hand > 0"
)

PLANNED_TODAY = """
SELECT count(*) FILTER (WHERE t.trigger = 'class'), count(*) FILTER (WHERE t.trigger = 'random')
FROM inventory_counttask t WHERE t.site_id = %s::bigint AND t.planned_on = %s::date AND t.state <> 'cancelled'"""

SAVE_PLAN = """
INSERT INTO inventory_countplan (site_id, count_class, planned_on, bin_count, covered_count)
SELECT %s::bigint, u.count_class, %s::date, u.bins, u.covered
FROM unnest(%s::text[], %s::int[], %s::int[]) AS u(count_class, bins, covered)
ON CONFLICT (site_id, planned_on, count_class)
DO UPDATE SET bin_count = excluded.bin_count, covered_count = excluded.covered_count"""

LOCK_TASK = """
SELECT t.id, t.number, t.company_id, t.site_id, t.bin_id, t.count_class, t.state, t.first_by, t.second_by
FROM inventory_counttask t WHERE t.id = %s::bigint FOR NO KEY UPDATE"""

LOCK_TASKS = """
SELECT t.id, t.number, t.company_id, t.site_id, t.state, t.cause FROM inventory_counttask t
WHERE t.id = ANY(%s::bigint[]) ORDER BY t.id FOR NO KEY UPDATE"""

# What the ledger says of one item and lot in the bin, whatever its status, without what pickers have taken already.
LEDGER = f"""
SELECT coalesce(sum(b.quantity - {TAKEN}), 0) FROM inventory_stockbalance b
WHERE b.item_id = %s::bigint AND b.bin_id = %s::bigint AND b.lot_id IS NOT DISTINCT FROM %s::bigint
    AND b.owner_id IS NULL"""

COUNT = """
INSERT INTO inventory_countline (task_id, turn, item_id, lot_id, counted, ledger, counted_at)
VALUES (%s::bigint, %s::int, %s::bigint, %s::bigint, %s::numeric, %s::numeric, %s::timestamptz)
ON CONFLICT (task_id, turn, item_id, lot_id)
DO UPDATE SET counted = excluded.counted, ledger = excluded.ledger, counted_at = excluded.counted_at"""

# With the adjustment of the same goods that was posted since they were counted, if there is one.
COUNTED = """
SELECT l.item_id, l.lot_id, l.id, l.counted, l.ledger, t.expires_on, i.code,
    (SELECT a.number FROM inventory_adjustment a
        WHERE a.item_id = l.item_id AND a.bin_id = %s::bigint AND a.lot_id IS NOT DISTINCT FROM l.lot_id
          AND a.state = 'posted' AND coalesce(a.decided_at, a.proposed_at) > l.counted_at ORDER BY a.id DESC LIMIT 1)
FROM inventory_countline l JOIN masterdata_item i ON i.id = l.item_id
LEFT JOIN inventory_lot t ON t.id = l.lot_id WHERE l.task_id = %s::bigint AND l.turn = %s::int ORDER BY l.id"""

# What lies in the bin without what pickers have taken, how much no pick is bound to, and what of it came since the
# turn's last scan, when the counter last saw the bin.
CONTENT = f"""
SELECT b.item_id, b.lot_id, b.status, b.quantity - {TAKEN}, b.quantity - b.allocated,
    greatest((SELECT sum(e.quantity) FROM inventory_stockentry e
        WHERE e.item_id = b.item_id AND e.bin_id = b.bin_id AND e.lot_id IS NOT DISTINCT FROM b.lot_id
          AND e.status = b.status AND e.owner_id IS NULL AND e.recorded_at > (SELECT max(l.counted_at)
            FROM inventory_countline l WHERE l.task_id = %s::bigint AND l.turn = %s::int)), 0)
FROM inventory_stockbalance b
WHERE b.bin_id = %s::bigint AND b.owner_id IS NULL AND b.quantity > 0 ORDER BY b.item_id, b.lot_id"""

FIRST_ACCURATE = """
SELECT coalesce(bool_and(abs(l.counted - l.ledger) * 100 <= %s::numeric * l.ledger), true)
FROM inventory_countline l WHERE l.task_id = %s::bigint AND l.turn = 1"""
