"""Keep stock of an item at a site for one class of customers, until a day or until it is ended (AT03)."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext as _

from erp.kernel.access import permit
from erp.kernel.batch import Batch
from erp.kernel.command import command
from erp.kernel.errors import BadInput, NotFound
from inventory.commitments.errors import QuotaOpen
from inventory.commitments.models import AllocationQuota
from inventory.commitments.queries import lock_free_stock
from masterdata.items.models import Item
from masterdata.parties.models import CustomerGroup
from masterdata.places.models import Site
from masterdata.places.queries import day_of

SET_QUOTA = permit("inventory.set_quota", "process_owner", "procurement")

# An expired quota makes room for the next.
CLOSE_EXPIRED = """
UPDATE inventory_allocationquota SET ended_at = %s::timestamptz
WHERE site_id = %s::bigint AND item_id = %s::bigint AND customer_class_id = %s::bigint
    AND ended_at IS NULL AND expires_on <= %s::date"""


@dataclass(frozen=True, slots=True)
class QuotaSet:
    quota_id: int


@command("inventory.set_quota")
def set_quota(
    batch: Batch,
    *,
    site_id: int,
    item_id: int,
    customer_class_id: int,
    quantity: Decimal,
    expires_on: date,
    reason: str,
) -> QuotaSet:
    """From now on keep `quantity` (stock unit) for the class; what the class is promised and shipped uses it up.

    Promises that others have stay. From `expires_on` on nothing is kept. Raises NotFound, BadInput, QuotaOpen.
    """
    site = Site.objects.filter(pk=site_id).first()
    if site is None:
        raise NotFound(what=_("site"), reference=site_id)
    batch.actor.require(SET_QUOTA, company=site.company_id, site=site_id)
    item = Item.objects.filter(pk=item_id, kind=Item.Kind.STOCKED).first()
    if item is None:
        raise NotFound(what=_("stocked item"), reference=item_id)
    group = CustomerGroup.objects.filter(pk=customer_class_id).first()
    if group is None:
        raise NotFound(what=_("customer class"), reference=customer_class_id)
    if quantity <= 0:
        raise BadInput(field="quantity", reason=_("more than zero."))
    today = day_of(site, batch.now)
    if expires_on <= today:
        raise BadInput(field="expires_on", reason=_("choose a day after today."))
    if not reason.strip():
        raise BadInput(field="reason", reason=_("say why."))
    lock_free_stock(
        batch, site_id=site_id, item_ids=[item_id]
    )  # two who keep the same come one after the other
    batch.write(CLOSE_EXPIRED, batch.now, site_id, item_id, customer_class_id, today)
    same = AllocationQuota.objects.filter(
        site=site_id, item=item_id, customer_class=customer_class_id, ended_at=None
    )
    if same.exists():
        raise QuotaOpen(item=item.code, name=group.name, site=site.code)
    made = AllocationQuota.objects.create(
        site=site,
        item=item,
        customer_class=group,
        quantity=quantity,
        starts_at=batch.now,
        expires_on=expires_on,
        reason=reason,
        set_by=batch.actor.name,
    )
    batch.decide(
        "inventory.set_quota",
        AllocationQuota,
        made.pk,
        {"quantity": quantity, "until": expires_on, "reason": reason},
    )
    return QuotaSet(made.pk)
