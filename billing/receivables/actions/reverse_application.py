"""Take an application back: the item is open again, the money waits again."""

from dataclasses import dataclass

from billing.ledger.actions.post_journals import Amount, Entry, post_journals
from billing.ledger.models import Journal, Purpose
from billing.receivables.applying import Standing, lock_books, settlement, take_back
from billing.receivables.errors import AlreadyReversed
from billing.receivables.events import CashTakenBack
from billing.receivables.models import CashApplication, CashReceipt, OpenItem
from billing.receivables.permissions import APPLY_CASH
from billing.receivables.reads import APPLICATION, LOCK_ITEMS, LOCK_RECEIPT, TOGETHER
from billing.receivables.reversing import as_application, mirrored
from billing.receivables.rules import ZERO
from erp.kernel.batch import Batch
from erp.kernel.command import command
from erp.kernel.errors import BadInput, NotFound
from orders.credit.exposure import move


@dataclass(frozen=True, slots=True)
class Reversed:
    """The row that takes the application back."""

    application_id: int


@command(
    "billing.reverse_application",
    conflicts={"billing_cashapplication_reverses_id_key": lambda **_: AlreadyReversed()},
)
def reverse_application(batch: Batch, *, application_id: int, reason: str) -> Reversed:
    """Reverse one application of a receipt or of a credit memo, with what was coded beside it. Raises AlreadyReversed.

    The rows are never deleted, so the history of an item shows who paired what with what, and who took it apart.
    """
    if not reason.strip():
        raise BadInput(field="reason", reason="say why it is taken back.")
    rows = batch.read(APPLICATION, application_id)
    if not rows:
        raise NotFound(what="application", reference=application_id)
    receipt_id, credit_id, item_id, reverses_id, company_id = rows[0]
    if receipt_id is None and credit_id is None:
        raise NotFound(what="application of money or a memo", reference=application_id)
    batch.actor.require(APPLY_CASH, company=company_id)
    receipt = batch.read(LOCK_RECEIPT, batch.now, receipt_id)[0] if receipt_id is not None else None
    batch.read(LOCK_ITEMS, sorted({item_id, credit_id} - {None}))
    found = [
        Standing(pk, receipt_id, credit_id, item_id, amount, coded)
        for pk, amount, coded in batch.read(TOGETHER, application_id)
    ]
    if reverses_id is not None or not found:
        raise AlreadyReversed()
    if receipt is None:
        new_ids = take_back(batch, found)
        batch.update(OpenItem, [credit_id], add={"open": -found[0].amount})
    else:
        _, _, customer_id, party_id, currency, *_ = receipt
        accounting_on, drawn = lock_books(batch, company_id=company_id, customer_ids=[customer_id])
        new_ids = take_back(batch, found)
        batch.announce(CashTakenBack([(receipt_id, item_id)]))
        own = [as_application(row) for row in found]
        amount = sum((one.amount for one in own), ZERO)
        batch.update(CashReceipt, [receipt_id], add={"unapplied": amount})
        move(batch, dict.fromkeys(drawn.get(customer_id, ()), sum((one.difference for one in own), ZERO)))
        post_journals(
            batch,
            [
                Entry(
                    kind=Journal.Kind.CASH.value,
                    company_id=company_id,
                    currency=currency,
                    source="billing.cashapplication",
                    source_id=new_ids[0],
                    effective_at=batch.now,
                    accounting_on=accounting_on,
                    amounts=[
                        *mirrored(settlement(own, party_id)),
                        Amount(Purpose.UNAPPLIED, -amount, party_id=party_id),
                    ],
                )
            ],
        )
    batch.decide(
        "billing.reverse_application", CashApplication, application_id, {"reason": reason.strip()[:200]}
    )
    return Reversed(new_ids[0])
