"""The books balance, follow the stock, and stay closed (reliability.md G1, G2, G6, S6); closed periods are kept."""

from erp.kernel.proofs import proof

proof(
    "G1",
    "Each journal balances over at least two lines",
    """SELECT coalesce(j.id, l.journal_id) AS journal, l.difference, l.lines FROM billing_journal j
    FULL JOIN (
        SELECT journal_id, sum(amount) AS difference, count(*) AS lines FROM billing_journalline GROUP BY journal_id) l
        ON l.journal_id = j.id
    WHERE j.id IS NULL OR l.lines IS NULL OR l.difference <> 0 OR l.lines < 2""",
)
proof(
    "G2",
    "The trial balance of each company is zero",
    """SELECT company_id, sum(amount) AS difference FROM billing_journalline
    GROUP BY company_id HAVING sum(amount) <> 0""",
)
proof(
    "G6",
    "Nothing was posted into a closed period after it was closed",
    """SELECT j.id AS journal, j.accounting_on, j.recorded_at, p.closed_at
    FROM masterdata_accountingperiod p
    JOIN billing_journal j ON j.company_id = p.company_id AND j.accounting_on BETWEEN p.starts_on AND p.ends_on
    WHERE p.closed_at IS NOT NULL AND j.recorded_at > p.closed_at""",
)
proof(
    "S6",
    "The stock ledger's value is the balance of the inventory accounts",
    """WITH stock AS (
        SELECT s.company_id, sum(e.value) AS value FROM (
            SELECT site_id, sum(value) AS value FROM inventory_stockentry GROUP BY site_id) e
        JOIN masterdata_site s ON s.id = e.site_id GROUP BY s.company_id),
    books AS (
        SELECT l.company_id, sum(l.amount) AS value FROM billing_journalline l
        WHERE l.account_id IN (SELECT r.account_id FROM billing_accountrule r WHERE r.purpose = 'inventory')
        GROUP BY l.company_id)
    SELECT coalesce(stock.company_id, books.company_id) AS company, stock.value AS stock, books.value AS books
    FROM stock FULL JOIN books ON books.company_id = stock.company_id
    WHERE coalesce(stock.value, 0) <> coalesce(books.value, 0)""",
)
proof(
    "G9",
    "What carriers have paid is in the books, claim by claim",
    """SELECT r.number, c.recovered, l.amount AS booked FROM orders_carrierclaim c
    JOIN orders_customerreturn r ON r.id = c.rma_id
    LEFT JOIN (SELECT j.source_id, sum(l.amount) FILTER (WHERE l.amount > 0) AS amount
        FROM billing_journal j JOIN billing_journalline l ON l.journal_id = j.id
        WHERE j.kind = 'claim' AND j.source = 'orders.carrierclaim' GROUP BY 1) l ON l.source_id = c.id
    WHERE c.recovered <> coalesce(l.amount, 0)""",
)
proof(
    "G10",
    "What is kept of closed periods is the sum of their lines",
    """WITH lines AS (
        SELECT p.id AS period_id, l.account_id, coalesce(sum(l.amount) FILTER (WHERE l.amount > 0), 0) AS debit,
            coalesce(-sum(l.amount) FILTER (WHERE l.amount < 0), 0) AS credit
        FROM masterdata_accountingperiod p JOIN billing_journalline l ON l.company_id = p.company_id
            AND l.accounting_on BETWEEN p.starts_on AND p.ends_on
        WHERE p.closed_at IS NOT NULL GROUP BY p.id, l.account_id)
    SELECT coalesce(b.period_id, l.period_id) AS period, coalesce(b.account_id, l.account_id) AS account,
        b.debit AS kept_debit, b.credit AS kept_credit, l.debit, l.credit
    FROM billing_periodbalance b FULL JOIN lines l ON l.period_id = b.period_id AND l.account_id = b.account_id
    WHERE b.debit IS DISTINCT FROM l.debit OR b.credit IS DISTINCT FROM l.credit""",
)
proof(
    "G11",
    "Periods are closed in order, and each day of the books is in one",
    """SELECT p.company_id AS company, p.starts_on AS day, 'open before a closed period' AS wrong
    FROM masterdata_accountingperiod p WHERE p.closed_at IS NULL AND EXISTS (
        SELECT FROM masterdata_accountingperiod later WHERE later.company_id = p.company_id
            AND later.starts_on > p.starts_on AND later.closed_at IS NOT NULL)
    UNION ALL
    SELECT d.company_id, d.accounting_on, 'in no period or in several' FROM (
        SELECT DISTINCT company_id, accounting_on FROM billing_journal) d
    WHERE (SELECT count(*) FROM masterdata_accountingperiod p WHERE p.company_id = d.company_id
        AND d.accounting_on BETWEEN p.starts_on AND p.ends_on) <> 1""",
)
