"""What left may be charged; what may be charged is charged after the commit."""

from erp.kernel.batch import Batch
from erp.kernel.events import inline
from inventory.outbound.events import GoodsShipped

BILLABLES = """
INSERT INTO billing_billable (company_id, site_id, kind, source_id, shipment_id, order_id, order_line_id, quantity,
    billed, cost, earned_at)
SELECT %s::bigint, %s::bigint, 'shipment', u.line_id, u.shipment_id, ol.order_id, ol.id, u.quantity, 0, u.cost,
    %s::timestamptz
FROM unnest(%s::bigint[], %s::bigint[], %s::bigint[], %s::numeric[], %s::numeric[])
    AS u(line_id, shipment_id, demand_id, quantity, cost)
JOIN orders_linedemand ld ON ld.demand_id = u.demand_id
JOIN orders_orderline ol ON ol.id = ld.line_id"""


@inline(GoodsShipped)
def write_billables(batch: Batch, fact: GoodsShipped) -> None:
    """One billable per shipped line of an order, in the shipment's own transaction (design.md 8)."""
    batch.write(
        BILLABLES,
        fact.company_id,
        fact.site_id,
        fact.shipped_at,
        [line.line_id for line in fact.lines],
        [line.shipment_id for line in fact.lines],
        [line.demand_id for line in fact.lines],
        [line.quantity for line in fact.lines],
        [line.cost for line in fact.lines],
    )
