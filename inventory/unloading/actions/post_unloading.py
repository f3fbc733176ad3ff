"""The end of unloading: what was counted is received, what differs goes to the buyer (WH01, WH02)."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext as _

from erp.kernel.batch import Batch
from erp.kernel.command import command
from erp.kernel.errors import BadInput
from inventory.inbound.actions.post_receipt import ReceiptLineRequest, post_receipt
from inventory.inbound.actions.report_differences import Found, report_differences
from inventory.inbound.models import ReceiptDifference
from inventory.stock.actions.name_lots import LotName, name_lots
from inventory.unloading.actions.count_unloaded import lock_unloading
from inventory.unloading.models import Unloading
from inventory.unloading.reads import ORDER_LOCK, TAKES_GOODS, TO_POST
from inventory.unloading.rules import Counted, Split, split

Kind = ReceiptDifference.Kind


@dataclass(frozen=True, slots=True)
class PostedUnloading:
    """The receipt, if something came; how many backorders got stock, and the differences that went to the buyer."""

    unloading_id: int
    receipt_id: int | None
    receipt: str
    backorders_served: int
    difference_ids: list[int] = field(default_factory=list)


@dataclass(slots=True)
class _Line:
    line_id: int
    supply_id: int
    item_id: int
    expected: Decimal
    reported: Decimal
    counted: list[Counted] = field(default_factory=list)
    expiries: dict[str, date | None] = field(default_factory=dict)

    def split(self, *, complete: bool) -> Split:
        return split(self.counted, expected=self.expected, reported=self.reported, complete=complete)


@command("inventory.post_unloading")
def post_unloading(
    batch: Batch,
    *,
    unloading_id: int,
    delivery_note: str = "",
    bin_id: int | None = None,
    complete: bool = False,
) -> PostedUnloading:
    """Receive what was counted, up to what is expected, into a bin (None: the site's receiving bin).

    What was counted beyond is over, and with `complete` what was not counted is short: both go to the buyer in the same
    transaction. Raises BadInput where nothing was counted and the delivery is not complete, and what post_receipt
    raises. The number of statements does not depend on the lines.
    """
    unloading = lock_unloading(batch, unloading_id)
    batch.read(ORDER_LOCK, unloading.order_id)
    lines: dict[int, _Line] = {}
    for line_id, *facts, lot, expires_on, counted in batch.read(TO_POST, unloading_id, unloading.order_id):
        line = lines.setdefault(line_id, _Line(line_id, *facts))
        if counted is not None:
            line.counted.append(Counted(lot, counted))
            line.expiries[lot] = expires_on
    splits = {line_id: line.split(complete=complete) for line_id, line in lines.items()}
    found = [Found(line_id, Kind.OVER.value, each.over) for line_id, each in splits.items() if each.over] + [
        Found(line_id, Kind.SHORT.value, each.short) for line_id, each in splits.items() if each.short
    ]
    taken = [(lines[line_id], each) for line_id, parts in splits.items() for each in parts.taken]
    if not taken and not found:
        raise BadInput(
            field="lines", reason=_("count at least one line, or say that everything is unloaded.")
        )
    receipt_id, receipt, served = _receive(
        batch, unloading.site_id, unloading.order_id, taken, bin_id, delivery_note
    )
    differences: list[int] = []
    if found:
        reported = report_differences.inside(
            batch, purchase_order_id=unloading.order_id, found=found, receipt_id=receipt_id
        )
        differences = reported.difference_ids
    batch.update(
        Unloading,
        [unloading_id],
        state=Unloading.State.POSTED.value,
        ended_by=batch.actor.name,
        ended_at=batch.now,
        receipt=receipt_id,
    )
    told = {
        "receipt": receipt,
        "complete": complete,
        "differences": [[f.line_id, f.kind, f.quantity] for f in found],
    }
    batch.decide("inventory.post_unloading", Unloading, unloading_id, told)
    return PostedUnloading(unloading_id, receipt_id, receipt, served, differences)


def _receive(
    batch: Batch,
    site_id: int,
    order_id: int,
    taken: Sequence[tuple[_Line, Counted]],
    bin_id: int | None,
    delivery_note: str,
) -> tuple[int | None, str, int]:
    """Post the receipt of what is taken in; its id and number, and the backorders it served."""
    if not taken:
        return None, "", 0
    if bin_id is None:
        usable = batch.read(TAKES_GOODS, site_id)
        if not usable:
            raise BadInput(field="bin", reason=_("the site has no bin that goods are taken into."))
        ((bin_id,),) = usable
    named = [LotName(line.item_id, each.lot, line.expiries[each.lot]) for line, each in taken if each.lot]
    known = iter(name_lots.inside(batch, names=named).lot_ids if named else ())
    received = post_receipt.inside(
        batch,
        purchase_order_id=order_id,
        lines=[
            ReceiptLineRequest(line.supply_id, each.quantity, bin_id, next(known) if each.lot else None)
            for line, each in taken
        ],
        delivery_note=delivery_note,
    )
    return received.receipt_id, received.number, received.backorders_served


@command("inventory.give_up_unloading")
def give_up_unloading(batch: Batch, *, unloading_id: int) -> None:
    """Forget what was counted: the delivery was not unloaded after all. Raises UnloadingEnded."""
    lock_unloading(batch, unloading_id)
    batch.update(
        Unloading,
        [unloading_id],
        state=Unloading.State.GIVEN_UP.value,
        ended_by=batch.actor.name,
        ended_at=batch.now,
    )
    batch.decide("inventory.give_up_unloading", Unloading, unloading_id, {})
