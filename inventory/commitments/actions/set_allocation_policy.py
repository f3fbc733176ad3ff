"""Say how a class of customers is served when stock is scarce, from a day on (AT03)."""

from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from erp.kernel.access import permit
from erp.kernel.batch import Batch
from erp.kernel.command import command
from erp.kernel.errors import BadInput, NotFound
from inventory.commitments.errors import PolicyTaken
from inventory.commitments.models import AllocationPolicy
from masterdata.dates import make_room
from masterdata.items.models import ItemClass
from masterdata.parties.models import CustomerGroup
from masterdata.places.models import Company, Site
from masterdata.places.queries import day_of

SET_ALLOCATION = permit("inventory.set_allocation_policy", "process_owner")


@dataclass(frozen=True, slots=True)
class AllocationSet:
    policy_id: int


def _raced(*, valid_from: date, **_others: object) -> PolicyTaken:
    return PolicyTaken(day=valid_from)


@command("inventory.set_allocation_policy", conflicts={"allocation_policy_unique": _raced})
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

    Promises that were made stay; the next receipt, shortage or re-allocation run serves by it. Raises NotFound,
    BadInput, PolicyTaken when another one from that day on came first.
    """
    batch.actor.require(SET_ALLOCATION, company=company_id)
    company = Company.objects.filter(pk=company_id).first()
    if company is None:
        raise NotFound(what=_("company"), reference=company_id)
    if site_id is not None and not Site.objects.filter(pk=site_id, company=company).exists():
        raise NotFound(what=_("site of %(company)s") % {"company": company.code}, reference=site_id)
    if customer_class_id is not None and not CustomerGroup.objects.filter(pk=customer_class_id).exists():
        raise NotFound(what=_("customer class"), reference=customer_class_id)
    if item_class_id is not None and not ItemClass.objects.filter(pk=item_class_id).exists():
        raise NotFound(what=_("item class"), reference=item_class_id)
    for name, value, known in (
        ("method", method, AllocationPolicy.Method.values),
        ("stance", stance, AllocationPolicy.Stance.values),
    ):
        if value not in known:
            raise BadInput(field=name, reason=_("one of: %(names)s.") % {"names": ", ".join(known)})
    if valid_from < day_of(company, batch.now):
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
