"""What a run of the billing rules found becomes work with an owner and a clock, in the run's own transaction."""

from django.utils.translation import gettext_lazy as _

from billing.exceptions.policies import EXCEPTION_DUE_DAYS, EXCEPTION_OWNER
from billing.exceptions.reads import CLEAR_EXCEPTIONS, OPEN_EXCEPTIONS, STOPPED, WITHDRAW_EXCEPTIONS
from billing.invoicing.events import BillingStopped, ProblemsGone
from erp.kernel.batch import Batch
from erp.kernel.events import inline
from inventory.outbound.events import GoodsReturned
from orders.exceptions.sources import source

# Customer service sees which of its orders are not billed, and who works it.
source("invoice", _("Invoice stopped"), "warn", days=2, url="billing:exception", read_only=True, sql=STOPPED)


@inline(BillingStopped)
def open_exceptions(batch: Batch, fact: BillingStopped) -> None:
    """One exception per shipment and rule, owned and due by the company's policy."""
    stops, today = fact.stops, batch.now.date()
    batch.write(
        OPEN_EXCEPTIONS,
        batch.now,
        batch.now,
        [stop.company_id for stop in stops],
        [stop.site_id for stop in stops],
        [stop.shipment_id for stop in stops],
        [stop.order_id for stop in stops],
        [stop.kind for stop in stops],
        [stop.detail[:300] for stop in stops],
        [stop.amount for stop in stops],
        [stop.variance for stop in stops],
        [stop.currency for stop in stops],
        [EXCEPTION_OWNER.value(on=today, company=stop.company_id, site=stop.site_id) for stop in stops],
        [EXCEPTION_DUE_DAYS.value(on=today, company=stop.company_id, site=stop.site_id) for stop in stops],
    )


@inline(ProblemsGone)
def clear_exceptions(batch: Batch, fact: ProblemsGone) -> None:
    """Exceptions whose rule no longer finds anything are closed by the run that found it out."""
    batch.write(
        CLEAR_EXCEPTIONS,
        batch.now,
        batch.actor.name,
        [shipment_id for shipment_id, _ in fact.found],
        [kind for _, kind in fact.found],
    )


@inline(GoodsReturned)
def withdraw_exceptions(batch: Batch, fact: GoodsReturned) -> None:
    """What came back is not charged, so nothing about charging it waits for anyone."""
    batch.write(WITHDRAW_EXCEPTIONS, batch.now, batch.actor.name, fact.shipment_ids)
