"""Take one electronic document of a delivery: an order, or a reason why it waits."""

from erp.kernel.batch import Batch
from erp.kernel.command import command
from erp.kernel.errors import NotFound
from orders.channels.actions.intake_order import INTAKE_ORDER, IntakeResult
from orders.channels.edi.reading import Found
from orders.channels.interpreting import Obstacle
from orders.channels.models import Delivery
from orders.channels.reads import KNOWN_PLACE
from orders.channels.rules import Origin
from orders.channels.taking import keep, take


@command("orders.take_document")
def take_document(batch: Batch, *, delivery_id: int, found: Found) -> IntakeResult:
    """Take a document the first time; one that was taken before answers with what became of it.

    What cannot be ordered is parked with its reason, as a whole or line by line; nothing is refused.
    """
    batch.actor.require(INTAKE_ORDER)
    delivery = _delivery(batch, delivery_id)
    return _known(batch, delivery_id, found.place) or take(batch, delivery, found)


@command("orders.park_document")
def park_document(batch: Batch, *, delivery_id: int, found: Found, code: str, reason: str) -> IntakeResult:
    """Keep a document that could not be taken at all, with what stopped it. A known one stays as it is."""
    batch.actor.require(INTAKE_ORDER)
    delivery = _delivery(batch, delivery_id)
    known = _known(batch, delivery_id, found.place)
    if known:
        return known
    origin = Origin(delivery_id=delivery_id, place=found.place, kind=found.kind[:10])
    return keep(batch, delivery, found, origin, Obstacle(code, reason))


def _delivery(batch: Batch, delivery_id: int) -> Delivery:
    """The delivery, locked, so that nobody else takes the same document meanwhile."""
    rows = Delivery.objects.defer("content").filter(pk=delivery_id)
    found = rows.select_for_update(of=("self",), no_key=True).first()
    if found is None or not batch.actor.may(INTAKE_ORDER, company=found.company_id):
        raise NotFound(what="delivery", reference=delivery_id)
    return found


def _known(batch: Batch, delivery_id: int, place: int) -> IntakeResult | None:
    rows = batch.read(KNOWN_PLACE, delivery_id, place)
    if not rows:
        return None
    document_id, state, order_id, number = rows[0]
    return IntakeResult(document_id, state, order_id, number or "", [], [])
