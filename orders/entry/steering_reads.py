"""What order rules, rush orders and lines from several sites ask of the database, when they ask at all (OC03, OC08)."""

# A site with its calendar, as `sites.read_site` reads it.
PLACE = """'site_id', s.id, 'code', s.code, 'country', s.country,
            'site_clock', (%s::timestamptz AT TIME ZONE s.time_zone), 'cut_off', s.cut_off, 'ship_days', s.ship_days,
            'working_days', s.working_days,
            'holidays', (SELECT array_agg(h.on) FROM masterdata_holiday h WHERE h.site_id = s.id
                AND h.on >= %s::date)"""

# Sites that lines of an order name, of the company that sells.
NAMED = f"""
SELECT json_build_object({PLACE}, 'free', NULL)::text, s.is_active FROM masterdata_site s
WHERE s.company_id = %s::bigint AND s.id = ANY(%s::bigint[])"""

# Country and postal code of the delivery, the customer's classes upwards, of each item its weight and classes upwards,
# and where a rule chooses the site: the company's sites with their calendars and, if asked, what is free of the items.
KNOWN = f"""
SELECT coalesce(st.country, p.country), coalesce(st.postal_code, ''),
    array_remove(ARRAY[g.id, g.parent_id, gp.parent_id], NULL),
    (SELECT json_agg(json_build_array(i.id, i.kind, i.weight_kg::text,
            array_remove(ARRAY[k.id, k.parent_id, kp.parent_id], NULL)))::text
        FROM masterdata_item i JOIN masterdata_itemclass k ON k.id = i.item_class_id
        LEFT JOIN masterdata_itemclass kp ON kp.id = k.parent_id WHERE i.id = ANY(%s::bigint[])),
    (SELECT json_agg(json_build_object({PLACE},
            'free', (SELECT json_object_agg(x.item_id, (x.available - x.reserved)::text) FROM inventory_sitestock x
                WHERE %s::boolean AND x.site_id = s.id AND x.item_id = ANY(%s::bigint[]))) ORDER BY s.code)::text
        FROM masterdata_site s WHERE %s::boolean AND s.company_id = c.company_id AND s.is_active)
FROM masterdata_customer c JOIN masterdata_party p ON p.id = c.party_id
JOIN masterdata_customergroup g ON g.id = c.group_id LEFT JOIN masterdata_customergroup gp ON gp.id = g.parent_id
LEFT JOIN masterdata_shipto st ON st.id = %s::bigint
WHERE c.id = %s::bigint"""

# Rush orders of a site count one after the other: the site's row is their mutex, taken before credit and stock.
LOCK_SITE = "SELECT s.id FROM masterdata_site s WHERE s.id = %s::bigint FOR NO KEY UPDATE"

# What a site has taken as rush since the beginning of its day or week: orders, and stock units of what is still wanted.
# An order that waits beyond the quota is none of them until somebody lets it rush.
RUSHED = """
SELECT s.code, count(o.id), coalesce(sum(l.units), 0)
FROM masterdata_site s
LEFT JOIN orders_salesorder o ON o.site_id = s.id AND o.rush <> '' AND o.state = 'submitted'
    AND o.submitted_at >= date_trunc(%s::text, %s::timestamptz AT TIME ZONE s.time_zone) AT TIME ZONE s.time_zone
    AND o.submitted_at < (date_trunc(%s::text, %s::timestamptz AT TIME ZONE s.time_zone) + %s::interval)
        AT TIME ZONE s.time_zone
    AND NOT EXISTS (SELECT FROM orders_hold h WHERE h.order_id = o.id AND h.kind = 'rush' AND h.released_at IS NULL)
LEFT JOIN LATERAL (SELECT sum(d.ordered - d.cancelled) AS units FROM inventory_demand d
    WHERE d.group_id = o.group_id) l ON true
WHERE s.id = %s::bigint GROUP BY s.code"""
