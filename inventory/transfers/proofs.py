"""What must hold between transfers, the stock ledger and the promises that lean on them (reliability.md 1)."""

from erp.kernel.proofs import proof, prove_keys

from .models import RebalanceProposal, TransferLine, TransferOrder

proof(
    "S21",
    "What is in transit by the ledger = shipped, not received and not written off by transfers",
    """WITH sent AS (
        SELECT o.transit_bin_id AS bin_id, l.item_id, coalesce(c.lot_id, 0) AS lot,
            sum(c.shipped - c.received) AS quantity
        FROM inventory_transfercontent c JOIN inventory_transferline l ON l.id = c.line_id
        JOIN inventory_transferorder o ON o.id = l.order_id GROUP BY 1, 2, 3),
    cleared AS (
        SELECT o.transit_bin_id AS bin_id, a.item_id, coalesce(a.lot_id, 0) AS lot, sum(a.quantity) AS quantity
        FROM inventory_transferdifference d JOIN inventory_transferorder o ON o.id = d.order_id
        JOIN inventory_adjustment a ON a.id = d.adjustment_id AND a.state = 'posted' GROUP BY 1, 2, 3),
    documents AS (
        SELECT s.bin_id, s.item_id, s.lot, s.quantity + coalesce(c.quantity, 0) AS quantity FROM sent s
        LEFT JOIN cleared c ON c.bin_id = s.bin_id AND c.item_id = s.item_id AND c.lot = s.lot),
    ledger AS (
        SELECT e.bin_id, e.item_id, coalesce(e.lot_id, 0) AS lot, sum(e.quantity) AS quantity
        FROM inventory_stockentry e WHERE e.status = 'transit' GROUP BY 1, 2, 3)
    SELECT coalesce(d.bin_id, l.bin_id) AS bin, coalesce(d.item_id, l.item_id) AS item, coalesce(d.lot, l.lot) AS lot,
        d.quantity AS documents, l.quantity AS ledger
    FROM documents d FULL JOIN ledger l ON l.bin_id = d.bin_id AND l.item_id = d.item_id AND l.lot = d.lot
    WHERE coalesce(d.quantity, 0) <> coalesce(l.quantity, 0)""",
)
proof(
    "S22",
    "Each transfer line is the sum of what was shipped of it, what is missing is its open or cleared differences",
    """SELECT o.number, l.line, l.shipped, l.received, l.missing, c.shipped AS by_lot, d.missing AS differences
    FROM inventory_transferline l JOIN inventory_transferorder o ON o.id = l.order_id
    LEFT JOIN (SELECT line_id, sum(shipped) AS shipped, sum(received) AS received, sum(missing) AS missing
        FROM inventory_transfercontent GROUP BY line_id) c ON c.line_id = l.id
    LEFT JOIN (SELECT x.line_id, sum(y.quantity - y.found) AS missing FROM inventory_transferdifference y
        JOIN inventory_transfercontent x ON x.id = y.content_id GROUP BY x.line_id) d ON d.line_id = l.id
    WHERE l.shipped <> coalesce(c.shipped, 0) OR l.received <> coalesce(c.received, 0)
        OR l.missing <> coalesce(c.missing, 0) OR l.missing <> coalesce(d.missing, 0)""",
)
proof(
    "S23",
    "What a transfer reserves and promises is what its lines still have to ship and to receive",
    """SELECT o.number, l.line, l.quantity, l.shipped, l.cancelled, d.ordered, d.shipped AS left_site,
        d.cancelled AS given_up, s.expected, s.received + s.cancelled AS closed
    FROM inventory_transferline l JOIN inventory_transferorder o ON o.id = l.order_id
    LEFT JOIN inventory_demand d ON d.id = l.demand_id LEFT JOIN inventory_supply s ON s.id = l.supply_id
    WHERE (o.group_id IS NULL) <> (l.demand_id IS NULL) OR (l.demand_id IS NULL) <> (l.supply_id IS NULL)
        OR d.ordered <> l.quantity OR d.shipped <> l.shipped OR d.cancelled <> l.cancelled
        OR d.group_id <> o.group_id OR d.site_id <> o.site_id OR s.site_id <> o.to_site_id
        OR s.expected <> l.quantity
        OR s.expected - s.received - s.cancelled <> l.quantity - l.cancelled - l.received - l.missing""",
)
proof(
    "S24",
    "A transfer is through when nothing is to be shipped or expected any more, and only then",
    """SELECT o.number, o.state FROM inventory_transferorder o JOIN inventory_transferline l ON l.order_id = o.id
    WHERE o.state IN ('approved', 'shipped', 'received') GROUP BY o.id
    HAVING (o.state = 'received') <> bool_and(l.quantity = l.shipped + l.cancelled
        AND l.shipped = l.received + l.missing)""",
)
prove_keys("K12", "Transfers name masters that exist", TransferOrder, TransferLine, RebalanceProposal)
