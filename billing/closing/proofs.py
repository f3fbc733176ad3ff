"""A period that is closed was ready for it, and what the ledgers recorded is what they say now (IV02)."""

from datetime import UTC, datetime

from billing.closing.seals import EMPTY, digests
from erp.kernel.proofs import proof

EVER, NEVER = datetime(1, 1, 1, tzinfo=UTC), datetime(9999, 12, 31, tzinfo=UTC)

proof(
    "G12",
    "No period was closed over a blocking task that is neither green nor done nor waived by a second person",
    """SELECT c.id AS close, t.id AS task, t.title, t.found, t.books, t.documents FROM billing_closetask t
    JOIN billing_periodclose c ON c.id = t.close_id JOIN masterdata_accountingperiod p ON p.id = c.period_id
    WHERE p.closed_at IS NOT NULL AND t.is_blocking AND t.waived_by = '' AND CASE t.check_key
        WHEN '' THEN t.done_at IS NULL ELSE t.found <> 0 OR t.books IS DISTINCT FROM t.documents END""",
)
for number, ledger, title in (
    ("G13", "journal", "Journals of sealed days are what they were"),
    ("G14", "stock", "Stock postings of sealed days are what they were"),
):
    proof(
        number,
        title,
        f"""WITH sealed AS (SELECT s.day, s.rows, s.digest FROM billing_ledgerseal s WHERE s.ledger = '{ledger}'),
        found AS ({digests(ledger)})
        SELECT s.day, s.rows AS sealed_rows, coalesce(f.n, 0) AS rows FROM sealed s LEFT JOIN found f ON f.day = s.day
        WHERE s.rows <> coalesce(f.n, 0) OR s.digest <> coalesce(f.digest, '{EMPTY}')""",
        [EVER, NEVER] * 2,
    )
proof(
    "G15",
    "The chain of sealed days is whole: each names the hash of the day before",
    """SELECT c.ledger, c.day, c.previous, c.before FROM (
        SELECT s.ledger, s.day, s.previous, lag(s.hash) OVER days AS before, lag(s.day) OVER days AS yesterday
        FROM billing_ledgerseal s WINDOW days AS (PARTITION BY s.ledger ORDER BY s.day)) c
    WHERE c.previous <> coalesce(c.before, repeat('0', 64)) OR c.yesterday <> c.day - 1""",
)
proof(
    "G16",
    "What a year carried forward is its journal's share of retained earnings, and nothing of the year is left",
    """SELECT y.id AS year_close, y.result, j.carried FROM billing_yearclose y
    LEFT JOIN LATERAL (SELECT -sum(l.amount) AS carried FROM billing_journal x
        JOIN billing_journalline l ON l.journal_id = x.id JOIN billing_account a ON a.id = l.account_id
        WHERE x.source = 'billing.yearclose' AND x.source_id = y.id AND a.kind NOT IN ('income', 'expense')) j ON true
    WHERE y.result <> coalesce(j.carried, 0) AND NOT (y.reversed_at IS NOT NULL AND j.carried IS NULL)
    UNION ALL
    SELECT y.id, sum(l.amount), 0 FROM billing_yearclose y
    JOIN masterdata_accountingperiod p ON p.id = y.period_id
    JOIN billing_account a ON a.company_id = y.company_id AND a.kind IN ('income', 'expense')
    JOIN billing_journalline l ON l.account_id = a.id AND l.accounting_on <= p.ends_on
    WHERE y.reversed_at IS NULL GROUP BY y.id, a.id HAVING sum(l.amount) <> 0""",
)
