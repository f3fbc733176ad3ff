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
WHERE p.code = upper(%s::text) OR p.code = %s::text
ORDER BY c.company_id = ANY(%s::bigint[]) DESC, c.id LIMIT 1"""

PARKED = """
SELECT p.line, p.code, p.reason FROM orders_parkedline p WHERE p.document_id = %s::bigint ORDER BY p.line"""
