"""What a proposal is compared with, and its locking read."""

LOCK_PROPOSAL = """
SELECT p.id, p.company_id, p.scope_id, p.title, p.state, p.effective_on, p.proposed_by, p.version,
    (%s::timestamptz AT TIME ZONE c.time_zone)::date AS today,
    (SELECT s.id FROM masterdata_pricescope s WHERE s.id = p.scope_id FOR NO KEY UPDATE)
FROM orders_priceproposal p JOIN masterdata_company c ON c.id = p.company_id
WHERE p.id = %s::bigint FOR NO KEY UPDATE OF p"""

# The price that would hold on the day, were it not for the proposal.
COMPARE = """
UPDATE orders_priceproposalline l SET before_price_id = p.id, before_method = p.method, before_value = p.value,
    before_unit = coalesce(p.unit_id, '')
FROM orders_priceproposal o, masterdata_price p
WHERE l.proposal_id = %s::bigint AND o.id = l.proposal_id AND l.problem = '' AND l.row > %s::int AND l.row <= %s::int
    AND p.scope_id = o.scope_id AND p.target = l.target AND p.min_quantity = l.min_quantity
    AND p.valid_from <= o.effective_on AND (p.valid_to IS NULL OR p.valid_to > o.effective_on)"""

# Lines of the last quarter whose price came from sets of this kind, for customers who get this set: what they would
# have cost more. A line counts for the highest break that it reaches.
IMPACT = """
WITH wanted AS MATERIALIZED (
    SELECT l.id, l.target, l.item_id, l.item_class_id, l.method, l.value, s.id AS scope_id, s.company_id,
        s.kind, coalesce(u.numerator, 1)::numeric / coalesce(u.denominator, 1) AS factor,
        l.min_quantity * coalesce(u.numerator, 1) / coalesce(u.denominator, 1) AS reached,
        lead(l.min_quantity * coalesce(u.numerator, 1) / coalesce(u.denominator, 1))
            OVER (PARTITION BY l.target ORDER BY l.min_quantity) AS next
    FROM orders_priceproposalline l JOIN orders_priceproposal p ON p.id = l.proposal_id
    JOIN masterdata_pricescope s ON s.id = p.scope_id
    LEFT JOIN masterdata_itemunit u ON u.item_id = l.item_id AND u.unit_id = l.unit
    WHERE l.proposal_id = %s::bigint AND l.problem = ''),
buyers AS MATERIALIZED (
    SELECT DISTINCT c.id FROM masterdata_customer c
    JOIN masterdata_customergroup g ON g.id = c.group_id
    LEFT JOIN masterdata_customergroup gp ON gp.id = g.parent_id
    JOIN masterdata_customerpricescope cs ON cs.holder IN (c.id, -g.id, -g.parent_id, -gp.parent_id)
    WHERE cs.scope_id = (SELECT p.scope_id FROM orders_priceproposal p WHERE p.id = %s::bigint)),
targets AS (
    SELECT w.*, w.item_id AS sold_id FROM wanted w WHERE w.item_id IS NOT NULL
    UNION ALL
    SELECT w.*, i.id FROM wanted w
    JOIN masterdata_itemclass k ON k.id = w.item_class_id OR k.parent_id = w.item_class_id
    JOIN masterdata_item i ON i.item_class_id = k.id),
sold AS (
    SELECT t.id, count(*) AS lines, sum(round((CASE t.method
            WHEN 'net' THEN t.value * ol.stock_quantity / ol.quantity / t.factor
            WHEN 'discount' THEN coalesce(ol.list_price, ol.unit_price) * (100 - t.value) / 100
            WHEN 'markup' THEN ol.unit_cost * ol.stock_quantity / ol.quantity * (100 + t.value) / 100
            ELSE (ol.unit_cost + t.value / t.factor) * ol.stock_quantity / ol.quantity END
        - ol.unit_price) * (ol.quantity - ol.cancelled_quantity), 2)) AS impact
    FROM targets t JOIN orders_orderline ol ON ol.item_id = t.sold_id
    JOIN orders_salesorder o ON o.id = ol.order_id
    WHERE o.company_id = t.company_id AND o.state = 'submitted' AND o.customer_id IN (SELECT id FROM buyers)
      AND o.submitted_at >= %s::timestamptz - interval '91 days' AND ol.price_source = t.kind
      AND ol.stock_quantity >= t.reached AND (t.next IS NULL OR ol.stock_quantity < t.next)
    GROUP BY t.id),
told AS (
    UPDATE orders_priceproposalline l SET sold_lines = s.lines, impact = s.impact FROM sold s WHERE l.id = s.id
    RETURNING s.impact)
UPDATE orders_priceproposal SET impact = coalesce((SELECT sum(impact) FROM told), 0) WHERE id = %s::bigint"""

LINES_TO_WRITE = """
SELECT l.id, l.row, l.target, l.method, l.value, l.unit, l.min_quantity FROM orders_priceproposalline l
WHERE l.proposal_id = %s::bigint AND l.problem = '' AND l.row > %s::int ORDER BY l.row LIMIT %s::int"""
LINES_TO_REVERT = """
SELECT l.id, l.row, l.target, l.before_method, l.before_value, l.before_unit, l.min_quantity, l.price_id
FROM orders_priceproposalline l
WHERE l.proposal_id = %s::bigint AND l.price_id IS NOT NULL AND l.row > %s::int ORDER BY l.row LIMIT %s::int"""

# What rows took the place of on the very day: it is gone, but for what was taken back itself since.
REPLACED = """
SELECT l.target, l.before_method, l.before_value, l.before_unit, l.min_quantity, l.before_price_id
FROM orders_priceproposalline l
WHERE l.id = ANY(%s::bigint[]) AND l.before_price_id IS NOT NULL
  AND NOT EXISTS (SELECT FROM masterdata_price p WHERE p.id = l.before_price_id)
  AND NOT EXISTS (SELECT FROM orders_priceproposalline f JOIN orders_priceproposal o ON o.id = f.proposal_id
      WHERE f.price_id = l.before_price_id AND o.state IN ('reverting', 'reverted'))"""
