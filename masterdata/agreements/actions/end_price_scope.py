"""A customer or node no longer buys at a set of prices."""

from datetime import date

from erp.kernel.batch import Batch
from erp.kernel.command import command
from masterdata.records import end_on, locked

from ..models import CustomerPriceScope
from ..permissions import SET_PRICE


@command("masterdata.end_price_scope")
def end_price_scope(batch: Batch, *, assignment_id: int, on: date) -> None:
    """Let an assignment end: `on` is the first day without it. One that had not begun goes.

    Raises NotFound, BadInput.
    """
    found = locked(CustomerPriceScope.objects.select_related("scope"), assignment_id)
    batch.actor.require(SET_PRICE, company=found.scope.company_id)
    end_on(found, on)
