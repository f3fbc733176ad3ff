"""Billing's locking reads, and what is written of kits."""

from inventory.stock.reads import PERIOD
from orders.credit.reads import ACCOUNT_IDS

# Sorted, and a statement of its own: the read behind it sees what another biller of the same order committed.
LOCK_ORDERS = """
SELECT o.id FROM orders_salesorder o
WHERE o.id = ANY(ARRAY(SELECT b.order_id FROM billing_billable b WHERE b.shipment_id = ANY(%s::bigint[])))
ORDER BY o.id FOR NO KEY UPDATE"""

# A net price for the very item in the customer's or its group's sets, promotions apart, recorded after the order and
# valid when the goods left, per unit of the order line.
NEW_PRICE = """
        SELECT p.value * (ol.stock_quantity / ol.quantity)
            / (coalesce(pu.numerator, 1)::numeric / coalesce(pu.denominator, 1))
        FROM masterdata_customerpricescope cs
        JOIN masterdata_price p ON p.scope_id = cs.scope_id AND p.target = ol.item_id
        LEFT JOIN masterdata_itemunit pu ON pu.item_id = p.item_id AND pu.unit_id = p.unit_id
        WHERE cs.holder IN (o.customer_id, (SELECT -c.group_id FROM masterdata_customer c WHERE c.id = o.customer_id))
          AND cs.rank < 4 AND cs.job IN ('', o.job) AND (cs.ship_to_id IS NULL OR cs.ship_to_id = o.ship_to_id)
          AND p.method = 'net' AND p.recorded_at > o.recorded_at
          AND p.valid_from <= earned_at::date AND (p.valid_to IS NULL OR p.valid_to > earned_at::date)
          AND p.min_quantity * coalesce(pu.numerator, 1) / coalesce(pu.denominator, 1) <= ol.stock_quantity
        ORDER BY cs.rank, cs.nearness, p.min_quantity DESC LIMIT 1"""

CHARGEABLE = f"""
WITH period AS MATERIALIZED ({PERIOD}),
due AS MATERIALIZED (
    SELECT b.id, b.shipment_id, b.order_id, b.order_line_id, b.quantity, b.cost, b.earned_at
    FROM billing_billable b WHERE b.shipment_id = ANY(%s::bigint[]) AND b.company_id = %s::bigint
      AND b.billed = 0 AND b.withdrawn_at IS NULL AND (SELECT count(*) FROM period) >= 0
    ORDER BY b.id FOR NO KEY UPDATE)
SELECT (SELECT accounting_on FROM period), due.shipment_id, s.number, o.company_id, o.site_id, o.id, o.customer_id,
    o.bill_to_id, payer.party_id, o.customer_po, c.po_required, c.is_blocked OR payer.is_blocked, o.currency, t.days,
    CASE c.billing_trigger WHEN 'delivery' THEN coalesce(s.delivery_told_at, due.earned_at) ELSE due.earned_at END,
    o.open_net, o.open_gross,
    (SELECT array_agg(x.kind) FROM billing_invoiceexception x
        WHERE x.shipment_id = due.shipment_id AND x.resolution = 'accepted'),
    (SELECT array_agg(x.kind) FROM billing_invoiceexception x
        WHERE x.shipment_id = due.shipment_id AND x.resolved_at IS NULL),
    due.id, ol.id, ol.item_id, i.item_class_id, ol.description, due.quantity, due.cost,
    (SELECT coalesce(sum(before.billed), 0) FROM billing_billable before WHERE before.order_line_id = ol.id),
    (SELECT coalesce(sum(before.net), 0) FROM billing_invoiceline before
        WHERE before.order_line_id = ol.id AND before.credits_id IS NULL),
    ol.quantity - ol.cancelled_quantity,
    ol.stock_quantity * (ol.quantity - ol.cancelled_quantity) / ol.quantity,
    ol.unit_id, ol.unit_price, ol.net, ol.price_source, ol.tax_code_id, ol.tax_rate_percent,
    CASE WHEN ol.price_source IN ('list', 'agreement', 'group') THEN (
{NEW_PRICE}) END,
    nextval('billing_invoice_id_seq'), nextval('billing_invoiceline_id_seq'),
    CASE WHEN c.billing_trigger = 'delivery' AND s.delivered_on IS NULL THEN s.shipped_at END
FROM due
JOIN inventory_shipment s ON s.id = due.shipment_id
JOIN orders_salesorder o ON o.id = due.order_id
JOIN orders_orderline ol ON ol.id = due.order_line_id
JOIN masterdata_item i ON i.id = ol.item_id
JOIN masterdata_customer c ON c.id = o.customer_id
JOIN masterdata_customer payer ON payer.id = o.bill_to_id
JOIN masterdata_paymentterms t ON t.id = payer.terms_id
ORDER BY due.shipment_id, ol.line, due.id"""

# The very last statement: the numbers of a block, the invoices with them, and what they leave open. Dates follow
# numbers: an invoice is never dated before the one that went before it in its series.
ISSUE = """
WITH series AS (
    UPDATE kernel_numberseries SET next_number = next_number + %s::int,
        last_on = greatest(last_on, %s::date)
    WHERE scope = %s::text AND code = %s::text
    RETURNING next_number - %s::int AS first, prefix, last_on),
issued AS (
    INSERT INTO billing_invoice (id, kind, company_id, site_id, series, sequence, number, issued_on, due_on,
        customer_id, bill_to_id, order_id, shipment_id, credits_id, reason, customer_po, currency, line_count, net, tax,
        gross, earned_at, effective_at, posted_by)
    SELECT u.id, %s::text, %s::bigint, u.site_id, %s::text, s.first + u.place,
        s.prefix || lpad((s.first + u.place)::text, 6, '0'), s.last_on, s.last_on + u.days,
        u.customer_id, u.bill_to_id, u.order_id, u.shipment_id, u.credits_id, u.reason, u.customer_po, u.currency,
        u.line_count, u.net, u.tax, u.net + u.tax, u.earned_at, %s::timestamptz, %s::text
    FROM series s, unnest(%s::bigint[], %s::bigint[], %s::int[], %s::int[], %s::bigint[], %s::bigint[], %s::bigint[],
        %s::bigint[], %s::bigint[], %s::text[], %s::text[], %s::text[], %s::int[], %s::numeric[], %s::numeric[],
        %s::timestamptz[]) AS u(id, site_id, place, days, customer_id, bill_to_id, order_id, shipment_id, credits_id,
        reason, customer_po, currency, line_count, net, tax, earned_at)
    RETURNING id, kind, company_id, bill_to_id, currency, gross, due_on)
INSERT INTO billing_openitem (company_id, customer_id, invoice_id, currency, amount, open, due_on)
SELECT company_id, bill_to_id, id, currency, CASE kind WHEN 'invoice' THEN gross ELSE -gross END,
    CASE kind WHEN 'invoice' THEN gross ELSE -gross END, due_on FROM issued"""

# Invoices are append-only; the open item beside one is the row to hold.
LOCK_INVOICES = """
SELECT i.id, i.number, i.kind, i.company_id, i.site_id, i.customer_id, i.bill_to_id, c.party_id, i.order_id,
    i.shipment_id, i.customer_po, i.currency, i.line_count, i.net, i.tax, i.earned_at, i.posted_by, o.id, o.open,
    o.disputed
FROM billing_openitem o JOIN billing_invoice i ON i.id = o.invoice_id
JOIN masterdata_customer c ON c.id = i.bill_to_id
WHERE o.invoice_id = ANY(%s::bigint[]) ORDER BY o.id FOR NO KEY UPDATE OF o"""

CREDIT_BOOKS = f"""
WITH period AS MATERIALIZED ({PERIOD}),
credit AS MATERIALIZED ({ACCOUNT_IDS} AND (SELECT count(*) FROM period) >= 0 ORDER BY a.id FOR NO KEY UPDATE OF a)
SELECT (SELECT accounting_on FROM period), ARRAY(SELECT id FROM credit),
    (SELECT string_agg(m.number, ', ' ORDER BY m.id) FROM billing_invoice m WHERE m.credits_id = %s::bigint)"""

# Behind the lock on the open items: the lines of the invoices, and what memos have taken of them.
CREDITABLE_LINES = """
SELECT l.invoice_id, l.id, l.line, l.billable_id, l.order_line_id, l.item_id, l.description, l.quantity, l.unit_id,
    l.stock_quantity, l.unit_price, l.net, l.cost, l.tax_code_id, l.tax_rate_percent, i.item_class_id,
    coalesce(m.quantity, 0), coalesce(m.stock_quantity, 0), coalesce(m.net, 0), coalesce(m.cost, 0)
FROM billing_invoiceline l JOIN masterdata_item i ON i.id = l.item_id
LEFT JOIN LATERAL (
    SELECT sum(c.quantity) AS quantity, sum(c.stock_quantity) AS stock_quantity, sum(c.net + c.fee) AS net,
        sum(c.cost) AS cost
    FROM billing_invoiceline c WHERE c.credits_id = l.id) m ON true
WHERE l.invoice_id = ANY(%s::bigint[]) ORDER BY l.invoice_id, l.line"""

# Dispositions of a return that are to be credited and are not, where their delivery was charged: all of a line's kits.
DUE_RETURNS = """
SELECT d.id, d.line_id, d.quantity, r.fee_percent, array_agg(l.id ORDER BY l.id), array_agg(DISTINCT l.invoice_id)
FROM orders_returndisposition d JOIN orders_returnline r ON r.id = d.line_id
CROSS JOIN LATERAL (
    SELECT b.id FROM billing_billable b
    WHERE r.kits IS NULL AND b.kind = 'shipment' AND b.source_id = r.shipment_line_id
    UNION ALL
    SELECT b.id FROM billing_billable b
    WHERE r.kits IS NOT NULL AND b.kind = 'kit' AND b.order_line_id = r.order_line_id AND b.withdrawn_at IS NULL) b
JOIN billing_invoiceline l ON l.billable_id = b.id AND l.credits_id IS NULL
WHERE d.rma_id = %s::bigint AND d.creditable
  AND NOT EXISTS (SELECT FROM billing_returncredit c WHERE c.disposition_id = d.id)
  AND (r.kits IS NULL OR NOT EXISTS (SELECT FROM billing_billable w
      WHERE w.kind = 'kit' AND w.order_line_id = r.order_line_id AND w.withdrawn_at IS NULL AND w.billed < w.quantity))
GROUP BY d.id, d.line_id, d.quantity, r.fee_percent ORDER BY d.id"""

# Travels with the numbered memos and the COMMIT: memo and invoice settle each other as far as both are open.
SETTLE = """
WITH given AS (
    SELECT * FROM unnest(%s::bigint[], %s::bigint[], %s::numeric[]) AS u(memo_id, item_id, amount)),
memo AS (
    UPDATE billing_openitem o SET open = o.open + g.amount FROM given g WHERE o.invoice_id = g.memo_id
    RETURNING o.id, g.item_id, g.amount),
paid AS (
    UPDATE billing_openitem o SET open = o.open - g.amount FROM given g WHERE o.id = g.item_id RETURNING o.id)
INSERT INTO billing_cashapplication (item_id, credit_id, amount, applied_at, applied_by)
SELECT memo.item_id, memo.id, memo.amount, %s::timestamptz, %s::text FROM memo JOIN paid ON paid.id = memo.item_id"""

# Components are not charged: a kit is once all of it has left, with what all components have cost that no kit before
# was charged with (`before`: with earlier shipments, `now`: with these up to the one in question).
KITS = """
INSERT INTO billing_billable (company_id, site_id, kind, source_id, shipment_id, order_id, order_line_id, quantity,
    billed, cost, earned_at)
WITH goods AS MATERIALIZED (
    SELECT u.line_id, u.shipment_id, u.demand_id, ol.order_id, ol.id AS order_line_id, u.quantity, u.cost
    FROM unnest(%s::bigint[], %s::bigint[], %s::bigint[], %s::numeric[], %s::numeric[])
        AS u(line_id, shipment_id, demand_id, quantity, cost)
    JOIN orders_linedemand ld ON ld.demand_id = u.demand_id AND ld.role = 'component'
    JOIN orders_orderline ol ON ol.id = ld.line_id),
made AS (
    SELECT k.order_line_id, k.shipment_id, k.order_id, k.line_id, m.kits, m.cost, b.kits AS billed_kits,
        b.cost AS billed_cost
    FROM (SELECT g.order_line_id, g.shipment_id, g.order_id, min(g.line_id) AS line_id FROM goods g GROUP BY 1, 2, 3) k
    CROSS JOIN LATERAL (
        SELECT min(div((coalesce(before.quantity, 0) + coalesce(now.quantity, 0)) * ld.denominator, ld.numerator))
                AS kits, sum(coalesce(before.cost, 0) + coalesce(now.cost, 0)) AS cost
        FROM orders_linedemand ld
        CROSS JOIN LATERAL (SELECT sum(sl.shipped) AS quantity, sum(issue.cost) AS cost
            FROM inventory_shipmentline sl JOIN inventory_shipment s ON s.id = sl.shipment_id AND s.state = 'shipped'
            CROSS JOIN LATERAL (SELECT -sum(e.value) AS cost
                FROM inventory_stockposting p JOIN inventory_stockentry e ON e.posting_id = p.id AND e.line_id = sl.id
                WHERE p.source = 'inventory.shipment' AND p.source_id = s.id AND p.kind = 'issue'
                    AND p.reverses_id IS NULL) issue
            WHERE sl.demand_id = ld.demand_id AND s.id NOT IN (SELECT g.shipment_id FROM goods g)) before
        CROSS JOIN LATERAL (SELECT sum(g.quantity) AS quantity, sum(g.cost) AS cost FROM goods g
            WHERE g.demand_id = ld.demand_id AND g.shipment_id <= k.shipment_id) now
        WHERE ld.line_id = k.order_line_id) m
    CROSS JOIN LATERAL (SELECT coalesce(sum(b.quantity), 0) AS kits, coalesce(sum(b.cost), 0) AS cost
        FROM billing_billable b WHERE b.order_line_id = k.order_line_id AND b.withdrawn_at IS NULL) b),
complete AS (
    SELECT m.*, greatest(m.billed_kits, lag(m.kits) OVER (PARTITION BY m.order_line_id ORDER BY m.shipment_id))
        AS kits_before FROM made m)
SELECT %s::bigint, %s::bigint, 'kit', c.line_id, c.shipment_id, c.order_id, c.order_line_id, c.kits - c.kits_before, 0,
    c.cost - coalesce(lag(c.cost) OVER (PARTITION BY c.order_line_id ORDER BY c.shipment_id), c.billed_cost),
    %s::timestamptz
FROM complete c WHERE c.kits > c.kits_before"""

# Nothing of a delivery with kits leaves meanwhile: its confirmation waits for the group.
LOCK_KITS = """
SELECT g.id FROM inventory_demandgroup g
WHERE g.id = ANY(ARRAY(SELECT s.group_id FROM inventory_shipment s WHERE s.id = ANY(%s::bigint[])))
    AND g.has_line_rules ORDER BY g.id FOR NO KEY UPDATE"""

# Shipments without which the others would make more or fewer kits than they are charged with, and the newest of these.
LEANED_ON = """
SELECT x.shipment_id, (SELECT s.number FROM inventory_shipmentline sl
    JOIN inventory_shipment s ON s.id = sl.shipment_id AND s.state = 'shipped'
    JOIN orders_linedemand ld ON ld.demand_id = sl.demand_id
    WHERE ld.line_id = x.line_id AND s.id <> x.shipment_id ORDER BY s.shipped_at DESC, s.id DESC LIMIT 1)
FROM (
    SELECT k.shipment_id, k.line_id,
        min(div((d.shipped - coalesce(l.shipped, 0)) * ld.denominator, ld.numerator)) AS kits
    FROM (SELECT DISTINCT l.shipment_id, ld.line_id FROM inventory_shipmentline l
        JOIN orders_linedemand ld ON ld.demand_id = l.demand_id AND ld.role = 'component'
        WHERE l.shipment_id = ANY(%s::bigint[]) AND l.shipped > 0) k
    JOIN orders_linedemand ld ON ld.line_id = k.line_id JOIN inventory_demand d ON d.id = ld.demand_id
    LEFT JOIN inventory_shipmentline l ON l.demand_id = d.id AND l.shipment_id = k.shipment_id
    GROUP BY k.shipment_id, k.line_id) x
WHERE x.kits <> (SELECT coalesce(sum(b.quantity), 0) FROM billing_billable b
    WHERE b.order_line_id = x.line_id AND b.shipment_id <> x.shipment_id AND b.withdrawn_at IS NULL)
ORDER BY 1"""
