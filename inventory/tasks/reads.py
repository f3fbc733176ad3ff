"""Statements of the task board."""

TASKS = """
SELECT t.id, t.kind, t.source_id, t.number, t.company_id, t.site_id, t.owner FROM inventory_task t
WHERE t.id = ANY(%s::bigint[]) ORDER BY t.id"""

ENSURE = """
INSERT INTO inventory_taskassignment (kind, source_id, owner, priority, assigned_by, assigned_at)
SELECT u.kind, u.source_id, '', NULL, %s::text, %s::timestamptz
FROM unnest(%s::text[], %s::bigint[]) AS u(kind, source_id) ORDER BY 1, 2 ON CONFLICT (kind, source_id) DO NOTHING"""

LOCK = """
SELECT a.id, a.kind, a.source_id FROM inventory_taskassignment a
JOIN unnest(%s::text[], %s::bigint[]) AS u(kind, source_id) ON a.kind = u.kind AND a.source_id = u.source_id
ORDER BY a.id FOR NO KEY UPDATE OF a"""

# A count that somebody has begun is theirs by its own row.
LOCK_COUNTS = """
SELECT c.id, c.number, c.state, c.first_by, c.second_by FROM inventory_counttask c
WHERE c.id = ANY(%s::bigint[]) AND c.state IN ('open', 'recount') ORDER BY c.id FOR NO KEY UPDATE"""

ENDED = """
SELECT s.number FROM inventory_shipment s WHERE %s::text = 'pick' AND s.id = %s::bigint
UNION ALL SELECT p.number FROM inventory_putawaytask p WHERE %s::text = 'putaway' AND p.id = %s::bigint"""
