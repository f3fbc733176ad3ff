"""Collections' locking reads: the payer's account of collection first."""

PAYERS = """
SELECT c.id, c.company_id, c.currency, p.name, (%s::timestamptz AT TIME ZONE co.time_zone)::date,
    (SELECT coalesce(sum(o.open), 0) FROM billing_openitem o WHERE o.customer_id = c.id AND NOT o.open = 0)
FROM masterdata_customer c JOIN masterdata_company co ON co.id = c.company_id
JOIN masterdata_party p ON p.id = c.party_id
WHERE c.id = ANY(%s::bigint[]) ORDER BY c.id"""

KEEP_ACCOUNTS = """
INSERT INTO billing_collectionaccount (company_id, customer_id, version)
SELECT u.company_id, u.customer_id, 1 FROM unnest(%s::bigint[], %s::bigint[]) AS u(company_id, customer_id)
ORDER BY u.customer_id ON CONFLICT (customer_id) DO NOTHING"""

LOCK_ACCOUNTS = """
SELECT a.customer_id, a.id, a.collector_id, a.follow_up_on FROM billing_collectionaccount a
WHERE a.customer_id = ANY(%s::bigint[]) ORDER BY a.customer_id FOR NO KEY UPDATE OF a"""

STANDING = """
SELECT p.id, p.made_at FROM billing_paymentpromise p WHERE p.customer_id = %s::bigint AND p.ended_at IS NULL"""

PROMISE = """
SELECT p.customer_id, p.ended_at IS NOT NULL, p.made_at FROM billing_paymentpromise p WHERE p.id = %s::bigint"""

FORMER_COLLECTORS = """
SELECT DISTINCT ON (d.subject_id) d.subject_id, (d.outcome ->> 'from')::bigint FROM kernel_decision d
WHERE d.verb = 'billing.assign_collections' AND d.subject = 'billing.collectionaccount'
    AND d.subject_id = ANY(%s::bigint[]) AND d.actor = %s::text
ORDER BY d.subject_id, d.recorded_at DESC"""
