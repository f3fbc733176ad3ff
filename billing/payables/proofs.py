"""What was received, what suppliers charge and what is owed are the same in documents and books (S6, G3)."""

from billing.payables.models import (
    GoodsAccrual,
    MatchException,
    Payable,
    SupplierInvoice,
    SupplierInvoiceReversal,
)
from erp.kernel.proofs import proof, prove_keys

# What stands on the accounts of a purpose, and what of it waits in suspense for an account.
BOOKS = """
    SELECT l.company_id, sum(l.amount) AS amount FROM billing_journalline l
    WHERE l.account_id IN (SELECT r.account_id FROM billing_accountrule r WHERE r.purpose = '{purpose}') GROUP BY 1
    UNION ALL
    SELECT u.company_id, sum(u.amount) FROM billing_unmappedposting u
    WHERE u.purpose = '{purpose}' AND u.cleared_at IS NULL GROUP BY 1"""

proof(
    "AP1",
    "What was received and not invoiced is the balance of its account",
    f"""WITH books AS (
        SELECT b.company_id, sum(b.amount) AS amount FROM ({BOOKS.format(purpose="grni")}) b GROUP BY 1),
    open AS (
        SELECT a.company_id, -sum(a.value - a.cleared) AS amount FROM billing_goodsaccrual a GROUP BY 1)
    SELECT coalesce(b.company_id, o.company_id) AS company, b.amount AS books, o.amount AS accruals
    FROM books b FULL JOIN open o ON o.company_id = b.company_id
    WHERE coalesce(b.amount, 0) <> coalesce(o.amount, 0)""",
)
proof(
    "AP2",
    "What is owed to suppliers is the balance of its account",
    f"""WITH books AS (
        SELECT b.company_id, sum(b.amount) AS amount FROM ({BOOKS.format(purpose="payable")}) b GROUP BY 1),
    open AS (SELECT p.company_id, -sum(p.open) AS amount FROM billing_payable p GROUP BY 1)
    SELECT coalesce(b.company_id, o.company_id) AS company, b.amount AS books, o.amount AS payables
    FROM books b FULL JOIN open o ON o.company_id = b.company_id
    WHERE coalesce(b.amount, 0) <> coalesce(o.amount, 0)""",
)
proof(
    "AP3",
    "Received of each accrual is what its receipts, drop shipments or return say, in quantity and value",
    """WITH came AS (
        SELECT r.supply_id, sum(r.quantity) AS quantity, sum(r.value) AS value FROM inventory_receiptline r
        WHERE r.supply_id IS NOT NULL GROUP BY 1
        UNION ALL
        SELECT l.supply_id, -sum(e.quantity), -sum(e.value) FROM inventory_stockposting p
        JOIN inventory_stockentry e ON e.posting_id = p.id AND e.line_id IS NOT NULL
        JOIN inventory_shipmentline s ON s.id = e.line_id JOIN inventory_shipment h ON h.id = s.shipment_id
        JOIN inventory_purchaseorderline l ON l.order_id = h.purchase_order_id AND l.demand_id = s.demand_id
        WHERE p.kind = 'drop' GROUP BY 1)
    SELECT o.number, l.line, a.received, a.value, c.quantity, c.value AS worth
    FROM (SELECT a.*, k.supply_id FROM billing_goodsaccrual a
        JOIN inventory_purchaseorderline k ON k.id = a.purchase_line_id) a
    FULL JOIN came c ON c.supply_id = a.supply_id
    LEFT JOIN inventory_purchaseorderline l ON l.supply_id = coalesce(a.supply_id, c.supply_id)
    LEFT JOIN inventory_purchaseorder o ON o.id = l.order_id
    WHERE coalesce(a.received, 0) <> coalesce(c.quantity, 0) OR coalesce(a.value, 0) <> coalesce(c.value, 0)
    UNION ALL
    SELECT r.number, 0, a.received, a.value, 1, -CASE r.state WHEN 'sent' THEN r.value ELSE r.credited END
    FROM inventory_supplierreturn r LEFT JOIN billing_goodsaccrual a ON a.supplier_return_id = r.id
    WHERE a.value IS DISTINCT FROM -CASE r.state WHEN 'sent' THEN r.value ELSE r.credited END""",
)
proof(
    "AP4",
    "What of an accrual is invoiced and cleared is what the posted lines took, less what was taken back",
    """SELECT a.id AS accrual, a.billed, a.cleared, a.invoiced, m.quantity, m.cleared AS matched, m.net
    FROM billing_goodsaccrual a
    LEFT JOIN (SELECT accrual_id, sum(quantity) AS quantity, sum(cleared) AS cleared, sum(net) AS net
        FROM billing_goodsmatch GROUP BY 1) m ON m.accrual_id = a.id
    WHERE a.billed <> coalesce(m.quantity, 0) OR a.cleared <> coalesce(m.cleared, 0)
        OR a.invoiced <> coalesce(m.net, 0)
        OR a.purchase_line_id IS NOT NULL AND a.billed = a.received AND a.cleared <> a.value AND a.billed > 0""",
)
proof(
    "AP5",
    "A posted invoice adds up: its lines to its net, net and tax to its gross, and it is owed once",
    """SELECT i.number, i.net, i.tax, i.gross, l.net AS lines, p.amount AS owed FROM billing_supplierinvoice i
    LEFT JOIN (SELECT invoice_id, sum(net) AS net FROM billing_supplierinvoiceline GROUP BY 1) l ON l.invoice_id = i.id
    LEFT JOIN billing_payable p ON p.invoice_id = i.id
    WHERE CASE WHEN i.state IN ('posted', 'reversed')
        THEN l.net IS DISTINCT FROM i.net OR i.net + i.tax <> i.gross
            OR p.amount IS DISTINCT FROM CASE i.kind WHEN 'invoice' THEN i.gross ELSE -i.gross END
        ELSE p.id IS NOT NULL END""",
)
proof(
    "AP6",
    "Each posted invoice has one journal over its gross, each reversed one the mirror of it",
    """SELECT i.number, i.state, count(j.id) AS journals, count(m.id) AS mirrors FROM billing_supplierinvoice i
    LEFT JOIN billing_journal j ON j.source = 'billing.supplierinvoice' AND j.source_id = i.id
    LEFT JOIN billing_supplierinvoicereversal r ON r.invoice_id = i.id
    LEFT JOIN billing_journal m ON m.source = 'billing.supplierinvoicereversal' AND m.source_id = r.id
        AND m.reverses_id = j.id
    WHERE i.gross <> 0 OR i.net <> 0 GROUP BY i.id
    HAVING count(j.id) <> CASE WHEN i.state IN ('posted', 'reversed') THEN 1 ELSE 0 END
        OR count(m.id) <> CASE i.state WHEN 'reversed' THEN 1 ELSE 0 END""",
)
proof(
    "AP7",
    "What waits has an open exception, what does not has none",
    """SELECT i.number, i.state, count(x.id) AS open FROM billing_supplierinvoice i
    LEFT JOIN billing_matchexception x ON x.invoice_id = i.id AND x.resolved_at IS NULL
    GROUP BY i.id HAVING (i.state = 'waiting') <> (count(x.id) > 0)""",
)
proof(
    "AP8",
    "Nobody accepted what they had entered themselves",
    """SELECT i.number, x.kind, x.resolved_by FROM billing_matchexception x
    JOIN billing_supplierinvoice i ON i.id = x.invoice_id
    WHERE x.resolution = 'accepted' AND x.resolved_by = i.captured_by""",
)
prove_keys(
    "K16",
    "Supplier invoices, accruals and payables name masters that exist",
    SupplierInvoice,
    SupplierInvoiceReversal,
    MatchException,
    GoodsAccrual,
    Payable,
)
