"""Credit returned goods as they were inspected: every disposition once, at the price paid less the fee (RM04)."""

from collections import defaultdict
from collections.abc import Container, Sequence
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
from orders.returns.reads import LockedLine, lock_lines, lock_return

CREDIT_RETURN = permit("billing.credit_return", "finance", "process_owner")
ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class CreditedReturn:
    """The credit memos, one per invoice; none while the delivery is not invoiced or nothing is due."""

    credit_memo_ids: list[int]


@dataclass(frozen=True, slots=True)
class _Due:
    """One disposition that is to be credited, and the invoice lines that charged its goods."""

    disposition_id: int
    line_id: int  # of the return
    quantity: Decimal  # in the stock unit of the goods
    fee_percent: Decimal
    invoice_line_ids: list[int]  # more than one where kits were charged with several deliveries
    invoice_ids: list[int]


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
        row[0]: Original(*row)
        for row in batch.read(LOCK_INVOICES, sorted({one for each in due for one in each.invoice_ids}))
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
    shares = _shares(due, lines, found, first.currency)
    memos = _memos(originals, [share for _, share in shares])
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
            reason=_reason(rma.number, lines, credited),
        )
    memo_of = {memo.original.id: memo.id for memo in memos}
    batch.insert(
        ReturnCredit,
        disposition=[each.disposition_id for each, _ in shares],
        memo_line=[
            line_ids[memo_of[share.of.invoice_id], share.of.id] if share.stock_quantity else None
            for _, share in shares
        ],
        quantity=[share.stock_quantity for _, share in shares],
        net=[share.net for _, share in shares],
        fee=[share.fee for _, share in shares],
        credited_at=batch.now,
    )
    return CreditedReturn([memo.id for memo in memos])


def _shares(
    due: Sequence[_Due], lines: Sequence[LockedLine], found: dict[int, CreditableLine], currency: str
) -> list[tuple[_Due, Share]]:
    """What each disposition takes of the invoice lines that charged it; one without money where nothing is left."""
    of_line = {line.id: line for line in lines}
    before = {line.id: line.credited for line in lines}
    shares = []
    for each in due:
        wanted = of_line[each.line_id].charged(each.quantity, before[each.line_id])
        before[each.line_id] += each.quantity
        own = []
        for line in (found[line_id] for line_id in each.invoice_line_ids):
            if line.left and wanted:
                own.append(line.credit(wanted, currency, each.fee_percent))
                wanted -= own[-1].stock_quantity
        nothing = Share(found[each.invoice_line_ids[0]], ZERO, ZERO, ZERO, ZERO, ZERO)
        shares += [(each, share) for share in own or [nothing]]
    return shares


def _reason(number: str, lines: Sequence[LockedLine], credited: Container[int]) -> str:
    """Which return it is, and what of the kits that it credits is missing."""
    kits: defaultdict[int, list[LockedLine]] = defaultdict(list)
    touched = {line.order_line_id for line in lines if line.id in credited}
    for line in lines:
        if line.kits is not None and line.order_line_id in touched:
            kits[line.order_line_id].append(line)
    return "; ".join([f"Return {number}", *filter(None, map(_short_kit, kits.values()))])[:200]


def _short_kit(lines: Sequence[LockedLine]) -> str:
    asked = sum((line.kits or ZERO for line in lines), ZERO)
    done = sum((line.charged(line.credited, ZERO) for line in lines), ZERO)
    without = [
        f"{(line.quantity - line.credited).normalize():f} {line.unit} {line.code}"
        for line in lines
        if line.credited < line.quantity
    ]
    if not without:
        return ""
    return (
        f"{done.normalize():f} of {asked.normalize():f} {lines[0].sold_as} by the cost of its components, "
        f"without {', '.join(without)}"
    )


def _memos(originals: dict[int, Original], shares: Sequence[Share]) -> list[Memo]:
    """One memo per invoice, one line per line of it."""
    by_line: dict[tuple[int, int], Share] = {}
    for share in shares:
        if share.stock_quantity:
            key = (share.of.invoice_id, share.of.id)
            by_line[key] = by_line[key] + share if key in by_line else share
    by_invoice: defaultdict[int, list[Share]] = defaultdict(list)
    for (invoice_id, _), share in by_line.items():
        by_invoice[invoice_id].append(share)
    return [Memo(originals[invoice_id], found) for invoice_id, found in sorted(by_invoice.items())]
