"""Disputes follow the money: deductions open them, payments and credit memos shrink them, in the same transaction."""

from billing.disputes.holding import Kind, New, Step, open_disputes, settle
from billing.disputes.models import Dispute
from billing.disputes.reads import DEDUCTED_BY, OPEN_OF_ITEMS
from billing.invoicing.events import ItemsLowered
from billing.receivables.events import CashDeducted, CashTakenBack
from erp.kernel.batch import Batch
from erp.kernel.events import inline


@inline(CashDeducted)
def dispute_deductions(batch: Batch, fact: CashDeducted) -> None:
    """One dispute for each deduction, of the payment that is short."""
    open_disputes(
        batch,
        [
            New(
                one.company_id,
                one.customer_id,
                one.item_id,
                one.kind,
                one.currency,
                one.amount,
                one.today,
                receipt_id=one.receipt_id,
            )
            for one in fact.deducted
        ],
    )


@inline(ItemsLowered)
def shrink_disputes(batch: Batch, fact: ItemsLowered) -> None:
    """Nothing is disputed that is not owed any more: the oldest disputes of an item are settled first."""
    rows = batch.read(OPEN_OF_ITEMS, sorted(fact.left))
    beyond = {
        item_id: sum(amount for _, owner, amount in rows if owner == item_id) - left
        for item_id, left in fact.left.items()
    }
    kind = Kind.CREDITED if fact.by_credit else Kind.PAID
    steps = []
    for dispute_id, item_id, amount in rows:
        taken = min(amount, beyond[item_id])
        if taken > 0:
            steps.append(Step(dispute_id, item_id, amount, taken, kind))
            beyond[item_id] -= taken
    settle(batch, steps)
    for step in steps:
        batch.decide(
            "billing.shrink_dispute", Dispute, step.dispute_id, {"by": kind.value, "amount": step.amount}
        )


@inline(CashTakenBack)
def withdraw_deductions(batch: Batch, fact: CashTakenBack) -> None:
    """What a payment had deducted is not held back by anybody once the payment is taken back."""
    receipts, items = [list(column) for column in zip(*fact.pairs, strict=True)]
    note = "The payment was taken back"
    steps = [
        Step(dispute_id, item_id, amount, amount, Kind.WITHDRAWN, note)
        for dispute_id, item_id, amount in batch.read(DEDUCTED_BY, receipts, items)
    ]
    settle(batch, steps)
    for step in steps:
        batch.decide("billing.close_disputes", Dispute, step.dispute_id, {"kind": "withdrawn", "note": note})
