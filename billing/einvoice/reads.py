"""What e-invoicing writes of many documents at once, and the rows it holds while it does."""

# Documents of customers that want them, and not those of orders that another system has billed.
REQUEST = """
INSERT INTO billing_einvoice (company_id, site_id, invoice_id, customer_id, format, state, findings, requested_at,
    state_at)
SELECT i.company_id, i.site_id, i.id, i.bill_to_id, p.format, 'pending', '[]', %s::timestamptz, %s::timestamptz
FROM billing_invoice i
JOIN masterdata_einvoiceprofile p ON p.customer_id = i.bill_to_id AND p.format <> 'none'
JOIN orders_salesorder o ON o.id = i.order_id AND o.channel <> 'conversion'
WHERE i.id = ANY(%s::bigint[]) ORDER BY i.id
ON CONFLICT (invoice_id) DO NOTHING
RETURNING id, company_id, site_id"""

LOCK = """
SELECT e.id, i.number, e.state, e.company_id, e.site_id, e.revision, e.format,
    CASE WHEN p.format <> 'none' THEN p.format ELSE e.format END, coalesce(nullif(p.email, ''), y.email), y.language,
    i.kind, e.opened_at
FROM billing_einvoice e
JOIN billing_invoice i ON i.id = e.invoice_id
JOIN masterdata_customer c ON c.id = e.customer_id
JOIN masterdata_party y ON y.id = c.party_id
LEFT JOIN masterdata_einvoiceprofile p ON p.customer_id = e.customer_id
WHERE e.id = ANY(%s::bigint[]) ORDER BY e.id FOR NO KEY UPDATE OF e"""

# Somebody has to do something: an owner by policy, unless it has one, and a clock that goes on from the first time.
OPEN = """
UPDATE billing_einvoice e SET state = u.state, detail = u.detail, findings = u.findings::jsonb,
    state_at = %s::timestamptz, version = e.version + 1, reason = '',
    owner_id = coalesce(e.owner_id, (SELECT k.id FROM kernel_user k WHERE k.username = u.owner AND k.is_active)),
    opened_at = coalesce(e.opened_at, %s::timestamptz),
    due_on = coalesce(e.due_on, (%s::timestamptz AT TIME ZONE c.time_zone)::date + u.days)
FROM unnest(%s::bigint[], %s::text[], %s::text[], %s::text[], %s::text[], %s::int[])
    AS u(id, state, detail, findings, owner, days), masterdata_company c
WHERE e.id = u.id AND c.id = e.company_id"""

# The inbox of orders shows what is not with the customer as it should be.
TROUBLES = """
SELECT e.id, e.state, e.company_id, e.site_id, o.customer_id, o.id, o.number, i.number || ': ' || e.detail, i.gross,
    i.currency, e.due_on, e.opened_at, e.owner_id
FROM billing_einvoice e JOIN billing_invoice i ON i.id = e.invoice_id
JOIN orders_salesorder o ON o.id = i.order_id AND {which}
WHERE e.state IN ('failed', 'rejected')"""
