"""Drop a document of which nothing is ordered: nobody will, and why."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from erp.kernel.batch import Batch
from erp.kernel.command import command
from erp.kernel.errors import BadInput, InvalidTransition, NotFound
from orders.channels.actions.intake_order import INTAKE_ORDER
from orders.channels.answering import answer_document
from orders.channels.models import IntakeDocument, ParkedLine
from orders.channels.reads import LOCK_LINES, LOCK_WHOLE


@dataclass(frozen=True, slots=True)
class Discarded:
    document_id: int


@command("orders.discard_document")
def discard_document(batch: Batch, *, document_id: int, reason: str) -> Discarded:
    """Close a parked document for good, its waiting lines with it; its partner is told that nothing is delivered.

    Raises NotFound, InvalidTransition for one that became an order or was dropped, BadInput without a reason.
    """
    if not reason.strip():
        raise BadInput(field="reason", reason=_("say why it is dropped."))
    batch.actor.require(INTAKE_ORDER)
    rows = batch.read(LOCK_WHOLE, document_id)
    if not rows or not batch.actor.may(INTAKE_ORDER, company=rows[0][1]):
        raise NotFound(what=_("intake document"), reference=document_id)
    states = IntakeDocument.State
    state, order_id = rows[0][4], rows[0][5]
    if state != states.PARKED or order_id:
        raise InvalidTransition(
            document=_("The document"), state=states(state).label.lower(), verb=_("dropping it")
        )
    waiting = [row[0] for row in batch.read(LOCK_LINES, document_id) if not row[3]]
    batch.update(
        ParkedLine,
        waiting,
        resolved_at=batch.now,
        resolved_by=batch.actor.name,
        resolution="dropped",
        resolution_reason=reason.strip()[:200],
    )
    batch.update(IntakeDocument, [document_id], state=states.CLOSED.value)
    batch.decide("orders.discard_document", IntakeDocument, document_id, {"reason": reason.strip()})
    answer_document(batch, document_id)
    return Discarded(document_id)
