"""What the customer, or the network on the way to it, says of an e-invoice."""

from django.utils.translation import gettext as _

from billing.einvoice.errors import NotReportable
from billing.einvoice.holding import lock_einvoices, move, open_trouble
from billing.einvoice.models import EInvoice
from billing.einvoice.permissions import REPORT_EINVOICE
from erp.kernel.batch import Batch
from erp.kernel.command import command
from erp.kernel.errors import BadInput, NotFound


@command("billing.report_einvoice")
def report_einvoice(batch: Batch, *, einvoice_id: int, accepted: bool, reason: str = "") -> None:
    """Accepted: it is done. Rejected, with a reason: it comes back as an exception with owner and clock.

    Told the same again changes nothing. Raises NotReportable for what is not with the customer, BadInput for a
    rejection without a reason.
    """
    said = EInvoice.State.ACCEPTED if accepted else EInvoice.State.REJECTED
    if not accepted and not reason.strip():
        raise BadInput(field="reason", reason=_("say why it was rejected, in the customer's words."))
    rows = lock_einvoices(batch, [einvoice_id], REPORT_EINVOICE)
    if not rows:
        raise NotFound(what=_("e-invoice"), reference=einvoice_id)
    (one,) = rows
    if one.state == said:
        return
    if one.state not in EInvoice.OUT:
        raise NotReportable(number=one.number, state=one.state_label)
    if accepted:
        move(batch, rows, said.value)
    else:
        open_trouble(batch, one, state=said.value, detail=reason.strip())
    batch.decide(
        "billing.report_einvoice", EInvoice, one.id, {"said": said.value, "reason": reason.strip()[:200]}
    )
