"""The warehouse's locking reads (performance.md 2.2)."""

from inventory.stock.reads import PERIOD
from inventory.stock.statuses import PICKABLE, listed

# Shipments are counted only where their number is bounded. A transfer is shipped from its own page.
GROUPS = """
SELECT g.id, g.company_id, g.site_id, g.document, g.ship_rule, g.ship_on, g.carrier_service, g.minimum_life_days,
    g.minimum_fill_percent, g.maximum_shipments,
    CASE WHEN g.maximum_shipments > 0 THEN (SELECT count(*) FROM inventory_shipment s
        WHERE s.group_id = g.id AND s.purchase_order_id IS NULL
        AND s.state NOT IN ('cancelled', 'reversed')) ELSE 0 END,
    (%s::timestamptz AT TIME ZONE s.time_zone)::date, nextval('inventory_shipment_id_seq')
FROM inventory_demandgroup g JOIN masterdata_site s ON s.id = g.site_id
WHERE g.id = ANY(%s::bigint[]) AND g.party_id IS NOT NULL ORDER BY g.id FOR NO KEY UPDATE OF g"""

# What suppliers send to the customer is no part of what the house sends: its ship rule counts without it. Demands
# first, then the bins that can serve them; bins of other kinds and other statuses are not pickable.
RELEASE = f"""
WITH demand AS MATERIALIZED (
    SELECT d.id, d.group_id, d.item_id, d.site_id, d.ordered - d.shipped - d.cancelled AS open, d.reserved,
        d.ordered - d.cancelled AS wanted, d.ship_rule, d.kit, d.per_kit
    FROM inventory_demand d WHERE d.group_id = ANY(%s::bigint[]) AND d.ordered - d.shipped - d.cancelled > 0
      AND d.supply_method <> 'drop' ORDER BY d.id FOR NO KEY UPDATE),
bin AS MATERIALIZED (
    SELECT b.id, b.item_id, b.quantity - b.allocated AS free, b.bin_id, b.lot_id FROM inventory_stockbalance b
    JOIN masterdata_bin n ON n.id = b.bin_id
    WHERE b.site_id = %s::bigint AND b.status IN ({listed(PICKABLE)})
      AND b.owner_id IS NULL AND b.quantity > b.allocated
      AND b.item_id = ANY(ARRAY(SELECT d.item_id FROM inventory_demand d WHERE d.group_id = ANY(%s::bigint[])))
      AND n.kind IN ('pick', 'reserve', 'receiving') AND n.is_active AND (SELECT count(*) FROM demand) >= 0
    ORDER BY b.id FOR NO KEY UPDATE OF b)
SELECT 'demand', d.id, d.group_id, d.item_id, d.open, d.reserved,
    (SELECT coalesce(sum(coalesce(k.picked, k.quantity)), 0) FROM inventory_shipmentline l
     JOIN inventory_shipment s ON s.id = l.shipment_id JOIN inventory_pick k ON k.line_id = l.id
     WHERE l.demand_id = d.id AND s.state IN ('released', 'picked', 'packed')),
    NULL::date, NULL::int, nextval('inventory_shipmentline_id_seq'), d.wanted, d.ship_rule,
    d.kit, coalesce(d.per_kit, 0) FROM demand d
UNION ALL
SELECT 'bin', b.id, NULL, b.item_id, b.free, NULL, NULL, t.expires_on, n.pick_sequence, NULL, NULL, NULL, NULL,
    NULL
FROM bin b JOIN masterdata_bin n ON n.id = b.bin_id LEFT JOIN inventory_lot t ON t.id = b.lot_id"""
RELEASE_COLUMNS = 14

# `ruled`: the delivery may not leave as it comes, so that what leaves has to be looked at.
SHIPMENTS = """
SELECT s.id, s.number, s.state, s.company_id, s.site_id, s.group_id, c.currency,
    g.ship_rule <> 'partial' OR g.minimum_fill_percent > 0 OR g.maximum_shipments > 0 OR g.has_line_rules AS ruled,
    s.purchase_order_id, nextval('inventory_stockposting_id_seq')
FROM inventory_shipment s JOIN masterdata_company c ON c.id = s.company_id
JOIN inventory_demandgroup g ON g.id = s.group_id
WHERE s.id = ANY(%s::bigint[]) ORDER BY s.id FOR NO KEY UPDATE OF s"""

# Locked behind whoever reverses them; the days are those of the site.
DELIVERIES = """
SELECT s.id, s.number, s.state, s.company_id, s.site_id, (s.shipped_at AT TIME ZONE z.time_zone)::date,
    (%s::timestamptz AT TIME ZONE z.time_zone)::date, s.delivered_on, s.delivered_to
FROM inventory_shipment s JOIN masterdata_site z ON z.id = s.site_id
WHERE s.id = ANY(%s::bigint[]) ORDER BY s.id FOR NO KEY UPDATE OF s"""

RECEIVED = """
SELECT s.id FROM inventory_shipment s WHERE s.id = ANY(%s::bigint[]) AND s.delivered_on IS NOT NULL ORDER BY s.id"""

# The lot that lies in a place, where it has expired by the day of the site `z`.
EXPIRED = """(SELECT t.code FROM inventory_stockbalance x JOIN inventory_lot t ON t.id = x.lot_id
        WHERE x.id = {balance} AND t.expires_on <= (%s::timestamptz AT TIME ZONE z.time_zone)::date)"""

# The picks of a shipment are made with it and only change afterwards, so that both may be locked by one statement.
SHIPMENT_WITH_PICKS = f"""
WITH shipment AS MATERIALIZED (
    SELECT s.id, s.number, s.state, s.company_id, s.site_id FROM inventory_shipment s
    WHERE s.id = %s::bigint FOR NO KEY UPDATE),
pick AS MATERIALIZED (
    SELECT k.id, k.line_id, k.balance_id, k.quantity, k.picked, k.counted, k.shipment_id FROM inventory_pick k
    WHERE k.shipment_id = ANY(ARRAY(SELECT s.id FROM shipment s)) ORDER BY k.id FOR NO KEY UPDATE)
SELECT s.number, s.state, s.company_id, s.site_id, k.id, k.line_id, l.demand_id, k.balance_id, k.quantity, k.picked,
    k.counted, {EXPIRED.format(balance="k.balance_id")}
FROM shipment s JOIN masterdata_site z ON z.id = s.site_id
LEFT JOIN pick k ON k.shipment_id = s.id LEFT JOIN inventory_shipmentline l ON l.id = k.line_id
ORDER BY k.id"""

# What leaves is decided behind whoever holds the order by hand; confirmations do not stop each other.
SHARE_GROUPS = """
SELECT g.id FROM inventory_demandgroup g WHERE g.id = ANY(%s::bigint[]) ORDER BY g.id FOR SHARE"""

# Which demands leave, and with which shipment.
SHIPMENTS_OF_DEMANDS = """
SELECT l.demand_id, s.number FROM inventory_shipmentline l JOIN inventory_shipment s ON s.id = l.shipment_id
WHERE l.shipment_id = ANY(%s::bigint[]) AND l.picked > 0"""

# What of each delivery is wanted, has left and leaves now; earlier shipments are counted without these.
LEAVING = """
SELECT g.id, g.ship_rule, g.minimum_fill_percent, g.maximum_shipments,
    (SELECT count(*) FROM inventory_shipment s WHERE s.group_id = g.id AND s.id <> ALL(%s::bigint[])
        AND s.purchase_order_id IS NULL AND s.state NOT IN ('cancelled', 'reversed')),
    d.id, d.item_id, d.ordered - d.cancelled, d.shipped, d.ship_rule,
    (SELECT coalesce(sum(k.picked), 0) FROM inventory_shipmentline l JOIN inventory_pick k ON k.line_id = l.id
        WHERE l.demand_id = d.id AND l.shipment_id = ANY(%s::bigint[])),
    d.kit, coalesce(d.per_kit, 0)
FROM inventory_demandgroup g JOIN inventory_demand d ON d.group_id = g.id
WHERE g.id = ANY(%s::bigint[]) AND d.ordered > d.cancelled AND d.supply_method <> 'drop' ORDER BY g.id, d.id"""

# What of a delivery is wanted, has left and is reserved, without a lock: why it does not go now.
STANDING = """
SELECT g.ship_rule, g.minimum_fill_percent, g.maximum_shipments,
    (SELECT count(*) FROM inventory_shipment s WHERE s.group_id = g.id AND s.purchase_order_id IS NULL
        AND s.state NOT IN ('cancelled', 'reversed')),
    d.id, d.item_id, d.ordered - d.shipped - d.cancelled, d.reserved,
    (SELECT coalesce(sum(coalesce(k.picked, k.quantity)), 0) FROM inventory_shipmentline l
     JOIN inventory_shipment s ON s.id = l.shipment_id JOIN inventory_pick k ON k.line_id = l.id
     WHERE l.demand_id = d.id AND s.state IN ('released', 'picked', 'packed')),
    d.ordered - d.cancelled, d.ship_rule, d.kit, coalesce(d.per_kit, 0)
FROM inventory_demandgroup g JOIN inventory_demand d ON d.group_id = g.id
WHERE g.id = %s::bigint AND d.ordered - d.shipped - d.cancelled > 0 AND d.supply_method <> 'drop' ORDER BY d.id"""

GROUP_TO_RULE = """
SELECT g.document, g.company_id, g.site_id, g.version, g.ship_rule, g.minimum_fill_percent, g.maximum_shipments
FROM inventory_demandgroup g WHERE g.id = %s::bigint FOR NO KEY UPDATE"""
DEMANDS_TO_RULE = """
SELECT d.id, d.ship_rule, d.kit FROM inventory_demand d WHERE d.group_id = %s::bigint ORDER BY d.id FOR NO KEY UPDATE"""

LOCK_DEMANDS = """
SELECT d.id FROM inventory_demand d
WHERE d.id = ANY(ARRAY(SELECT l.demand_id FROM inventory_shipmentline l WHERE l.shipment_id = %s::bigint))
ORDER BY d.id FOR NO KEY UPDATE"""

LOCK_PICKED_BINS = """
SELECT b.id FROM inventory_stockbalance b
WHERE b.id = ANY(ARRAY(SELECT k.balance_id FROM inventory_pick k WHERE k.shipment_id = %s::bigint))
ORDER BY b.id FOR NO KEY UPDATE"""

# Where goods were missing: what never changes of a balance, read without a lock.
PLACES = (
    "SELECT b.id, b.item_id, b.bin_id, b.lot_id FROM inventory_stockbalance b WHERE b.id = ANY(%s::bigint[])"
)

# Period, site stock, demand, balance: the lock order in one statement, each held behind the one before.
SHIP = f"""
WITH period AS MATERIALIZED ({PERIOD}),
stock AS MATERIALIZED (
    SELECT s.id, s.item_id, s.valued_quantity, s.value FROM inventory_sitestock s
    WHERE s.site_id = %s::bigint
      AND s.item_id = ANY(ARRAY(
        SELECT l.item_id FROM inventory_shipmentline l WHERE l.shipment_id = ANY(%s::bigint[])))
      AND (SELECT count(*) FROM period) >= 0
    ORDER BY s.id FOR NO KEY UPDATE),
demand AS MATERIALIZED (
    SELECT d.id FROM inventory_demand d
    WHERE d.id = ANY(ARRAY(
        SELECT l.demand_id FROM inventory_shipmentline l WHERE l.shipment_id = ANY(%s::bigint[])))
      AND (SELECT count(*) FROM stock) >= 0
    ORDER BY d.id FOR NO KEY UPDATE),
balance AS MATERIALIZED (
    SELECT b.id FROM inventory_stockbalance b
    WHERE b.id = ANY(ARRAY(SELECT k.balance_id FROM inventory_pick k WHERE k.shipment_id = ANY(%s::bigint[])))
      AND (SELECT count(*) FROM demand) >= 0
    ORDER BY b.id FOR NO KEY UPDATE)
SELECT 'stock', s.id, s.item_id, i.item_class_id, s.valued_quantity, s.value, (SELECT accounting_on FROM period),
    NULL::bigint, NULL::bigint, NULL::bigint, NULL::bigint, NULL::text, NULL::text, NULL::bigint
FROM stock s JOIN masterdata_item i ON i.id = s.item_id
UNION ALL
SELECT 'pick', k.line_id, l.item_id, l.demand_id, k.picked, NULL, NULL, k.shipment_id, b.id, b.bin_id, b.lot_id,
    b.status, CASE WHEN b.lot_id IS NOT NULL THEN {EXPIRED.format(balance="b.id")} END, (SELECT count(*) FROM balance)
FROM inventory_pick k JOIN inventory_shipmentline l ON l.id = k.line_id
JOIN inventory_stockbalance b ON b.id = k.balance_id JOIN masterdata_site z ON z.id = b.site_id
WHERE k.shipment_id = ANY(%s::bigint[]) AND k.picked > 0"""
SHIP_COLUMNS = 14

# What was promised from stock and has left is no promise any more: whole promises go, parts shrink.
CONSUME = """
WITH left_house AS MATERIALIZED (
    SELECT c.id, c.quantity = u.quantity AS whole, u.quantity
    FROM unnest(%s::bigint[], %s::numeric[]) AS u(demand_id, quantity)
    CROSS JOIN LATERAL (SELECT p.id, p.quantity FROM inventory_commitment p
        WHERE p.demand_id = u.demand_id AND p.supply_id IS NULL OFFSET 0) c),
gone AS (
    DELETE FROM inventory_commitment c WHERE c.id = ANY(ARRAY(SELECT u.id FROM left_house u WHERE u.whole)))
UPDATE inventory_commitment c SET quantity = c.quantity - u.quantity FROM left_house u
WHERE c.id = u.id AND NOT u.whole"""

# What left the site with a shipment, by its posting; a shipment leaves once.
SHIPPED_ENTRIES = """
SELECT p.id, e.item_id, e.bin_id, e.lot_id, e.status, e.quantity, e.value, e.line_id, l.demand_id
FROM inventory_stockposting p JOIN inventory_stockentry e ON e.posting_id = p.id
JOIN inventory_shipmentline l ON l.id = e.line_id
WHERE p.source = 'inventory.shipment' AND p.source_id = %s::bigint AND p.kind = 'issue' AND p.reverses_id IS NULL
ORDER BY e.id"""

PROMISE_AGAIN = """
INSERT INTO inventory_commitment (demand_id, supply_id, quantity, promised_on, kind)
SELECT u.demand_id, NULL, u.quantity, coalesce(d.promised_on, %s::date),
    CASE d.supply_method WHEN 'stock' THEN 'soft' ELSE 'earmarked' END
FROM unnest(%s::bigint[], %s::numeric[]) AS u(demand_id, quantity) JOIN inventory_demand d ON d.id = u.demand_id
ON CONFLICT (demand_id, supply_id) DO UPDATE SET quantity = inventory_commitment.quantity + excluded.quantity"""

# What the warehouse has in hand of each demand, as release counts it: what a picker did not find is not in hand. A
# statement of its own behind the demands' locks, which release takes too.
IN_HAND = """
SELECT l.demand_id, sum(coalesce(k.picked, k.quantity)) FROM inventory_shipmentline l
JOIN inventory_shipment s ON s.id = l.shipment_id JOIN inventory_pick k ON k.line_id = l.id
WHERE l.demand_id = ANY(%s::bigint[]) AND s.state IN ('released', 'picked', 'packed') GROUP BY l.demand_id"""

# What pickers have taken out of a place and no shipment has carried away yet: the ledger still has it there.
TAKEN = """CASE WHEN b.allocated > 0 THEN (SELECT coalesce(sum(coalesce(k.picked, k.counted)), 0) FROM inventory_pick k
    JOIN inventory_shipment s ON s.id = k.shipment_id
    WHERE k.balance_id = b.id AND s.state IN ('released', 'picked', 'packed')) ELSE 0 END"""

# Which shipments the goods in a bin are bound to.
BOUND_TO = """
SELECT string_agg(DISTINCT s.number, ', ' ORDER BY s.number) FROM inventory_pick k
JOIN inventory_shipment s ON s.id = k.shipment_id
WHERE k.balance_id = %s::bigint AND s.state IN ('released', 'picked', 'packed')
    AND coalesce(k.picked, k.quantity) > 0"""
