"""The bank did not carry a payment out, or sent it back: what it settled is owed again."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from billing.ledger.actions.post_journals import Entry, mirror, post_journals
from billing.ledger.models import Journal
from billing.payables.errors import StillUnmappedPosting
from billing.payables.models import Payable
from billing.payments.errors import PaymentReversed
from billing.payments.models import Payment
from billing.payments.permissions import REVERSE_PAYMENT
from billing.payments.reads import LOCK_PAID, LOCK_PAYMENT
from erp.kernel.batch import Batch
from erp.kernel.command import command
from erp.kernel.errors import BadInput, NotFound
from inventory.stock.errors import NoOpenPeriod
from inventory.stock.reads import PERIOD


@dataclass(frozen=True, slots=True)
class ReversedPayment:
    payment_id: int


@command("billing.reverse_payment")
def reverse_payment(batch: Batch, *, payment_id: int, reason: str) -> ReversedPayment:
    """Post the mirror of a payment, with the discounts that it took. Raises NotFound, PaymentReversed, BadInput,
    StillUnmappedPosting, NoOpenPeriod."""
    reason = reason.strip()[:200]
    if not reason:
        raise BadInput(field="reason", reason=_("say what the bank said."))
    rows = batch.read(LOCK_PAYMENT, payment_id)
    if not rows:
        raise NotFound(what=_("payment"), reference=payment_id)
    ((_id, number, company_id, currency, run_id, supplier_id, reversed_at, journal_id, in_suspense),) = rows
    batch.actor.require(REVERSE_PAYMENT, company=company_id)
    if reversed_at is not None:
        raise PaymentReversed(payment=number)
    if in_suspense:
        raise StillUnmappedPosting(invoice=number)
    paid = batch.read(LOCK_PAID, run_id, supplier_id)
    period = batch.read(PERIOD, batch.now, company_id)
    if not period:
        raise NoOpenPeriod(company=company_id, on=batch.now.date())
    batch.update(Payable, [pk for pk, _amount in paid], add={"open": [amount for _pk, amount in paid]})
    batch.update(Payment, [payment_id], reversed_at=batch.now, reversed_by=batch.actor.name, reason=reason)
    post_journals(
        batch,
        [
            Entry(
                kind=Journal.Kind.PAYMENT.value,
                company_id=company_id,
                currency=currency,
                source="billing.paymentreversal",
                source_id=payment_id,
                effective_at=batch.now,
                accounting_on=period[0][0],
                amounts=mirror(batch, journal_id),
                reverses_id=journal_id,
            )
        ],
    )
    batch.decide("billing.reverse_payment", Payment, payment_id, {"reason": reason})
    return ReversedPayment(payment_id)
