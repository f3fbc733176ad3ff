"""Whose limits a payer's debts count against, and the reads that lock them in one order."""

# The accounts that a payer `p` draws on: its own, and those of its group and the two levels above, in its company.
PATH = """masterdata_customer p
JOIN masterdata_customergroup g ON g.id = p.group_id
LEFT JOIN masterdata_customergroup gp ON gp.id = g.parent_id
JOIN orders_creditaccount a ON a.company_id = p.company_id AND a."limit" IS NOT NULL
    AND a.holder = ANY (ARRAY[p.id, -g.id, -g.parent_id, -gp.parent_id])"""

HOLDER = "coalesce((SELECT n.name FROM masterdata_customergroup n WHERE n.id = a.group_id), '')"

PATH_OF = f"""
SELECT a.id, p.id, {HOLDER} AS holder, a."limit", a.exposure FROM {PATH}
WHERE p.id = ANY(%s::bigint[]) ORDER BY a.id"""
LOCK_PATH = f"{PATH_OF} FOR NO KEY UPDATE OF a"

# Ids only, for statements that lock something else before: {payer} is one payer's id.
ACCOUNT_IDS = f"SELECT a.id FROM {PATH} WHERE p.id = %s::bigint"

# Every locking read holds ROW SHARE on the table until its verb commits, even when it finds no row: who gets this
# lock has waited for all of them.
LOCK_TABLE = "LOCK TABLE orders_creditaccount IN EXCLUSIVE MODE"

BENEATH = f"""
SELECT a.id, p.id FROM {PATH} WHERE a.id = ANY(%s::bigint[]) ORDER BY a.id, p.id"""

# Orders on a credit hold do not count until the hold is released.
ORDERED = """
SELECT o.bill_to_id, sum(o.open_gross) FROM orders_salesorder o
WHERE o.bill_to_id = ANY(%s::bigint[]) AND o.state = 'submitted' AND o.open_gross > 0
  AND NOT EXISTS (SELECT FROM orders_hold h WHERE h.order_id = o.id AND h.kind = 'credit' AND h.released_at IS NULL)
GROUP BY o.bill_to_id"""

ACCOUNTS_OF_GROUPS = """
SELECT a.id FROM orders_creditaccount a
WHERE a.group_id = ANY(%s::bigint[]) AND a."limit" IS NOT NULL ORDER BY a.id FOR NO KEY UPDATE OF a"""

LOCK_ACCOUNT = """
SELECT a.id, a."limit", a.version FROM orders_creditaccount a
WHERE a.company_id = %s::bigint AND a.holder = %s::bigint FOR NO KEY UPDATE OF a"""
KEPT = 'SELECT a.id FROM orders_creditaccount a WHERE a.id = ANY(%s::bigint[]) AND a."limit" IS NOT NULL ORDER BY a.id'
