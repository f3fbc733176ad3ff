"""Submit a draft: the desk's order, through the verb that every channel uses."""

from collections.abc import Sequence

from erp.kernel.batch import Batch
from erp.kernel.command import command
from erp.kernel.errors import NotFound, StaleVersion
from orders.desk.errors import DraftGone, NoCustomer
from orders.desk.rules import DraftLine, lines_of, request_of
from orders.entry.actions.submit_order import SUBMIT, SubmittedOrder, submit_order
from orders.entry.errors import CustomerPoUsed, LineRefused
from orders.entry.models import OrderDraft


@command(
    "orders.submit_draft",
    conflicts={
        "order_customer_po_unique": lambda public_id, version, hold_reason="": CustomerPoUsed(
            customer_po="", order="an order submitted just now"
        )
    },
)
def submit_draft(batch: Batch, *, public_id: str, version: int, hold_reason: str = "") -> SubmittedOrder:
    """Make an order of a draft, held by hand from the start where `hold_reason` says why.

    Whoever asks again, the draft became one order only: DraftGone. Raises what submit_order raises, LineRefused
    for lines that name no item, NoCustomer, StaleVersion.
    """
    draft = OrderDraft.objects.lock().filter(public_id=public_id, discarded_at=None).first()
    if draft is None:
        raise NotFound(what="draft", reference=public_id)
    batch.actor.require(SUBMIT, company=draft.company_id)
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
        first = f"line {unreadable[0]['line']}: {unreadable[0]['reason']}"
        raise LineRefused(count=len(unreadable), first=first, lines=unreadable)
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
    )
    try:
        submitted = submit_order.inside(batch, request=request)
    except LineRefused as refusal:
        raise _renumbered(refusal, lines) from refusal
    batch.update(OrderDraft, [draft.pk], order=submitted.order_id)
    return submitted


def _renumbered(refusal: LineRefused, lines: Sequence[DraftLine]) -> LineRefused:
    """The refusal in the draft's own line numbers, which have gaps where lines were removed."""
    refused = [{**entry, "line": lines[entry["line"] - 1].line} for entry in refusal.context["lines"]]
    first = f"line {refused[0]['line']}: {refused[0]['reason']}"
    return LineRefused(count=len(refused), first=first, lines=refused)
