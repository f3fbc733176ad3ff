"""Statements of messages to customers."""

# Whoever drafts or sends for an order holds it, so that an older look never overwrites a newer one.
LOCK_ORDERS = """
SELECT o.id FROM orders_salesorder o WHERE o.number = ANY(ARRAY(
    SELECT g.document FROM inventory_demand d JOIN inventory_demandgroup g ON g.id = d.group_id
    WHERE d.id = ANY(%s::bigint[])))
    AND o.state = 'submitted' AND o.channel <> 'conversion' ORDER BY o.id FOR NO KEY UPDATE"""

# A kit is there when its last component is.
LATEST = "CASE WHEN bool_and(x.{day} IS NOT NULL) THEN max(x.{day}) END"

# Open lines, each under its first demand, with what was last told: by the newest message that was sent or waived, else
# the first promise. What a substitute replaces is named until the customer was told of it.
OPEN_LINES = f"""
SELECT o.id, o.number, o.customer_po, o.company_id, p.name, p.email, p.language, d.id, l.line, i.code, l.description,
    l.quantity - l.cancelled_quantity, l.unit_id,
    CASE WHEN m.told ? d.id::text THEN (m.told ->> d.id::text)::date ELSE d.first_promised_on END, d.promised_on,
    CASE WHEN NOT coalesce(m.told ? d.id::text, false) THEN instead.code END, x.asked_quantity, x.asked_unit_id
FROM orders_salesorder o JOIN masterdata_customer c ON c.id = o.customer_id JOIN masterdata_party p ON p.id = c.party_id
JOIN orders_orderline l ON l.order_id = o.id JOIN masterdata_item i ON i.id = l.item_id
CROSS JOIN LATERAL (SELECT min(x.id) AS id, {LATEST.format(day="first_promised_on")} AS first_promised_on,
        {LATEST.format(day="promised_on")} AS promised_on
    FROM orders_linedemand ld JOIN inventory_demand x ON x.id = ld.demand_id WHERE ld.line_id = l.id
    HAVING bool_or(x.ordered - x.shipped - x.cancelled > 0)) d
LEFT JOIN orders_linesubstitution x ON x.line_id = l.id AND x.replaces_id IS NOT NULL
LEFT JOIN masterdata_item instead ON instead.id = x.asked_item_id
LEFT JOIN LATERAL (SELECT told FROM orders_ordermessage m WHERE m.order_id = o.id AND m.state <> 'draft'
    ORDER BY m.id DESC LIMIT 1) m ON true
WHERE o.id = ANY(%s::bigint[]) ORDER BY o.id, l.line"""

DROP_DRAFTS = "DELETE FROM orders_ordermessage WHERE state = 'draft' AND order_id = ANY(%s::bigint[])"

# Of these orders, those with something still to say: also one that was cancelled since.
LOCK_DRAFTED = """
SELECT o.id FROM orders_salesorder o WHERE o.id = ANY(%s::bigint[]) AND EXISTS (
    SELECT FROM orders_ordermessage m WHERE m.order_id = o.id AND m.state = 'draft') ORDER BY o.id FOR NO KEY UPDATE"""

LOCK_ORDERS_OF_DRAFTS = """
SELECT o.id FROM orders_salesorder o WHERE o.id = ANY(ARRAY(
    SELECT m.order_id FROM orders_ordermessage m WHERE m.id = ANY(%s::bigint[]))) ORDER BY o.id FOR NO KEY UPDATE"""

LOCK_DRAFTS = """
SELECT m.id, m.company_id, o.site_id, m.recipient, o.number FROM orders_ordermessage m
JOIN orders_salesorder o ON o.id = m.order_id
WHERE m.id = ANY(%s::bigint[]) AND m.state = 'draft' ORDER BY m.id FOR NO KEY UPDATE OF m"""
