"""Keep nothing by these quotas any more."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from erp.kernel.batch import Batch
from erp.kernel.command import command
from erp.kernel.errors import BadInput, NotFound
from inventory.commitments.actions.set_quota import SET_QUOTA
from inventory.commitments.models import AllocationQuota

QUOTAS = """
SELECT q.id, s.company_id, q.site_id, q.ended_at IS NULL FROM inventory_allocationquota q
JOIN masterdata_site s ON s.id = q.site_id WHERE q.id = ANY(%s::bigint[]) ORDER BY q.id FOR NO KEY UPDATE OF q"""


@dataclass(frozen=True, slots=True)
class QuotasEnded:
    """Those that kept something until now."""

    quota_ids: list[int]


@command("inventory.end_quotas")
def end_quotas(batch: Batch, *, quota_ids: Sequence[int], reason: str) -> QuotasEnded:
    """Their stock is free for everyone at once; one that has ended stays as it is. Raises NotFound, BadInput."""
    if not reason.strip():
        raise BadInput(field="reason", reason=_("say why."))
    rows = batch.read(QUOTAS, sorted(set(quota_ids)))
    if not rows:
        raise NotFound(what=_("quota"), reference=list(quota_ids)[:1])
    for _quota, company_id, site_id, _open in rows:
        batch.actor.require(SET_QUOTA, company=company_id, site=site_id)
    ids = [row[0] for row in rows if row[3]]
    batch.update(AllocationQuota, ids, ended_at=batch.now)
    for quota_id in ids:
        batch.decide("inventory.end_quotas", AllocationQuota, quota_id, {"reason": reason})
    return QuotasEnded(ids)
