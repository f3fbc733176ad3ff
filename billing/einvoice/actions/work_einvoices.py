"""Who works an e-invoice that failed or was rejected; or that it is settled otherwise."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from billing.einvoice.errors import NotWaivable
from billing.einvoice.holding import lock_einvoices, move
from billing.einvoice.models import EInvoice
from billing.einvoice.permissions import WORK_EINVOICE
from billing.exceptions.owners import check_owner
from erp.kernel.batch import Batch
from erp.kernel.command import command
from erp.kernel.errors import BadInput


@dataclass(frozen=True, slots=True)
class Worked:
    """E-invoices that changed hands or were settled."""

    einvoice_ids: list[int]


@command("billing.assign_einvoices")
def assign_einvoices(batch: Batch, *, einvoice_ids: Sequence[int], owner_id: int | None) -> Worked:
    """Give those that wait for somebody to a user who may work them, or to nobody (None).

    Raises OwnerCannotWork where the user lacks the right for a company, NotFound.
    """
    found = lock_einvoices(batch, einvoice_ids, WORK_EINVOICE)
    found = [one for one in found if one.state in EInvoice.TO_WORK]
    check_owner(owner_id, WORK_EINVOICE, ((one.company_id, one.site_id) for one in found))
    batch.update(EInvoice, [one.id for one in found], owner=owner_id, add={"version": 1})
    for one in found:
        batch.decide("billing.assign_einvoices", EInvoice, one.id, {"to": owner_id})
    return Worked([one.id for one in found])


@command("billing.waive_einvoices")
def waive_einvoices(batch: Batch, *, einvoice_ids: Sequence[int], reason: str) -> Worked:
    """Settle what failed or was rejected in another way, with the reason: on paper, by a credit memo.

    Raises BadInput without one, NotWaivable for one that waits for nobody.
    """
    if not reason.strip():
        raise BadInput(field="reason", reason=_("say how it was settled."))
    found = lock_einvoices(batch, einvoice_ids, WORK_EINVOICE)
    left = [one for one in found if one.state != EInvoice.State.WAIVED]
    for one in left:
        if one.state not in EInvoice.TO_WORK:
            raise NotWaivable(number=one.number, state=one.state_label)
    move(batch, left, EInvoice.State.WAIVED.value, reason=reason.strip()[:200])
    for one in left:
        batch.decide(
            "billing.waive_einvoices", EInvoice, one.id, {"was": one.state, "reason": reason.strip()[:200]}
        )
    return Worked([one.id for one in left])
