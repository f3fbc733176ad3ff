"""What must hold between order lines, what is bought for them, and what suppliers sent (OC12)."""

from erp.kernel.proofs import proof

proof(
    "E1",
    "Every earmarked promise of a supply is of the purchase order line that was bought for its demand",
    """SELECT c.id AS commitment, c.demand_id, s.document, c.quantity, l.demand_id AS bought_for
    FROM inventory_commitment c JOIN inventory_supply s ON s.id = c.supply_id
    LEFT JOIN inventory_purchaseorderline l ON l.supply_id = s.id
    WHERE c.kind = 'earmarked' AND l.demand_id IS DISTINCT FROM c.demand_id""",
)
proof(
    "E2",
    "A demand that is bought for holds earmarked promises only, and every other none of them",
    """SELECT d.id AS demand, d.supply_method, c.id AS commitment, c.kind FROM inventory_commitment c
    JOIN inventory_demand d ON d.id = c.demand_id WHERE (d.supply_method = 'stock') <> (c.kind = 'soft')""",
)
proof(
    "E3",
    "What comes to a customer's door is promised to nobody else, and never lies in stock",
    """SELECT s.id AS supply, s.document, c.demand_id FROM inventory_supply s
    JOIN inventory_purchaseorderline l ON l.supply_id = s.id JOIN inventory_purchaseorder p ON p.id = l.order_id
    LEFT JOIN inventory_commitment c ON c.supply_id = s.id AND c.demand_id IS DISTINCT FROM l.demand_id
    WHERE s.is_drop AND c.id IS NOT NULL OR s.is_drop <> (p.group_id IS NOT NULL)
        OR s.is_drop AND EXISTS (SELECT FROM inventory_receiptline r WHERE r.supply_id = s.id)""",
)
proof(
    "E4",
    "Each drop shipment's posting nets to zero per item, in quantity and in value",
    """SELECT p.id AS posting, e.item_id, sum(e.quantity) AS quantity, sum(e.value) AS value
    FROM inventory_stockposting p JOIN inventory_stockentry e ON e.posting_id = p.id WHERE p.kind = 'drop'
    GROUP BY p.id, e.item_id HAVING sum(e.quantity) <> 0 OR sum(e.value) <> 0""",
)
proof(
    "E5",
    "Received of each supply that goes to a customer = what its supplier sent, without those reversed",
    """SELECT s.id AS supply, s.document, s.received, coalesce(sum(l.shipped) FILTER (WHERE h.state = 'shipped'), 0)
        AS sent
    FROM inventory_supply s JOIN inventory_purchaseorderline k ON k.supply_id = s.id
    LEFT JOIN inventory_shipment h ON h.purchase_order_id = k.order_id
    LEFT JOIN inventory_shipmentline l ON l.shipment_id = h.id AND l.demand_id = k.demand_id
    WHERE s.is_drop GROUP BY s.id
    HAVING s.received <> coalesce(sum(l.shipped) FILTER (WHERE h.state = 'shipped'), 0)""",
)
