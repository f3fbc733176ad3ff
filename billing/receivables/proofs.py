"""What customers owe is the same in items, books and credit (reliability.md G3 to G5, and G8 of our own)."""

from billing.invoicing.models import Billable, Invoice, InvoiceLine, InvoiceTax
from billing.ledger.models import Journal
from billing.receivables.models import OpenItem
from erp.kernel.proofs import proof, prove_keys
from orders.credit.reads import PATH

proof(
    "G3",
    "Open items, unapplied cash and tax are the balances of their control accounts",
    """WITH control AS (SELECT DISTINCT purpose, account_id FROM billing_accountrule
        WHERE purpose IN ('receivable', 'unapplied', 'tax')),
    books AS (
        SELECT c.purpose, l.company_id, l.party_id, sum(l.amount) AS amount
        FROM billing_journalline l JOIN control c ON c.account_id = l.account_id GROUP BY 1, 2, 3),
    rows AS (
        SELECT 'receivable' AS purpose, o.company_id, c.party_id, sum(o.open) AS amount
        FROM billing_openitem o JOIN masterdata_customer c ON c.id = o.customer_id GROUP BY 2, 3
        UNION ALL
        SELECT 'unapplied', r.company_id, c.party_id, -sum(r.unapplied)
        FROM billing_cashreceipt r JOIN masterdata_customer c ON c.id = r.customer_id GROUP BY 2, 3
        UNION ALL
        SELECT 'tax', i.company_id, NULL, -sum(CASE i.kind WHEN 'invoice' THEN i.tax ELSE -i.tax END)
        FROM billing_invoice i GROUP BY 2)
    SELECT coalesce(b.purpose, r.purpose) AS purpose, coalesce(b.company_id, r.company_id) AS company,
        coalesce(b.party_id, r.party_id) AS party, b.amount AS books, r.amount AS documents
    FROM books b FULL JOIN rows r ON r.purpose = b.purpose AND r.company_id = b.company_id
        AND coalesce(r.party_id, 0) = coalesce(b.party_id, 0)
    WHERE coalesce(b.amount, 0) <> coalesce(r.amount, 0)""",
)
proof(
    "G4",
    "What an item has open is its invoice less what was applied to it",
    """SELECT o.id AS item, i.number, o.amount, o.open, a.applied, s.used FROM billing_openitem o
    FULL JOIN billing_invoice i ON i.id = o.invoice_id
    LEFT JOIN (SELECT item_id, sum(amount) AS applied FROM billing_cashapplication GROUP BY 1) a ON a.item_id = o.id
    LEFT JOIN (SELECT credit_id, sum(amount) AS used FROM billing_cashapplication
        WHERE credit_id IS NOT NULL GROUP BY 1) s ON s.credit_id = o.id
    WHERE o.id IS NULL OR o.amount <> CASE i.kind WHEN 'invoice' THEN i.gross ELSE -i.gross END
       OR o.open <> o.amount - coalesce(a.applied, 0) + coalesce(s.used, 0)
       OR o.open * sign(o.amount) NOT BETWEEN 0 AND abs(o.amount)""",
)
proof(
    "G5",
    "No receipt is applied beyond its amount, and what is not applied is what is left",
    """SELECT r.number, r.amount, r.unapplied, r.reversed_at, a.applied FROM billing_cashreceipt r
    LEFT JOIN (SELECT receipt_id, sum(amount) FILTER (WHERE reason = '') AS applied, sum(amount) AS settled
        FROM billing_cashapplication WHERE receipt_id IS NOT NULL GROUP BY 1) a ON a.receipt_id = r.id
    WHERE CASE WHEN r.reversed_at IS NULL THEN r.unapplied <> r.amount - coalesce(a.applied, 0)
            OR coalesce(a.applied, 0) > r.amount
        ELSE r.unapplied <> 0 OR coalesce(a.applied, 0) <> 0 OR coalesce(a.settled, 0) <> 0 END""",
)
# What each payer owes, from the documents alone.
DEBTS = """debts AS (
    SELECT u.payer_id, sum(u.amount) AS amount FROM (
        SELECT so.bill_to_id AS payer_id, so.open_gross AS amount FROM orders_salesorder so
        WHERE so.state = 'submitted' AND so.open_gross > 0 AND NOT EXISTS (
            SELECT FROM orders_hold h WHERE h.order_id = so.id AND h.kind = 'credit' AND h.released_at IS NULL)
        UNION ALL SELECT i.customer_id, i.open FROM billing_openitem i WHERE i.open <> 0
        UNION ALL SELECT r.customer_id, -r.unapplied FROM billing_cashreceipt r WHERE r.unapplied > 0) u
    GROUP BY 1)"""
proof(
    "G8",
    "Credit exposure is open orders and open items less unapplied cash, of a group that of all payers beneath it",
    f"""WITH {DEBTS},
    beneath AS (SELECT a.id, p.id AS payer_id FROM {PATH})
    SELECT ca.id AS account, ca.customer_id, ca.group_id, ca.exposure, coalesce(sum(d.amount), 0) AS documents
    FROM orders_creditaccount ca
    LEFT JOIN beneath b ON b.id = ca.id LEFT JOIN debts d ON d.payer_id = b.payer_id
    WHERE ca."limit" IS NOT NULL
    GROUP BY ca.id HAVING ca.exposure <> coalesce(sum(d.amount), 0)""",
)
prove_keys(
    "K3",
    "Invoices, receivables and journals name masters that exist",
    Billable,
    Invoice,
    InvoiceLine,
    InvoiceTax,
    Journal,
    OpenItem,
)
