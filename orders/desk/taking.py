"""A draft under lock, for the verbs that make a document of it."""

from collections.abc import Sequence
from dataclasses import dataclass

from erp.kernel.batch import Batch
from erp.kernel.errors import NotFound, StaleVersion
from orders.entry.errors import LineRefused
from orders.entry.models import OrderDraft
from orders.entry.rules import OrderRequest

from .errors import DraftGone, NoCustomer
from .rules import DraftLine, lines_of, request_of


@dataclass(frozen=True, slots=True)
class TakenDraft:
    """What a draft asks for, and its lines as they were typed."""

    draft_id: int
    lines: Sequence[DraftLine]
    request: OrderRequest

    def renumbered(self, refusal: LineRefused) -> LineRefused:
        """The refusal in the draft's own line numbers, which have gaps where lines were removed."""
        return refusal.numbered([line.line for line in self.lines])


def take_draft(
    batch: Batch, *, public_id: str, version: int, right: str, hold_reason: str = ""
) -> TakenDraft:
    """Lock a draft that nothing was made of yet, and read what it asks for.

    Raises NotFound (also for one that was put away), NotPermitted, DraftGone, StaleVersion, NoCustomer, LineRefused
    with the lines that name no item.
    """
    draft = OrderDraft.objects.lock().filter(public_id=public_id, discarded_at=None).first()
    if draft is None:
        raise NotFound(what="draft", reference=public_id)
    batch.actor.require(right, company=draft.company_id)
    if draft.order_id:
        raise DraftGone(state="submitted")
    if draft.version != version:
        raise StaleVersion(
            document=f"Draft {draft.pk}", actor=draft.saved_by or "someone", changes=[], version=draft.version
        )
    if draft.customer_id is None:
        raise NoCustomer()
    lines = lines_of(draft.lines)
    unreadable = [
        {"line": line.line, "item": line.raw, "reason": line.problem} for line in lines if line.problem
    ]
    if unreadable:
        raise LineRefused.of(unreadable)
    request = request_of(
        lines,
        customer_id=draft.customer_id,
        requested_on=draft.requested_on or batch.now.date(),
        ship_to_id=draft.ship_to_id,
        customer_po=draft.customer_po,
        note=draft.note,
        hold_reason=hold_reason,
        job=draft.job,
        site_id=draft.site_id,
        rush=draft.rush,
        coupon=draft.coupon,
    )
    return TakenDraft(draft.pk, lines, request)
