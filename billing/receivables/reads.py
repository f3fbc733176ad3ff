"""Receivables' locking reads: receipt, items, period, credit account (design.md 15)."""

from inventory.stock.reads import PERIOD
from orders.credit.reads import ACCOUNT_IDS

OWED = """
SELECT u.customer_id, sum(u.amount) FROM (
    SELECT i.customer_id, i.open AS amount FROM billing_openitem i
    WHERE i.customer_id = ANY(%s::bigint[]) AND i.open <> 0
    UNION ALL
    SELECT r.customer_id, -r.unapplied FROM billing_cashreceipt r
    WHERE r.customer_id = ANY(%s::bigint[]) AND r.unapplied > 0) u
GROUP BY u.customer_id"""

PAYER = """
SELECT c.id, c.company_id, c.party_id, c.currency, nextval('billing_cashreceipt_id_seq'),
    (%s::timestamptz AT TIME ZONE co.time_zone)::date
FROM masterdata_customer c JOIN masterdata_company co ON co.id = c.company_id WHERE c.id = %s::bigint"""

LOCK_RECEIPT = """
SELECT r.id, r.company_id, r.customer_id, c.party_id, r.currency, r.unapplied, r.number
FROM billing_cashreceipt r JOIN masterdata_customer c ON c.id = r.customer_id
WHERE r.id = %s::bigint FOR NO KEY UPDATE OF r"""

LOCK_ITEMS = """
SELECT o.id, o.customer_id, o.currency, o.open, i.number
FROM billing_openitem o JOIN billing_invoice i ON i.id = o.invoice_id
WHERE o.id = ANY(%s::bigint[]) ORDER BY o.id FOR NO KEY UPDATE OF o"""

# The open period, then the accounts with a limit that the payer draws on.
PERIOD_AND_CREDIT = f"""
WITH period AS MATERIALIZED ({PERIOD}),
credit AS MATERIALIZED ({ACCOUNT_IDS} AND (SELECT count(*) FROM period) >= 0 ORDER BY a.id FOR NO KEY UPDATE OF a)
SELECT (SELECT accounting_on FROM period), ARRAY(SELECT id FROM credit)"""

APPLICATION = """
SELECT a.receipt_id, a.credit_id, a.item_id, a.amount, a.reverses_id, i.company_id
FROM billing_cashapplication a JOIN billing_openitem i ON i.id = a.item_id WHERE a.id = %s::bigint"""

REVERSED = "SELECT a.id FROM billing_cashapplication a WHERE a.reverses_id = %s::bigint"
