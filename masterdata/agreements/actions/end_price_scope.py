"""A customer or node no longer buys at a set of prices."""

from datetime import date

from django.utils.translation import gettext as _

from erp.kernel.batch import Batch
from erp.kernel.command import command
from erp.kernel.errors import BadInput
from masterdata.records import locked

from ..models import CustomerPriceScope
from ..permissions import SET_PRICE


@command("masterdata.end_price_scope")
def end_price_scope(batch: Batch, *, assignment_id: int, on: date) -> None:
    """Let an assignment end: `on` is the first day without it. One that had not begun goes.

    Raises NotFound, BadInput.
    """
    found = locked(CustomerPriceScope.objects.select_related("scope"), assignment_id)
    batch.actor.require(SET_PRICE, company=found.scope.company_id)
    if found.valid_to is not None and found.valid_to <= on:
        raise BadInput(field="on", reason=_("it ends before that day already."))
    if on <= found.valid_from:
        found.delete()
        return
    found.valid_to = on
    found.save(update_fields=["valid_to"])
