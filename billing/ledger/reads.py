"""The books' locking reads."""

# The company's row makes closing and reopening of neighbouring periods wait for each other; postings ask only for the
# period's.
LOCK_PERIOD = """
SELECT p.id, p.company_id, p.starts_on, p.ends_on, p.closed_at, c.time_zone, c.code
FROM masterdata_accountingperiod p JOIN masterdata_company c ON c.id = p.company_id
WHERE p.id = %s::bigint FOR NO KEY UPDATE OF c FOR UPDATE OF p"""

# What stands in the way of closing, counted behind the lock: nothing new can come into the period any more.
OPEN_WORK = """
SELECT
    (SELECT count(*) FROM billing_billable b WHERE b.company_id = %s::bigint AND b.billed < b.quantity
        AND b.withdrawn_at IS NULL AND (b.earned_at AT TIME ZONE %s::text)::date <= %s::date),
    (SELECT count(*) FROM billing_unmappedposting u JOIN billing_journal j ON j.id = u.journal_id
        WHERE u.company_id = %s::bigint AND u.cleared_at IS NULL AND j.accounting_on <= %s::date),
    (SELECT to_char(max(p.starts_on), 'YYYY-MM') FROM masterdata_accountingperiod p
        WHERE p.company_id = %s::bigint AND p.ends_on < %s::date AND p.closed_at IS NULL),
    (SELECT to_char(min(p.starts_on), 'YYYY-MM') FROM masterdata_accountingperiod p
        WHERE p.company_id = %s::bigint AND p.starts_on > %s::date AND p.closed_at IS NOT NULL)"""

# Behind the period's lock nothing of it is in flight, so what is summed is all there will be.
KEEP_BALANCES = """
INSERT INTO billing_periodbalance (company_id, period_id, account_id, debit, credit)
SELECT p.company_id, p.id, l.account_id, coalesce(sum(l.amount) FILTER (WHERE l.amount > 0), 0),
    coalesce(-sum(l.amount) FILTER (WHERE l.amount < 0), 0)
FROM masterdata_accountingperiod p JOIN billing_account a ON a.company_id = p.company_id
JOIN billing_journalline l ON l.account_id = a.id AND l.accounting_on BETWEEN p.starts_on AND p.ends_on
WHERE p.id = %s::bigint GROUP BY p.company_id, p.id, l.account_id"""
DROP_BALANCES = "DELETE FROM billing_periodbalance WHERE period_id = %s::bigint"
CLOSE = "UPDATE masterdata_accountingperiod SET closed_at = clock_timestamp() WHERE id = %s::bigint"
REOPEN = "UPDATE masterdata_accountingperiod SET closed_at = NULL WHERE id = %s::bigint"

LINES_OF_JOURNAL = """
SELECT l.account_id, l.amount, l.party_id FROM billing_journalline l WHERE l.journal_id = %s::bigint ORDER BY l.id"""

UNMAPPED = """
SELECT u.id, u.company_id, u.purpose, u.item_class_id, u.amount, j.kind, j.currency,
    (SELECT l.party_id FROM billing_journalline l WHERE l.journal_id = u.journal_id AND l.party_id IS NOT NULL
        AND l.amount = u.amount LIMIT 1)
FROM billing_unmappedposting u JOIN billing_journal j ON j.id = u.journal_id
WHERE u.id = ANY(%s::bigint[]) AND u.cleared_at IS NULL ORDER BY u.id FOR NO KEY UPDATE OF u"""

PERIOD_OF = """
SELECT p.starts_on, greatest(p.starts_on, (%s::timestamptz AT TIME ZONE c.time_zone)::date)
FROM masterdata_accountingperiod p JOIN masterdata_company c ON c.id = p.company_id
WHERE p.company_id = %s::bigint AND p.closed_at IS NULL
    AND p.ends_on >= (%s::timestamptz AT TIME ZONE c.time_zone)::date
ORDER BY p.starts_on LIMIT 1 FOR SHARE OF p"""

RULE = """
SELECT r.account_id, a.code || ' ' || a.name,
    EXISTS (SELECT FROM billing_journalline l WHERE l.account_id = r.account_id),
    (SELECT count(*) FROM billing_accountrule o WHERE o.company_id = r.company_id AND o.purpose = r.purpose
        AND o.account_id = r.account_id AND o.id <> r.id)
FROM billing_accountrule r JOIN billing_account a ON a.id = r.account_id
WHERE r.company_id = %s::bigint AND r.purpose = %s::text AND r.item_class_id IS NOT DISTINCT FROM %s::bigint
FOR NO KEY UPDATE OF r"""

# The id of the rule; nothing where it may not replace another that has come meanwhile.
SAVE_RULE = """
INSERT INTO billing_accountrule (company_id, purpose, item_class_id, account_id, version)
VALUES (%s::bigint, %s::text, %s::bigint, %s::bigint, 1)
ON CONFLICT ON CONSTRAINT account_rule_unique DO UPDATE
SET account_id = excluded.account_id, version = billing_accountrule.version + 1 WHERE %s::bool RETURNING id"""
