"""Where facts come from: one SELECT per fact over the documents themselves.

The handler asks it for a few hundred orders, the rebuild and the proof for all of them: the same text, so that a fact
cannot mean two things.
"""

ALL = "true"
THESE = "o.id = ANY(%s::bigint[])"

LINE_COLUMNS = (
    "line_id order_id company_id site_id customer_id item_id item_class_id intake_on requested_on due_on"
    " first_promised_on ordered first_pass shipped asked_item_id asked_class_id asked substituted net invoiced_net"
    " invoiced_cost first_shipped_on completed_on"
).split()

ORDER_COLUMNS = (
    "order_id company_id site_id customer_id intake_on due_on net stocked_lines filled completed_on cycle_hours"
).split()


# Days on which an order is or was counted: accepted, due, shipped, invoiced. `told` names the orders.
DAYS = """
    SELECT o.company_id, (o.submitted_at AT TIME ZONE s.time_zone)::date AS day
        FROM told JOIN orders_salesorder o ON o.id = told.order_id JOIN masterdata_site s ON s.id = o.site_id
    UNION SELECT o.company_id, l.due_on FROM told JOIN orders_salesorder o ON o.id = told.order_id
        JOIN reporting_linefact l ON l.order_id = o.id
    UNION SELECT sh.company_id, (sh.shipped_at AT TIME ZONE s.time_zone)::date
        FROM told JOIN orders_salesorder o ON o.id = told.order_id
        JOIN inventory_demandgroup g ON g.document = o.number
        JOIN inventory_shipment sh ON sh.group_id = g.id AND sh.shipped_at IS NOT NULL
        JOIN masterdata_site s ON s.id = sh.site_id
    UNION SELECT v.company_id, v.issued_on FROM told JOIN billing_invoice v ON v.order_id = told.order_id"""


def lines_of(which: str) -> str:
    """A CTE `source`: one row of LINE_COLUMNS per line of the orders that `which` names.

    The first shipment of a line is its first pass; it counts when it left on or before the day that was committed at
    the site. Substitutes do not fill the original demand, they are counted apart: in the unit of what was asked for.
    A kit has left when all its components have.
    Each line looks its own rows up by index, so that the work grows with the lines whatever the planner expects: sums
    joined to sums would be quadratic under a generic plan.
    """
    return f"""
source AS (
    SELECT ol.id AS line_id, o.id AS order_id, o.company_id, o.site_id, o.customer_id, ol.item_id, i.item_class_id,
        (o.submitted_at AT TIME ZONE s.time_zone)::date AS intake_on, ol.requested_on,
        coalesce(g.ship_on, ol.requested_on) AS due_on, demand.first_promised_on,
        coalesce(demand.ordered, 0) AS ordered,
        CASE WHEN x.line_id IS NOT NULL THEN 0
            WHEN gone.first_on <= coalesce(g.ship_on, ol.requested_on) THEN least(gone.first_quantity, demand.ordered)
            ELSE 0 END AS first_pass,
        coalesce(gone.shipped, 0) AS shipped, x.asked_item_id, xi.item_class_id AS asked_class_id,
        CASE WHEN x.replaces_id IS NOT NULL THEN 0
            WHEN x.line_id IS NOT NULL THEN round(x.asked_stock_quantity
                * (demand.ordered + coalesce(replaced.quantity, 0)) / ol.stock_quantity, 6)
            WHEN replaced.quantity > 0 THEN coalesce(demand.ordered, 0) + replaced.quantity END AS asked,
        CASE WHEN x.line_id IS NULL THEN NULL
            WHEN gone.first_on <= coalesce(g.ship_on, ol.requested_on) THEN
                round(x.asked_stock_quantity * least(gone.first_quantity, demand.ordered) / ol.stock_quantity, 6)
            ELSE 0 END AS substituted, ol.net, coalesce(charged.net, 0) AS invoiced_net,
        coalesce(charged.cost, 0) AS invoiced_cost, gone.first_on AS first_shipped_on,
        CASE WHEN demand.ordered > 0 AND gone.shipped >= demand.ordered THEN gone.last_on END AS completed_on
    FROM orders_salesorder o
    JOIN masterdata_site s ON s.id = o.site_id
    JOIN orders_orderline ol ON ol.order_id = o.id
    JOIN masterdata_item i ON i.id = ol.item_id
    LEFT JOIN orders_linesubstitution x ON x.line_id = ol.id
    LEFT JOIN masterdata_item xi ON xi.id = x.asked_item_id
    CROSS JOIN LATERAL (
        SELECT sum(r.asked_stock_quantity) AS quantity
        FROM orders_linesubstitution r WHERE r.replaces_id = ol.id) replaced
    CROSS JOIN LATERAL (
        SELECT CASE WHEN min(d.kit) IS NULL THEN sum(d.ordered - d.cancelled)
                ELSE min(div(d.ordered - d.cancelled, d.per_kit)) END AS ordered,
            CASE WHEN min(d.kit) IS NULL THEN min(d.first_promised_on)
                WHEN bool_and(d.first_promised_on IS NOT NULL) THEN max(d.first_promised_on) END AS first_promised_on,
            min(d.group_id) AS group_id
        FROM orders_linedemand ld JOIN inventory_demand d ON d.id = ld.demand_id WHERE ld.line_id = ol.id) demand
    LEFT JOIN inventory_demandgroup g ON g.id = coalesce(demand.group_id, o.group_id)
    CROSS JOIN LATERAL (
        SELECT sum(p.quantity) AS shipped, min(p.left_on) AS first_on, max(p.left_on) AS last_on,
            (array_agg(p.quantity ORDER BY p.shipped_at, p.id))[1] AS first_quantity
        FROM (
            SELECT sh.id, sh.shipped_at, (sh.shipped_at AT TIME ZONE s.time_zone)::date AS left_on,
                sum(sl.shipped) AS quantity
            FROM orders_linedemand ld JOIN inventory_shipmentline sl ON sl.demand_id = ld.demand_id AND sl.shipped > 0
            JOIN inventory_shipment sh ON sh.id = sl.shipment_id AND sh.state = 'shipped'
            WHERE ld.line_id = ol.id AND ld.role IN ('original', 'split', 'substitute')
            GROUP BY sh.id, sh.shipped_at
            UNION ALL
            SELECT sh.id, sh.shipped_at, (sh.shipped_at AT TIME ZONE s.time_zone)::date, b.quantity
            FROM billing_billable b JOIN inventory_shipment sh ON sh.id = b.shipment_id AND sh.state = 'shipped'
            WHERE b.order_line_id = ol.id AND b.kind = 'kit' AND b.withdrawn_at IS NULL) p) gone
    CROSS JOIN LATERAL (
        SELECT sum(CASE v.kind WHEN 'invoice' THEN il.net ELSE -il.net END) AS net,
            sum(CASE v.kind WHEN 'invoice' THEN il.cost ELSE -il.cost END) AS cost
        FROM billing_invoiceline il JOIN billing_invoice v ON v.id = il.invoice_id
        WHERE il.order_line_id = ol.id) charged
    WHERE {which})"""


# Hours on working days of the site (24 to the day): from the order's acceptance, or from the day on which the
# requested ship date less the site's standard lead time begins, until the last line has left.
CYCLE = """
    (SELECT round((extract(epoch FROM coalesce(sum(
            least(t.ended, day.at + interval '1 day') - greatest(t.began, day.at)), interval '0')) / 3600)::numeric, 2)
     FROM generate_series(date_trunc('day', t.began), t.ended, interval '1 day') AS day(at)
     WHERE substr(s.working_days, extract(isodow FROM day.at)::int, 1) = '1'
       AND NOT EXISTS (SELECT FROM masterdata_holiday h WHERE h.site_id = s.id AND h.on = day.at::date))"""


def orders_of(which: str) -> str:
    """One row of ORDER_COLUMNS per order that `which` names, from its line facts."""
    return f"""
SELECT o.id AS order_id, o.company_id, o.site_id, o.customer_id, f.intake_on, f.due_on, f.net, f.stocked_lines,
    f.filled, f.completed_on, CASE WHEN f.completed_on IS NOT NULL THEN {CYCLE} END AS cycle_hours
FROM orders_salesorder o
JOIN masterdata_site s ON s.id = o.site_id
JOIN (
    SELECT l.order_id, min(l.intake_on) AS intake_on, max(l.due_on) AS due_on, sum(l.net) AS net,
        count(*) FILTER (WHERE l.ordered > 0) AS stocked_lines,
        coalesce(bool_and(l.first_pass >= coalesce(l.asked, l.ordered))
            FILTER (WHERE coalesce(l.asked, l.ordered) > 0), false) AS filled,
        CASE WHEN bool_and(l.completed_on IS NOT NULL) FILTER (WHERE l.ordered > 0) THEN max(l.completed_on) END
            AS completed_on
    FROM reporting_linefact l JOIN orders_salesorder o ON o.id = l.order_id WHERE {which} GROUP BY l.order_id) f
    ON f.order_id = o.id
LEFT JOIN LATERAL (
    SELECT greatest(o.submitted_at AT TIME ZONE s.time_zone, (o.requested_on - s.ship_days)::timestamp) AS began,
        (SELECT max(sh.shipped_at) FROM inventory_demandgroup g JOIN inventory_shipment sh ON sh.group_id = g.id
         WHERE g.document = o.number AND sh.state = 'shipped') AT TIME ZONE s.time_zone AS ended) t ON true
WHERE {which}"""
