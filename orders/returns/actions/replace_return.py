"""Order the same goods again for a customer who returns them, at the price paid (RM03)."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from erp.kernel.batch import Batch
from erp.kernel.command import command
from orders.entry.actions.submit_order import SUBMIT, submit_order
from orders.entry.models import SalesOrder
from orders.entry.rules import LineRequest, OrderRequest
from orders.returns.errors import AlreadyReplaced
from orders.returns.models import CustomerReturn
from orders.returns.reads import LockedLine, lock_lines, lock_return
from orders.returns.rules import ZERO, kits_begun

State = CustomerReturn.State

# What the first order said: who, where to, and per line unit, price and how many stock units a sold unit has.
ORIGINAL = """
SELECT r.id, o.ship_to_id, o.customer_po, r.site_id, (%s::timestamptz AT TIME ZONE c.time_zone)::date,
    (SELECT n.number FROM orders_salesorder n WHERE n.id = r.replacement_id), l.id, ol.item_id, ol.unit_id,
    ol.unit_price, ol.stock_quantity / ol.quantity, CASE WHEN ol.price_source = 'free' THEN 'free' ELSE '' END
FROM orders_customerreturn r JOIN orders_salesorder o ON o.id = r.order_id
JOIN masterdata_company c ON c.id = r.company_id JOIN orders_returnline l ON l.rma_id = r.id
JOIN orders_orderline ol ON ol.id = l.order_line_id WHERE r.id = %s::bigint ORDER BY l.line"""


@dataclass(frozen=True, slots=True)
class Replacement:
    order_id: int
    number: str


@command("orders.replace_return")
def replace_return(batch: Batch, *, return_id: int) -> Replacement:
    """Submit an order over what the return's lines ask back, through the ordinary gates; once per return.

    Raises AlreadyReplaced, WrongReturnState, and what submit raises.
    """
    rma = lock_return(batch, return_id)
    batch.actor.require(SUBMIT, company=rma.company_id, site=rma.site_id)
    rma.refuse_unless(
        State.APPROVED, State.RECEIVED, State.INSPECTED, State.CLOSED, remedy="Approve the return first."
    )
    lines = lock_lines(batch, return_id)
    rows = batch.read(ORIGINAL, batch.now, return_id)
    _, ship_to_id, customer_po, site_id, today, replaced_by = rows[0][:6]
    if replaced_by:
        raise AlreadyReplaced(number=rma.number, order=replaced_by)
    wanted, kits = [], _kits_of(lines.values())
    for *_, line_id, item_id, unit, price, factor, source in rows:
        line = lines[line_id]
        quantity = line.quantity - line.cancelled if line.kits is None else kits.pop(line.order_line_id, ZERO)
        in_unit = (quantity / factor).quantize(Decimal("0.000001"), rounding=ROUND_HALF_UP)
        if quantity:
            reason = f"Replaces goods of {rma.number}"
            wanted.append(LineRequest(item_id, in_unit, unit, price, reason, price_source=source))
    order = submit_order.inside(
        batch,
        request=OrderRequest(
            customer_id=rma.customer_id,
            lines=wanted,
            requested_on=today,
            channel=SalesOrder.Channel.DESK.value,
            ship_to_id=ship_to_id,
            site_id=site_id,
            customer_po=customer_po,
            note=f"Replaces goods of {rma.number}",
            po_repeats=True,
            fees=False,
        ),
    )
    batch.update(CustomerReturn, [return_id], replacement=order.order_id)
    batch.decide("orders.replace_return", CustomerReturn, return_id, {"order": order.order_id})
    return Replacement(order.order_id, order.number)


def _kits_of(lines: Iterable[LockedLine]) -> dict[int, Decimal]:
    """Whole kits, by order line, of which anything comes back."""
    parts: defaultdict[int, list[tuple[Decimal, Decimal, Decimal]]] = defaultdict(list)
    for line in lines:
        if line.kits is not None:
            parts[line.order_line_id].append((line.kits, line.quantity - line.cancelled, line.quantity))
    return {line_id: kits_begun(of_line) for line_id, of_line in parts.items()}
