"""Orders and their demands tell one story (reliability.md D1, D2 and D7, D8, D13 of our own)."""

from erp.kernel.proofs import proof, prove_keys
from orders.entry.models import LineSubstitution, OrderLine, SalesOrder

proof(
    "D1",
    "An order's stamped totals are its lines', tax rounded once per rate",
    """WITH line AS (
        SELECT order_id, tax_rate_percent AS rate, count(*) AS n, sum(net) AS net FROM orders_orderline GROUP BY 1, 2),
    summed AS (
        SELECT l.order_id, sum(l.n) AS n, sum(l.net) AS net,
            sum(round(l.net * l.rate / 100, CASE
                WHEN o.currency IN ('JPY', 'KRW', 'CLP', 'ISK', 'VND', 'XAF', 'XOF', 'XPF', 'PYG', 'RWF', 'UGX') THEN 0
                ELSE 2 END)) AS tax
        FROM line l JOIN orders_salesorder o ON o.id = l.order_id GROUP BY 1)
    SELECT o.number, o.line_count, s.n, o.net, s.net AS lines_net, o.tax, s.tax AS lines_tax, o.gross
    FROM orders_salesorder o FULL JOIN summed s ON s.order_id = o.id
    WHERE o.id IS NULL OR s.n IS DISTINCT FROM o.line_count OR s.net <> o.net OR s.tax <> o.tax
       OR o.gross <> o.net + o.tax""",
)
proof(
    "D2",
    "A cancelled order has nothing open, a stocked line has its demand and a demand its line",
    """SELECT o.number, l.line, d.id AS demand, d.ordered - d.shipped - d.cancelled AS open
    FROM orders_orderline l
    JOIN orders_salesorder o ON o.id = l.order_id
    JOIN masterdata_item i ON i.id = l.item_id
    LEFT JOIN orders_linedemand ld ON ld.line_id = l.id
    LEFT JOIN inventory_demand d ON d.id = ld.demand_id
    WHERE (i.kind IN ('stocked', 'kit') AND d.id IS NULL)
       OR (o.state = 'cancelled' AND (d.ordered - d.shipped - d.cancelled > 0 OR o.open_gross <> 0 OR d.shipped > 0))
       OR (d.id IS NOT NULL AND NOT EXISTS (SELECT FROM inventory_demandgroup g
            WHERE g.id = d.group_id AND g.document = o.number AND g.site_id = d.site_id))
       OR (ld.role IN ('original', 'substitute') AND d.item_id <> l.item_id)""",
)
proof(
    "D7",
    "A line's demands want what the line wants, and cancelled is cancelled in both",
    """SELECT o.number, l.line, l.stock_quantity, sum(d.ordered) AS ordered, l.cancelled_quantity,
        sum(d.cancelled) AS cancelled
    FROM orders_orderline l
    JOIN orders_salesorder o ON o.id = l.order_id
    JOIN orders_linedemand ld ON ld.line_id = l.id AND ld.role IN ('original', 'split', 'substitute')
    JOIN inventory_demand d ON d.id = ld.demand_id
    GROUP BY l.id, o.id
    HAVING sum(d.ordered) <> l.stock_quantity
        OR abs(sum(d.cancelled) * l.quantity / l.stock_quantity - l.cancelled_quantity) > 0.000001""",
)
proof(
    "D25",
    "An order's own delivery leaves from its own site, and all of its deliveries are for one customer and address",
    """SELECT o.number, g.id AS delivery, g.site_id, g.party_id, g.ship_to_id
    FROM orders_salesorder o JOIN inventory_demandgroup g ON g.document = o.number
    LEFT JOIN inventory_demandgroup m ON m.id = o.group_id AND m.document = o.number AND m.site_id = o.site_id
    WHERE m.id IS NULL OR g.company_id <> o.company_id
        OR (g.party_id, g.ship_to_id) IS DISTINCT FROM (m.party_id, m.ship_to_id)""",
)
proof(
    "D8",
    "What an order has not yet invoiced lies between nothing and its total",
    """SELECT number, net, open_net, gross, open_gross FROM orders_salesorder
    WHERE open_net < 0 OR open_net > net OR (open_net = 0 AND open_gross <> 0)""",
)
proof(
    "D13",
    "A substitute is another item, has its demand in that role, and replaces a line of its own order that asked for it",
    """SELECT o.number, l.line, x.asked_item_id
    FROM orders_linesubstitution x
    JOIN orders_orderline l ON l.id = x.line_id
    JOIN orders_salesorder o ON o.id = l.order_id
    LEFT JOIN orders_linedemand ld ON ld.line_id = x.line_id
    LEFT JOIN orders_orderline r ON r.id = x.replaces_id
    WHERE ld.role IS DISTINCT FROM 'substitute' OR x.asked_item_id = l.item_id
       OR (r.id IS NOT NULL AND (r.order_id <> l.order_id OR r.item_id <> x.asked_item_id))
    UNION ALL
    SELECT o.number, l.line, NULL
    FROM orders_linedemand ld
    JOIN orders_orderline l ON l.id = ld.line_id
    JOIN orders_salesorder o ON o.id = l.order_id
    WHERE ld.role = 'substitute' AND NOT EXISTS (
        SELECT FROM orders_linesubstitution x WHERE x.line_id = ld.line_id)""",
)
proof(
    "D15",
    "The components of a kit are wanted, and cancelled, in the ratio in which they are in it",
    """SELECT o.number, l.line, d.id AS demand, d.ordered, d.cancelled, d.per_kit, l.stock_quantity,
        l.cancelled_quantity
    FROM orders_orderline l
    JOIN orders_salesorder o ON o.id = l.order_id
    JOIN masterdata_item i ON i.id = l.item_id
    JOIN orders_linedemand ld ON ld.line_id = l.id
    JOIN inventory_demand d ON d.id = ld.demand_id
    WHERE (ld.role = 'component') <> (i.kind = 'kit') OR (ld.role = 'component') <> (d.kit IS NOT NULL)
       OR ld.role = 'component' AND (
            d.kit <> l.id OR d.kit_item_id <> l.item_id OR d.per_kit * ld.denominator <> ld.numerator
            OR d.ordered <> l.stock_quantity * d.per_kit
            OR d.cancelled <> round(l.stock_quantity * l.cancelled_quantity / l.quantity) * d.per_kit)""",
)
prove_keys("K1", "Orders name masters that exist", SalesOrder, OrderLine, LineSubstitution)
