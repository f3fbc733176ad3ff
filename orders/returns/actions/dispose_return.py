"""Inspect returned goods and decide: status, value, journal and the right to a credit in one step (RM02, RM04)."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from erp.kernel.access import permit
from erp.kernel.batch import Batch, Row
from erp.kernel.command import command
from erp.kernel.errors import BadInput
from erp.kernel.quantity import sum_by
from inventory.inbound.actions.take_back import Disposed, Document, dispose_goods
from inventory.stock.models import Status
from orders.returns.actions.receive_return import DOCUMENT
from orders.returns.errors import ReturnLineRefused
from orders.returns.events import ReturnDisposed
from orders.returns.models import CustomerReturn, ReturnDisposition, ReturnLine, ReturnReceipt
from orders.returns.reads import BINS, RECEIPTS, LockedLine, lock_lines, lock_return, write_standing
from orders.returns.rules import ZERO, refuse_uncountable

DISPOSE = permit("orders.dispose_return", "warehouse")

Kind = ReturnDisposition.Kind
STATUS = {
    Kind.RESTOCK: Status.AVAILABLE,
    Kind.QUARANTINE: Status.QUARANTINE,
    Kind.REPAIR: Status.REPAIR,
    Kind.VENDOR: Status.VENDOR,
    Kind.SCRAP: None,
}


@dataclass(frozen=True, slots=True)
class Disposal:
    """A quantity of one receipt (stock unit), where it goes, and whether the customer is credited for it.

    Without a bin it stays where it lies. No credit needs a note that says why.
    """

    receipt_id: int
    kind: str  # ReturnDisposition.Kind
    quantity: Decimal
    bin_id: int | None = None
    credit: bool = True
    note: str = ""


@dataclass(frozen=True, slots=True)
class DisposedReturn:
    """The return, how many backorders got stock from it, and whether a credit is due."""

    return_id: int
    backorders_served: int
    credit_due: bool


@command("orders.dispose_return")
def dispose_return(batch: Batch, *, return_id: int, lines: Sequence[Disposal]) -> DisposedReturn:
    """Split what was received over its dispositions; each unit is disposed once.

    Stock status, value and journal follow in this transaction, the credit after it. Raises ReturnLineRefused,
    WrongReturnState, BadInput.
    """
    if not lines:
        raise BadInput(field="lines", reason="dispose at least one line.")
    rma = lock_return(batch, return_id)
    batch.actor.require(DISPOSE, company=rma.company_id, site=rma.site_id)
    rma.refuse_unless(CustomerReturn.State.RECEIVED, remedy="There is nothing to inspect.")
    locked = lock_lines(batch, return_id)
    receipts = {row[0]: row for row in batch.read(RECEIPTS, batch.now, return_id)}
    bins = dict(batch.read(BINS, sorted({_bin_of(line, receipts) for line in lines} - {0}), rma.site_id))
    _refuse_wrong(lines, locked, receipts, bins)

    by_receipt = sum_by((line.receipt_id, line.quantity) for line in lines)
    batch.update(ReturnReceipt, list(by_receipt), add={"disposed": list(by_receipt.values())})
    by_line = sum_by((receipts[line.receipt_id][1], line.quantity) for line in lines)
    due = sum_by((receipts[line.receipt_id][1], line.quantity if line.credit else ZERO) for line in lines)
    batch.update(
        ReturnLine,
        list(by_line),
        add={"disposed": list(by_line.values()), "creditable": [due[line_id] for line_id in by_line]},
    )
    for line_id, quantity in by_line.items():
        locked[line_id].disposed += quantity
        locked[line_id].creditable += due[line_id]
    _write(batch, return_id, lines, receipts)
    write_standing(batch, rma, list(locked.values()), inspected_at=batch.now)
    served = dispose_goods(
        batch,
        document=Document(DOCUMENT, rma.id, rma.company_id, rma.site_id, rma.currency),
        goods=[
            Disposed(
                locked[receipts[line.receipt_id][1]].item_id,
                receipts[line.receipt_id][2],
                _bin_of(line, receipts),
                receipts[line.receipt_id][3],
                line.quantity,
                STATUS[Kind(line.kind)],
                receipts[line.receipt_id][1],
            )
            for line in lines
        ],
    )
    batch.decide(
        "orders.dispose_return",
        CustomerReturn,
        return_id,
        {
            "disposed": [[line.receipt_id, line.kind, line.quantity, line.credit] for line in lines],
            "served": served,
        },
    )
    if any(due.values()):
        batch.publish(ReturnDisposed(return_id=return_id))
    return DisposedReturn(return_id, served, any(due.values()))


def _bin_of(line: Disposal, receipts: dict[int, Row]) -> int:
    """Where the goods go: the bin named, else where they lie."""
    receipt = receipts.get(line.receipt_id)
    return line.bin_id or (receipt[2] if receipt else 0)


def _refuse_wrong(
    lines: Sequence[Disposal], locked: dict[int, LockedLine], receipts: dict[int, Row], bins: dict[int, bool]
) -> None:
    left = {receipt_id: row[4] - row[5] for receipt_id, row in receipts.items()}
    for place, line in enumerate(lines, 1):
        if line.receipt_id not in receipts:
            raise ReturnLineRefused(line=place, reason="it belongs to another return.")
        if line.kind not in Kind.values:
            raise ReturnLineRefused(line=place, reason="choose one of the dispositions.")
        row = locked[receipts[line.receipt_id][1]]
        refuse_uncountable(line=place, quantity=line.quantity, unit=row.unit, decimals=row.decimals)
        left[line.receipt_id] -= line.quantity
        if left[line.receipt_id] < 0:
            raise ReturnLineRefused(
                line=place,
                reason=f"{line.quantity.normalize():f} is more than what is left to inspect of this receipt.",
            )
        if not line.credit and not line.note.strip():
            raise ReturnLineRefused(line=place, reason="say in a note why the customer is not credited.")
        bin_id = _bin_of(line, receipts)
        if bin_id not in bins:
            raise ReturnLineRefused(line=place, reason="the bin is not one of this site that takes goods.")
        if line.kind == Kind.RESTOCK and not bins[bin_id]:
            raise ReturnLineRefused(line=place, reason="goods are restocked into a bin that is picked from.")
        if line.kind == Kind.RESTOCK and receipts[line.receipt_id][6]:
            raise ReturnLineRefused(
                line=place, reason="its lot has expired: nobody is sold it again. Choose another disposition."
            )


def _write(batch: Batch, return_id: int, lines: Sequence[Disposal], receipts: dict[int, Row]) -> None:
    batch.insert(
        ReturnDisposition,
        rma=return_id,
        line=[receipts[line.receipt_id][1] for line in lines],
        receipt=[line.receipt_id for line in lines],
        kind=[line.kind for line in lines],
        bin=[None if line.kind == Kind.SCRAP else _bin_of(line, receipts) for line in lines],
        quantity=[line.quantity for line in lines],
        creditable=[line.credit for line in lines],
        note=[line.note.strip()[:200] for line in lines],
        disposed_at=batch.now,
        disposed_by=batch.actor.name,
    )
