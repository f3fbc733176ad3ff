"""Disputes' locking reads: items first, which serialises everyone who pays, credits or disputes them."""

LOCK_ITEMS_OF = """
SELECT o.id FROM billing_openitem o
WHERE o.id = ANY(ARRAY(SELECT d.item_id FROM billing_dispute d WHERE d.id = ANY(%s::bigint[])))
ORDER BY o.id FOR NO KEY UPDATE OF o"""

LOCK_DISPUTES = """
SELECT d.id, d.number, d.company_id, d.customer_id, c.party_id, d.item_id, i.id, i.number, d.currency, d.amount, d.open,
    d.owner_id, d.due_on, d.closed_at IS NOT NULL, (%s::timestamptz AT TIME ZONE co.time_zone)::date
FROM billing_dispute d JOIN masterdata_customer c ON c.id = d.customer_id
JOIN masterdata_company co ON co.id = d.company_id
JOIN billing_openitem o ON o.id = d.item_id JOIN billing_invoice i ON i.id = o.invoice_id
WHERE d.id = ANY(%s::bigint[]) ORDER BY d.id FOR NO KEY UPDATE OF d"""

DISPUTES_OF_OUTCOMES = """
SELECT x.dispute_id FROM billing_disputeoutcome x WHERE x.id = ANY(%s::bigint[])"""

LOCK_ITEM = """
SELECT o.id, o.company_id, o.customer_id, o.currency, o.open, o.disputed, i.number,
    (%s::timestamptz AT TIME ZONE co.time_zone)::date
FROM billing_openitem o JOIN billing_invoice i ON i.id = o.invoice_id
JOIN masterdata_company co ON co.id = o.company_id
WHERE o.id = %s::bigint FOR NO KEY UPDATE OF o"""

# Behind the lock on their items.
OPEN_OF_ITEMS = """
SELECT d.id, d.item_id, d.open FROM billing_dispute d
WHERE d.item_id = ANY(%s::bigint[]) AND d.closed_at IS NULL ORDER BY d.id FOR NO KEY UPDATE OF d"""

DEDUCTED_BY = """
SELECT d.id, d.item_id, d.open FROM billing_dispute d
JOIN unnest(%s::bigint[], %s::bigint[]) AS u(receipt_id, item_id)
    ON u.receipt_id = d.receipt_id AND u.item_id = d.item_id
WHERE d.closed_at IS NULL ORDER BY d.id FOR NO KEY UPDATE OF d"""

OUTCOMES = """
SELECT x.id, x.dispute_id, x.kind, x.state, x.amount, x.proposed_by, x.decided_by, x.application_id
FROM billing_disputeoutcome x WHERE x.id = ANY(%s::bigint[]) ORDER BY x.id FOR NO KEY UPDATE OF x"""

WAITING = """
SELECT x.dispute_id, x.amount FROM billing_disputeoutcome x
WHERE x.dispute_id = ANY(%s::bigint[]) AND x.state = 'waiting' ORDER BY x.id"""

# What one person has written off of the invoices of these disputes, or let others write off, by item.
WRITTEN_BY = """
SELECT d.item_id, sum(x.amount) FROM billing_disputeoutcome x JOIN billing_dispute d ON d.id = x.dispute_id
WHERE d.item_id = ANY(%s::bigint[]) AND x.kind = 'written' AND x.state = 'done'
    AND CASE x.decided_by WHEN '' THEN x.proposed_by ELSE x.decided_by END = %s::text
GROUP BY d.item_id"""

# Nothing is left to write off: proposals go with the disputes that close.
DROP_PROPOSALS = """
UPDATE billing_disputeoutcome x SET state = 'refused', decided_by = %s::text, decided_at = %s::timestamptz,
    decision_note = 'Nothing is disputed any more'
WHERE x.dispute_id = ANY(%s::bigint[]) AND x.state = 'waiting'"""

FORMER_OWNERS = """
SELECT DISTINCT ON (d.subject_id) d.subject_id, (d.outcome ->> 'from')::bigint FROM kernel_decision d
WHERE d.verb = 'billing.assign_disputes' AND d.subject = 'billing.dispute'
    AND d.subject_id = ANY(%s::bigint[]) AND d.actor = %s::text
ORDER BY d.subject_id, d.recorded_at DESC"""

OWNER = """
SELECT u.id FROM kernel_user u WHERE u.username = %s::text AND u.is_active"""
