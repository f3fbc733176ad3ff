"""What must hold between demands, supplies and the promises between them (reliability.md 1)."""

from erp.kernel.proofs import proof

proof(
    "D3",
    "Each demand is within its bounds",
    """SELECT d.id AS demand, d.ordered, d.reserved, d.picked, d.shipped, d.cancelled FROM inventory_demand d
    WHERE least(d.reserved, d.picked, d.shipped, d.cancelled) < 0 OR d.picked > d.reserved + d.shipped
        OR d.shipped + d.cancelled + d.reserved > d.ordered""",
)
proof(
    "S3",
    "Reserved of each demand and of each item at a site = the open promises from stock",
    """WITH promised AS (
        SELECT d.id, d.item_id, d.site_id, c.quantity FROM inventory_commitment c
        JOIN inventory_demand d ON d.id = c.demand_id WHERE c.supply_id IS NULL)
    SELECT 'demand' AS kind, d.id, d.reserved AS stored, coalesce(p.quantity, 0) AS promised
    FROM inventory_demand d LEFT JOIN promised p ON p.id = d.id WHERE d.reserved <> coalesce(p.quantity, 0)
    UNION ALL
    SELECT 'site stock', s.id, s.reserved, coalesce(p.quantity, 0) FROM inventory_sitestock s
    FULL JOIN (SELECT item_id, site_id, sum(quantity) AS quantity FROM promised GROUP BY item_id, site_id) p
        ON p.item_id = s.item_id AND p.site_id = s.site_id
    WHERE coalesce(s.reserved, 0) <> coalesce(p.quantity, 0)""",
)
proof(
    "S10",
    "Committed of each supply = the open promises that lean on it",
    """SELECT s.id AS supply, s.document, s.committed, coalesce(sum(c.quantity), 0) AS promised
    FROM inventory_supply s LEFT JOIN inventory_commitment c ON c.supply_id = s.id
    GROUP BY s.id HAVING s.committed <> coalesce(sum(c.quantity), 0)""",
)
proof(
    "S14",
    "The first promise of each demand is its first promise event, the present one its newest",
    """SELECT d.id AS demand, d.first_promised_on, f.new_on AS first_event, d.promised_on, l.new_on AS last_event
    FROM inventory_demand d
    LEFT JOIN LATERAL (SELECT e.id, e.new_on FROM inventory_promiseevent e WHERE e.demand_id = d.id
        ORDER BY e.id LIMIT 1) f ON true
    LEFT JOIN LATERAL (SELECT e.new_on FROM inventory_promiseevent e WHERE e.demand_id = d.id
        ORDER BY e.id DESC LIMIT 1) l ON true
    WHERE f.id IS NULL OR d.first_promised_on IS DISTINCT FROM f.new_on
        OR d.promised_on IS DISTINCT FROM l.new_on""",
)
proof(
    "S15",
    "A kit has no stock, no supply and no demand of its own",
    """SELECT i.code, x.what, x.id FROM masterdata_item i JOIN (
        SELECT 'stock' AS what, id, item_id FROM inventory_sitestock
        UNION ALL SELECT 'supply', id, item_id FROM inventory_supply
        UNION ALL SELECT 'demand', id, item_id FROM inventory_demand) x ON x.item_id = i.id
    WHERE i.kind = 'kit'""",
)
