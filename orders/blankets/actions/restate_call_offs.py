"""Let call-offs follow their order lines: what is cancelled may be called off again."""

from decimal import Decimal

from erp.kernel.batch import Batch
from erp.kernel.quantity import sum_by
from orders.blankets.errors import BlanketEnded, OverCallOff
from orders.blankets.models import BlanketLine, BlanketOrder, CallOff
from orders.blankets.reads import LockedCallOff, lock_call_offs
from orders.blankets.rules import plain
from orders.entry.events import LinesRestated

State = BlanketOrder.State


def restate_call_offs(batch: Batch, fact: LinesRestated) -> None:
    """Draw what the order's lines want now in place of what they drew, each line's frame locked.

    Raises OverCallOff or BlanketEnded for a line that wants more than its frame still gives.
    """
    wanted = dict(zip(fact.line_ids, fact.quantities, strict=True))
    found = lock_call_offs(batch, sorted(wanted))
    changes = sum_by((each.frame.line_id, wanted[each.order_line_id] - each.quantity) for each in found)
    for each in found:
        _refuse(each, changes[each.frame.line_id], wanted[each.order_line_id] - each.quantity)
    moved = [each for each in found if wanted[each.order_line_id] != each.quantity]
    batch.update(
        CallOff,
        [each.call_off_id for each in moved],
        quantity=[wanted[each.order_line_id] for each in moved],
    )
    batch.update(
        BlanketLine,
        [line_id for line_id, change in changes.items() if change],
        add={"called": [change for change in changes.values() if change]},
    )


def _refuse(each: LockedCallOff, change: Decimal, more: Decimal) -> None:
    frame = each.frame
    if more <= 0:
        return
    if each.state != State.OPEN:
        raise BlanketEnded(number=each.number, state=str(State(each.state).label).lower())
    if change > frame.left:
        raise OverCallOff(
            line=frame.line,
            number=each.number,
            left=plain(frame.in_unit(frame.left)),
            unit=frame.unit,
            item=frame.code,
            wanted=plain(frame.in_unit(more)),
        )
