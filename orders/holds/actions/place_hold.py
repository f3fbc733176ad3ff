"""Place a hold by hand."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from erp.kernel.access import permit
from erp.kernel.batch import Batch
from erp.kernel.command import command
from erp.kernel.errors import BadInput, InvalidTransition, NotFound
from orders.holds.errors import AlreadyHeld
from orders.holds.events import HoldPlaced
from orders.holds.models import Hold
from orders.holds.reads import ORDER_TO_HOLD

PLACE_HOLD = permit("orders.place_hold", "customer_service", "finance", "process_owner", "warehouse")


@dataclass(frozen=True, slots=True)
class PlacedHold:
    hold_id: int


@command(
    "orders.place_hold",
    conflicts={"hold_once_per_kind": lambda order_id, reason: AlreadyHeld(order=_("The order"))},
)
def place_hold(batch: Batch, *, order_id: int, reason: str) -> PlacedHold:
    """Stop an order by hand. What the warehouse works on already stops at ship-confirm.

    Raises AlreadyHeld for a second hold by hand, InvalidTransition for a cancelled order.
    """
    if not reason.strip():
        raise BadInput(field="reason", reason=_("say why the order has to wait."))
    rows = batch.read(ORDER_TO_HOLD, order_id)
    if not rows:
        raise NotFound(what=_("order"), reference=order_id)
    ((_id, number, company_id, site_id, state, gross, _group, hold_id, held),) = rows
    batch.actor.require(PLACE_HOLD, company=company_id, site=site_id)
    if state != "submitted":
        raise InvalidTransition(document=number, state=_("cancelled"), verb=_("holding it"))
    if held:
        raise AlreadyHeld(order=number)
    batch.insert(
        Hold,
        id=hold_id,
        order=order_id,
        kind=Hold.Kind.MANUAL.value,
        detail=reason.strip()[:200],
        amount=gross,
        caused_by=batch.actor.name,
        opened_at=batch.now,
    )
    batch.decide("orders.place_hold", Hold, hold_id, {"order": order_id, "reason": reason})
    batch.publish(HoldPlaced(order_id=order_id, hold_id=hold_id))
    return PlacedHold(hold_id)
