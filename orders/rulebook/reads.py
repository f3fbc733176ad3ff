"""Locking reads of the order rules."""

LOCK_VERSION = """
SELECT v.company_id, v.number, v.state, v.valid_from, v.written_by_id, v.proposed_by_id, v.version, u.username,
    (%s::timestamptz AT TIME ZONE c.time_zone)::date
FROM orders_ruleversion v JOIN masterdata_company c ON c.id = v.company_id
JOIN kernel_user u ON u.id = v.written_by_id
WHERE v.id = %s::bigint FOR NO KEY UPDATE OF v"""
