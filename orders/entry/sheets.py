"""An order as programs read it: one statement, its answer made by the server (performance.md 2.2)."""

from typing import Any

from erp.kernel.access import access_of
from erp.kernel.batch import constant

from .models import SalesOrder

# Money and quantities are texts, exact; quantities are in the line's unit. Scope: everywhere, company or site.
SHEET = """
SELECT json_build_object(
    'id', o.id, 'number', o.number, 'customer', p.code, 'site', s.code, 'channel', o.channel,
    'customer_po', o.customer_po, 'requested_on', o.requested_on, 'rush', o.rush, 'coupon', o.coupon, 'state', o.state,
    'standing', CASE
        WHEN o.state = 'cancelled' THEN 'cancelled'
        WHEN EXISTS (SELECT 1 FROM orders_hold h WHERE h.order_id = o.id AND h.released_at IS NULL) THEN 'held'
        WHEN EXISTS (SELECT 1 FROM inventory_demandgroup g JOIN inventory_shipment sh ON sh.group_id = g.id
            WHERE g.document = o.number AND sh.state IN ('released', 'picked', 'packed')) THEN 'warehouse'
        WHEN EXISTS (SELECT 1 FROM inventory_demandgroup g JOIN inventory_demand d ON d.group_id = g.id
            WHERE g.document = o.number
            AND d.ordered - d.shipped - d.cancelled - d.reserved > 0) THEN 'backorder'
        WHEN EXISTS (SELECT 1 FROM inventory_demandgroup g JOIN inventory_demand d ON d.group_id = g.id
            WHERE g.document = o.number AND d.ordered - d.shipped - d.cancelled > 0) THEN 'allocated'
        WHEN o.open_net = 0 THEN 'invoiced' ELSE 'shipped' END,
    'currency', o.currency, 'line_count', o.line_count, 'net', o.net::text, 'tax', o.tax::text,
    'gross', o.gross::text, 'open_net', o.open_net::text, 'open_gross', o.open_gross::text,
    'submitted_at', to_char(o.submitted_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
    'version', o.version, 'note', o.note,
    'lines', (SELECT json_agg(json_build_object(
        'line', json_build_object(
            'line', l.line, 'item', i.code, 'description', l.description, 'quantity', l.quantity::text,
            'unit', l.unit_id, 'cancelled_quantity', l.cancelled_quantity::text, 'list_price', l.list_price::text,
            'unit_price', l.unit_price::text, 'price_source', l.price_source, 'price_reason', l.price_reason,
            'net', l.net::text, 'tax_rate_percent', l.tax_rate_percent::text, 'requested_on', l.requested_on),
        'reserved', round(coalesce(d.reserved, 0) * l.quantity / l.stock_quantity, 6)::text,
        'picked', round(coalesce(d.picked, 0) * l.quantity / l.stock_quantity, 6)::text,
        'shipped', round(coalesce(d.shipped, 0) * l.quantity / l.stock_quantity, 6)::text,
        'supply', coalesce(d.supply, ''), 'site', coalesce(CASE WHEN d.site_id = o.site_id THEN s.code
            ELSE (SELECT z.code FROM masterdata_site z WHERE z.id = d.site_id) END, ''), 'components', d.components,
        'first_promised_on', d.first_promised_on, 'promised_on', d.promised_on,
        'instead', CASE WHEN y.line_id IS NOT NULL THEN json_build_object(
            'item', yi.code, 'quantity', y.asked_quantity::text, 'unit', y.asked_unit_id, 'kind', y.kind,
            'consent', y.consent, 'replaces', yl.line) END) ORDER BY l.line)
        FROM orders_orderline l JOIN masterdata_item i ON i.id = l.item_id
        LEFT JOIN orders_linesubstitution y ON y.line_id = l.id LEFT JOIN masterdata_item yi ON yi.id = y.asked_item_id
        LEFT JOIN orders_orderline yl ON yl.id = y.replaces_id
        CROSS JOIN LATERAL (SELECT max(x.supply_method) AS supply, max(x.site_id) AS site_id,
                CASE WHEN min(x.kit) IS NULL THEN sum(x.shipped) ELSE min(div(x.shipped, x.per_kit)) END AS shipped,
                CASE WHEN min(x.kit) IS NULL THEN sum(x.picked) ELSE min(div(x.picked, x.per_kit)) END AS picked,
                CASE WHEN min(x.kit) IS NULL THEN sum(x.reserved)
                    ELSE min(div(x.shipped + x.reserved, x.per_kit)) - min(div(x.shipped, x.per_kit)) END AS reserved,
                CASE WHEN min(x.kit) IS NOT NULL THEN json_agg(json_build_object(
                    'item', xi.code, 'unit', xi.stock_unit_id, 'in_one_kit', x.per_kit::text,
                    'ordered', x.ordered::text, 'cancelled', x.cancelled::text, 'reserved', x.reserved::text,
                    'shipped', x.shipped::text, 'promised_on', x.promised_on) ORDER BY x.id) END AS components,
                CASE WHEN bool_and(x.first_promised_on IS NOT NULL) THEN max(x.first_promised_on) END
                    AS first_promised_on,
                CASE WHEN bool_and(x.promised_on IS NOT NULL) THEN max(x.promised_on) END AS promised_on
            FROM orders_linedemand ld JOIN inventory_demand x ON x.id = ld.demand_id
            JOIN masterdata_item xi ON xi.id = x.item_id WHERE ld.line_id = l.id) d
        WHERE l.order_id = o.id),
    'holds', coalesce((SELECT json_agg(json_build_object('id', h.id,
        'line', (SELECT l.line FROM orders_orderline l WHERE l.id = h.line_id), 'kind', h.kind, 'detail', h.detail,
            'amount', h.amount::text) ORDER BY h.id)
        FROM orders_hold h WHERE h.order_id = o.id AND h.released_at IS NULL), '[]'))
FROM orders_salesorder o
JOIN masterdata_customer c ON c.id = o.customer_id
JOIN masterdata_party p ON p.id = c.party_id
JOIN masterdata_site s ON s.id = o.site_id
WHERE o.number = %s::text
  AND (%s::bool OR o.company_id = ANY(%s::bigint[]) OR o.site_id = ANY(%s::bigint[]))"""


def order_sheet(number: str, *, user: Any) -> dict[str, Any] | None:
    """The order with its lines, promises and open holds; None outside the reader's scope."""
    rows = constant(SHEET, number, *access_of(user).holding(*SalesOrder.READ).bounds())
    return rows[0][0] if rows else None
