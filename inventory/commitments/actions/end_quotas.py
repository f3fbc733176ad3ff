"""Keep nothing by these quotas any more."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from erp.kernel.batch import Batch
from erp.kernel.command import command
from erp.kernel.errors import BadInput, NotFound
from inventory.commitments.actions.promise_waiting import promise_waiting
from inventory.commitments.actions.set_quota import SET_QUOTA
from inventory.commitments.models import AllocationQuota, PromiseEvent
from inventory.commitments.queries import lock_free_stock

QUOTAS = """
SELECT s.company_id, q.site_id, q.item_id FROM inventory_allocationquota q
JOIN masterdata_site s ON s.id = q.site_id WHERE q.id = ANY(%s::bigint[]) ORDER BY q.site_id, q.item_id"""

# Behind the lock on the stock, as whoever keeps a new one.
LOCK_OPEN = """
SELECT q.id FROM inventory_allocationquota q WHERE q.id = ANY(%s::bigint[]) AND q.site_id = %s::bigint
    AND q.ended_at IS NULL ORDER BY q.id FOR NO KEY UPDATE"""


@dataclass(frozen=True, slots=True)
class QuotasEnded:
    """Those that kept something until now."""

    quota_ids: list[int]


@command("inventory.end_quotas")
def end_quotas(batch: Batch, *, quota_ids: Sequence[int], reason: str) -> QuotasEnded:
    """Their stock goes to those who wait, then is free for everyone; one that has ended stays as it is.

    The statements grow with the sites, not with the quotas. Raises NotFound, BadInput.
    """
    if not reason.strip():
        raise BadInput(field="reason", reason=_("say why."))
    rows = batch.read(QUOTAS, sorted(set(quota_ids)))
    if not rows:
        raise NotFound(what=_("quota"), reference=list(quota_ids)[:1])
    items: defaultdict[int, list[int]] = defaultdict(list)
    for company_id, site_id, item_id in rows:
        batch.actor.require(SET_QUOTA, company=company_id, site=site_id)
        items[site_id].append(item_id)
    ended = []
    for site_id, item_ids in items.items():
        lock_free_stock(batch, site_id=site_id, item_ids=item_ids)
        ids = [row[0] for row in batch.read(LOCK_OPEN, sorted(set(quota_ids)), site_id)]
        if not ids:
            continue
        batch.update(AllocationQuota, ids, ended_at=batch.now)
        served = promise_waiting(batch, site_id=site_id, item_ids=item_ids, cause=PromiseEvent.Cause.FREED)
        for quota_id in ids:
            batch.decide(
                "inventory.end_quotas",
                AllocationQuota,
                quota_id,
                {"reason": reason, **({"served": served} if served else {})},
            )
        ended += ids
    return QuotasEnded(ended)
