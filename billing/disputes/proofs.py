"""What is disputed is the same in disputes, items and outcomes, and what was written off was so by a dispute."""

from billing.disputes.models import Dispute
from erp.kernel.proofs import proof, prove_keys

proof(
    "G20",
    "What is disputed of an item is the sum of its open disputes",
    """SELECT o.id AS item, o.open, o.disputed, d.disputes FROM billing_openitem o
    LEFT JOIN (SELECT item_id, sum(open) AS disputes FROM billing_dispute WHERE closed_at IS NULL GROUP BY 1) d
        ON d.item_id = o.id
    WHERE (o.disputed <> 0 OR d.item_id IS NOT NULL) AND o.disputed <> coalesce(d.disputes, 0)""",
)
proof(
    "G21",
    "What a dispute has open is its amount less what came of it, in its item's currency and customer",
    """SELECT d.number, d.amount, d.open, x.settled FROM billing_dispute d
    JOIN billing_openitem o ON o.id = d.item_id
    LEFT JOIN (SELECT dispute_id, sum(amount) AS settled FROM billing_disputeoutcome WHERE state = 'done' GROUP BY 1) x
        ON x.dispute_id = d.id
    WHERE d.open <> d.amount - coalesce(x.settled, 0) OR d.currency <> o.currency OR d.customer_id <> o.customer_id
        OR d.company_id <> o.company_id""",
)
proof(
    "G22",
    "Each write-off has one outcome of its dispute that says so, and is reversed exactly where that was taken back",
    """SELECT a.id AS application, a.item_id, a.amount, x.id AS outcome, x.state, r.id AS reversal
    FROM billing_cashapplication a
    LEFT JOIN billing_disputeoutcome x ON x.application_id = a.id
    LEFT JOIN billing_dispute d ON d.id = x.dispute_id
    LEFT JOIN billing_cashapplication r ON r.reverses_id = a.id
    WHERE a.reason = 'write_off' AND a.reverses_id IS NULL
        AND (x.id IS NULL OR x.amount <> a.amount OR d.item_id <> a.item_id
            OR (x.state = 'taken_back') <> (r.id IS NOT NULL))""",
)
prove_keys("K18", "Disputes name masters that exist", Dispute)
