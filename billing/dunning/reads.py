"""What dunning reads: constant statements for one payer or two hundred."""

LEVELS = """
SELECT l.level, l.days, l.fee, t.language, t.subject, t.body FROM billing_dunninglevel l
LEFT JOIN billing_dunningtext t ON t.level_id = l.id WHERE l.company_id = %s::bigint ORDER BY l.level, t.language"""

# Overdue and not disputed, not stopped, of payers who have not promised to pay by a day that is still to come.
OVERDUE = """
SELECT o.customer_id, i.site_id, o.id, i.number, o.open - o.disputed, o.disputed, o.due_on, d.level, d.written_on
FROM billing_openitem o JOIN billing_invoice i ON i.id = o.invoice_id
LEFT JOIN LATERAL (SELECT max(x.level) AS level, max(w.written_on) AS written_on
    FROM billing_dunningletteritem x JOIN billing_dunningletter w ON w.id = x.letter_id
    WHERE x.item_id = o.id) d ON true
WHERE o.customer_id = ANY(%s::bigint[]) AND NOT o.open = 0 AND o.due_on < %s::date AND o.open > o.disputed
    AND o.company_id = %s::bigint
    AND NOT EXISTS (SELECT FROM billing_dunningstop s WHERE s.customer_id = o.customer_id AND s.ended_at IS NULL
        AND s.until >= %s::date AND (s.item_id IS NULL OR s.item_id = o.id))
    AND NOT EXISTS (SELECT FROM billing_paymentpromise p WHERE p.customer_id = o.customer_id AND p.ended_at IS NULL
        AND p.promised_on >= %s::date)
ORDER BY o.customer_id, o.due_on, o.id"""

ADDRESSEES = """
SELECT c.id, p.name, p.language, p.email, c.currency,
    (SELECT coalesce(sum(r.unapplied), 0) FROM billing_cashreceipt r
        WHERE r.customer_id = c.id AND r.unapplied > 0)
FROM masterdata_customer c JOIN masterdata_party p ON p.id = c.party_id WHERE c.id = ANY(%s::bigint[]) ORDER BY c.id"""

# The next payers of a company behind one, with something overdue.
NEXT_PAYERS = """
SELECT DISTINCT o.customer_id FROM billing_openitem o
WHERE o.company_id = %s::bigint AND o.customer_id > %s::bigint AND NOT o.open = 0 AND o.open > o.disputed
    AND o.due_on < %s::date
ORDER BY o.customer_id LIMIT %s::int"""

PAYER_COUNT = """
SELECT count(DISTINCT o.customer_id) FROM billing_openitem o
WHERE o.company_id = %s::bigint AND NOT o.open = 0 AND o.open > o.disputed AND o.due_on < %s::date"""

STANDING_STOP = """
SELECT s.until FROM billing_dunningstop s WHERE s.customer_id = %s::bigint AND s.item_id IS NOT DISTINCT FROM %s::bigint
    AND s.ended_at IS NULL AND s.until >= %s::date"""

STOP = """
SELECT s.customer_id, s.company_id, s.ended_at IS NOT NULL FROM billing_dunningstop s
WHERE s.id = %s::bigint FOR NO KEY UPDATE OF s"""

ITEM = """
SELECT o.customer_id, i.number FROM billing_openitem o JOIN billing_invoice i ON i.id = o.invoice_id
WHERE o.id = %s::bigint"""
