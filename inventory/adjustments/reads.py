"""Statements of changes by hand: facts of the site, items and bins; what lies where; locked documents."""

from inventory.stock.statuses import PROMISABLE, listed

# The day is the site's own.
SITE = """
SELECT s.id, s.company_id, c.currency, s.code, (%s::timestamptz AT TIME ZONE s.time_zone)::date
FROM masterdata_site s JOIN masterdata_company c ON c.id = s.company_id WHERE s.id = %s::bigint"""

ITEMS = """
SELECT i.id, i.code, i.kind, i.item_class_id, u.code, u.decimals, i.lot_tracked, i.standard_cost
FROM masterdata_item i JOIN masterdata_unit u ON u.code = i.stock_unit_id WHERE i.id = ANY(%s::bigint[])"""

BINS = "SELECT b.id, b.code FROM masterdata_bin b WHERE b.id = ANY(%s::bigint[]) AND b.site_id = %s::bigint"

LOTS = "SELECT t.id, t.item_id, t.code, t.expires_on FROM inventory_lot t WHERE t.id = ANY(%s::bigint[])"

# What may be promised by its status though its lot has expired by the day; what picks are bound to stays.
EXPIRED_LOTS = f"""
SELECT b.item_id, b.bin_id, b.lot_id, b.status, b.quantity - b.allocated FROM inventory_lot t
JOIN inventory_stockbalance b ON b.lot_id = t.id
WHERE b.site_id = %s::bigint AND b.status IN ({listed(PROMISABLE)}) AND b.owner_id IS NULL
    AND b.quantity > b.allocated AND t.expires_on <= %s::date ORDER BY b.id"""

# Behind the lock on the items' site stock, which every change of a bin's quantity holds; what is bound may grow.
LYING = """
SELECT b.id, b.item_id, b.bin_id, b.lot_id, b.status, b.quantity, b.allocated FROM inventory_stockbalance b
WHERE b.site_id = %s::bigint AND b.item_id = ANY(%s::bigint[]) AND b.bin_id = ANY(%s::bigint[])
    AND b.owner_id IS NULL"""

# What somebody has adjusted on their own word since the day began, by place.
SAME_DAY = """
SELECT a.item_id, a.bin_id, sum(abs(a.quantity)), sum(abs(a.value)) FROM inventory_adjustment a
JOIN masterdata_site s ON s.id = a.site_id
WHERE a.item_id = ANY(%s::bigint[]) AND a.bin_id = ANY(%s::bigint[]) AND a.proposed_by = %s::text
    AND a.state = 'posted' AND a.decided_by = ''
    AND a.proposed_at >= date_trunc('day', %s::timestamptz AT TIME ZONE s.time_zone) AT TIME ZONE s.time_zone
GROUP BY a.item_id, a.bin_id"""

# Of which statuses the same person has made less and more that day, of each item anywhere at the site.
SAME_DAY_STATUSES = """
SELECT a.item_id, a.status, bool_or(a.quantity < 0), bool_or(a.quantity > 0) FROM inventory_adjustment a
JOIN masterdata_site s ON s.id = a.site_id
WHERE a.site_id = %s::bigint AND a.item_id = ANY(%s::bigint[]) AND a.proposed_by = %s::text
    AND a.state = 'posted' AND a.decided_by = ''
    AND a.proposed_at >= date_trunc('day', %s::timestamptz AT TIME ZONE s.time_zone) AT TIME ZONE s.time_zone
GROUP BY a.item_id, a.status"""

LOCK_CHANGE = """
SELECT c.number, c.site_id, c.posting_id, c.undoes_id FROM inventory_statuschange c
WHERE c.id = %s::bigint FOR NO KEY UPDATE"""

# A statement of its own behind that lock: who took it back meanwhile is seen.
TAKEN_BACK = "SELECT u.id FROM inventory_statuschange u WHERE u.undoes_id = %s::bigint"

# The two sides of each row that a change moved.
MOVED = """
SELECT o.item_id, o.bin_id, o.lot_id, o.status, i.status, i.quantity FROM inventory_stockentry o
JOIN inventory_stockentry i ON i.posting_id = o.posting_id AND i.line_id = o.line_id AND i.quantity > 0
WHERE o.posting_id = %s::bigint AND o.quantity < 0 ORDER BY o.line_id"""

LOCK_ADJUSTMENTS = """
SELECT a.id, a.number, a.company_id, a.site_id, a.item_id, a.bin_id, a.lot_id, a.status, a.quantity, a.reason,
    a.state, a.proposed_by, a.decided_by
FROM inventory_adjustment a WHERE a.id = ANY(%s::bigint[]) ORDER BY a.id FOR NO KEY UPDATE"""
