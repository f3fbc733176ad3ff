"""Send an invoice back to its supplier: it is not posted, and its number is free for a corrected one."""

from django.utils.translation import gettext as _

from billing.payables.actions.correct_supplier_invoice import waiting_invoice
from billing.payables.models import SupplierInvoice
from billing.payables.permissions import WORK_MATCH
from billing.payables.reads import CLOSE_EXCEPTIONS
from erp.kernel.batch import Batch
from erp.kernel.command import command
from erp.kernel.errors import BadInput


@command("billing.refuse_supplier_invoice")
def refuse_supplier_invoice(batch: Batch, *, invoice_id: int, reason: str) -> None:
    """Refuse an invoice that waits, and close its exceptions. Raises NotFound, NotWaiting, BadInput."""
    reason = reason.strip()[:200]
    if not reason:
        raise BadInput(field="reason", reason=_("say why it goes back to the supplier."))
    one = waiting_invoice(batch, invoice_id)
    batch.actor.require(WORK_MATCH, company=one.company_id)
    batch.update(
        SupplierInvoice,
        [invoice_id],
        state=SupplierInvoice.State.REFUSED.value,
        refused_at=batch.now,
        refused_by=batch.actor.name,
        refusal=reason,
        add={"version": 1},
    )
    batch.write(CLOSE_EXCEPTIONS, batch.now, batch.actor.name, reason, invoice_id)
    batch.decide("billing.refuse_supplier_invoice", SupplierInvoice, invoice_id, {"reason": reason})
