"""Take returned goods in: counted blind, into inspection, at the value that they had left with (RM02)."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from erp.kernel.access import permit
from erp.kernel.batch import Batch
from erp.kernel.command import command
from erp.kernel.errors import BadInput
from inventory.inbound.actions.take_back import Document, Returned, take_back
from inventory.stock.rules import issue_value
from orders.returns.errors import ReturnLineRefused
from orders.returns.models import CustomerReturn, ReturnLine, ReturnReceipt
from orders.returns.policies import EXCESS
from orders.returns.reads import (
    BINS,
    LEFT_BY_LOT,
    LOCK_SHIPPED_LINES,
    LockedLine,
    LockedReturn,
    lock_lines,
    lock_return,
    write_standing,
)
from orders.returns.rules import refuse_uncountable

RECEIVE = permit("orders.receive_return", "warehouse")
DOCUMENT = "orders.customerreturn"
ARRIVING = (CustomerReturn.State.APPROVED, CustomerReturn.State.RECEIVED, CustomerReturn.State.INSPECTED)


@dataclass(frozen=True, slots=True)
class CountedLine:
    """What was counted of one line, in the stock unit, and the bin it was put into."""

    line_id: int
    quantity: Decimal
    bin_id: int


@dataclass(frozen=True, slots=True)
class ReceivedReturn:
    """The return, and the lines of which more came than authorised: that much is set aside."""

    return_id: int
    set_aside: list[int] = field(default_factory=list)


@command("orders.receive_return")
def receive_return(batch: Batch, *, return_id: int, lines: Sequence[CountedLine]) -> ReceivedReturn:
    """Post what came into inspection: stock, its value and the cost of sales in one transaction.

    More than authorised is refused, or set aside for customer service, as the site's policy says. Raises
    ReturnLineRefused, WrongReturnState, BadInput.
    """
    if not lines:
        raise BadInput(field="lines", reason="count at least one line.")
    rma = lock_return(batch, return_id)
    batch.actor.require(RECEIVE, company=rma.company_id, site=rma.site_id)
    rma.refuse_unless(*ARRIVING, remedy="Goods come in on an approved return only.")
    locked = lock_lines(batch, return_id)
    bins = {row[0] for row in batch.read(BINS, [line.bin_id for line in lines], rma.site_id)}
    park = EXCESS.value(on=batch.now.date(), company=rma.company_id, site=rma.site_id) == "park"
    taken, aside = _share(lines, locked, bins, park=park)
    goods = _valued(batch, taken, locked)
    _write(batch, rma, goods, aside)
    if goods:
        document = Document(DOCUMENT, rma.id, rma.company_id, rma.site_id, rma.currency)
        take_back(batch, document=document, goods=goods)
    received = rma.received_at or batch.now
    write_standing(batch, rma, list(locked.values()), received_at=received)
    batch.decide(
        "orders.receive_return",
        CustomerReturn,
        return_id,
        {
            "received": [[each.line_id, each.quantity, each.value] for each in goods],
            "set_aside": [[line_id, quantity] for line_id, quantity in aside.items()],
        },
    )
    return ReceivedReturn(return_id, list(aside))


def _share(
    lines: Sequence[CountedLine], locked: dict[int, LockedLine], bins: set[int], *, park: bool
) -> tuple[list[CountedLine], dict[int, Decimal]]:
    """What is taken in, and by line what is set aside; the counters of the lines follow."""
    taken: list[CountedLine] = []
    aside: dict[int, Decimal] = {}
    for place, line in enumerate(lines, 1):
        row = locked.get(line.line_id)
        if row is None:
            raise ReturnLineRefused(line=place, reason="it belongs to another return.")
        refuse_uncountable(line=place, quantity=line.quantity, unit=row.unit, decimals=row.decimals)
        if line.bin_id not in bins:
            raise ReturnLineRefused(line=place, reason="the bin is not one of this site that takes goods.")
        fits = min(line.quantity, row.expected)
        over = line.quantity - fits
        if over and not park:
            raise ReturnLineRefused(
                line=place,
                reason=f"{line.quantity.normalize():f} is more than what is authorised. Count again; what is too "
                "much goes back to the customer.",
            )
        if over:
            aside[row.id] = aside.get(row.id, Decimal(0)) + over
            row.excess += over
        if fits:
            taken.append(CountedLine(row.id, fits, line.bin_id))
            row.received += fits
    return taken, aside


def _valued(batch: Batch, taken: Sequence[CountedLine], locked: dict[int, LockedLine]) -> list[Returned]:
    """Each quantity takes its share of the value that left with its line and lot, the last one takes all."""
    ids = sorted({locked[line.line_id].shipment_line_id for line in taken})
    batch.write(LOCK_SHIPPED_LINES, ids)
    left = {
        (line_id, lot_id): (quantity - back, value - worth)
        for line_id, lot_id, quantity, value, _, back, worth in batch.read(LEFT_BY_LOT, ids, ids)
    }
    goods = []
    for line in taken:
        row = locked[line.line_id]
        quantity, value = left[row.shipment_line_id, row.lot_id]
        share = issue_value(quantity=line.quantity, valued_quantity=quantity, value=value)
        left[row.shipment_line_id, row.lot_id] = (quantity - line.quantity, value - share)
        goods.append(Returned(row.item_id, line.bin_id, row.lot_id, line.quantity, share, row.id))
    return goods


def _write(batch: Batch, rma: LockedReturn, goods: Sequence[Returned], aside: dict[int, Decimal]) -> None:
    batch.insert(
        ReturnReceipt,
        rma=rma.id,
        line=[each.line_id for each in goods],
        bin=[each.bin_id for each in goods],
        lot=[each.lot_id for each in goods],
        quantity=[each.quantity for each in goods],
        value=[each.value for each in goods],
        received_at=batch.now,
        received_by=batch.actor.name,
    )
    by_line: dict[int, Decimal] = dict.fromkeys([*(each.line_id for each in goods), *aside], Decimal(0))
    for each in goods:
        by_line[each.line_id] += each.quantity
    batch.update(
        ReturnLine,
        list(by_line),
        add={
            "received": list(by_line.values()),
            "excess": [aside.get(line_id, Decimal(0)) for line_id in by_line],
        },
    )
