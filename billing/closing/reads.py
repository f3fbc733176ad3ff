"""Locking reads of closing: the close, then its tasks."""

# Locked alone: whether the period is closed is read by a later statement, which sees what was waited for.
LOCK_CLOSES = (
    "SELECT c.id FROM billing_periodclose c WHERE c.id = ANY(%s::bigint[]) ORDER BY c.id FOR NO KEY UPDATE"
)

# A close, its period's days, whether that is closed, and where its company keeps its books.
CLOSES = """
SELECT c.id, c.company_id, c.period_id, p.starts_on, p.ends_on, p.closed_at IS NOT NULL, m.time_zone,
    m.code || ' ' || to_char(p.starts_on, 'YYYY-MM')
FROM billing_periodclose c JOIN masterdata_accountingperiod p ON p.id = c.period_id
JOIN masterdata_company m ON m.id = c.company_id
WHERE c.id = ANY(%s::bigint[]) ORDER BY c.id"""

CLOSES_OF_PERIODS = "SELECT id FROM billing_periodclose WHERE period_id = ANY(%s::bigint[]) ORDER BY id"
CLOSES_OF_TASKS = (
    "SELECT DISTINCT close_id FROM billing_closetask WHERE id = ANY(%s::bigint[]) ORDER BY close_id"
)

PERIODS = """
SELECT p.id, p.company_id, p.starts_on, p.ends_on, p.closed_at IS NOT NULL, c.time_zone,
    c.code || ' ' || to_char(p.starts_on, 'YYYY-MM')
FROM masterdata_accountingperiod p JOIN masterdata_company c ON c.id = p.company_id
WHERE p.id = ANY(%s::bigint[]) ORDER BY p.id"""

TASKS = """
SELECT t.id, t.close_id, t.check_key, t.title, t.is_blocking, t.due_on, t.found, t.books, t.documents, t.done_at,
    t.waiver_reason, t.waiver_asked_by, t.waived_by, t.owner_id
FROM billing_closetask t WHERE t.close_id = ANY(%s::bigint[]) ORDER BY t.id FOR NO KEY UPDATE OF t"""

# People's tasks of the company's close before, as many days behind the end of their period as they were then.
FORMER_TASKS = """
SELECT t.title, t.is_blocking, t.owner_id, t.due_on - p.ends_on FROM billing_closetask t
JOIN billing_periodclose c ON c.id = t.close_id JOIN masterdata_accountingperiod p ON p.id = c.period_id
WHERE t.check_key = '' AND c.id = (
    SELECT x.id FROM billing_periodclose x JOIN masterdata_accountingperiod y ON y.id = x.period_id
    WHERE x.company_id = %s::bigint AND y.starts_on < %s::date ORDER BY y.starts_on DESC LIMIT 1)
ORDER BY t.position, t.id"""

# Years of the company that end after a day and stand, the next first.
LATER_YEARS = """
SELECT to_char(p.ends_on, 'YYYY-MM-DD') FROM billing_yearclose y
JOIN masterdata_accountingperiod p ON p.id = y.period_id
WHERE y.company_id = %s::bigint AND y.reversed_at IS NULL AND p.ends_on > %s::date ORDER BY p.ends_on LIMIT 1"""

STANDING_YEAR = """
SELECT id FROM billing_yearclose WHERE period_id = %s::bigint AND reversed_at IS NULL"""

LOCK_YEAR = """
SELECT y.id, y.company_id, y.period_id, y.reversed_at IS NOT NULL, p.ends_on, c.currency, y.result
FROM billing_yearclose y JOIN masterdata_accountingperiod p ON p.id = y.period_id
JOIN masterdata_company c ON c.id = y.company_id
WHERE y.id = %s::bigint FOR NO KEY UPDATE OF y"""

YEAR_JOURNAL = """
SELECT j.id, l.account_id, l.amount FROM billing_journal j JOIN billing_journalline l ON l.journal_id = j.id
WHERE j.kind = 'year_end' AND j.source = 'billing.yearclose' AND j.source_id = %s::bigint ORDER BY l.id"""

COMPANY = "SELECT currency FROM masterdata_company WHERE id = %s::bigint"
