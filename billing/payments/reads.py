"""Payments' reads and locks: run or payment, payables, accounting period, in this order (design.md 15)."""

BANK_ACCOUNT = """
SELECT b.company_id, b.currency, b.number, b.kind, (%s::timestamptz AT TIME ZONE c.time_zone)::date,
    nextval('billing_paymentrun_id_seq')
FROM billing_bankaccount b JOIN masterdata_company c ON c.id = b.company_id WHERE b.id = %s::bigint"""

# A cash discount belongs to the whole invoice: what was paid in part has lost it.
LOCK_OWED = """
SELECT p.id, p.supplier_id, i.reference, p.open, p.due_on, CASE WHEN p.open = p.amount THEN p.discount ELSE 0 END,
    p.discount_on
FROM billing_payable p JOIN billing_supplierinvoice i ON i.id = p.invoice_id
WHERE p.company_id = %s::bigint AND p.currency = %s::text AND p.open <> 0
    AND (p.open < 0 OR p.due_on <= %s::date OR p.discount_on <= %s::date)
    AND NOT EXISTS (SELECT FROM billing_paymentitem t WHERE t.payable_id = p.id AND t.is_live)
ORDER BY p.id FOR NO KEY UPDATE OF p"""

SUPPLIERS = """
SELECT s.id, s.is_blocked, d.holder, d.iban, d.bic, y.name FROM masterdata_supplier s
JOIN masterdata_party y ON y.id = s.party_id
LEFT JOIN billing_bankdetails d ON d.supplier_id = s.id AND d.state = 'confirmed'
WHERE s.id = ANY(%s::bigint[]) ORDER BY s.id"""

LOCK_RUN = """
SELECT r.id, r.number, r.company_id, r.currency, r.pay_on, r.state, r.total, r.created_by, r.edited_by, r.version,
    b.number, c.name, (%s::timestamptz AT TIME ZONE c.time_zone)::date
FROM billing_paymentrun r JOIN billing_bankaccount b ON b.id = r.bank_account_id
JOIN masterdata_company c ON c.id = r.company_id
WHERE r.id = %s::bigint FOR NO KEY UPDATE OF r"""

LOCK_ITEMS = """
SELECT t.id, t.payable_id, p.supplier_id, s.party_id, i.reference, t.amount, t.discount, p.open, p.amount, p.discount,
    p.discount_on
FROM billing_paymentitem t JOIN billing_payable p ON p.id = t.payable_id
JOIN billing_supplierinvoice i ON i.id = p.invoice_id JOIN masterdata_supplier s ON s.id = p.supplier_id
WHERE t.run_id = %s::bigint ORDER BY p.id FOR NO KEY UPDATE OF p"""

DROP_ITEMS = "DELETE FROM billing_paymentitem t WHERE t.run_id = %s::bigint AND t.id = ANY(%s::bigint[])"
END_ITEMS = "UPDATE billing_paymentitem SET is_live = false WHERE run_id = %s::bigint"

LOCK_PAYMENT = """
SELECT p.id, p.number, p.company_id, p.currency, p.run_id, p.supplier_id, p.reversed_at, j.id,
    EXISTS (SELECT FROM billing_unmappedposting u WHERE u.journal_id = j.id AND u.cleared_at IS NULL)
FROM billing_payment p
LEFT JOIN billing_journal j ON j.source = 'billing.payment' AND j.source_id = p.id AND j.kind = 'payment'
WHERE p.id = %s::bigint FOR NO KEY UPDATE OF p"""

LOCK_PAID = """
SELECT p.id, t.amount + t.discount FROM billing_paymentitem t JOIN billing_payable p ON p.id = t.payable_id
WHERE t.run_id = %s::bigint AND p.supplier_id = %s::bigint ORDER BY p.id FOR NO KEY UPDATE OF p"""

SUPPLIER = "SELECT s.company_id FROM masterdata_supplier s WHERE s.id = %s::bigint FOR NO KEY UPDATE"

LOCK_DETAILS = """
SELECT d.id, d.company_id, d.supplier_id, d.state, d.proposed_by,
    (SELECT o.id FROM billing_bankdetails o WHERE o.supplier_id = d.supplier_id AND o.state = 'confirmed')
FROM billing_bankdetails d WHERE d.id = %s::bigint FOR NO KEY UPDATE OF d"""
