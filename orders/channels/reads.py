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
