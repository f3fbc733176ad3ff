"""Every e-invoice that is with a customer is in the archive, as the document that was posted."""

from erp.kernel.proofs import proof

proof(
    "EI1",
    "What was archived of an e-invoice is there in every revision, and nobody waits for what is done",
    """SELECT e.id AS einvoice, i.number, e.state, e.revision, d.kept FROM billing_einvoice e
    JOIN billing_invoice i ON i.id = e.invoice_id
    LEFT JOIN (SELECT einvoice_id, count(*) AS kept, max(revision) AS newest
        FROM billing_einvoicedocument GROUP BY 1) d ON d.einvoice_id = e.id
    WHERE coalesce(d.kept, 0) <> e.revision OR coalesce(d.newest, 0) <> e.revision OR e.customer_id <> i.bill_to_id
        OR (e.state IN ('archived', 'sent', 'accepted', 'waived') AND e.opened_at IS NOT NULL)""",
)
