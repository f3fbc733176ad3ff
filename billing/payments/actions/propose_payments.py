"""What is to be paid: looked up, reasoned, and kept for a second person to let it go."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.translation import gettext as _

from billing.banking.models import BankAccount
from billing.payments.errors import NothingToPay, PayableInRun
from billing.payments.models import PaymentItem, PaymentRun
from billing.payments.permissions import PROPOSE_PAYMENT
from billing.payments.reads import BANK_ACCOUNT, LOCK_OWED, SUPPLIERS
from billing.payments.rules import Owed, is_iban, plain_iban, propose
from erp.kernel.batch import Batch
from erp.kernel.command import command
from erp.kernel.errors import BadInput, NotFound
from erp.kernel.literals import to_json

SEPA = "EUR"
LATEST = timedelta(days=60)


@dataclass(frozen=True, slots=True)
class ProposedRun:
    """The run, and how many payables are in it."""

    run_id: int
    number: str
    items: int


def in_another(**_given: object) -> PayableInRun:
    """Two runs met over one payable."""
    return PayableInRun()


@command("billing.propose_payments", conflicts={"payment_item_one_run": in_another})
def propose_payments(batch: Batch, *, bank_account_id: int, pay_on: date, due_until: date) -> ProposedRun:
    """Propose to pay out of a bank account, on a day, what is due until another, or would lose its cash discount.

    Credits of a supplier are taken off. Blocked suppliers, those without confirmed bank details and those whose credits
    are not below what is due are left out with the reason. Raises NotFound, BadInput, NothingToPay.
    """
    rows = batch.read(BANK_ACCOUNT, batch.now, bank_account_id)
    if not rows:
        raise NotFound(what=_("bank account"), reference=bank_account_id)
    ((company_id, currency, number, kind, today, run_id),) = rows
    batch.actor.require(PROPOSE_PAYMENT, company=company_id)
    if kind != BankAccount.Kind.BANK or currency != SEPA or not is_iban(plain_iban(number)):
        raise BadInput(field="bank_account", reason=_("one in EUR with an IBAN: transfers are by SEPA."))
    if not today <= pay_on <= today + LATEST:
        raise BadInput(field="pay_on", reason=_("from today to 60 days ahead."))
    if not pay_on <= due_until <= today + LATEST:
        raise BadInput(field="due_until", reason=_("not before the payment, and at most 60 days ahead."))
    owed = [Owed(*row) for row in batch.read(LOCK_OWED, company_id, currency, due_until, due_until)]
    suppliers = batch.read(SUPPLIERS, sorted({one.supplier_id for one in owed}))
    unpayable = {
        row[0]: _("The supplier is blocked.") if row[1] else _("No bank details are confirmed.")
        for row in suppliers
        if row[1] or row[3] is None
    }
    proposal = propose(owed, pay_on=pay_on, due_until=due_until, unpayable=unpayable)
    names = {row[0]: row[5] for row in suppliers}
    left_out = [[names[pk], str(amount), why] for pk, amount, why in proposal.left_out]
    if not proposal.items:
        said = "; ".join(f"{name}: {why}" for name, _amount, why in left_out[:3])
        raise NothingToPay(until=due_until, why=said)
    run = f"PAY-{run_id}"
    batch.insert(
        PaymentRun,
        id=run_id,
        number=run,
        company=company_id,
        bank_account=bank_account_id,
        currency=currency,
        pay_on=pay_on,
        due_until=due_until,
        state=PaymentRun.State.PROPOSED.value,
        total=proposal.total,
        left_out=to_json(left_out),
        created_at=batch.now,
        created_by=batch.actor.name,
    )
    batch.insert(
        PaymentItem,
        run=run_id,
        payable=[item.payable_id for item in proposal.items],
        amount=[item.amount for item in proposal.items],
        discount=[item.discount for item in proposal.items],
        why=[item.why for item in proposal.items],
        is_live=True,
    )
    outcome = {"items": len(proposal.items), "total": proposal.total, "left_out": len(left_out)}
    batch.decide("billing.propose_payments", PaymentRun, run_id, outcome)
    return ProposedRun(run_id, run, len(proposal.items))
