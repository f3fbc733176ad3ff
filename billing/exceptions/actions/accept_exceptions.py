"""Bill as it is: somebody other than who caused it says that the goods are charged as ordered."""

from collections.abc import Sequence

from billing.exceptions.errors import NotAcceptable, OwnException
from billing.exceptions.models import InvoiceException
from billing.exceptions.permissions import ACCEPT_EXCEPTION
from billing.exceptions.resolving import Resolved, lock_open, resolve
from erp.kernel.batch import Batch
from erp.kernel.command import command
from erp.kernel.errors import BadInput


@command("billing.accept_exceptions")
def accept_exceptions(batch: Batch, *, exception_ids: Sequence[int], reason: str) -> Resolved:
    """Accept open exceptions and invoice their shipments in the same transaction; resolved ones are left alone.

    Raises OwnException for whoever submitted one of the orders, NotAcceptable for a missing tax code.
    """
    if not reason.strip():
        raise BadInput(field="reason", reason="say why the goods are billed as they are.")
    found = lock_open(batch, exception_ids, ACCEPT_EXCEPTION)
    for one in found:
        if one.submitted_by == batch.actor.name:
            raise OwnException(order=one.order)
        if one.kind == InvoiceException.Kind.TAX_MISSING:
            raise NotAcceptable(shipment=one.order)
    return resolve(
        batch,
        found,
        verb="billing.accept_exceptions",
        resolution=InvoiceException.Resolution.ACCEPTED.value,
        reason=reason.strip()[:200],
        why={},
    )
