"""Receivables' locking reads: receipt, items, period, credit account (design.md 15)."""

from inventory.stock.reads import PERIOD

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

# The open period, then the payer's credit account where it has a limit.
PERIOD_AND_CREDIT = f"""
WITH period AS MATERIALIZED ({PERIOD}),
credit AS MATERIALIZED (
    SELECT ca.id FROM orders_creditaccount ca WHERE ca.customer_id = %s::bigint AND ca."limit" IS NOT NULL
      AND (SELECT count(*) FROM period) >= 0 FOR NO KEY UPDATE)
SELECT (SELECT accounting_on FROM period), (SELECT id FROM credit)"""

APPLICATION = """
SELECT a.receipt_id, a.credit_id, a.item_id, a.amount, a.reverses_id, i.company_id
FROM billing_cashapplication a JOIN billing_openitem i ON i.id = a.item_id WHERE a.id = %s::bigint"""

REVERSED = "SELECT a.id FROM billing_cashapplication a WHERE a.reverses_id = %s::bigint"
