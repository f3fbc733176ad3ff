"""Drop parked lines: nobody will order them any more, and why."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from erp.kernel.batch import Batch
from erp.kernel.command import command
from erp.kernel.errors import BadInput
from orders.channels.actions.intake_order import INTAKE_ORDER
from orders.channels.answering import answer_document
from orders.channels.models import IntakeDocument, ParkedLine
from orders.channels.parked import lock_parked, state_after


@dataclass(frozen=True, slots=True)
class Dropped:
    """The document's state after it, and how many lines were dropped."""

    document_id: int
    state: str
    count: int


@command("orders.drop_lines")
def drop_lines(batch: Batch, *, document_id: int, lines: list[int], reason: str) -> Dropped:
    """Take the named parked lines (all open ones, when none is named) out of the queue for good.

    Raises NotFound, AlreadyResolved for a line that was resubmitted or dropped before, BadInput without a reason.
    """
    if not reason.strip():
        raise BadInput(field="reason", reason=_("say why the lines are dropped."))
    document, open_lines, chosen = lock_parked(batch, document_id, lines)
    batch.actor.require(INTAKE_ORDER, company=document.company_id)
    batch.update(
        ParkedLine,
        [line.parked_id for line in chosen],
        resolved_at=batch.now,
        resolved_by=batch.actor.name,
        resolution="dropped",
        resolution_reason=reason.strip()[:200],
    )
    state = state_after(document.order_id, left=len(open_lines) - len(chosen), dropped=True)
    batch.update(IntakeDocument, [document_id], state=state)
    batch.decide(
        "orders.drop_lines",
        IntakeDocument,
        document_id,
        {"lines": [line.line for line in chosen], "reason": reason.strip()},
    )
    answer_document(batch, document_id)
    return Dropped(document_id, state, len(chosen))
