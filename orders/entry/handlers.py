"""What planning is told of orders: who got a substitute wanted the item that was asked for."""

from inventory.replenishment.history import corrects_history

# As much of what was asked for as the substitute's demand still stands for, instead of the substitute.
SUBSTITUTED = """
WITH instead AS MATERIALIZED (
    SELECT x.asked_item_id, l.item_id, d.site_id, date_trunc('month', d.requested_on)::date AS month,
        d.ordered - d.cancelled AS quantity,
        round(x.asked_stock_quantity * (d.ordered - d.cancelled) / l.stock_quantity, 6) AS asked
    FROM (SELECT %s::bigint[] AS items, %s::bigint[] AS sites, %s::date AS before) p
    JOIN orders_linesubstitution x ON true JOIN orders_orderline l ON l.id = x.line_id
    JOIN orders_linedemand n ON n.line_id = l.id JOIN inventory_demand d ON d.id = n.demand_id
    WHERE (x.asked_item_id = ANY(p.items) OR l.item_id = ANY(p.items)) AND d.site_id = ANY(p.sites)
        AND d.requested_on < p.before AND d.supply_method = 'stock')
SELECT i.asked_item_id, i.site_id, i.month, sum(i.asked) FROM instead i GROUP BY 1, 2, 3
UNION ALL
SELECT i.item_id, i.site_id, i.month, -sum(i.quantity) FROM instead i GROUP BY 1, 2, 3"""

corrects_history(SUBSTITUTED)
