"""Receivables' locking reads: receipt, items, period, credit account (design.md 15)."""

from inventory.stock.reads import PERIOD
from orders.credit.reads import PATH

OWED = """
SELECT u.customer_id, sum(u.amount) FROM (
    SELECT i.customer_id, i.open AS amount FROM billing_openitem i
    WHERE i.customer_id = ANY(%s::bigint[]) AND i.open <> 0
    UNION ALL
    SELECT r.customer_id, -r.unapplied FROM billing_cashreceipt r
    WHERE r.customer_id = ANY(%s::bigint[]) AND r.unapplied > 0) u
GROUP BY u.customer_id"""

PAYERS = """
SELECT c.id, c.company_id, c.party_id, c.currency, (%s::timestamptz AT TIME ZONE co.time_zone)::date
FROM masterdata_customer c JOIN masterdata_company co ON co.id = c.company_id WHERE c.id = ANY(%s::bigint[])"""

OWN_ACCOUNTS = """
SELECT a.id FROM billing_account a WHERE a.id = ANY(%s::bigint[]) AND a.company_id = %s::bigint"""

LOCK_RECEIPT = """
SELECT r.id, r.company_id, r.customer_id, c.party_id, r.currency, r.unapplied, r.received_on, r.number, r.reversed_at,
    (%s::timestamptz AT TIME ZONE co.time_zone)::date
FROM billing_cashreceipt r JOIN masterdata_customer c ON c.id = r.customer_id
JOIN masterdata_company co ON co.id = r.company_id
WHERE r.id = %s::bigint FOR NO KEY UPDATE OF r"""

LOCK_RECEIPTS = """
SELECT r.id, r.company_id, r.customer_id, c.party_id, r.currency, r.amount, r.account_id
FROM billing_cashreceipt r JOIN masterdata_customer c ON c.id = r.customer_id
WHERE r.id = ANY(%s::bigint[]) AND r.reversed_at IS NULL ORDER BY r.id FOR NO KEY UPDATE OF r"""

LOCK_ITEMS = """
SELECT o.id, o.customer_id, o.currency, o.open, i.number, o.amount, t.discount_percent,
    i.issued_on + t.discount_days, o.disputed
FROM billing_openitem o JOIN billing_invoice i ON i.id = o.invoice_id
JOIN masterdata_customer c ON c.id = o.customer_id JOIN masterdata_paymentterms t ON t.id = c.terms_id
WHERE o.id = ANY(%s::bigint[]) ORDER BY o.id FOR NO KEY UPDATE OF o"""

# The open period, then the accounts with a limit that the payers draw on, and which payer draws on each.
PERIOD_AND_CREDIT = f"""
WITH period AS MATERIALIZED ({PERIOD}),
credit AS MATERIALIZED (
    SELECT a.id, p.id AS payer_id FROM {PATH} WHERE p.id = ANY(%s::bigint[]) AND (SELECT count(*) FROM period) >= 0
    ORDER BY a.id FOR NO KEY UPDATE OF a)
SELECT (SELECT accounting_on FROM period), ARRAY(SELECT id FROM credit), ARRAY(SELECT payer_id FROM credit)"""

APPLICATION = """
SELECT a.receipt_id, a.credit_id, a.item_id, a.reverses_id, i.company_id
FROM billing_cashapplication a JOIN billing_openitem i ON i.id = a.item_id WHERE a.id = %s::bigint"""

# It and, of a receipt, what was settled of the same item with it; none where it was taken back.
TOGETHER = """
SELECT b.id, b.amount, b.reason FROM billing_cashapplication a
JOIN billing_cashapplication b ON b.id = a.id
    OR b.receipt_id = a.receipt_id AND b.item_id = a.item_id AND b.applied_at = a.applied_at
WHERE a.id = %s::bigint AND b.reverses_id IS NULL
    AND NOT EXISTS (SELECT FROM billing_cashapplication r WHERE r.reverses_id = a.id)
ORDER BY b.id"""

# What a receipt has coded of each item, less what was taken back of it.
CODED_BEFORE = """
SELECT a.item_id, a.reason, sum(a.amount) FROM billing_cashapplication a
WHERE a.receipt_id = %s::bigint AND a.reason <> '' GROUP BY 1, 2 HAVING sum(a.amount) <> 0"""

DISCOUNTED = """
SELECT a.item_id, sum(a.amount) FROM billing_cashapplication a
WHERE a.item_id = ANY(%s::bigint[]) AND a.reason = 'discount' GROUP BY 1"""

STANDING = """
SELECT a.id, a.receipt_id, a.item_id, a.amount, a.reason FROM billing_cashapplication a
WHERE a.receipt_id = ANY(%s::bigint[]) AND a.reverses_id IS NULL
    AND NOT EXISTS (SELECT FROM billing_cashapplication r WHERE r.reverses_id = a.id)
ORDER BY a.id"""
