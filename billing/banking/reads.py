"""What banking reads of many entries at once, and the rows it holds while it does."""

ACCOUNTS = """
SELECT b.id, b.company_id, b.kind, b.number, b.currency, b.account_id, b.name,
    (SELECT min(s.ends_on) FROM billing_bankstatement s WHERE s.account_id = b.id)
FROM billing_bankaccount b WHERE b.number = ANY(%s::text[]) ORDER BY b.id FOR NO KEY UPDATE OF b"""

TAKEN = """
SELECT s.account_id, s.reference, s.ends_on, f.name, f.received_at FROM billing_bankstatement s
JOIN billing_bankfile f ON f.id = s.file_id
JOIN unnest(%s::bigint[], %s::text[], %s::date[]) AS u(account, reference, ends_on)
    ON u.account = s.account_id AND u.reference = s.reference AND u.ends_on = s.ends_on LIMIT 1"""

SAME_FILE = """
SELECT f.name, f.received_at FROM billing_bankfile f WHERE f.company_id = %s::bigint AND f.sha256 = %s::text"""

LOCK_ENTRIES = """
SELECT e.id, e.company_id, e.state, e.amount, e.booked_on, e.reference, e.text, e.payer_name, e.payer_account,
    e.is_fee, e.version, e.customer_id, e.proposed::text, e.certainty, e.why, b.account_id, b.currency, s.reference,
    e.place, (%s::timestamptz AT TIME ZONE c.time_zone)::date
FROM billing_bankentry e
JOIN billing_bankstatement s ON s.id = e.statement_id
JOIN billing_bankaccount b ON b.id = s.account_id
JOIN masterdata_company c ON c.id = e.company_id
WHERE e.id = ANY(%s::bigint[]) ORDER BY e.id FOR NO KEY UPDATE OF e"""

PREFIXES = """
SELECT n.prefix FROM kernel_numberseries n WHERE n.scope = %s::text AND n.code IN ('invoice', 'credit_memo')"""

LEARNT = """
SELECT l.kind, l.value, l.customer_id FROM billing_learntpayer l
WHERE l.company_id = %s::bigint AND l.withdrawn_at IS NULL
    AND (l.kind = 'account' AND l.value = ANY(%s::text[]) OR l.kind = 'name' AND l.value = ANY(%s::text[]))
GROUP BY 1, 2, 3"""

# Open items that a text names, of payers that are known, or with exactly an amount.
ITEMS = """
WITH wanted AS (
    SELECT o.id FROM billing_invoice i JOIN billing_openitem o ON o.invoice_id = i.id
    WHERE i.number = ANY(%s::text[])
    UNION
    SELECT o.id FROM orders_salesorder so JOIN billing_invoice i ON i.order_id = so.id
    JOIN billing_openitem o ON o.invoice_id = i.id WHERE so.number = ANY(%s::text[])
    UNION
    SELECT o.id FROM inventory_shipment sh JOIN billing_invoice i ON i.shipment_id = sh.id
    JOIN billing_openitem o ON o.invoice_id = i.id WHERE sh.number = ANY(%s::text[])
    UNION
    SELECT o.id FROM billing_openitem o WHERE o.customer_id = ANY(%s::bigint[]) AND o.open <> 0
    UNION
    SELECT o.id FROM billing_openitem o
    WHERE o.open <> 0 AND o.company_id = %s::bigint AND o.open = ANY(%s::numeric[]))
SELECT o.id, i.number, o.open, o.amount, o.due_on, o.customer_id, ARRAY[so.number, sh.number], t.discount_percent,
    i.issued_on + t.discount_days
FROM billing_openitem o JOIN wanted w ON w.id = o.id
JOIN billing_invoice i ON i.id = o.invoice_id
JOIN orders_salesorder so ON so.id = i.order_id
JOIN inventory_shipment sh ON sh.id = i.shipment_id
JOIN masterdata_customer c ON c.id = o.customer_id
JOIN masterdata_paymentterms t ON t.id = c.terms_id
WHERE o.open <> 0 AND o.company_id = %s::bigint AND o.currency = %s::text
ORDER BY o.due_on, o.id"""

LOCK_POSTINGS = """
SELECT p.id, p.entry_id, p.receipt_id, p.account_id, p.purpose FROM billing_bankposting p
WHERE p.entry_id = ANY(%s::bigint[]) AND p.reversed_at IS NULL ORDER BY p.id FOR NO KEY UPDATE OF p"""

LOCK_LEDGER_ACCOUNT = """
SELECT a.id FROM billing_account a WHERE a.id = %s::bigint FOR NO KEY UPDATE OF a"""

LEDGER_ACCOUNT = """
SELECT a.id, a.company_id, a.code || ' ' || a.name, a.kind, a.held_by,
    EXISTS (SELECT FROM billing_journalline l WHERE l.account_id = a.id),
    ARRAY(SELECT r.purpose FROM billing_accountrule r WHERE r.account_id = a.id),
    coalesce((SELECT b.kind FROM billing_bankaccount b WHERE b.account_id = a.id), '')
FROM billing_account a WHERE a.id = %s::bigint"""

# Per account: last statement, what of all entries is not posted, breaks between statements, ledger balance.
TIE_OUT = """
SELECT b.id, b.company_id, last.reference, last.ends_on, coalesce(last.closing, 0) AS closing,
    coalesce(e.open, 0) AS unposted, coalesce(e.n, 0) AS waiting,
    coalesce(last.closing - first.opening - sums.moved, 0) AS breaks,
    coalesce((SELECT sum(l.amount) FROM billing_journalline l WHERE l.account_id = b.account_id), 0) AS ledger
FROM billing_bankaccount b
LEFT JOIN LATERAL (SELECT s.reference, s.ends_on, s.closing FROM billing_bankstatement s
    WHERE s.account_id = b.id ORDER BY s.ends_on DESC, s.id DESC LIMIT 1) last ON true
LEFT JOIN LATERAL (SELECT s.opening FROM billing_bankstatement s
    WHERE s.account_id = b.id AND s.opens LIMIT 1) first ON true
LEFT JOIN LATERAL (SELECT sum(s.credits - s.debits) AS moved FROM billing_bankstatement s
    WHERE s.account_id = b.id) sums ON true
LEFT JOIN LATERAL (SELECT sum(x.amount) AS open, count(*) AS n FROM billing_bankentry x
    JOIN billing_bankstatement s ON s.id = x.statement_id
    WHERE s.account_id = b.id AND x.state IN ('new', 'waiting')) e ON true"""
