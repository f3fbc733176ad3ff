"""What left the house is what was owed, was let go by two people, and stands in the bank's file and in the books."""

from billing.payments.models import BankDetails, Payment, PaymentFile, PaymentRun
from erp.kernel.proofs import proof, prove_keys

proof(
    "AP9",
    "What is open of a payable is its amount less what payments that stand have settled",
    """SELECT p.id AS payable, i.number, i.state, p.amount, p.open, t.settled FROM billing_payable p
    JOIN billing_supplierinvoice i ON i.id = p.invoice_id
    LEFT JOIN (SELECT t.payable_id, sum(t.amount + t.discount) AS settled FROM billing_paymentitem t
        JOIN billing_payable o ON o.id = t.payable_id
        JOIN billing_payment m ON m.run_id = t.run_id AND m.supplier_id = o.supplier_id
        WHERE m.reversed_at IS NULL GROUP BY 1) t ON t.payable_id = p.id
    WHERE p.open <> CASE i.state WHEN 'reversed' THEN 0 ELSE p.amount END - coalesce(t.settled, 0)""",
)
proof(
    "AP10",
    "A payment is the sum of its items, an approved run that of its payments and of the bank's file",
    """SELECT r.number, r.state, r.total, i.amount AS items, m.amount AS payments, f.total AS file
    FROM billing_paymentrun r
    LEFT JOIN (SELECT run_id, sum(amount) AS amount FROM billing_paymentitem GROUP BY 1) i ON i.run_id = r.id
    LEFT JOIN (SELECT run_id, sum(amount) AS amount, count(*) AS n FROM billing_payment GROUP BY 1) m
        ON m.run_id = r.id
    LEFT JOIN billing_paymentfile f ON f.run_id = r.id
    WHERE r.total IS DISTINCT FROM i.amount OR CASE r.state
        WHEN 'approved' THEN (r.total, r.total, m.n) IS DISTINCT FROM (m.amount, f.total, f.count)
        ELSE m.n IS NOT NULL OR f.id IS NOT NULL END
    UNION ALL
    SELECT m.number, '', m.amount, t.amount, NULL, NULL FROM billing_payment m
    LEFT JOIN (SELECT t.run_id, p.supplier_id, sum(t.amount) AS amount FROM billing_paymentitem t
        JOIN billing_payable p ON p.id = t.payable_id GROUP BY 1, 2) t
        ON t.run_id = m.run_id AND t.supplier_id = m.supplier_id
    WHERE m.amount IS DISTINCT FROM t.amount""",
)
proof(
    "AP11",
    "Nobody let go what they had proposed or changed, or confirmed bank details that they had entered",
    """SELECT r.number, r.created_by, r.edited_by, r.decided_by FROM billing_paymentrun r
    WHERE r.state = 'approved' AND r.decided_by IN (r.created_by, r.edited_by)
    UNION ALL
    SELECT d.iban, d.proposed_by, '', d.decided_by FROM billing_bankdetails d
    WHERE d.decided_at IS NOT NULL AND d.decided_by = d.proposed_by""",
)
proof(
    "AP12",
    "Each payment has one journal over its amount, each that came back the mirror of it",
    """SELECT m.number, m.reversed_at, count(j.id) AS journals, count(b.id) AS mirrors FROM billing_payment m
    LEFT JOIN billing_journal j ON j.source = 'billing.payment' AND j.source_id = m.id AND j.kind = 'payment'
    LEFT JOIN billing_journal b ON b.source = 'billing.paymentreversal' AND b.source_id = m.id
        AND b.reverses_id = j.id
    GROUP BY m.id HAVING count(j.id) <> 1 OR count(b.id) <> CASE WHEN m.reversed_at IS NULL THEN 0 ELSE 1 END""",
)
proof(
    "AP13",
    "A payable is in one run that waits, and a run that waits has what it holds",
    """SELECT r.number, r.state, count(*) FILTER (WHERE t.is_live) AS live, count(*) AS items
    FROM billing_paymentrun r JOIN billing_paymentitem t ON t.run_id = r.id GROUP BY r.id
    HAVING count(*) FILTER (WHERE t.is_live) <> CASE r.state WHEN 'proposed' THEN count(*) ELSE 0 END""",
)
prove_keys(
    "K17", "Payments and bank details name masters that exist", BankDetails, PaymentRun, Payment, PaymentFile
)
