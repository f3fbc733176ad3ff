"""What is kept of prices agrees with the lines that were priced (reliability.md, D10 and D11 of our own)."""

from erp.kernel.proofs import proof

proof(
    "D10",
    "What is used of agreements and budgets is what order lines drew",
    """SELECT s.code, a.item_id, a.used, coalesce(d.amount, 0) AS drawn
    FROM masterdata_allowance a JOIN masterdata_pricescope s ON s.id = a.scope_id
    LEFT JOIN (SELECT allowance_id, sum(amount) AS amount FROM orders_pricedraw GROUP BY 1) d
        ON d.allowance_id = a.id
    WHERE a.used <> coalesce(d.amount, 0)""",
)
# Lines that were priced by hand since (also by billing, when an invoice was corrected) are not asked.
proof(
    "D11",
    "A line's price is the last step of its why-record, its net that price times what is wanted",
    """WITH priced AS (
        SELECT d.subject_id AS order_id, d.recorded_at, p.steps -> -1 ->> 'value' AS value,
            coalesce((d.outcome -> 'lines' ->> (p.n - 1)::int)::int, p.n) AS line
        FROM kernel_decision d
        CROSS JOIN LATERAL jsonb_array_elements(d.outcome -> 'price') WITH ORDINALITY AS p(steps, n)
        WHERE d.verb IN ('orders.submit_order', 'orders.amend_order', 'orders.substitute_lines')),
    newest AS (
        SELECT DISTINCT ON (order_id, line) order_id, line, coalesce(value::numeric, 0) AS price FROM priced
        ORDER BY order_id, line, recorded_at DESC)
    SELECT o.number, l.line, l.unit_price, n.price AS explained, l.net
    FROM newest n JOIN orders_orderline l ON l.order_id = n.order_id AND l.line = n.line
    JOIN orders_salesorder o ON o.id = l.order_id
    WHERE l.price_source <> 'override' AND (l.unit_price <> n.price
        OR abs(l.net - n.price * (l.quantity - l.cancelled_quantity)) > CASE WHEN o.currency IN
            ('JPY', 'KRW', 'CLP', 'ISK', 'VND', 'XAF', 'XOF', 'XPF', 'PYG', 'RWF', 'UGX') THEN 0.5 ELSE 0.005 END)""",
)
proof(
    "D23",
    "What is used of a coupon is the orders that carry it",
    """SELECT c.code, c.used, count(o.id) AS orders FROM masterdata_coupon c
    LEFT JOIN orders_salesorder o ON o.coupon = c.code AND o.coupon <> '' AND o.company_id = c.company_id
        AND o.state = 'submitted'
    GROUP BY c.id HAVING c.used <> count(o.id)""",
)
# What came instead of a part of the line counts for it. Free goods that have left stay, whatever the line keeps.
proof(
    "D24",
    "Free goods cost nothing, and there are no more of them than their line earns or than have left",
    """SELECT o.number, l.line, l.net, l.unit_price, l.stock_quantity * (1 - l.cancelled_quantity / l.quantity) AS free,
        w.paid
    FROM orders_freegoods f JOIN orders_orderline l ON l.id = f.line_id JOIN orders_orderline p ON p.id = f.of_line_id
    JOIN orders_salesorder o ON o.id = l.order_id
    LEFT JOIN LATERAL (SELECT sum(d.shipped) AS shipped FROM orders_linedemand ld
        JOIN inventory_demand d ON d.id = ld.demand_id WHERE ld.line_id = l.id) d ON true
    CROSS JOIN LATERAL (SELECT round(p.stock_quantity * (1 - p.cancelled_quantity / p.quantity), 6)
        + coalesce(sum(y.asked_stock_quantity), 0) AS paid FROM orders_linesubstitution y WHERE y.replaces_id = p.id) w
    WHERE l.net <> 0 OR l.unit_price <> 0 OR l.order_id <> p.order_id
        OR round(l.stock_quantity * (1 - l.cancelled_quantity / l.quantity), 6)
            > greatest(coalesce(d.shipped, 0), div(w.paid, f.bought) * f.given)""",
)
