"""Give goods another status: inspected, blocked, damaged, free again (IV03)."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _

from erp.kernel.batch import Batch
from erp.kernel.command import command
from erp.kernel.errors import BadInput, NotFound
from erp.kernel.quantity import sum_by
from inventory.adjustments.errors import AdjustmentRefused, ChangeUndone
from inventory.adjustments.models import StatusChange
from inventory.adjustments.places import (
    Ground,
    facts_of,
    ground_of,
    lying_in,
    refuse_missing,
    refuse_uncountable,
)
from inventory.adjustments.reads import LOCK_CHANGE, MOVED, TAKEN_BACK
from inventory.adjustments.rules import MATRIX, ZERO
from inventory.adjustments.shifting import Cause, Shifted, lock_shift, settle
from inventory.stock.actions.post_increase import Source, write_entries
from inventory.stock.actions.post_move import Move, sides
from inventory.stock.models import Status, StockPosting
from inventory.stock.reads import Place, lock_balances, lock_site_stock
from inventory.stock.statuses import PROMISABLE

DOCUMENT = "inventory.statuschange"


@dataclass(frozen=True, slots=True)
class StatusRow:
    """A quantity (stock unit) of one item in one bin, the status it has and the one it gets."""

    item_id: int
    bin_id: int
    lot_id: int | None
    source: str  # Status
    target: str
    quantity: Decimal

    @property
    def leaves(self) -> Place:
        return self.item_id, self.bin_id, self.lot_id, self.source

    @property
    def enters(self) -> Place:
        return self.item_id, self.bin_id, self.lot_id, self.target


@dataclass(frozen=True, slots=True)
class StatusChanged:
    """The change, and how many order lines lost stock they were promised or got some they waited for."""

    change_id: int
    number: str
    bumped: int
    served: int


@command("inventory.change_status")
def change_status(batch: Batch, *, site_id: int, rows: Sequence[StatusRow], reason: str) -> StatusChanged:
    """Move goods of one site from status to status in their bins, all of them or none.

    What may be promised follows at once: order lines that lose stock by it are promised anew, the last served first,
    and those who wait get what came free. Value stays. The number of statements does not depend on the rows. Raises
    NotPermitted by the right of each change, NotThere, BoundToPicks, LotExpired, BadInput.
    """
    ground = ground_of(batch, site_id)
    return _change(batch, ground, rows, reason)


@command("inventory.undo_status_change")
def undo_status_change(batch: Batch, *, change_id: int, reason: str = "") -> StatusChanged:
    """Take one change back: the reverse change, by the rights that it asks for. Raises ChangeUndone a second time,
    and what change_status raises where the goods are not there any more."""
    found = batch.read(LOCK_CHANGE, change_id)
    if not found:
        raise NotFound(what=_("status change"), reference=change_id)
    ((number, site_id, posting_id, undoes_id),) = found
    if undoes_id or batch.read(TAKEN_BACK, change_id):
        raise ChangeUndone(number=number)
    rows = [
        StatusRow(item_id, bin_id, lot_id, now, was, quantity)
        for item_id, bin_id, lot_id, was, now, quantity in batch.read(MOVED, posting_id)
    ]
    words = reason.strip() or _("%(number)s taken back") % {"number": number}
    return _change(batch, ground_of(batch, site_id), rows, words, undoes_id=change_id)


def _change(
    batch: Batch, ground: Ground, rows: Sequence[StatusRow], reason: str, *, undoes_id: int | None = None
) -> StatusChanged:
    _refuse_wrong(batch, ground, rows, reason)
    entered = [row.enters for row in rows]
    items, bins = facts_of(batch, ground, [row.leaves for row in rows] + entered, entered=entered)
    for row in rows:
        if row.quantity <= 0:
            raise AdjustmentRefused(item=items[row.item_id].code, reason=_("the quantity is above zero."))
        refuse_uncountable(items[row.item_id], row.quantity)
    (change_id,) = batch.draw(inventory_statuschange=1)["inventory_statuschange"]
    accounting_on, stock = lock_site_stock(
        batch,
        company_id=ground.company_id,
        site_id=ground.id,
        item_ids=list(items),
        effective_at=batch.now,
        ensure=True,
    )
    shift = lock_shift(batch, site_id=ground.id, stock=stock, changes=_available(rows))
    places = [row.leaves for row in rows] + entered
    balance_ids = lock_balances(batch, site_id=ground.id, places=places)
    leaving = [(row.leaves, row.quantity) for row in rows]
    refuse_missing(batch, leaving, lying_in(batch, ground, places), items, bins)

    moves = [Move(row.leaves, row.enters, row.quantity, line) for line, row in enumerate(rows, 1)]
    posting_id = write_entries(
        batch,
        source=Source(
            kind=StockPosting.Kind.MOVE.value,
            company_id=ground.company_id,
            site_id=ground.id,
            document=DOCUMENT,
            document_id=change_id,
            accounting_on=accounting_on,
        ),
        entries=sides(moves, stock),
        balance_ids=balance_ids,
    )
    shifted = settle(batch, shift, stock=stock, lost_as=Cause.BLOCKED)
    return _record(batch, ground, change_id, rows, reason, posting_id, undoes_id, shifted)


def _refuse_wrong(batch: Batch, ground: Ground, rows: Sequence[StatusRow], reason: str) -> None:
    if not rows:
        raise BadInput(field="rows", reason=_("choose at least one row."))
    if not reason.strip():
        raise BadInput(field="reason", reason=_("say why."))
    for source, target in sorted({(row.source, row.target) for row in rows}):
        if source not in Status.values or target not in Status.values or source == target:
            raise BadInput(field="target", reason=_("choose another status than the goods have."))
        if (source, target) not in MATRIX:
            raise BadInput(
                field="target", reason=_("goods in transit change their status with their transfer.")
            )
        right = MATRIX[Status(source), Status(target)]
        batch.actor.require(right, company=ground.company_id, site=ground.id)


def _available(rows: Sequence[StatusRow]) -> dict[int, Decimal]:
    """By how much available of each item changes."""
    return sum_by(
        (
            row.item_id,
            (row.quantity if row.target in PROMISABLE else ZERO)
            - (row.quantity if row.source in PROMISABLE else ZERO),
        )
        for row in rows
    )


def _record(
    batch: Batch,
    ground: Ground,
    change_id: int,
    rows: Sequence[StatusRow],
    reason: str,
    posting_id: int,
    undoes_id: int | None,
    shifted: Shifted,
) -> StatusChanged:
    targets = {row.target for row in rows}
    number = f"STC-{change_id}"
    batch.insert(
        StatusChange,
        id=change_id,
        number=number,
        company=ground.company_id,
        site=ground.id,
        target=rows[0].target if len(targets) == 1 else "",
        row_count=len(rows),
        reason=reason.strip()[:200],
        posting_id=posting_id,
        undoes=undoes_id,
        changed_by=batch.actor.name,
        changed_at=batch.now,
    )
    batch.decide(
        "inventory.change_status",
        StatusChange,
        change_id,
        {
            "moved": [[*row.leaves, row.target, row.quantity] for row in rows],
            "reason": reason,
            "promises": shifted.promises,
        },
    )
    return StatusChanged(change_id, number, shifted.bumped, shifted.served)
