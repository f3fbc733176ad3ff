"""Leave a payer, or one of their invoices, alone until a day."""

from dataclasses import dataclass
from datetime import date

from billing.collections.holding import hold_payer
from billing.dunning.errors import NotStopped, StoppedAlready
from billing.dunning.models import DunningStop
from billing.dunning.permissions import STOP_DUNNING
from billing.dunning.reads import ITEM, STANDING_STOP, STOP
from erp.kernel.batch import Batch
from erp.kernel.command import command
from erp.kernel.errors import BadInput, NotFound
from erp.kernel.formats import write_day


@dataclass(frozen=True, slots=True)
class Stopped:
    """The stop."""

    stop_id: int


@command("billing.stop_dunning")
def stop_dunning(
    batch: Batch, *, customer_id: int, until: date, reason: str, open_item_id: int | None = None
) -> Stopped:
    """No letter to a payer, or about one item of theirs, is written until the end of a day.

    Raises StoppedAlready, NotFound, BadInput.
    """
    if not reason.strip():
        raise BadInput(field="reason", reason="say why.")
    payer = hold_payer(batch, customer_id, STOP_DUNNING)
    what = payer.name
    if open_item_id is not None:
        rows = batch.read(ITEM, open_item_id)
        if not rows or rows[0][0] != customer_id:
            raise NotFound(what="open item of the payer", reference=open_item_id)
        what = rows[0][1]
    if until < payer.today:
        raise BadInput(field="until", reason="choose today or a day in the future.")
    for (standing,) in batch.read(STANDING_STOP, customer_id, open_item_id, payer.today):
        raise StoppedAlready(what=what, until=write_day(standing))
    (stop_id,) = batch.draw(billing_dunningstop=1)["billing_dunningstop"]
    batch.insert(
        DunningStop,
        id=stop_id,
        company=payer.company_id,
        customer=customer_id,
        item=open_item_id,
        reason=reason.strip()[:200],
        until=until,
        stopped_by=batch.actor.name,
        stopped_at=batch.now,
    )
    outcome = {"item": open_item_id, "until": until, "reason": reason.strip()[:200]}
    batch.decide("billing.stop_dunning", DunningStop, stop_id, outcome)
    return Stopped(stop_id)


@command("billing.end_dunning_stop")
def end_dunning_stop(batch: Batch, *, stop_id: int) -> Stopped:
    """Dun again from the next run on. Raises NotStopped, NotFound."""
    rows = batch.read(STOP, stop_id)
    if not rows:
        raise NotFound(what="stop", reference=stop_id)
    _, company_id, has_ended = rows[0]
    batch.actor.require(STOP_DUNNING, company=company_id)
    if has_ended:
        raise NotStopped()
    batch.update(DunningStop, [stop_id], ended_at=batch.now, ended_by=batch.actor.name)
    batch.decide("billing.end_dunning_stop", DunningStop, stop_id, {})
    return Stopped(stop_id)
