"""Charged once, to the cent, under numbers without gaps (reliability.md B1 to B5)."""

from erp.kernel.proofs import proof

# Decimals of an amount in the currency beside it; amounts are kept with two.
MINOR = """CASE WHEN i.currency IN ('BIF', 'CLP', 'DJF', 'GNF', 'ISK', 'JPY', 'KMF', 'KRW', 'PYG', 'RWF', 'UGX', 'UYI',
    'VND', 'VUV', 'XAF', 'XOF', 'XPF') THEN 0 ELSE 2 END"""

proof(
    "B1",
    "What left is charged, waits in the exception queue, or waits for a worker",
    """SELECT b.id AS billable, b.shipment_id, b.quantity, b.billed FROM billing_billable b
    WHERE b.billed < b.quantity AND b.withdrawn_at IS NULL
      AND (b.billed > 0 OR NOT EXISTS (
          SELECT FROM billing_invoiceexception x WHERE x.shipment_id = b.shipment_id AND x.resolved_at IS NULL))
      AND NOT EXISTS (SELECT FROM kernel_outboxentry o
          WHERE o.subscriber = 'billing.invoicing.invoice_confirmed_shipments' AND o.done_at IS NULL
            AND o.document = 'shipment:' || b.shipment_id)""",
)
proof(
    "B2",
    "Each delivered quantity is charged once, and credited at most once",
    """SELECT b.id AS billable, b.billed, b.credited AS counted, l.charged, l.credited, l.lines FROM billing_billable b
    LEFT JOIN (
        SELECT billable_id, coalesce(sum(stock_quantity) FILTER (WHERE credits_id IS NULL), 0) AS charged,
            coalesce(sum(stock_quantity) FILTER (WHERE credits_id IS NOT NULL), 0) AS credited,
            count(*) FILTER (WHERE credits_id IS NULL) AS lines
        FROM billing_invoiceline GROUP BY billable_id) l ON l.billable_id = b.id
    WHERE b.billed <> coalesce(l.charged, 0) OR l.credited > l.charged OR l.lines > 1
        OR b.credited <> coalesce(l.credited, 0)""",
)
proof(
    "B3",
    "An invoice is the sum of its lines and of one rounded tax per rate",
    f"""SELECT i.number, i.net, i.tax, i.gross, l.net AS lines_net, t.base AS taxed_net, t.tax AS taxes, t.wrong
    FROM billing_invoice i
    LEFT JOIN (SELECT invoice_id, sum(net) AS net, count(*) AS lines FROM billing_invoiceline GROUP BY 1) l
        ON l.invoice_id = i.id
    LEFT JOIN (
        SELECT t.invoice_id, sum(t.base) AS base, sum(t.tax) AS tax,
            count(*) FILTER (WHERE t.tax <> round(t.base * t.rate_percent / 100, {MINOR})) AS wrong
        FROM billing_invoicetax t JOIN billing_invoice i ON i.id = t.invoice_id GROUP BY 1) t ON t.invoice_id = i.id
    WHERE i.net IS DISTINCT FROM l.net OR i.net IS DISTINCT FROM t.base OR i.tax IS DISTINCT FROM t.tax
       OR i.gross <> i.net + i.tax OR i.line_count <> l.lines OR t.wrong > 0""",
)
proof(
    "B4",
    "Legal numbers have no gap and follow the dates",
    """SELECT s.scope, s.code, n.first, n.last, n.count, s.next_number, n.backwards FROM kernel_numberseries s
    FULL JOIN (
        SELECT company_id, series, min(sequence) AS first, max(sequence) AS last, count(*) AS count,
            count(*) FILTER (WHERE issued_on < before) AS backwards
        FROM (SELECT company_id, series, sequence, issued_on,
                lag(issued_on) OVER (PARTITION BY company_id, series ORDER BY sequence) AS before
            FROM billing_invoice) dated
        GROUP BY company_id, series) n ON s.scope = 'company:' || n.company_id AND s.code = n.series
    WHERE (s.code IN ('invoice', 'credit_memo') OR s.id IS NULL)
      AND (n.last - n.first + 1 <> n.count OR n.backwards > 0
           OR s.next_number IS DISTINCT FROM coalesce(n.last + 1, s.next_number))""",
)
proof(
    "B5",
    "Each invoice has exactly one journal of its own amount; a stored PDF has its hash",
    """SELECT i.number, i.gross, j.journals, d.path FROM billing_invoice i
    LEFT JOIN (
        SELECT source_id, count(*) AS journals FROM billing_journal
        WHERE source = 'billing.invoice' GROUP BY source_id) j ON j.source_id = i.id
    LEFT JOIN billing_invoicedocument d ON d.invoice_id = i.id
    WHERE (coalesce(j.journals, 0) <> 1 AND i.gross <> 0) OR length(d.sha256) <> 64
    UNION ALL
    SELECT 'journal ' || j.id, NULL, NULL, NULL FROM billing_journal j
    WHERE j.source = 'billing.invoice' AND NOT EXISTS (SELECT FROM billing_invoice i WHERE i.id = j.source_id)""",
)
proof(
    "B6",
    "Each credited return quantity has a disposition, once, and a memo line of at least that quantity",
    """SELECT k.id AS return_line, k.credited, c.decided, NULL::bigint AS memo_line FROM orders_returnline k
    LEFT JOIN (SELECT d.line_id, sum(d.quantity) AS decided FROM orders_returndisposition d
        WHERE d.creditable AND EXISTS (SELECT FROM billing_returncredit c WHERE c.disposition_id = d.id)
        GROUP BY 1) c ON c.line_id = k.id
    WHERE k.credited <> coalesce(c.decided, 0)
    UNION ALL
    SELECT NULL, sum(c.quantity), l.stock_quantity, l.id FROM billing_returncredit c
    JOIN billing_invoiceline l ON l.id = c.memo_line_id
    GROUP BY l.id, l.stock_quantity, l.net, l.fee
    HAVING sum(c.quantity) <> l.stock_quantity OR sum(c.net) <> l.net OR sum(c.fee) <> l.fee""",
)
proof(
    "B7",
    "Kits that may be charged = the whole kits that left",
    """SELECT o.number, l.line, k.kits, coalesce(b.quantity, 0) AS billable
    FROM (
        SELECT ld.line_id, min(div(d.shipped * ld.denominator, ld.numerator)) AS kits
        FROM orders_linedemand ld JOIN inventory_demand d ON d.id = ld.demand_id
        WHERE ld.role = 'component' GROUP BY ld.line_id) k
    JOIN orders_orderline l ON l.id = k.line_id JOIN orders_salesorder o ON o.id = l.order_id
    LEFT JOIN (
        SELECT order_line_id, sum(quantity) AS quantity FROM billing_billable WHERE withdrawn_at IS NULL
        GROUP BY order_line_id) b ON b.order_line_id = l.id
    WHERE k.kits <> coalesce(b.quantity, 0)""",
)
