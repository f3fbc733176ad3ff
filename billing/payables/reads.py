"""Payables' reads and locks: invoice, return, accounting period, accrual, in this order (design.md 15)."""

SUPPLIER = """
SELECT s.company_id, s.currency, t.days, (%s::timestamptz AT TIME ZONE c.time_zone)::date,
    nextval('billing_supplierinvoice_id_seq')
FROM masterdata_supplier s JOIN masterdata_company c ON c.id = s.company_id
JOIN masterdata_paymentterms t ON t.id = s.terms_id WHERE s.id = %s::bigint"""

# What lines may name, as far as the company has it: kind, id, label and why it takes no costs.
NAMED = """
SELECT 'order', l.id, '', '' FROM inventory_purchaseorderline l JOIN inventory_purchaseorder o ON o.id = l.order_id
WHERE l.id = ANY(%s::bigint[]) AND o.company_id = %s::bigint
UNION ALL
SELECT 'return', r.id, '', '' FROM inventory_supplierreturn r
WHERE r.id = ANY(%s::bigint[]) AND r.company_id = %s::bigint
UNION ALL
SELECT 'account', a.id, a.code || ' ' || a.name, CASE
    WHEN a.held_by <> '' THEN 'bank'
    WHEN EXISTS (SELECT FROM billing_accountrule r WHERE r.account_id = a.id AND r.purpose = ANY(%s::text[]))
    THEN 'control' ELSE '' END
FROM billing_account a WHERE a.id = ANY(%s::bigint[]) AND a.company_id = %s::bigint"""

LOCK_INVOICES = """
SELECT i.id, i.number, i.company_id, c.currency, (%s::timestamptz AT TIME ZONE c.time_zone)::date, i.supplier_id,
    s.party_id, i.kind, i.reference_key, i.issued_on, i.due_on, i.currency, i.net, i.tax, i.gross, i.state,
    i.captured_by, i.version, t.discount_percent, t.discount_days, i.reference
FROM billing_supplierinvoice i JOIN masterdata_company c ON c.id = i.company_id
JOIN masterdata_supplier s ON s.id = i.supplier_id JOIN masterdata_paymentterms t ON t.id = s.terms_id
WHERE i.id = ANY(%s::bigint[]) ORDER BY i.id FOR NO KEY UPDATE OF i"""

LINES = """
SELECT l.invoice_id, l.id, l.line, l.kind, l.quantity, l.net, l.purchase_line_id, l.supplier_return_id,
    coalesce(a.code || ' ' || a.name, ''), l.account_id
FROM billing_supplierinvoiceline l LEFT JOIN billing_account a ON a.id = l.account_id
WHERE l.invoice_id = ANY(%s::bigint[]) ORDER BY l.invoice_id, l.line"""

TAXES = """
SELECT t.invoice_id, t.rate_percent, t.base, t.amount FROM billing_supplierinvoicetax t
WHERE t.invoice_id = ANY(%s::bigint[]) ORDER BY t.invoice_id, t.rate_percent"""

# Posted, or waiting and older: the first of two that wait is not the duplicate.
EARLIER = """
SELECT mine.id, other.number FROM billing_supplierinvoice mine
JOIN billing_supplierinvoice other ON other.supplier_id = mine.supplier_id AND other.kind = mine.kind
    AND other.reference_key = mine.reference_key AND other.id <> mine.id
    AND (other.state = 'posted' OR other.state = 'waiting' AND other.id < mine.id)
WHERE mine.id = ANY(%s::bigint[]) ORDER BY mine.id, other.id"""

LOCK_RETURNS = """
SELECT r.id, r.number, r.supplier_id, r.company_id, r.site_id, r.currency, r.state, r.value, r.claimed, r.credited
FROM inventory_supplierreturn r WHERE r.id = ANY(%s::bigint[]) ORDER BY r.id FOR NO KEY UPDATE"""

LOCK_ACCRUALS = """
SELECT a.id, a.purchase_line_id, a.supplier_return_id, a.received, a.value, a.billed, a.cleared, a.invoiced
FROM billing_goodsaccrual a
WHERE a.purchase_line_id = ANY(%s::bigint[]) OR a.supplier_return_id = ANY(%s::bigint[])
ORDER BY a.id FOR NO KEY UPDATE"""

ORDERED = """
SELECT l.id, o.number || ' line ' || l.line, o.supplier_id, s.expected - s.cancelled,
    l.unit_cost * l.quantity / s.expected, s.expected / l.quantity, l.unit_id, i.item_class_id
FROM inventory_purchaseorderline l JOIN inventory_purchaseorder o ON o.id = l.order_id
JOIN inventory_supply s ON s.id = l.supply_id JOIN masterdata_item i ON i.id = l.item_id
WHERE l.id = ANY(%s::bigint[])"""

# What is open of each invoice, and what was accepted of the version it has.
EXCEPTIONS = """
SELECT x.invoice_id, x.id, x.line, x.kind, x.amount, x.resolved_at IS NOT NULL, x.detail
FROM billing_matchexception x JOIN billing_supplierinvoice i ON i.id = x.invoice_id
WHERE x.invoice_id = ANY(%s::bigint[])
    AND (x.resolved_at IS NULL OR x.resolution = 'accepted' AND x.of_version = i.version)
ORDER BY x.id FOR NO KEY UPDATE OF x"""

# Taxes and lines of an invoice that nothing refers to yet.
DROP_LINES = """
WITH taxes AS (DELETE FROM billing_supplierinvoicetax t WHERE t.invoice_id = %s::bigint)
DELETE FROM billing_supplierinvoiceline l WHERE l.invoice_id = %s::bigint"""

CLOSE_EXCEPTIONS = """
UPDATE billing_matchexception SET resolved_at = %s::timestamptz, resolved_by = %s::text, resolution = 'refused',
    reason = %s::text, version = version + 1
WHERE invoice_id = %s::bigint AND resolved_at IS NULL"""

OF_EXCEPTIONS = """
SELECT DISTINCT x.invoice_id FROM billing_matchexception x WHERE x.id = ANY(%s::bigint[])"""

LOCK_EXCEPTIONS = """
SELECT x.id, x.invoice_id, x.kind, x.line, x.amount, x.company_id, x.owner_id FROM billing_matchexception x
WHERE x.id = ANY(%s::bigint[]) AND x.resolved_at IS NULL ORDER BY x.id FOR NO KEY UPDATE"""

FORMER_OWNERS = """
SELECT DISTINCT ON (d.subject_id) d.subject_id, (d.outcome ->> 'from')::bigint FROM kernel_decision d
WHERE d.verb = 'billing.assign_match_exceptions' AND d.subject = 'billing.matchexception'
    AND d.subject_id = ANY(%s::bigint[]) AND d.actor = %s::text
ORDER BY d.subject_id, d.recorded_at DESC"""

WAITING_FOR = """
SELECT DISTINCT i.id FROM inventory_purchaseorderline p
JOIN billing_supplierinvoiceline l ON l.purchase_line_id = p.id
JOIN billing_supplierinvoice i ON i.id = l.invoice_id
WHERE p.order_id = ANY(%s::bigint[]) AND i.state = 'waiting' ORDER BY i.id"""

# An accrual for whatever is received for the first time; what came is then added to it.
ENSURE_ACCRUALS = """
INSERT INTO billing_goodsaccrual (company_id, supplier_id, purchase_line_id, received, value, billed, cleared, invoiced,
    first_at, last_at)
SELECT o.company_id, o.supplier_id, l.id, 0, 0, 0, 0, 0, %s::timestamptz, %s::timestamptz
FROM inventory_purchaseorderline l JOIN inventory_purchaseorder o ON o.id = l.order_id
WHERE l.supply_id = ANY(%s::bigint[]) ORDER BY l.id ON CONFLICT DO NOTHING"""

GROW_ACCRUALS = """
WITH came AS (
    SELECT u.supply_id, sum(u.quantity) AS quantity, sum(u.value) AS value
    FROM unnest(%s::bigint[], %s::numeric[], %s::numeric[]) AS u(supply_id, quantity, value) GROUP BY u.supply_id),
held AS MATERIALIZED (
    SELECT a.id, came.quantity, came.value FROM came
    JOIN inventory_purchaseorderline l ON l.supply_id = came.supply_id
    JOIN billing_goodsaccrual a ON a.purchase_line_id = l.id ORDER BY a.id FOR NO KEY UPDATE OF a)
UPDATE billing_goodsaccrual a SET received = a.received + h.quantity, value = a.value + h.value,
    last_at = %s::timestamptz,
    first_at = CASE WHEN a.value = a.cleared THEN %s::timestamptz ELSE a.first_at END
FROM held h WHERE h.id = a.id"""

SEND_BACK = """
INSERT INTO billing_goodsaccrual (company_id, supplier_id, supplier_return_id, received, value, billed, cleared,
    invoiced, first_at, last_at)
VALUES (%s::bigint, %s::bigint, %s::bigint, 1, %s::numeric, 0, 0, 0, %s::timestamptz, %s::timestamptz)"""

ANSWER = """
UPDATE billing_goodsaccrual SET value = value + %s::numeric, last_at = %s::timestamptz
WHERE supplier_return_id = %s::bigint"""

# Drop shipments of which the supplier has invoiced more than would be left without them.
INVOICED_DROPS = """
SELECT h.id, o.number FROM inventory_shipment h JOIN inventory_purchaseorder o ON o.id = h.purchase_order_id
WHERE h.id = ANY(%s::bigint[]) AND EXISTS (
    SELECT FROM inventory_shipmentline s JOIN inventory_purchaseorderline l ON l.order_id = o.id
        AND l.demand_id = s.demand_id
    JOIN billing_goodsaccrual a ON a.purchase_line_id = l.id
    WHERE s.shipment_id = h.id AND a.billed > a.received - s.shipped)"""

# A posted invoice with its journal, and whether a part of that is in suspense.
POSTED = """
SELECT i.number, i.company_id, i.currency, i.state, j.id,
    EXISTS (SELECT FROM billing_unmappedposting u WHERE u.journal_id = j.id AND u.cleared_at IS NULL),
    nextval('billing_supplierinvoicereversal_id_seq')
FROM billing_supplierinvoice i
LEFT JOIN billing_journal j ON j.source = 'billing.supplierinvoice' AND j.source_id = i.id AND j.kind = 'supplier'
WHERE i.id = %s::bigint FOR NO KEY UPDATE OF i"""

LOCK_PAYABLE = """
SELECT p.id, p.amount, p.open FROM billing_payable p WHERE p.invoice_id = %s::bigint FOR NO KEY UPDATE"""

MATCHES = """
SELECT m.line_id, m.accrual_id, m.quantity, m.cleared, m.net, a.invoiced - m.net < 0 AND a.purchase_line_id IS NOT NULL
FROM billing_supplierinvoiceline l JOIN billing_goodsmatch m ON m.line_id = l.id AND m.reversal_id IS NULL
JOIN billing_goodsaccrual a ON a.id = m.accrual_id
WHERE l.invoice_id = %s::bigint ORDER BY a.id, m.id FOR NO KEY UPDATE OF a"""
