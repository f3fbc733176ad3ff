"""Take an application back: the item is open again, the money waits again."""

from dataclasses import dataclass

from billing.ledger.actions.post_journals import Amount, Entry, post_journals
from billing.ledger.models import Journal, Purpose
from billing.receivables.applying import lock_books
from billing.receivables.errors import AlreadyReversed
from billing.receivables.models import CashApplication, CashReceipt, OpenItem
from billing.receivables.permissions import APPLY_CASH
from billing.receivables.reads import APPLICATION, LOCK_ITEMS, LOCK_RECEIPT, REVERSED
from erp.kernel.batch import Batch
from erp.kernel.command import command
from erp.kernel.errors import BadInput, NotFound


@dataclass(frozen=True, slots=True)
class Reversed:
    """The row that takes the application back."""

    application_id: int


@command(
    "billing.reverse_application",
    conflicts={"billing_cashapplication_reverses_id_key": lambda **_: AlreadyReversed()},
)
def reverse_application(batch: Batch, *, application_id: int, reason: str) -> Reversed:
    """Reverse one application of a receipt or of a credit memo. Raises AlreadyReversed.

    The rows are never deleted, so the history of an item shows who paired what with what, and who took it apart.
    """
    if not reason.strip():
        raise BadInput(field="reason", reason="say why it is taken back.")
    rows = batch.read(APPLICATION, application_id)
    if not rows:
        raise NotFound(what="application", reference=application_id)
    receipt_id, credit_id, item_id, amount, reverses_id, company_id = rows[0]
    batch.actor.require(APPLY_CASH, company=company_id)
    receipt = batch.read(LOCK_RECEIPT, receipt_id)[0] if receipt_id is not None else None
    items = sorted({item_id, credit_id} - {None})
    batch.read(LOCK_ITEMS, items)
    if reverses_id is not None or batch.read(REVERSED, application_id):
        raise AlreadyReversed()
    (new_id,) = batch.draw(billing_cashapplication=1)["billing_cashapplication"]
    batch.insert(
        CashApplication,
        id=new_id,
        receipt=receipt_id,
        credit=credit_id,
        item=item_id,
        amount=-amount,
        reverses=application_id,
        applied_at=batch.now,
        applied_by=batch.actor.name,
    )
    batch.update(OpenItem, [item_id], add={"open": amount})
    if receipt is None:
        batch.update(OpenItem, [credit_id], add={"open": -amount})
    else:
        _, _, customer_id, party_id, currency, _, _ = receipt
        accounting_on, _ = lock_books(batch, company_id=company_id, customer_id=customer_id)
        batch.update(CashReceipt, [receipt_id], add={"unapplied": amount})
        post_journals(
            batch,
            [
                Entry(
                    kind=Journal.Kind.CASH.value,
                    company_id=company_id,
                    currency=currency,
                    source="billing.cashapplication",
                    source_id=new_id,
                    effective_at=batch.now,
                    accounting_on=accounting_on,
                    amounts=[
                        Amount(Purpose.RECEIVABLE, amount, party_id=party_id),
                        Amount(Purpose.UNAPPLIED, -amount, party_id=party_id),
                    ],
                )
            ],
        )
    batch.decide(
        "billing.reverse_application", CashApplication, application_id, {"reason": reason.strip()[:200]}
    )
    return Reversed(new_id)
