"""Say that a customer does not accept a part of an invoice."""

from dataclasses import dataclass
from decimal import Decimal

from billing.disputes.errors import NotDisputable
from billing.disputes.holding import New, open_disputes
from billing.disputes.permissions import OPEN_DISPUTE
from billing.disputes.reads import LOCK_ITEM
from billing.receivables.errors import OverDisputed
from billing.receivables.models import Deduction
from erp.kernel.batch import Batch
from erp.kernel.command import command
from erp.kernel.errors import BadInput, NotFound


@dataclass(frozen=True, slots=True)
class Opened:
    """The dispute and its number."""

    dispute_id: int
    number: str


@command("billing.open_dispute")
def open_dispute(
    batch: Batch, *, open_item_id: int, kind: str, amount: Decimal, claim: str = "", note: str = ""
) -> Opened:
    """Carve an amount, in the item's currency, out of what is dunned of an invoice; what is owed stays.

    `claim` is the customer's own reference. Raises NotDisputable for a credit memo, OverDisputed beyond what is open
    and not disputed, BadInput.
    """
    rows = batch.read(LOCK_ITEM, batch.now, open_item_id)
    if not rows:
        raise NotFound(what="open item", reference=open_item_id)
    _, company_id, customer_id, currency, still_open, disputed, document, today = rows[0]
    batch.actor.require(OPEN_DISPUTE, company=company_id)
    if kind not in Deduction.values:
        raise BadInput(field="kind", reason=f"one of {', '.join(Deduction.values)}.")
    if amount <= 0 or amount != round(amount, 2):
        raise BadInput(field="amount", reason="an amount above zero with at most 2 decimals.")
    if still_open < 0:
        raise NotDisputable(document=document)
    if amount > still_open - disputed:
        raise OverDisputed(document=document, amount=amount, free=still_open - disputed, currency=currency)
    new = New(company_id, customer_id, open_item_id, kind, currency, amount, today, claim=claim, note=note)
    (dispute_id,) = open_disputes(batch, [new])
    return Opened(dispute_id, f"DSP-{dispute_id}")
