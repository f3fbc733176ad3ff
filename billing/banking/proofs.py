"""Bank statements add up, are in the books entry by entry, and tie out with the ledger."""

from billing.banking.models import BankEntry, BankFile, BankStatement, LearntPayer
from billing.banking.reads import TIE_OUT
from erp.kernel.proofs import proof, prove_keys

proof(
    "BK1",
    "Each bank statement opens, moves by its entries and closes with exactly that",
    """SELECT s.id AS statement, s.reference, s.opening, s.closing, e.moved FROM billing_bankstatement s
    LEFT JOIN (SELECT statement_id, sum(amount) AS moved, count(*) AS n,
        sum(amount) FILTER (WHERE amount > 0) AS credits FROM billing_bankentry GROUP BY 1) e
        ON e.statement_id = s.id
    WHERE s.opening + coalesce(e.moved, 0) <> s.closing OR coalesce(e.n, 0) <> s.entry_count
        OR coalesce(e.credits, 0) <> s.credits""",
)
proof(
    "BK2",
    "A bank's balance in the ledger is its last statement's, less what is not posted and what is between statements",
    f"""SELECT t.id AS account, t.closing, t.unposted, t.breaks, t.ledger FROM ({TIE_OUT}) t
    JOIN billing_bankaccount b ON b.id = t.id
    WHERE b.kind = 'bank' AND t.ledger <> t.closing - t.unposted - t.breaks""",
)
proof(
    "BK3",
    "Every entry that is posted has one posting of its amount, and no other entry has one",
    """SELECT e.id AS entry, e.state, e.amount, p.id AS posting, r.amount AS received, j.booked
    FROM billing_bankentry e
    LEFT JOIN billing_bankposting p ON p.entry_id = e.id AND p.reversed_at IS NULL
    LEFT JOIN billing_cashreceipt r ON r.id = p.receipt_id
    JOIN billing_bankstatement s ON s.id = e.statement_id
    JOIN billing_bankaccount b ON b.id = s.account_id
    LEFT JOIN LATERAL (SELECT sum(l.amount) AS booked FROM billing_journal j
        JOIN billing_journalline l ON l.journal_id = j.id
        WHERE l.account_id = b.account_id AND (j.source = 'billing.bankposting' AND j.source_id = p.id
            OR j.source = 'billing.cashreceipt' AND j.source_id = p.receipt_id)) j ON true
    WHERE CASE e.state
        WHEN 'posted' THEN r.id IS NULL OR r.amount <> e.amount OR r.reversed_at IS NOT NULL
            OR j.booked IS DISTINCT FROM e.amount
        WHEN 'coded' THEN p.id IS NULL OR p.receipt_id IS NOT NULL OR j.booked IS DISTINCT FROM e.amount
        ELSE p.id IS NOT NULL END""",
)
prove_keys(
    "K13",
    "Bank files, statements and entries name masters that exist",
    BankFile,
    BankStatement,
    BankEntry,
    LearntPayer,
)
