"""Statements of putaway."""

# Of the lines that came, those that stand in a receiving bin, each with the number of a task.
TO_PUT_AWAY = """
SELECT u.n, nextval('inventory_putawaytask_id_seq') FROM unnest(%s::bigint[]) WITH ORDINALITY AS u(bin_id, n)
JOIN masterdata_bin b ON b.id = u.bin_id AND b.kind = 'receiving' ORDER BY u.n"""

LOCK_TASKS = """
SELECT t.id, t.number, t.company_id, t.site_id, t.item_id, t.bin_id, t.lot_id, t.status, t.quantity, t.moved, t.state,
    t.owner, t.proposed_id, t.why, t.put_into_id
FROM inventory_putawaytask t WHERE t.id = ANY(%s::bigint[]) ORDER BY t.id FOR NO KEY UPDATE"""

# Bins that goods are put into, with how much of these items lies there.
HOLDING = """
SELECT b.item_id, n.id, n.kind = 'pick', n.pick_sequence, sum(b.quantity) FROM inventory_stockbalance b
JOIN masterdata_bin n ON n.id = b.bin_id AND n.is_active AND n.kind IN ('pick', 'reserve')
WHERE b.site_id = %s::bigint AND b.item_id = ANY(%s::bigint[]) AND b.quantity > 0 AND b.status = 'available'
GROUP BY b.item_id, n.id"""

# The next bins in which nothing lies and which are meant for no other goods that somebody has begun to put away.
EMPTY = """
SELECT n.id, n.kind = 'pick', n.pick_sequence FROM masterdata_bin n
WHERE n.site_id = %s::bigint AND n.is_active AND n.kind IN ('pick', 'reserve')
    AND NOT EXISTS (SELECT FROM inventory_stockbalance b WHERE b.bin_id = n.id AND b.quantity > 0)
    AND NOT EXISTS (SELECT FROM inventory_putawaytask t
        WHERE t.site_id = n.site_id AND t.state = 'open' AND t.proposed_id = n.id)
ORDER BY n.kind = 'reserve', n.pick_sequence, n.id LIMIT %s::int"""

PUTS_INTO = """
SELECT b.id FROM masterdata_bin b WHERE b.id = ANY(%s::bigint[]) AND b.site_id = %s::bigint AND b.is_active
    AND b.kind IN ('pick', 'reserve')"""
