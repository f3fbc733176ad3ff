"""Say how a class of customers is served when stock is scarce, from a day on (AT03)."""

from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from erp.kernel.access import permit
from erp.kernel.batch import Batch
from erp.kernel.command import command
from erp.kernel.errors import BadInput
from inventory.commitments.models import AllocationPolicy
from masterdata.dates import make_room

SET_ALLOCATION = permit("inventory.set_allocation_policy", "process_owner")


@dataclass(frozen=True, slots=True)
class AllocationSet:
    policy_id: int


@command("inventory.set_allocation_policy")
def set_allocation_policy(
    batch: Batch,
    *,
    company_id: int,
    priority: int,
    method: str,
    stance: str,
    valid_from: date,
    reason: str,
    site_id: int | None = None,
    customer_class_id: int | None = None,
    item_class_id: int | None = None,
) -> AllocationSet:
    """A version of the policy from `valid_from` on; the one before ends there. What is None holds for all.

    Promises that were made stay; the next receipt, shortage or re-allocation run serves by it. Raises BadInput.
    """
    batch.actor.require(SET_ALLOCATION, company=company_id)
    if valid_from < batch.now.date():
        raise BadInput(field="valid_from", reason=_("it is past. Choose today or a later day."))
    if not reason.strip():
        raise BadInput(field="reason", reason=_("say why."))
    if not 1 <= priority <= 99:
        raise BadInput(field="priority", reason=_("from 1 (first) to 99."))
    scope = {
        "company_id": company_id,
        "site_id": site_id,
        "customer_class_id": customer_class_id,
        "item_class_id": item_class_id,
    }
    made = AllocationPolicy.objects.create(
        **scope,
        priority=priority,
        method=AllocationPolicy.Method(method),
        stance=AllocationPolicy.Stance(stance),
        valid_from=valid_from,
        valid_to=make_room(AllocationPolicy.objects.filter(**scope), valid_from),
        reason=reason,
        set_by=batch.actor.name,
    )
    batch.decide(
        "inventory.set_allocation_policy",
        AllocationPolicy,
        made.pk,
        {
            **scope,
            "priority": priority,
            "method": method,
            "stance": stance,
            "from": valid_from,
            "reason": reason,
        },
    )
    return AllocationSet(made.pk)
