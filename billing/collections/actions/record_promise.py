"""What a payer promised to pay; whether they did is read off what was received."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from billing.collections.errors import NothingOwed, PromiseOver
from billing.collections.holding import hold_payer
from billing.collections.models import CollectionAccount, PaymentPromise
from billing.collections.reads import PROMISE, STANDING
from erp.kernel.batch import Batch
from erp.kernel.command import command
from erp.kernel.errors import BadInput, NotFound

REPLACED = "Another promise took its place"


@dataclass(frozen=True, slots=True)
class Promised:
    """The promise."""

    promise_id: int


@command("billing.record_promise")
def record_promise(
    batch: Batch, *, customer_id: int, amount: Decimal, promised_on: date, note: str = ""
) -> Promised:
    """Keep that a payer promised an amount, in their currency, until a day; the promise before it ends.

    They come back to the worklist on the day after. Raises NothingOwed beyond what is open, BadInput.
    """
    if amount <= 0 or amount != round(amount, 2):
        raise BadInput(field="amount", reason="an amount above zero with at most 2 decimals.")
    payer = hold_payer(batch, customer_id)
    if promised_on < payer.today:
        raise BadInput(field="promised_on", reason="choose today or a day in the future.")
    if amount > payer.open:
        raise NothingOwed(customer=payer.name, open=payer.open, currency=payer.currency, amount=amount)
    standing = batch.read(STANDING, customer_id)
    # Who waited for the payer meanwhile is not earlier than who came first: no two promises count the same moment.
    moment = max([batch.now, *(made_at for _, made_at in standing)])
    _end(batch, [row[0] for row in standing], moment, REPLACED)
    (promise_id,) = batch.draw(billing_paymentpromise=1)["billing_paymentpromise"]
    batch.insert(
        PaymentPromise,
        id=promise_id,
        company=payer.company_id,
        customer=customer_id,
        currency=payer.currency,
        amount=amount,
        made_on=payer.today,
        promised_on=promised_on,
        note=note.strip()[:200],
        made_by=batch.actor.name,
        made_at=moment,
    )
    batch.update(
        CollectionAccount,
        [payer.account_id],
        follow_up_on=promised_on + timedelta(days=1),
        add={"version": 1},
    )
    outcome = {"amount": amount, "until": promised_on, "open": payer.open}
    batch.decide("billing.record_promise", PaymentPromise, promise_id, outcome)
    return Promised(promise_id)


@command("billing.withdraw_promise")
def withdraw_promise(batch: Batch, *, promise_id: int, reason: str) -> Promised:
    """End a promise that was written down wrongly; money that came while it stood still counts for it.

    Raises PromiseOver, BadInput.
    """
    if not reason.strip():
        raise BadInput(field="reason", reason="say why.")
    rows = batch.read(PROMISE, promise_id)
    if not rows:
        raise NotFound(what="promise", reference=promise_id)
    payer = hold_payer(batch, rows[0][0])
    ((_, is_over, made_at),) = batch.read(PROMISE, promise_id)
    if is_over:
        raise PromiseOver()
    _end(batch, [promise_id], max(batch.now, made_at), reason.strip()[:200])
    batch.update(CollectionAccount, [payer.account_id], follow_up_on=None, add={"version": 1})
    batch.decide("billing.withdraw_promise", PaymentPromise, promise_id, {"reason": reason.strip()[:200]})
    return Promised(promise_id)


def _end(batch: Batch, promise_ids: list[int], at: datetime, reason: str) -> None:
    batch.update(PaymentPromise, promise_ids, ended_at=at, ended_by=batch.actor.name, end_reason=reason)
