"""What was learnt of payers, and was wrong or is so no longer."""

from collections.abc import Sequence

from billing.banking.models import LearntPayer
from billing.banking.permissions import POST_ENTRY
from erp.kernel.batch import Batch
from erp.kernel.command import command


@command("billing.withdraw_learnt")
def withdraw_learnt(batch: Batch, *, learnt_ids: Sequence[int]) -> None:
    """Forget that these names and accounts pay for their customers; what was posted stays. Twice changes nothing."""
    rows = LearntPayer.objects.filter(pk__in=learnt_ids, withdrawn_at=None).order_by("pk")
    found = list(rows.select_for_update(no_key=True).values_list("pk", "company_id", "value", "customer_id"))
    for company_id in sorted({row[1] for row in found}):
        batch.actor.require(POST_ENTRY, company=company_id)
    batch.update(
        LearntPayer, [row[0] for row in found], withdrawn_at=batch.now, withdrawn_by=batch.actor.name
    )
    for pk, _, value, customer_id in found:
        batch.decide("billing.withdraw_learnt", LearntPayer, pk, {"value": value, "customer": customer_id})
