"""Submit a draft: the desk's order, through the verb that every channel uses."""

from erp.kernel.batch import Batch
from erp.kernel.command import command
from orders.desk.taking import take_draft
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
    taken = take_draft(batch, public_id=public_id, version=version, right=SUBMIT, hold_reason=hold_reason)
    try:
        submitted = submit_order.inside(batch, request=taken.request)
    except LineRefused as refusal:
        raise taken.renumbered(refusal) from refusal
    batch.update(OrderDraft, [taken.draft_id], order=submitted.order_id)
    return submitted
