"""The statement of what an order's checks ask for."""

from collections.abc import Sequence

# What the checks of an order may need to know, as (kind, item, figure, text); each part is passed over unless its
# flag asks for it. What is usual is taken from the customer's last orders, whatever their number of lines.
ASKED = """
SELECT 'place', NULL::bigint, NULL::numeric, json_build_object('street', st.street, 'postal_code', st.postal_code,
    'city', st.city, 'country', st.country, 'site', s.country, 'party', p.country, 'tax_number', p.tax_number,
    'treatment', c.tax_treatment)::text
FROM masterdata_customer c JOIN masterdata_party p ON p.id = c.party_id
JOIN masterdata_site s ON s.id = %s::bigint LEFT JOIN masterdata_shipto st ON st.id = %s::bigint
WHERE c.id = %s::bigint
UNION ALL
(SELECT 'po', NULL, NULL, o.number FROM orders_salesorder o
WHERE %s::boolean AND o.customer_id = %s::bigint AND upper(o.customer_po) = upper(%s::text) AND o.customer_po <> ''
  AND o.state = 'submitted' AND o.submitted_at >= %s::timestamptz - %s::int * interval '1 day' AND o.id <> %s::bigint
ORDER BY o.id DESC LIMIT 1)
UNION ALL
SELECT 'usual', l.item_id, round(avg(l.stock_quantity), 6), NULL
FROM (SELECT o.id FROM orders_salesorder o
    WHERE %s::boolean AND o.customer_id = %s::bigint AND o.state = 'submitted' AND o.id <> %s::bigint
    ORDER BY o.submitted_at DESC, o.id DESC LIMIT 50) lately
JOIN orders_orderline l ON l.order_id = lately.id
WHERE l.item_id = ANY(%s::bigint[]) AND l.cancelled_quantity < l.quantity
GROUP BY l.item_id HAVING count(*) >= %s::int
UNION ALL
SELECT 'controlled', i.id, NULL, NULL FROM masterdata_item i
WHERE i.id = ANY(%s::bigint[]) AND %s::text <> ''
  AND coalesce(i.attributes ->> %s::text, '') NOT IN ('', '0', 'no', 'false')"""


def asked_facts(overdue: Sequence[str]) -> str:
    """ASKED with what the rooms above know to be overdue, as (whether disputes count, payer, day, flag) of each."""
    return ASKED + "".join(
        f"""
UNION ALL
SELECT 'overdue', NULL, sum(o.amount), min(o.due_on)::text
FROM (SELECT x.amount - CASE WHEN %s::boolean THEN 0 ELSE x.disputed END AS amount, x.due_on FROM ({sql}) x) o
WHERE o.amount > 0 AND %s::boolean"""
        for sql in overdue
    )
