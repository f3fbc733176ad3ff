"""Locking reads of holds: orders first, in their order, with the holds on them."""

HOLDS_TO_RELEASE = """
SELECT h.id, h.kind, h.caused_by, h.released_by, h.amount, o.id, o.number, o.company_id, o.site_id, o.state,
    o.bill_to_id, o.open_gross
FROM orders_hold h JOIN orders_salesorder o ON o.id = h.order_id
WHERE h.id = ANY(%s::bigint[]) ORDER BY o.id, h.id FOR NO KEY UPDATE"""

# Only accounts with a limit keep an exposure.
ACCOUNTS = """
SELECT id, customer_id FROM orders_creditaccount
WHERE customer_id = ANY(%s::bigint[]) AND "limit" IS NOT NULL ORDER BY id FOR NO KEY UPDATE"""

# The group's row is what release locks first: a hold placed under it is seen by the next release.
ORDER_TO_HOLD = """
SELECT o.id, o.number, o.company_id, o.site_id, o.state, o.gross,
    (SELECT g.id FROM inventory_demandgroup g WHERE g.id = o.group_id FOR NO KEY UPDATE),
    nextval('orders_hold_id_seq'),
    EXISTS (SELECT FROM orders_hold h WHERE h.order_id = o.id AND h.kind = 'manual' AND h.released_at IS NULL)
FROM orders_salesorder o WHERE o.id = %s::bigint FOR NO KEY UPDATE OF o"""
ORDER_TO_HOLD_FOR_PRICE = """
SELECT o.id, nextval('orders_hold_id_seq'),
    EXISTS (SELECT FROM orders_hold h WHERE h.order_id = o.id AND h.kind = 'price' AND h.released_at IS NULL)
FROM orders_salesorder o WHERE o.id = %s::bigint AND o.state = 'submitted' FOR NO KEY UPDATE OF o"""
