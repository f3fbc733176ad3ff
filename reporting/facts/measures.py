"""What a day adds up to: the one text that the roll-up runs for a day and the proof for all of them."""

MEASURES = (
    "lines units intake_net lines_due lines_filled units_due units_filled units_substituted shipped_net shipped_cost"
    " invoiced_net invoiced_cost"
).split()
TRADE_KEYS = "company_id day site_id customer_id item_id item_class_id".split()
CLASS_KEYS = "company_id day site_id item_class_id".split()
SITE_KEYS = "company_id day site_id".split()
ORDER_MEASURES = "orders orders_due orders_filled".split()


def listed(names: list[str], form: str = "{0}") -> str:
    return ", ".join(form.format(name) for name in names)


SUMS = listed(MEASURES, "sum({0}) AS {0}")
NOT_NOTHING = f"HAVING {' OR '.join(f'sum({name}) <> 0' for name in MEASURES)}"


def trade(some_days: bool) -> str:
    """Rows of TRADE_KEYS and MEASURES. For some days, with rows `wanted` (company_id, day) to join, else for all.

    Intake and first pass are read from the line facts, what was shipped and invoiced from the documents of lines that
    have a fact: a document that came before its line's fact touches the day again with it. A line counts as due only
    where something is asked for: services and cancelled lines have no first pass. What is due is measured on the item
    that was asked for.
    """
    of_days = {
        "intake": "JOIN wanted w ON w.company_id = f.company_id AND w.day = f.intake_on",
        "due": "JOIN wanted w ON w.company_id = f.company_id AND w.day = f.due_on",
        "shipped": "JOIN wanted w ON w.company_id = sh.company_id AND w.company_id = s.company_id"
        " AND sh.shipped_at >= w.day::timestamp AT TIME ZONE s.time_zone"
        " AND sh.shipped_at < (w.day + 1)::timestamp AT TIME ZONE s.time_zone",
        "invoiced": "JOIN wanted w ON w.company_id = v.company_id AND w.day = v.issued_on",
    }
    day = of_days if some_days else dict.fromkeys(of_days, "")
    return f"""
SELECT {listed(TRADE_KEYS)}, {SUMS} FROM (
    SELECT f.company_id, f.intake_on AS day, f.site_id, f.customer_id, f.item_id, f.item_class_id,
        1 AS lines, f.ordered AS units, f.net AS intake_net, 0 AS lines_due, 0 AS lines_filled,
        0::numeric AS units_due, 0::numeric AS units_filled, 0::numeric AS units_substituted, 0::numeric AS shipped_net,
        0::numeric AS shipped_cost,
        0::numeric AS invoiced_net, 0::numeric AS invoiced_cost
    FROM reporting_linefact f {day["intake"]}
    UNION ALL
    SELECT f.company_id, f.due_on, f.site_id, f.customer_id, coalesce(f.asked_item_id, f.item_id),
        coalesce(f.asked_class_id, f.item_class_id), 0, 0, 0, (coalesce(f.asked, f.ordered) > 0)::int,
        (coalesce(f.asked, f.ordered) > 0 AND f.first_pass >= coalesce(f.asked, f.ordered))::int,
        coalesce(f.asked, f.ordered), f.first_pass, coalesce(f.substituted, 0), 0, 0, 0, 0
    FROM reporting_linefact f {day["due"]} WHERE f.ordered > 0 OR f.asked > 0
    UNION ALL
    SELECT sh.company_id, (sh.shipped_at AT TIME ZONE s.time_zone)::date, sh.site_id, f.customer_id, f.item_id,
        f.item_class_id, 0, 0, 0, 0, 0, 0, 0, 0,
        round(ol.net * b.quantity
            / nullif(ol.stock_quantity * (ol.quantity - ol.cancelled_quantity) / ol.quantity, 0), 2),
        b.cost, 0, 0
    FROM inventory_shipment sh JOIN masterdata_site s ON s.id = sh.site_id {day["shipped"]}
    JOIN billing_billable b ON b.shipment_id = sh.id AND b.kind <> 'service' AND b.withdrawn_at IS NULL
    JOIN orders_orderline ol ON ol.id = b.order_line_id
    JOIN reporting_linefact f ON f.line_id = b.order_line_id
    WHERE sh.state = 'shipped'
    UNION ALL
    SELECT v.company_id, v.issued_on, v.site_id, f.customer_id, f.item_id, f.item_class_id,
        0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
        CASE v.kind WHEN 'invoice' THEN il.net ELSE -il.net END,
        CASE v.kind WHEN 'invoice' THEN il.cost ELSE -il.cost END
    FROM billing_invoice v {day["invoiced"]}
    JOIN billing_invoiceline il ON il.invoice_id = v.id
    JOIN reporting_linefact f ON f.line_id = il.order_line_id) events
GROUP BY {listed(TRADE_KEYS)} {NOT_NOTHING}"""


def classes(some_days: bool) -> str:
    """Rows of CLASS_KEYS and MEASURES from the finest roll-up."""
    where = "JOIN wanted USING (company_id, day)" if some_days else ""
    return (
        f"SELECT {listed(CLASS_KEYS)}, {SUMS} FROM reporting_tradeday {where} GROUP BY {listed(CLASS_KEYS)}"
    )


def sites(some_days: bool) -> str:
    """Rows of SITE_KEYS, MEASURES and ORDER_MEASURES: the classes' sums and what whole orders say."""
    wanted = "JOIN wanted USING (company_id, day)" if some_days else ""
    intake = "JOIN wanted w ON w.company_id = f.company_id AND w.day = f.intake_on" if some_days else ""
    due = "JOIN wanted w ON w.company_id = f.company_id AND w.day = f.due_on" if some_days else ""
    nothing = listed(MEASURES, "0")
    return f"""
SELECT {listed(SITE_KEYS)}, {SUMS}, {listed(ORDER_MEASURES, "sum({0}) AS {0}")} FROM (
    SELECT {listed(SITE_KEYS)}, {listed(MEASURES)}, 0 AS orders, 0 AS orders_due, 0 AS orders_filled
    FROM reporting_classday {wanted}
    UNION ALL
    SELECT f.company_id, f.intake_on, f.site_id, {nothing}, 1, 0, 0 FROM reporting_orderfact f {intake}
    UNION ALL
    SELECT f.company_id, f.due_on, f.site_id, {nothing}, 0, 1, f.filled::int FROM reporting_orderfact f {due}
    WHERE f.stocked_lines > 0) days
GROUP BY {listed(SITE_KEYS)}"""


# Value of own stock at the end of each day since a company's first posting: the ledger, summed as it grew.
STOCK_HISTORY = """
WITH moved AS (
    SELECT p.company_id, p.accounting_on AS day, e.site_id, i.item_class_id, sum(e.value) AS value
    FROM inventory_stockposting p JOIN inventory_stockentry e ON e.posting_id = p.id
    JOIN masterdata_item i ON i.id = e.item_id
    WHERE e.owner_id IS NULL {only} GROUP BY 1, 2, 3, 4),
calendar AS (
    SELECT c.company_id, day::date AS day
    FROM (SELECT company_id, min(day) AS first FROM moved GROUP BY 1) c
    CROSS JOIN generate_series(c.first, (clock_timestamp() AT TIME ZONE 'UTC')::date, interval '1 day') AS day),
place AS (SELECT DISTINCT company_id, site_id, item_class_id FROM moved)
SELECT c.company_id, c.day, p.site_id, p.item_class_id,
    sum(coalesce(m.value, 0)) OVER (PARTITION BY c.company_id, p.site_id, p.item_class_id ORDER BY c.day) AS value
FROM calendar c JOIN place p ON p.company_id = c.company_id
LEFT JOIN moved m ON m.company_id = c.company_id AND m.day = c.day AND m.site_id = p.site_id
    AND m.item_class_id = p.item_class_id"""
