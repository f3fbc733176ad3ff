"""E-invoices that failed or were rejected are made again, after what was wrong has been put right."""

from collections.abc import Sequence

from billing.einvoice.actions.request_einvoices import Requested
from billing.einvoice.errors import NotRegenerable
from billing.einvoice.events import EInvoiceRequested
from billing.einvoice.holding import lock_einvoices, move
from billing.einvoice.models import EInvoice
from billing.einvoice.permissions import WORK_EINVOICE
from erp.kernel.batch import Batch
from erp.kernel.command import command


@command("billing.regenerate_einvoices")
def regenerate_einvoices(batch: Batch, *, einvoice_ids: Sequence[int]) -> Requested:
    """Make them again in the format that the customer wants today; what is being made already is left alone.

    A rejected one gets a further revision in the archive; owner and clock stay until it is valid. Raises
    NotRegenerable for one that the customer has or that was settled.
    """
    found = lock_einvoices(batch, einvoice_ids, WORK_EINVOICE)
    again = [one for one in found if one.state != EInvoice.State.PENDING]
    for one in again:
        if one.state not in EInvoice.TO_WORK:
            raise NotRegenerable(number=one.number, state=one.state_label)
    move(batch, again, EInvoice.State.PENDING.value, format=[one.wanted_format for one in again])
    for one in again:
        batch.decide("billing.regenerate_einvoices", EInvoice, one.id, {"was": one.state})
    batch.publish(*(EInvoiceRequested(einvoice_id=one.id) for one in again))
    return Requested([one.id for one in again])
