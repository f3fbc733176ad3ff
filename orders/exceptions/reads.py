"""The inbox's reads: what differs between what is open and what should be, and entries under lock."""

from functools import cache

from .sources import SOURCES

# One at a time: two that looked at the same moment would both open an entry, or close it for the other.
ONE_AT_A_TIME = "SELECT pg_advisory_xact_lock(7003, 0)"

# What is open is a small part of all there ever was, which the planner does not see: it expects a third of the demands
# and would read them from end to end. Each open row looks its own rows up by index instead.
LOOK_UP = """
SELECT set_config('enable_seqscan', 'off', true), set_config('enable_hashjoin', 'off', true),
    set_config('enable_mergejoin', 'off', true)"""

ALL = "true"
THESE = "o.id = ANY(%s::bigint[])"
COLUMNS = (
    "kind, subject_id, cause, company_id, site_id, customer_id, order_id, document, detail, amount, currency,"
    " promised_on, opened_at, owner_id"
)
OF_ORDERS = " AND x.order_id = ANY(%s::bigint[])"


@cache
def live(of_orders: bool) -> tuple[str, int]:
    """The SELECT of all sources, and how often it asks for the orders' ids."""
    which = THESE if of_orders else ALL
    asked = [each for each in SOURCES.values() if each.of_orders or not of_orders]
    parts = [
        f"SELECT '{each.kind}'::text, s.* FROM ({each.sql.replace('{which}', which)}) s" for each in asked
    ]
    times = sum(each.sql.count("{which}") for each in asked)
    return "\nUNION ALL\n".join(parts), times if of_orders else 0


def differences(causes: str, *, of_orders: bool) -> str:
    """Causes without an entry, entries without a cause, and entries whose figures have moved; so many at a time.

    An owner counts only in the kinds that are worked elsewhere.
    """
    return f"""
WITH moment AS MATERIALIZED (SELECT %s::timestamptz AS at),
live({COLUMNS}) AS MATERIALIZED ({causes}),
entry AS MATERIALIZED (SELECT * FROM orders_orderexception x
    WHERE x.closed_at IS NULL{OF_ORDERS if of_orders else ""})
SELECT e.id, {", ".join(f"n.{name.strip()}" for name in COLUMNS.split(","))},
    (moment.at AT TIME ZONE c.time_zone)::date
FROM moment CROSS JOIN (live n FULL JOIN entry e ON e.kind = n.kind AND e.subject_id = n.subject_id)
LEFT JOIN masterdata_company c ON c.id = n.company_id
WHERE e.id IS NULL OR n.kind IS NULL
   OR (e.cause, e.detail, e.amount, e.promised_on, e.order_id)
      IS DISTINCT FROM (left(n.cause, 60), left(n.detail, 300), n.amount, n.promised_on, n.order_id)
   OR n.kind = ANY(%s::text[]) AND e.owner_id IS DISTINCT FROM n.owner_id
LIMIT %s::int"""


LOCK = (
    "SELECT x.id FROM orders_orderexception x WHERE x.id = ANY(%s::bigint[]) ORDER BY x.id FOR NO KEY UPDATE"
)

ENTRIES = """
SELECT x.id, x.kind, x.company_id, x.site_id, x.document, x.owner_id,
    coalesce((SELECT u.name FROM kernel_user u WHERE u.id = x.owner_id), ''), x.closed_at IS NOT NULL
FROM orders_orderexception x WHERE x.id = ANY(%s::bigint[]) ORDER BY x.id FOR NO KEY UPDATE"""

OWNERS = "SELECT u.username, u.id FROM kernel_user u WHERE u.username = ANY(%s::text[]) AND u.is_active"
