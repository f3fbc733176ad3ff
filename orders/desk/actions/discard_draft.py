"""Discard a draft, and take it back."""

from erp.kernel.batch import Batch
from erp.kernel.command import command
from erp.kernel.errors import NotFound
from orders.desk.errors import DraftGone
from orders.entry.actions.submit_order import SUBMIT
from orders.entry.models import OrderDraft


@command("orders.discard_draft")
def discard_draft(batch: Batch, *, public_id: str, restore: bool = False) -> None:
    """Put a draft out of sight, or with `restore` back into it; doing either twice changes nothing.

    Raises DraftGone when it was submitted.
    """
    draft = OrderDraft.objects.lock().filter(public_id=public_id).first()
    if draft is None:
        raise NotFound(what="draft", reference=public_id)
    batch.actor.require(SUBMIT, company=draft.company_id)
    if draft.order_id:
        raise DraftGone(state="submitted")
    if restore == bool(draft.discarded_at):
        draft.discarded_at = None if restore else batch.now
        draft.save(update_fields=["discarded_at"])
