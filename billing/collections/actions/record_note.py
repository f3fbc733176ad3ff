"""Keep what was said, and when to look again."""

from dataclasses import dataclass
from datetime import date

from billing.collections.holding import hold_payer
from billing.collections.models import CollectionAccount, CollectionNote
from erp.kernel.batch import Batch
from erp.kernel.command import command
from erp.kernel.errors import BadInput


@dataclass(frozen=True, slots=True)
class Noted:
    """The note."""

    note_id: int


@command("billing.record_note")
def record_note(
    batch: Batch, *, customer_id: int, kind: str, text: str, follow_up_on: date | None = None
) -> Noted:
    """Write down what was said to a payer or by them; until `follow_up_on` they leave the worklist of the day.

    Without a day they stay on it. Raises BadInput for no text or a day that is not in the future.
    """
    if kind not in CollectionNote.Kind.values:
        raise BadInput(field="kind", reason=f"one of {', '.join(CollectionNote.Kind.values)}.")
    if not text.strip():
        raise BadInput(field="text", reason="say what was said.")
    payer = hold_payer(batch, customer_id)
    if follow_up_on is not None and follow_up_on <= payer.today:
        raise BadInput(field="follow_up_on", reason="choose a day in the future.")
    (note_id,) = batch.draw(billing_collectionnote=1)["billing_collectionnote"]
    batch.insert(
        CollectionNote,
        id=note_id,
        company=payer.company_id,
        customer=customer_id,
        kind=kind,
        text=text.strip()[:500],
        follow_up_on=follow_up_on,
        written_by=batch.actor.name,
        written_at=batch.now,
    )
    batch.update(CollectionAccount, [payer.account_id], follow_up_on=follow_up_on, add={"version": 1})
    return Noted(note_id)
