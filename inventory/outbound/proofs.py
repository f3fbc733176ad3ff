"""What must hold between shipments, demands and bins (reliability.md 1)."""

from erp.kernel.proofs import proof, prove_keys
from inventory.commitments.models import Demand, DemandGroup
from inventory.outbound.models import Shipment, ShipmentLine
from inventory.stock.models import StockPosting

proof(
    "D4",
    "Shipped of each delivery's demand = what its shipments carried away, without those reversed",
    """SELECT d.id AS demand, d.shipped, coalesce(sum(l.shipped) FILTER (WHERE s.state = 'shipped'), 0) AS carried
    FROM inventory_demand d JOIN inventory_demandgroup g ON g.id = d.group_id AND g.party_id IS NOT NULL
    LEFT JOIN inventory_shipmentline l ON l.demand_id = d.id LEFT JOIN inventory_shipment s ON s.id = l.shipment_id
    GROUP BY d.id
    HAVING d.shipped <> coalesce(sum(l.shipped) FILTER (WHERE s.state = 'shipped'), 0)""",
)
proof(
    "S11",
    "Allocated in each bin = its picks that have not left",
    """SELECT b.id AS balance, b.allocated, coalesce(k.bound, 0) AS bound
    FROM inventory_stockbalance b FULL JOIN (
        SELECT k.balance_id, sum(coalesce(k.picked, k.quantity)) AS bound FROM inventory_pick k
        JOIN inventory_shipment s ON s.id = k.shipment_id WHERE s.state IN ('released', 'picked', 'packed')
        GROUP BY k.balance_id) k ON k.balance_id = b.id
    WHERE coalesce(b.allocated, 0) <> coalesce(k.bound, 0)""",
)
proof(
    "S12",
    "Picked of each shipment line = its picks, and nothing is picked beyond what was released",
    """SELECT l.id AS line, s.number AS shipment, l.picked, coalesce(sum(k.picked), 0) AS picks
    FROM inventory_shipmentline l JOIN inventory_shipment s ON s.id = l.shipment_id
    LEFT JOIN inventory_pick k ON k.line_id = l.id
    GROUP BY l.id, s.id
    HAVING l.picked <> coalesce(sum(k.picked), 0) OR coalesce(sum(k.quantity), 0) <> l.quantity""",
)
proof(
    "S13",
    "A shipment that has left has its issue posted once, and once mirrored when it was reversed",
    """SELECT s.number AS shipment, s.state, count(p.id) FILTER (WHERE p.reverses_id IS NULL) AS issues,
        count(p.id) FILTER (WHERE p.reverses_id IS NOT NULL) AS mirrors
    FROM inventory_shipment s LEFT JOIN inventory_stockposting p
        ON p.source = 'inventory.shipment' AND p.source_id = s.id AND p.kind IN ('issue', 'drop')
    GROUP BY s.id
    HAVING count(p.id) FILTER (WHERE p.reverses_id IS NULL) <> (s.state IN ('shipped', 'reversed'))::int
        OR count(p.id) FILTER (WHERE p.reverses_id IS NOT NULL) <> (s.state = 'reversed')::int""",
)
prove_keys(
    "K2",
    "Demands, shipments and postings name masters that exist",
    DemandGroup,
    Demand,
    Shipment,
    ShipmentLine,
    StockPosting,
)
