"""What a clean invoice writes: what it cleared, the journal, and what is owed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from billing.ledger.actions.post_journals import Amount, Entry, post_journals
from billing.ledger.models import Journal, Purpose
from billing.payables.models import GoodsAccrual, GoodsMatch, Payable, SupplierInvoice
from billing.payables.rules import ZERO, LineKind, Share, discount_of, price_differences
from erp.kernel.batch import Batch
from erp.kernel.quantity import sum_by
from inventory.supplier_returns.answering import Answer, note_answers

SOURCE = "billing.supplierinvoice"


@dataclass(frozen=True, slots=True)
class Clean:
    """An invoice in which nothing is found. `costs`: kind of the line, net, and the account that it is coded to."""

    invoice_id: int
    company_id: int
    supplier_id: int
    party_id: int
    currency: str
    is_credit: bool
    tax: Decimal
    gross: Decimal
    issued_on: date
    due_on: date
    discount_percent: Decimal
    discount_days: int
    shares: Sequence[Share]
    costs: Sequence[tuple[str, Decimal, int | None]]
    answers: Sequence[Answer]

    @property
    def sign(self) -> int:
        return -1 if self.is_credit else 1


def post_clean(batch: Batch, clean: Sequence[Clean], accounting_on: date) -> None:
    """Post them all; statements do not depend on their number or on that of their lines."""
    if not clean:
        return
    note_answers(batch, [answer for one in clean for answer in one.answers], accounting_on)
    move_accruals(batch, [share for one in clean for share in one.shares])
    shares = [share for one in clean for share in one.shares]
    batch.insert(
        GoodsMatch,
        line=[share.line_id for share in shares],
        accrual=[share.accrual_id for share in shares],
        quantity=[share.quantity for share in shares],
        cleared=[share.cleared for share in shares],
        net=[share.net for share in shares],
    )
    post_journals(batch, [_entry(batch, one, accounting_on) for one in clean])
    _write_payables(batch, clean)
    batch.update(
        SupplierInvoice,
        [one.invoice_id for one in clean],
        state=SupplierInvoice.State.POSTED.value,
        posted_at=batch.now,
        posted_by=batch.actor.name,
        add={"version": 1},
    )
    for one in clean:
        batch.decide(
            "billing.post_supplier_invoice",
            SupplierInvoice,
            one.invoice_id,
            {"shares": [[each.line_id, each.quantity, each.cleared, each.net] for each in one.shares]},
        )


def move_accruals(batch: Batch, shares: Sequence[Share]) -> None:
    """Add what the shares take to the locked accruals."""
    billed = sum_by((share.accrual_id, share.quantity) for share in shares)
    cleared = sum_by((share.accrual_id, share.cleared) for share in shares)
    invoiced = sum_by((share.accrual_id, share.net) for share in shares)
    ids = sorted(billed)
    batch.update(
        GoodsAccrual,
        ids,
        last_at=batch.now,
        add={
            "billed": [billed[pk] for pk in ids],
            "cleared": [cleared[pk] for pk in ids],
            "invoiced": [invoiced[pk] for pk in ids],
        },
    )


def _entry(batch: Batch, one: Clean, accounting_on: date) -> Entry:
    """Goods received and what they cost more or less than ordered, freight, costs and tax, against the payable."""
    amounts = [Amount(Purpose.GRNI, share.cleared, share.class_id) for share in one.shares]
    amounts += [
        Amount(Purpose.VARIANCE, difference, class_id)
        for class_id, difference in price_differences(one.shares).items()
    ]
    for kind, net, account_id in one.costs:
        purpose = Purpose.FREIGHT_IN if kind == LineKind.FREIGHT else Purpose.SUSPENSE
        amounts.append(Amount(purpose, one.sign * net, account_id=account_id))
    amounts.append(Amount(Purpose.INPUT_TAX, one.sign * one.tax))
    amounts.append(Amount(Purpose.PAYABLE, -one.sign * one.gross, party_id=one.party_id))
    return Entry(
        kind=Journal.Kind.SUPPLIER.value,
        company_id=one.company_id,
        currency=one.currency,
        source=SOURCE,
        source_id=one.invoice_id,
        effective_at=batch.now,
        accounting_on=accounting_on,
        amounts=amounts,
    )


def _write_payables(batch: Batch, clean: Sequence[Clean]) -> None:
    discounts = [
        (ZERO, None)
        if one.is_credit
        else discount_of(one.gross, one.discount_percent, one.discount_days, one.issued_on, one.currency)
        for one in clean
    ]
    batch.insert(
        Payable,
        company=[one.company_id for one in clean],
        supplier=[one.supplier_id for one in clean],
        invoice=[one.invoice_id for one in clean],
        currency=[one.currency for one in clean],
        amount=[one.sign * one.gross for one in clean],
        open=[one.sign * one.gross for one in clean],
        due_on=[one.due_on for one in clean],
        discount=[amount for amount, _ in discounts],
        discount_on=[until for _, until in discounts],
    )
