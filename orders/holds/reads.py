"""Locking reads of holds: orders first, in their order, with the holds on them."""

from orders.credit.reads import HOLDER, PATH

HOLDS_TO_RELEASE = """
SELECT h.id, h.kind, h.caused_by, h.released_by, h.amount, o.id, o.number, o.company_id, o.site_id, o.state,
    o.bill_to_id, o.open_gross
FROM orders_hold h JOIN orders_salesorder o ON o.id = h.order_id
WHERE h.id = ANY(%s::bigint[]) ORDER BY o.id, h.id FOR NO KEY UPDATE"""

# Open credit holds of payers beneath any of these accounts, orders first and in their order; a limit that was taken
# away lets go too.
WAITING_FOR_CREDIT = """
SELECT h.id, o.id, o.number, o.company_id, o.bill_to_id, o.open_gross, h.opened_at, cg.priority, h.detail
FROM orders_hold h JOIN orders_salesorder o ON o.id = h.order_id
JOIN masterdata_customer p ON p.id = o.bill_to_id
JOIN masterdata_customergroup g ON g.id = p.group_id
LEFT JOIN masterdata_customergroup gp ON gp.id = g.parent_id
JOIN masterdata_customer c ON c.id = o.customer_id JOIN masterdata_customergroup cg ON cg.id = c.group_id
WHERE h.kind = 'credit' AND h.released_at IS NULL AND o.state = 'submitted'
  AND EXISTS (SELECT FROM orders_creditaccount a WHERE a.id = ANY(%s::bigint[]) AND a.company_id = p.company_id
      AND a.holder = ANY (ARRAY[p.id, -g.id, -g.parent_id, -gp.parent_id]))
ORDER BY o.id, h.id FOR NO KEY UPDATE OF o, h"""

# The deliveries' rows are what release locks first: a hold placed under them is seen by the next release.
ORDER_TO_HOLD = """
SELECT o.id, o.number, o.company_id, o.site_id, o.state, o.gross,
    (SELECT count(*) FROM (SELECT g.id FROM inventory_demandgroup g WHERE g.document = o.number
        ORDER BY g.id FOR NO KEY UPDATE) d),
    nextval('orders_hold_id_seq'),
    EXISTS (SELECT FROM orders_hold h WHERE h.order_id = o.id AND h.kind = 'manual' AND h.released_at IS NULL)
FROM orders_salesorder o WHERE o.id = %s::bigint FOR NO KEY UPDATE OF o"""
ORDER_TO_HOLD_FOR_PRICE = """
SELECT o.id, nextval('orders_hold_id_seq'),
    EXISTS (SELECT FROM orders_hold h WHERE h.order_id = o.id AND h.kind = 'price' AND h.released_at IS NULL)
FROM orders_salesorder o WHERE o.id = %s::bigint AND o.state = 'submitted' FOR NO KEY UPDATE OF o"""

# Whether REASONS may find anything: half as many tables, and no sentence to make. Nearly every delivery may go.
SUSPECT = f"""
SELECT 1 FROM orders_salesorder o
CROSS JOIN LATERAL (
    SELECT 1 FROM orders_hold h WHERE h.order_id = o.id AND h.released_at IS NULL
    UNION ALL
    SELECT 1 FROM masterdata_customer c WHERE c.id IN (o.customer_id, o.bill_to_id) AND c.is_blocked
    UNION ALL
    SELECT 1 FROM {PATH} WHERE p.id = o.bill_to_id AND a.exposure > a."limit") r
WHERE o.number = ANY(ARRAY(SELECT g.document FROM inventory_demandgroup g WHERE g.id = ANY(%s::bigint[])))
UNION ALL
SELECT 1 FROM inventory_demand d
JOIN masterdata_item i ON i.id = ANY (ARRAY[d.item_id, d.kit_item_id]) AND i.status = 'blocked'
WHERE d.group_id = ANY(%s::bigint[]) AND d.ordered - d.shipped - d.cancelled > 0
LIMIT 1"""

# Of the whole order: open holds first, then what has turned bad since the submit: a customer blocked, a payer over the
# limit. Of single lines: holds of lines, and items that were blocked. What has a released hold of that kind goes on:
# somebody decided so.
REASONS = f"""
SELECT g.id, r.kind, r.detail, 0::bigint FROM inventory_demandgroup g JOIN orders_salesorder o ON o.number = g.document
CROSS JOIN LATERAL (
    SELECT 1 AS place, h.kind, h.detail FROM orders_hold h
    WHERE h.order_id = o.id AND h.released_at IS NULL AND h.line_id IS NULL
    UNION ALL
    SELECT 2, 'blocked', 'The customer was blocked after the order. Finance or the process owner unblocks.'
    FROM masterdata_customer c WHERE c.id IN (o.customer_id, o.bill_to_id) AND c.is_blocked
      AND NOT EXISTS (SELECT 1 FROM orders_hold h WHERE h.order_id = o.id AND h.kind = 'blocked')
    UNION ALL
    SELECT 3, 'credit', CASE WHEN a.group_id IS NULL THEN 'The payer owes ' || a.exposure || ', more than the limit'
        ELSE 'The payers of ' || {HOLDER} || ' owe ' || a.exposure || ', more than their limit' END
        || ' of ' || a."limit" || '. A payment or a new limit lets it go.'
    FROM {PATH} WHERE p.id = o.bill_to_id AND a.exposure > a."limit"
      AND NOT EXISTS (SELECT 1 FROM orders_hold h WHERE h.order_id = o.id AND h.kind = 'credit')
    ORDER BY 1 LIMIT 1) r
WHERE g.id = ANY(%s::bigint[])
UNION ALL
SELECT g.id, h.kind, h.detail, d.id FROM inventory_demandgroup g JOIN orders_salesorder o ON o.number = g.document
JOIN orders_hold h ON h.order_id = o.id AND h.released_at IS NULL JOIN orders_linedemand ld ON ld.line_id = h.line_id
JOIN inventory_demand d ON d.id = ld.demand_id AND d.group_id = g.id
WHERE g.id = ANY(%s::bigint[])
UNION ALL
SELECT d.group_id, 'item', i.code || ' was blocked after the order. Its steward unblocks it, or the line is cancelled.',
    d.id
FROM inventory_demand d JOIN masterdata_item i ON i.id = d.item_id AND i.status = 'blocked'
JOIN orders_linedemand ld ON ld.demand_id = d.id
WHERE d.group_id = ANY(%s::bigint[]) AND d.ordered - d.shipped - d.cancelled > 0
  AND NOT EXISTS (SELECT 1 FROM orders_hold h WHERE h.line_id = ld.line_id AND h.kind = 'item')
UNION ALL
SELECT d.group_id, 'item', i.code || ' was blocked after the order. Its steward unblocks it, or the line is cancelled.',
    d.id
FROM inventory_demand d JOIN masterdata_item i ON i.id = d.kit_item_id AND i.status = 'blocked'
WHERE d.group_id = ANY(%s::bigint[]) AND d.ordered - d.shipped - d.cancelled > 0
  AND NOT EXISTS (SELECT 1 FROM orders_hold h WHERE h.line_id = d.kit AND h.kind = 'item')"""
