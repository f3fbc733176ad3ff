"""Stop an order because its customer expects other prices than ours."""

from decimal import Decimal

from erp.kernel.batch import Batch
from erp.kernel.command import command
from orders.holds.models import Hold
from orders.holds.reads import ORDER_TO_HOLD_FOR_PRICE


@command("orders.hold_price")
def hold_price(batch: Batch, *, order_id: int, detail: str, amount: Decimal) -> None:
    """Place the price hold with what differs; an order that is held for its price already stays as it is."""
    rows = batch.read(ORDER_TO_HOLD_FOR_PRICE, order_id)
    if not rows or rows[0][2]:
        return
    ((_id, hold_id, _held),) = rows
    batch.insert(
        Hold,
        id=hold_id,
        order=order_id,
        kind=Hold.Kind.PRICE.value,
        detail=detail[:200],
        amount=amount,
        caused_by=batch.actor.name,
        opened_at=batch.now,
    )
    batch.decide("orders.hold_price", Hold, hold_id, {"order": order_id, "detail": detail, "amount": amount})
