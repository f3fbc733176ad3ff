"""Give a run up before anybody has let it go; its payables are free for the next one."""

from django.utils.translation import gettext as _

from billing.payments.models import PaymentRun
from billing.payments.permissions import PROPOSE_PAYMENT
from billing.payments.reads import END_ITEMS
from billing.payments.running import lock_run
from erp.kernel.batch import Batch
from erp.kernel.command import command
from erp.kernel.errors import BadInput


@command("billing.cancel_payment_run")
def cancel_payment_run(batch: Batch, *, run_id: int, reason: str) -> None:
    """Cancel a run that waits. Raises NotFound, RunDecided, BadInput."""
    reason = reason.strip()[:200]
    if not reason:
        raise BadInput(field="reason", reason=_("say why nothing is paid."))
    run = lock_run(batch, run_id)
    batch.actor.require(PROPOSE_PAYMENT, company=run.company_id)
    batch.write(END_ITEMS, run_id)
    batch.update(
        PaymentRun,
        [run_id],
        state=PaymentRun.State.CANCELLED.value,
        decided_at=batch.now,
        decided_by=batch.actor.name,
        reason=reason,
        add={"version": 1},
    )
    batch.decide("billing.cancel_payment_run", PaymentRun, run_id, {"reason": reason})
