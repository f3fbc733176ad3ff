"""The read of intake: who orders, where it goes, and whether it came before."""

RESOLVE = """
SELECT c.id, c.company_id,
    (SELECT s.id FROM masterdata_shipto s WHERE s.customer_id = c.id AND s.is_active
        AND upper(s.code) = upper(%s::text) AND %s::text <> '' LIMIT 1),
    d.id, d.payload::text, d.state, o.id, o.number, nextval('orders_intakedocument_id_seq')
FROM masterdata_customer c
JOIN masterdata_party p ON p.id = c.party_id
LEFT JOIN orders_intakedocument d ON d.company_id = c.company_id AND d.channel = %s::text AND d.key = %s::text
LEFT JOIN orders_salesorder o ON o.id = d.order_id
WHERE (p.code = upper(%s::text) OR p.code = %s::text)
    AND (%s::boolean OR c.company_id = ANY(%s::bigint[])) AND (%s::bigint IS NULL OR c.company_id = %s::bigint)
ORDER BY c.id LIMIT 1"""

# A document of a customer that nobody knows: it is parked in the company that received it.
UNKNOWN = """
SELECT d.id, d.payload::text, d.state, coalesce(d.id, nextval('orders_intakedocument_id_seq'))
FROM (SELECT 1) one
LEFT JOIN orders_intakedocument d ON d.company_id = %s::bigint AND d.channel = %s::text AND d.key = %s::text"""

PARKED = """
SELECT p.line, p.code, p.reason FROM orders_parkedline p WHERE p.document_id = %s::bigint ORDER BY p.line"""

FORGET_PARKED = "DELETE FROM orders_parkedline WHERE document_id = %s::bigint AND resolved_at IS NULL"

# The document first, then its lines: whoever corrects and whoever drops meet here.
LOCK_DOCUMENT = """
SELECT d.id, d.company_id, d.channel, d.payload::text, d.order_id FROM orders_intakedocument d
WHERE d.id = %s::bigint FOR NO KEY UPDATE"""
LOCK_LINES = """
SELECT p.id, p.line, p.payload::text, p.resolution, p.resolved_by FROM orders_parkedline p
WHERE p.document_id = %s::bigint ORDER BY p.id FOR NO KEY UPDATE"""
FIND_CUSTOMER = """
SELECT c.id,
    (SELECT s.id FROM masterdata_shipto s WHERE s.customer_id = c.id AND s.is_active
        AND upper(s.code) = upper(%s::text) AND %s::text <> '' LIMIT 1)
FROM masterdata_customer c JOIN masterdata_party p ON p.id = c.party_id
WHERE c.company_id = %s::bigint AND (p.code = upper(%s::text) OR p.code = %s::text)
ORDER BY c.id LIMIT 1"""


# What came of the same partner before: under this number, or in another file with this control number. Documents
# that were dropped, or are themselves a repetition, do not count.
EARLIER = """
SELECT 'number', d.id, d.meaning, d.order_id, o.number, d.received_at FROM orders_intakedocument d
LEFT JOIN orders_salesorder o ON o.id = d.order_id
WHERE d.partner_id = %s::bigint AND d.reference = %s::text AND d.reference <> '' AND d.id <> %s::bigint
    AND d.state IN ('accepted', 'partly', 'parked') AND d.code <> 'orders.document_changed'
UNION ALL
SELECT 'control', d.id, d.meaning, d.order_id, o.number, d.received_at FROM orders_intakedocument d
LEFT JOIN orders_salesorder o ON o.id = d.order_id
WHERE d.partner_id = %s::bigint AND d.control = %s::text AND d.control <> '' AND d.delivery_id <> %s::bigint
    AND d.id <> %s::bigint AND d.state IN ('accepted', 'partly', 'parked') AND d.code <> 'orders.control_reused'
ORDER BY 1 DESC, 2"""

KNOWN_PLACE = """
SELECT d.id, d.state, d.order_id, o.number FROM orders_intakedocument d
LEFT JOIN orders_salesorder o ON o.id = d.order_id
WHERE d.delivery_id = %s::bigint AND d.place = %s::int"""

LOCK_WHOLE = """
SELECT d.id, d.company_id, d.delivery_id, d.place, d.state, d.order_id, d.partner_id
FROM orders_intakedocument d WHERE d.id = %s::bigint FOR NO KEY UPDATE"""

# What an order acknowledgement says: the document, its lines that were parked, the lines of its orders. A substitute is
# told in what was asked for: its quantity and unit, and the price of one of these.
ANSWERED = """
SELECT d.delivery_id, d.place, d.partner_id, d.company_id, d.state, d.order_id,
    EXISTS (SELECT FROM orders_outboundmessage m WHERE m.document_id = d.id),
    nextval('orders_outboundmessage_id_seq')
FROM orders_intakedocument d WHERE d.id = %s::bigint"""
PARKED_OF = """
SELECT p.line, p.resolution, p.order_id FROM orders_parkedline p WHERE p.document_id = %s::bigint ORDER BY p.line"""
ORDERED_OF = """
SELECT o.id, o.number, o.currency,
    CASE WHEN x.line_id IS NULL THEN l.quantity - l.cancelled_quantity
        ELSE round(x.asked_quantity * (l.quantity - l.cancelled_quantity) / l.quantity, 6) END,
    CASE WHEN x.line_id IS NULL THEN l.unit_price
        ELSE round(l.unit_price * l.quantity / x.asked_quantity, 6) END,
    o.requested_on, g.promised_on, g.unknown, CASE WHEN x.line_id IS NULL THEN '' ELSE i.code END
FROM orders_salesorder o JOIN orders_orderline l ON l.order_id = o.id
LEFT JOIN orders_linesubstitution x ON x.line_id = l.id JOIN masterdata_item i ON i.id = l.item_id
LEFT JOIN LATERAL (SELECT max(d.promised_on) AS promised_on, bool_or(d.promised_on IS NULL) AS unknown
    FROM orders_linedemand ld JOIN inventory_demand d ON d.id = ld.demand_id WHERE ld.line_id = l.id) g ON true
WHERE o.id = ANY(%s::bigint[]) AND l.price_source NOT IN ('freight', 'fee', 'free') ORDER BY o.id, l.line"""
