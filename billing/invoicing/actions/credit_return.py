"""Credit returned goods as they were inspected: every disposition once, at the price paid less the fee (RM04)."""

from collections import defaultdict
from dataclasses import dataclass
from decimal import Decimal

from billing.invoicing.actions.credit_invoice import CREDIT, refuse_own
from billing.invoicing.crediting import CreditableLine, Memo, Original, Share, creditable_lines, post_memos
from billing.invoicing.models import ReturnCredit
from billing.invoicing.reads import CREDIT_BOOKS, DUE_RETURNS, LOCK_INVOICES
from erp.kernel.access import permit
from erp.kernel.batch import Batch
from erp.kernel.command import command
from erp.kernel.quantity import sum_by
from inventory.stock.errors import NoOpenPeriod
from orders.returns.actions.record_credits import record_credits
from orders.returns.reads import lock_lines, lock_return

CREDIT_RETURN = permit("billing.credit_return", "finance", "process_owner")
ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class CreditedReturn:
    """The credit memos, one per invoice; none while the delivery is not invoiced or nothing is due."""

    credit_memo_ids: list[int]


@dataclass(frozen=True, slots=True)
class _Due:
    """One disposition that is to be credited, and the invoice line that charged its goods."""

    disposition_id: int
    line_id: int  # of the return
    quantity: Decimal
    fee_percent: Decimal
    invoice_line_id: int
    invoice_id: int


@command("billing.credit_return")
def credit_return(batch: Batch, *, return_id: int) -> CreditedReturn:
    """Issue the credit that the inspection of a return has made due. Asking again changes nothing.

    What was credited by hand before is not credited again: such a disposition is noted without money. Raises
    OwnInvoice, NoOpenPeriod.
    """
    rma = lock_return(batch, return_id)
    batch.actor.require(CREDIT_RETURN, company=rma.company_id, site=rma.site_id)
    batch.actor.require(CREDIT, company=rma.company_id, site=rma.site_id)
    lines = list(lock_lines(batch, return_id).values())
    due = [_Due(*row) for row in batch.read(DUE_RETURNS, return_id)]
    if not due:
        return CreditedReturn([])
    originals = {
        row[0]: Original(*row) for row in batch.read(LOCK_INVOICES, sorted({each.invoice_id for each in due}))
    }
    first = next(iter(originals.values()))
    ((accounting_on, credit_ids, _),) = batch.read(
        CREDIT_BOOKS, batch.now, first.company_id, first.bill_to_id, first.id
    )
    if accounting_on is None:
        raise NoOpenPeriod(company=first.company_id, on=batch.now.date())
    for original in originals.values():
        refuse_own(batch, original)
    found = creditable_lines(batch, list(originals))
    shares = [(each, _share(each, found[each.invoice_line_id], first.currency)) for each in due]
    memos = _memos(originals, shares)
    credited = sum_by((each.line_id, each.quantity) for each in due)
    record_credits(batch, rma=rma, lines=lines, credited=credited)
    line_ids = {}
    if memos:
        line_ids = post_memos(
            batch,
            memos,
            verb="billing.credit_return",
            accounting_on=accounting_on,
            credit_ids=credit_ids,
            reason=f"Return {rma.number}",
        )
    memo_of = {memo.original.id: memo.id for memo in memos}
    batch.insert(
        ReturnCredit,
        disposition=[each.disposition_id for each, _ in shares],
        memo_line=[
            line_ids[memo_of[each.invoice_id], each.invoice_line_id] if share.stock_quantity else None
            for each, share in shares
        ],
        quantity=[share.stock_quantity for _, share in shares],
        net=[share.net for _, share in shares],
        fee=[share.fee for _, share in shares],
        credited_at=batch.now,
    )
    return CreditedReturn([memo.id for memo in memos])


def _share(due: _Due, line: CreditableLine, currency: str) -> Share:
    if not line.left:
        return Share(line, ZERO, ZERO, ZERO, ZERO, ZERO)
    return line.credit(due.quantity, currency, due.fee_percent)


def _memos(originals: dict[int, Original], shares: list[tuple[_Due, Share]]) -> list[Memo]:
    """One memo per invoice, one line per line of it."""
    by_line: dict[tuple[int, int], Share] = {}
    for due, share in shares:
        if share.stock_quantity:
            key = (due.invoice_id, due.invoice_line_id)
            by_line[key] = by_line[key] + share if key in by_line else share
    by_invoice: defaultdict[int, list[Share]] = defaultdict(list)
    for (invoice_id, _), share in by_line.items():
        by_invoice[invoice_id].append(share)
    return [Memo(originals[invoice_id], found) for invoice_id, found in sorted(by_invoice.items())]
