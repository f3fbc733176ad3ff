"""What must hold of proposals: their arithmetic is that of their own figures (reliability.md 1)."""

from erp.kernel.proofs import proof, prove_keys

from .models import DemandForecast, ReplenishmentProposal

# Recomputed from the figures that a planner is shown; roots of the database and of Python may differ in the last place.
proof(
    "S30",
    "Each replenishment proposal follows from its own figures",
    """WITH shown AS (
        SELECT p.*, greatest(p.expected, p.known) + p.safety_stock AS covered,
            greatest(p.need, coalesce(p.order_minimum, 0)) AS least
        FROM inventory_replenishmentproposal p),
    made AS (
        SELECT s.*, round(s.monthly * 12 * s.interval_days / 365, 6) AS expects,
            round(s.z * s.sigma * sqrt(s.interval_days * 12.0 / 365), 6) AS keeps,
            s.available + s.on_order + s.in_transit - s.reserved - s.backorders - s.dependent AS stands,
            CASE WHEN s.stocking IN ('order_only', 'hub_only') THEN 0
                WHEN s.method = 'min_max' THEN coalesce(s.minimum, s.covered) ELSE s.covered END AS triggers,
            CASE WHEN s.lot > 0 THEN s.lot * (floor((s.trigger - s.position) / s.lot) + 1)
                ELSE s.target - s.position END AS needs,
            CASE WHEN s.order_multiple IS NULL THEN s.least
                ELSE ceil(s.least / s.order_multiple) * s.order_multiple END AS asks,
            coalesce(u.numerator::numeric / u.denominator, 1) * power(10::numeric, -coalesce(n.decimals, 0)) AS step
        FROM shown s LEFT JOIN masterdata_itemunit u ON u.item_id = s.item_id AND u.unit_id = s.unit_id
        LEFT JOIN masterdata_unit n ON n.code = s.unit_id)
    SELECT m.id, m.item_id, m.site_id, m.expected, m.expects, m.safety_stock, m.keeps, m.position, m.stands, m.trigger,
        m.triggers, m.need, m.needs, m.quantity, m.asks, m.free
    FROM made m
    WHERE m.expected <> m.expects OR m.position <> m.stands OR m.trigger <> m.triggers OR m.need <> m.needs
        OR abs(m.safety_stock - greatest(0, m.keeps)) > 0.000001 OR m.need <= 0
        OR m.position > m.trigger
        OR m.kind = 'move' AND (m.quantity > m.free OR m.quantity >= m.need + m.step)
        OR m.kind = 'buy' AND m.edited_quantity IS NULL
            AND (m.quantity < m.asks - 0.000001 OR m.quantity >= m.asks + m.step + 0.000001)""",
)
proof(
    "S31",
    "What is ordered of a proposal stands in its purchase order or transfer, once",
    """SELECT p.id, p.item_id, p.site_id, p.state FROM inventory_replenishmentproposal p
    WHERE p.state = 'ordered' AND (
        p.kind = 'buy' AND (SELECT count(*) FROM inventory_purchaseorderline l
            JOIN inventory_purchaseorder o ON o.id = l.order_id JOIN inventory_supply s ON s.id = l.supply_id
            WHERE l.order_id = p.purchase_order_id AND l.item_id = p.item_id AND o.site_id = p.site_id
              AND s.expected >= coalesce(p.edited_quantity, p.quantity)) <> 1
        OR p.kind = 'move' AND (SELECT count(*) FROM inventory_transferorder o
            WHERE o.id = p.transfer_id AND o.site_id = p.from_site_id AND o.to_site_id = p.site_id) <> 1)""",
)
prove_keys("K15", "Plans name masters that exist", DemandForecast, ReplenishmentProposal)
