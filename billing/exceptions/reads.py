"""The queue's locking reads and writes. Orders are locked before exceptions, as a run of the rules does it."""

from billing.invoicing.reads import NEW_PRICE

OPEN_EXCEPTIONS = """
INSERT INTO billing_invoiceexception (company_id, site_id, shipment_id, order_id, kind, detail, amount, variance,
    currency, owner_id, opened_at, due_on)
SELECT u.company_id, u.site_id, u.shipment_id, u.order_id, u.kind, u.detail, u.amount, u.variance, u.currency,
    (SELECT k.id FROM kernel_user k WHERE k.username = u.owner AND k.is_active), %s::timestamptz,
    (%s::timestamptz AT TIME ZONE c.time_zone)::date + u.days
FROM unnest(%s::bigint[], %s::bigint[], %s::bigint[], %s::bigint[], %s::text[], %s::text[], %s::numeric[],
    %s::numeric[], %s::text[], %s::text[], %s::int[])
    AS u(company_id, site_id, shipment_id, order_id, kind, detail, amount, variance, currency, owner, days)
JOIN masterdata_company c ON c.id = u.company_id"""

CLEAR_EXCEPTIONS = """
UPDATE billing_invoiceexception x SET resolved_at = %s::timestamptz, resolved_by = %s::text, resolution = 'cleared',
    version = x.version + 1
FROM unnest(%s::bigint[], %s::text[]) AS u(shipment_id, kind)
WHERE x.shipment_id = u.shipment_id AND x.kind = u.kind AND x.resolved_at IS NULL"""

WITHDRAW_EXCEPTIONS = """
UPDATE billing_invoiceexception SET resolved_at = %s::timestamptz, resolved_by = %s::text, resolution = 'withdrawn',
    version = version + 1
WHERE shipment_id = ANY(%s::bigint[]) AND resolved_at IS NULL"""

# As the orders' exception inbox lists it (orders.exceptions.sources).
STOPPED = """
SELECT x.id, x.kind, x.company_id, x.site_id, o.customer_id, o.id, o.number, s.number || ': ' || x.detail, x.amount,
    x.currency, x.due_on, x.opened_at, x.owner_id
FROM billing_invoiceexception x JOIN orders_salesorder o ON o.id = x.order_id AND {which}
JOIN inventory_shipment s ON s.id = x.shipment_id
WHERE x.resolved_at IS NULL"""

LOCK_ORDERS_OF = """
SELECT o.id FROM orders_salesorder o
WHERE o.id IN (SELECT x.order_id FROM billing_invoiceexception x WHERE x.id = ANY(%s::bigint[]))
ORDER BY o.id FOR NO KEY UPDATE"""

STILL_OPEN = """
SELECT x.id, x.kind, x.company_id, x.site_id, x.shipment_id, x.order_id, o.number, o.submitted_by, x.owner_id
FROM billing_invoiceexception x JOIN orders_salesorder o ON o.id = x.order_id
WHERE x.id = ANY(%s::bigint[]) AND x.resolved_at IS NULL ORDER BY x.id FOR NO KEY UPDATE OF x"""

# Every line of the orders, with what of it has been charged so far.
LINES = """
SELECT ol.id, ol.order_id, ol.line, ol.quantity - ol.cancelled_quantity, ol.unit_price, ol.net, ol.tax_rate_percent,
    ol.tax_code_id, ol.stock_quantity * (ol.quantity - ol.cancelled_quantity) / ol.quantity, ol.price_source,
    (SELECT coalesce(sum(b.billed), 0) FROM billing_billable b WHERE b.order_line_id = ol.id),
    (SELECT coalesce(sum(il.net), 0) FROM billing_invoiceline il
        WHERE il.order_line_id = ol.id AND il.credits_id IS NULL),
    o.currency, o.net, o.tax, o.open_net, o.open_gross,
    CASE WHEN NOT EXISTS (SELECT FROM orders_hold h WHERE h.order_id = o.id AND h.kind = 'credit'
        AND h.released_at IS NULL) THEN o.bill_to_id END
FROM orders_orderline ol JOIN orders_salesorder o ON o.id = ol.order_id
WHERE ol.order_id = ANY(%s::bigint[]) ORDER BY ol.order_id, ol.id FOR NO KEY UPDATE OF ol"""

PO_USED = """
SELECT other.number FROM orders_salesorder mine JOIN orders_salesorder other ON other.customer_id = mine.customer_id
    AND other.id <> mine.id AND other.po_unique AND other.state = 'submitted'
    AND upper(other.customer_po) = upper(%s::text)
WHERE mine.id = ANY(%s::bigint[]) AND mine.po_unique LIMIT 1"""

TAX_CODE = "SELECT t.id, t.rate_percent FROM masterdata_taxcode t WHERE t.id = %s::bigint AND t.company_id = %s::bigint"

# Who had each exception before the actor's last assignment of it.
FORMER_OWNERS = """
SELECT DISTINCT ON (d.subject_id) d.subject_id, (d.outcome ->> 'from')::bigint FROM kernel_decision d
WHERE d.verb = 'billing.assign_exceptions' AND d.subject = 'billing.invoiceexception'
    AND d.subject_id = ANY(%s::bigint[]) AND d.actor = %s::text
ORDER BY d.subject_id, d.recorded_at DESC"""

# An exception's lines as they were ordered, beside what holds today.
COMPARISON = f"""
SELECT ol.id, ol.line, i.code, ol.description, b.quantity * (ol.quantity / ol.stock_quantity), ol.unit_id,
    ol.unit_price, ol.price_source, tc.code,
    CASE WHEN ol.price_source IN ('list', 'agreement', 'group') THEN ({NEW_PRICE}) END
FROM billing_billable b JOIN orders_orderline ol ON ol.id = b.order_line_id
JOIN orders_salesorder o ON o.id = ol.order_id JOIN masterdata_item i ON i.id = ol.item_id
LEFT JOIN masterdata_taxcode tc ON tc.id = ol.tax_code_id
WHERE b.shipment_id = %s ORDER BY ol.line, b.id"""
