"""Where a lot came from and where it went, out of the stock ledger (IV04). Parameters: item, lot, then the scope."""

_MOVED = """
moved AS MATERIALIZED (
    SELECT e.posting_id, e.quantity, e.line_id, e.site_id, z.code AS site, p.kind, p.source, p.source_id, p.effective_at
    FROM inventory_stockentry e JOIN inventory_stockposting p ON p.id = e.posting_id
    JOIN masterdata_site z ON z.id = e.site_id
    WHERE e.item_id = %s::bigint AND e.lot_id = %s::bigint
      AND (%s::bool OR z.company_id = ANY(%s::bigint[]) OR z.id = ANY(%s::bigint[])))"""

# What a supplier sends straight to a customer comes in and goes out in one posting: what goes out names its line.
BALANCE = f"""
WITH {_MOVED}
SELECT CASE WHEN kind = 'drop' AND line_id IS NOT NULL THEN 'issue' WHEN kind = 'drop' THEN 'receipt' ELSE kind END,
    sum(quantity)
FROM moved GROUP BY 1 HAVING sum(quantity) <> 0 ORDER BY 1"""

CAME = f"""
WITH {_MOVED}
SELECT m.effective_at, 'receipt', r.id, r.number, m.site, y.name, o.id, o.number, r.delivery_note, m.quantity
FROM (SELECT source_id, site, min(effective_at) AS effective_at, sum(quantity) AS quantity FROM moved
    WHERE source = 'inventory.receipt' GROUP BY source_id, site) m
JOIN inventory_receipt r ON r.id = m.source_id
LEFT JOIN inventory_purchaseorder o ON o.id = r.purchase_order_id
LEFT JOIN masterdata_supplier u ON u.id = o.supplier_id LEFT JOIN masterdata_party y ON y.id = u.party_id
UNION ALL
SELECT m.effective_at, 'drop', s.id, s.number, m.site, y.name, o.id, o.number, '', m.quantity
FROM (SELECT source_id, site, min(effective_at) AS effective_at, sum(quantity) AS quantity FROM moved
    WHERE kind = 'drop' AND line_id IS NULL GROUP BY source_id, site HAVING sum(quantity) <> 0) m
JOIN inventory_shipment s ON s.id = m.source_id JOIN inventory_purchaseorder o ON o.id = s.purchase_order_id
JOIN masterdata_supplier u ON u.id = o.supplier_id JOIN masterdata_party y ON y.id = u.party_id
UNION ALL
SELECT m.effective_at, 'opening', NULL, '', m.site, NULL, NULL, NULL, '', m.quantity
FROM (SELECT site, min(effective_at) AS effective_at, sum(quantity) AS quantity FROM moved
    WHERE kind = 'opening' GROUP BY site) m
ORDER BY 1, 3"""

_LEFT = """
leaving AS (
    SELECT source_id, site, max(effective_at) AS effective_at, -sum(quantity) AS quantity FROM moved
    WHERE source = 'inventory.shipment' AND kind IN ('issue', 'drop') AND line_id IS NOT NULL
    GROUP BY source_id, site HAVING sum(quantity) <> 0)"""

# The newest first: whoever got it last has most of it still.
WENT = f"""
WITH {_MOVED}, {_LEFT}
SELECT l.effective_at, s.id, s.number, g.document, y.code, y.name, l.site, l.quantity, s.delivered_on, count(*) OVER ()
FROM leaving l JOIN inventory_shipment s ON s.id = l.source_id JOIN inventory_demandgroup g ON g.id = s.group_id
JOIN masterdata_party y ON y.id = g.party_id
ORDER BY l.effective_at DESC, s.id DESC LIMIT %s::int"""

CONTACTS = f"""
WITH {_MOVED}, {_LEFT},
sent AS (
    SELECT g.party_id, sum(l.quantity) AS quantity, count(*) AS shipments, max(l.effective_at) AS last_at
    FROM leaving l JOIN inventory_shipment s ON s.id = l.source_id JOIN inventory_demandgroup g ON g.id = s.group_id
    GROUP BY g.party_id),
back AS (
    SELECT c.party_id, sum(m.quantity) AS quantity FROM moved m
    JOIN orders_customerreturn r ON r.id = m.source_id JOIN masterdata_customer c ON c.id = r.customer_id
    WHERE m.source = 'orders.customerreturn' AND m.kind = 'return' GROUP BY c.party_id)
SELECT y.code, y.name, y.email, y.phone, y.country, s.shipments, s.last_at, s.quantity, coalesce(b.quantity, 0)
FROM sent s JOIN masterdata_party y ON y.id = s.party_id LEFT JOIN back b ON b.party_id = s.party_id
ORDER BY s.quantity - coalesce(b.quantity, 0) DESC, y.code"""
