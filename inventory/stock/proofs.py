"""What must hold between the stock ledger and the figures that are kept from it (reliability.md 1)."""

from erp.kernel.proofs import proof

from .statuses import ON_HAND, PROMISABLE, VALUED, listed

proof(
    "S1",
    "Each bin holds the sum of its ledger entries",
    """SELECT b.id AS balance, e.item_id, e.bin_id, e.lot_id, e.status, b.quantity, e.quantity AS ledger
    FROM inventory_stockbalance b FULL JOIN (
        SELECT item_id, bin_id, coalesce(lot_id, 0) AS lot, max(lot_id) AS lot_id, status,
            coalesce(owner_id, 0) AS owner, sum(quantity) AS quantity
        FROM inventory_stockentry GROUP BY item_id, bin_id, coalesce(lot_id, 0), status, coalesce(owner_id, 0)) e
        ON e.item_id = b.item_id AND e.bin_id = b.bin_id AND e.lot = coalesce(b.lot_id, 0)
        AND e.status = b.status AND e.owner = coalesce(b.owner_id, 0)
    WHERE coalesce(b.quantity, 0) <> coalesce(e.quantity, 0)""",
)
proof(
    "S2",
    "On hand, available, valued quantity and value of each item at a site = the sums of its ledger entries",
    f"""SELECT s.id AS site_stock, e.item_id, e.site_id, s.on_hand, e.on_hand AS ledger_on_hand, s.available,
        e.available AS ledger_available, s.value, e.value AS ledger_value
    FROM inventory_sitestock s FULL JOIN (
        SELECT item_id, site_id, sum(quantity) FILTER (WHERE status IN ({listed(ON_HAND)})) AS on_hand,
            sum(quantity) FILTER (WHERE status IN ({listed(PROMISABLE)})) AS available,
            sum(quantity) FILTER (WHERE owner_id IS NULL AND status IN ({listed(VALUED)})) AS valued,
            sum(value) AS value
        FROM inventory_stockentry GROUP BY item_id, site_id) e ON e.item_id = s.item_id AND e.site_id = s.site_id
    WHERE coalesce(s.on_hand, 0) <> coalesce(e.on_hand, 0) OR coalesce(s.available, 0) <> coalesce(e.available, 0)
        OR coalesce(s.valued_quantity, 0) <> coalesce(e.valued, 0) OR coalesce(s.value, 0) <> coalesce(e.value, 0)
        OR (s.valued_quantity = 0 AND s.value <> 0)""",
)
proof(
    "S4",
    "No balance is below zero, and none is allocated beyond what lies there",
    """SELECT b.id AS balance, b.item_id, b.bin_id, b.quantity, b.allocated FROM inventory_stockbalance b
    WHERE b.quantity < 0 OR b.allocated < 0 OR b.allocated > b.quantity""",
)
proof(
    "S5",
    "Each move and each transfer sums to zero per item and lot, in quantity and in value",
    """SELECT p.id AS posting, e.item_id, e.lot_id, sum(e.quantity) AS quantity, sum(e.value) AS value
    FROM inventory_stockposting p JOIN inventory_stockentry e ON e.posting_id = p.id
    WHERE p.kind IN ('move', 'transfer')
    GROUP BY p.id, e.item_id, e.lot_id HAVING sum(e.quantity) <> 0 OR sum(e.value) <> 0""",
)
proof(
    "S8",
    "Every posting has entries, and every entry its posting",
    """SELECT p.id AS posting, p.kind, p.source, p.source_id FROM inventory_stockposting p
    WHERE NOT EXISTS (SELECT FROM inventory_stockentry e WHERE e.posting_id = p.id)
    UNION ALL
    SELECT e.posting_id, 'entry', 'inventory.stockentry', e.id FROM inventory_stockentry e
    WHERE NOT EXISTS (SELECT FROM inventory_stockposting p WHERE p.id = e.posting_id)""",
)
proof(
    "S9",
    "A reversal mirrors its posting entry by entry",
    """SELECT r.id AS reversal, r.reverses_id, e.item_id, sum(e.quantity) AS quantity, sum(e.value) AS value
    FROM inventory_stockposting r JOIN inventory_stockentry e ON e.posting_id IN (r.id, r.reverses_id)
    WHERE r.reverses_id IS NOT NULL
    GROUP BY r.id, r.reverses_id, e.item_id, e.bin_id, e.lot_id, e.status
    HAVING sum(e.quantity) <> 0 OR sum(e.value) <> 0""",
)
