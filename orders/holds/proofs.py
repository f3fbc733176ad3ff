"""Holds hold (D9 of our own)."""

from erp.kernel.proofs import proof

proof(
    "D9",
    "No hold was released by whoever caused it, or without a reason",
    """SELECT h.id, o.number, h.kind, h.caused_by, h.released_by FROM orders_hold h
    JOIN orders_salesorder o ON o.id = h.order_id
    WHERE h.released_at IS NOT NULL AND (h.released_by = h.caused_by OR h.released_by = '' OR h.release_reason = '')""",
)
