"""What this app itself knows to stand in the way of its orders."""

from django.utils.translation import gettext_lazy as _

from .sources import source

# What an order is worth that has not been invoiced, and when the first of it was promised.
PROMISED = """coalesce((SELECT min(coalesce(d.promised_on, d.requested_on)) FROM inventory_demandgroup g
        JOIN inventory_demand d ON d.group_id = g.id
        WHERE g.document = o.number AND d.ordered - d.shipped - d.cancelled > 0), o.requested_on)"""
# The open part of a line at its net price.
OPEN_NET = """coalesce(round(l.net * (d.ordered - d.shipped - d.cancelled) / ld.numerator * ld.denominator
        / nullif(l.stock_quantity * (l.quantity - l.cancelled_quantity) / l.quantity, 0), 2), 0)"""
OPEN_QUANTITY = "trim_scale(d.ordered - d.shipped - d.cancelled) || ' ' || i.stock_unit_id"
LINE = """orders_linedemand ld ON ld.demand_id = d.id JOIN orders_orderline l ON l.id = ld.line_id
JOIN orders_salesorder o ON o.id = l.order_id AND {which}
JOIN masterdata_item i ON i.id = d.item_id"""
SHORT = """EXISTS (SELECT FROM inventory_shipmentline sl JOIN inventory_pick k ON k.line_id = sl.id
        WHERE sl.demand_id = d.id AND k.short_reason <> '')"""

HOLDS = f"""
SELECT h.id, h.kind::text, o.company_id, o.site_id, o.customer_id, o.id, o.number::text, h.detail::text,
    CASE WHEN h.line_id IS NULL THEN o.open_net ELSE least(l.net, o.open_net) END, o.currency::text, {PROMISED},
    h.opened_at, NULL::bigint
FROM orders_hold h JOIN orders_salesorder o ON o.id = h.order_id AND {{which}}
LEFT JOIN orders_orderline l ON l.id = h.line_id
WHERE h.released_at IS NULL AND o.state = 'submitted' AND (l.id IS NULL OR l.cancelled_quantity < l.quantity)"""

# What waits for a decision, was short at picking or is to be bought for its order is told under that name.
# Who is told is whoever may open the order, from whichever site the line leaves.
BACKORDERS = f"""
SELECT d.id, CASE WHEN d.promised_on IS NULL THEN 'no_supply' ELSE 'late' END, o.company_id, o.site_id, o.customer_id,
    o.id, o.number, i.code || ': ' || {OPEN_QUANTITY} || CASE WHEN d.promised_on IS NULL
        THEN ' without supply.' ELSE ' open, promised for ' || d.promised_on || '.' END,
    {OPEN_NET}, o.currency, coalesce(d.promised_on, d.requested_on),
    CASE WHEN d.promised_on IS NULL THEN o.submitted_at
        ELSE (d.promised_on + 1)::timestamp AT TIME ZONE s.time_zone END, NULL::bigint
FROM moment JOIN inventory_demand d ON d.ordered - d.shipped - d.cancelled > 0
    AND (d.promised_on IS NULL OR d.promised_on <= (moment.at AT TIME ZONE 'UTC')::date)
JOIN {LINE} JOIN masterdata_site s ON s.id = d.site_id
WHERE (d.promised_on IS NULL AND d.supply_method = 'stock'
    OR d.promised_on < (moment.at AT TIME ZONE s.time_zone)::date)
  AND NOT EXISTS (SELECT FROM orders_hold h WHERE h.order_id = o.id AND h.released_at IS NULL
    AND (h.line_id IS NULL OR h.line_id = l.id))
  AND NOT (d.ordered - d.shipped - d.cancelled - d.reserved > 0 AND {SHORT})"""

# Gone when other stock was found for it, or nothing of it is wanted any more.
SHORTS = f"""
SELECT DISTINCT ON (d.id) d.id, k.short_reason, o.company_id, o.site_id, o.customer_id, o.id, o.number,
    i.code || ': ' || trim_scale(k.quantity - k.picked) || ' ' || i.stock_unit_id || ' short on ' || h.number || ', '
        || coalesce('now promised for ' || d.promised_on, 'no supply known') || '.',
    {OPEN_NET}, o.currency, coalesce(d.promised_on, d.requested_on), coalesce(k.picked_at, h.released_at), NULL::bigint
FROM inventory_pick k JOIN inventory_shipmentline sl ON sl.id = k.line_id
JOIN inventory_shipment h ON h.id = sl.shipment_id
JOIN inventory_demand d ON d.id = sl.demand_id JOIN {LINE}
WHERE k.short_reason <> '' AND d.ordered - d.shipped - d.cancelled - d.reserved > 0
ORDER BY d.id, k.id DESC"""

# Bought for their order, and not ordered by the day on which it would still have come in time.
TO_BUY = f"""
SELECT d.id, d.supply_method::text, o.company_id, d.site_id, o.customer_id, o.id, o.number,
    i.code || ': ' || trim_scale(b.quantity) || ' ' || i.stock_unit_id || ' to buy, should have been ordered by '
        || t.buy_by || '.',
    {OPEN_NET}, o.currency, d.requested_on,
    greatest(o.submitted_at, (t.buy_by + 1)::timestamp AT TIME ZONE s.time_zone), NULL::bigint
FROM moment JOIN inventory_demand d ON d.ordered - d.shipped - d.cancelled > 0 AND d.supply_method <> 'stock'
JOIN {LINE} JOIN masterdata_site s ON s.id = d.site_id
CROSS JOIN LATERAL (
    SELECT d.ordered - d.shipped - d.cancelled - d.reserved - coalesce(sum(c.quantity), 0) AS quantity
    FROM inventory_commitment c WHERE c.demand_id = d.id AND c.supply_id IS NOT NULL) b
CROSS JOIN LATERAL (SELECT d.requested_on - coalesce(
    (SELECT coalesce(c.lead_time_days, k.lead_time_days) FROM masterdata_catalogueitem c
        JOIN masterdata_supplier k ON k.id = c.supplier_id AND k.company_id = o.company_id AND NOT k.is_blocked
        WHERE c.item_id = d.item_id ORDER BY c.rank, c.id LIMIT 1),
    (SELECT k.lead_time_days FROM masterdata_itemreference r
        JOIN masterdata_supplier k ON k.party_id = r.party_id AND k.company_id = o.company_id AND NOT k.is_blocked
        WHERE r.item_id = d.item_id AND r.kind = 'supplier' ORDER BY k.id LIMIT 1), 0) AS buy_by) t
WHERE b.quantity > 0 AND t.buy_by < (moment.at AT TIME ZONE s.time_zone)::date
  AND NOT EXISTS (SELECT FROM orders_hold h WHERE h.order_id = o.id AND h.released_at IS NULL
    AND (h.line_id IS NULL OR h.line_id = l.id))"""

# Bought for an order that wants it no more, and nobody else can have it: it comes to the customer's door, or the
# supplier does not take it back. What a whole box has too much is none of it.
UNWANTED = """
SELECT DISTINCT ON (p.id) p.id, CASE WHEN s.is_drop THEN 'drop' ELSE 'not_returnable' END, o.company_id, d.site_id,
    o.customer_id, o.id, o.number,
    p.number || ': ' || trim_scale(f.quantity) || ' ' || i.stock_unit_id || ' ' || i.code || CASE WHEN s.is_drop
        THEN ' would still be sent to the customer.' ELSE ' were bought for it and cannot go back.' END,
    round(f.quantity * n.unit_cost * n.quantity / s.expected, 2), p.currency, s.due_on,
    coalesce((SELECT max(e.recorded_at) FROM inventory_promiseevent e WHERE e.demand_id = d.id), p.ordered_at),
    NULL::bigint
FROM inventory_supply s JOIN inventory_purchaseorderline n ON n.supply_id = s.id AND n.demand_id IS NOT NULL
JOIN inventory_purchaseorder p ON p.id = n.order_id JOIN inventory_demand d ON d.id = n.demand_id
JOIN orders_linedemand ld ON ld.demand_id = d.id JOIN orders_orderline l ON l.id = ld.line_id
JOIN orders_salesorder o ON o.id = l.order_id AND {which} JOIN masterdata_item i ON i.id = d.item_id
CROSS JOIN LATERAL (SELECT s.expected - s.received - s.cancelled - s.committed AS quantity) f
WHERE s.expected > s.received + s.cancelled AND f.quantity >= s.expected / n.quantity
  AND (s.is_drop OR EXISTS (SELECT FROM masterdata_catalogueitem c
    WHERE c.supplier_id = p.supplier_id AND c.item_id = d.item_id AND NOT c.returnable))
ORDER BY p.id, f.quantity DESC"""

PARKED_LINES = """
SELECT p.id, p.code, t.company_id, NULL::bigint, w.customer_id, NULL::bigint,
    coalesce(nullif(t.reference, ''), t.source), p.reason, 0::numeric, c.currency,
    t.received_at::date, t.received_at, t.owner_id
FROM orders_parkedline p JOIN orders_intakedocument t ON t.id = p.document_id
JOIN masterdata_company c ON c.id = t.company_id LEFT JOIN orders_tradingpartner w ON w.id = t.partner_id
WHERE p.resolved_at IS NULL AND t.state IN ('parked', 'partly')"""

PARKED_DOCUMENTS = """
SELECT t.id, t.code, t.company_id, NULL::bigint, w.customer_id, NULL::bigint,
    coalesce(nullif(t.reference, ''), t.source), t.reason, 0::numeric, c.currency,
    t.received_at::date, t.received_at, t.owner_id
FROM orders_intakedocument t JOIN masterdata_company c ON c.id = t.company_id
LEFT JOIN orders_tradingpartner w ON w.id = t.partner_id
WHERE t.state = 'parked' AND NOT EXISTS (SELECT FROM orders_parkedline p WHERE p.document_id = t.id)"""

NOTICES = f"""
SELECT m.id, CASE WHEN m.state = 'sent' THEN 'undelivered' WHEN m.later THEN 'later' ELSE 'sooner' END, o.company_id,
    o.site_id, o.customer_id, o.id, o.number,
    CASE WHEN m.state = 'sent' THEN 'Not delivered: ' ELSE 'Not sent: ' END || m.subject,
    o.open_net, o.currency, {PROMISED}, coalesce(m.decided_at, m.drafted_at), NULL::bigint
FROM orders_ordermessage m JOIN orders_salesorder o ON o.id = m.order_id AND {{which}}
WHERE m.state = 'draft' OR m.state = 'sent' AND m.delivered_at IS NULL"""

source("hold", _("On hold"), "bad", days=1, url="orders:order", by_document=True, sql=HOLDS)
source("backorder", _("Past promise"), "bad", days=1, url="orders:order", by_document=True, sql=BACKORDERS)
source("short", _("Short pick"), "warn", days=1, url="orders:order", by_document=True, sql=SHORTS)
source("to_buy", _("To buy, late"), "warn", days=1, url="inventory:to_buy", sql=TO_BUY)
source("unwanted", _("Bought, not wanted"), "warn", days=2, url="inventory:purchase_order", sql=UNWANTED)
source("parked", _("Parked line"), "warn", days=1, url="orders:parked_line", sql=PARKED_LINES)
source("document", _("Parked document"), "warn", days=1, url="orders:intake_document", sql=PARKED_DOCUMENTS)
source("notice", _("Notice not sent"), "info", days=2, url="orders:message", sql=NOTICES)
