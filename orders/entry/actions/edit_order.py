"""Have an order open for change: others see who has it, and may take it over with a word."""

from django.utils.translation import gettext as _

from erp.kernel import editing
from erp.kernel.batch import Batch
from erp.kernel.command import command
from erp.kernel.errors import BadInput, NotFound
from orders.entry.actions.amend_order import AMEND_ORDER
from orders.entry.models import SalesOrder


@command("orders.edit_order")
def edit_order(batch: Batch, *, order_id: int, take_over: bool = False, note: str = "") -> editing.Holding:
    """Hold the order for the actor while its page is open, or renew the hold; who has it then.

    `take_over` takes it from whoever has it and leaves them `note`. Raises NotFound, NotPermitted, BadInput for a
    take-over without a word.
    """
    order = SalesOrder.objects.filter(pk=order_id).values_list("company_id", "site_id").first()
    if order is None:
        raise NotFound(what=_("order"), reference=order_id)
    company_id, site_id = order
    batch.actor.require(AMEND_ORDER, company=company_id, site=site_id)
    before = editing.holder(batch, SalesOrder, order_id) if take_over else None
    taken = before is not None and before.user_id != batch.actor.user_id
    if taken and not note.strip():
        raise BadInput(field="note", reason=_("leave a word to whoever has the order."))
    found = editing.claim(batch, SalesOrder, order_id, take_over=take_over, note=note)
    if taken and before is not None:
        outcome = {"from": before.name, "note": found.note}
        batch.decide("orders.take_over_order", SalesOrder, order_id, outcome)
    return found
