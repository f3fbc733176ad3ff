"""What did not arrive is found after all, written off, or claimed from the carrier (TR03)."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _

from erp.kernel.batch import Batch
from erp.kernel.command import command
from erp.kernel.errors import BadInput, NotFound
from erp.kernel.formats import write_quantity
from inventory.adjustments.actions.adjust_stock import AdjustLine, adjust_stock
from inventory.adjustments.models import Adjustment, Reason
from inventory.adjustments.permissions import ADJUST_STOCK
from inventory.adjustments.places import ground_of
from inventory.commitments.actions.offer_freed import offer_freed
from inventory.commitments.models import PromiseEvent
from inventory.commitments.queries import lock_open_supply, lock_waiting
from inventory.stock.actions.post_increase import Source
from inventory.stock.models import Status, StockPosting
from inventory.stock.reads import lock_site_stock
from inventory.transfers.actions.receive_transfer import Unloaded, put_away
from inventory.transfers.documents import DOCUMENT, Content, Head, contents_of, lock_order
from inventory.transfers.errors import DifferenceCleared, TransferRefused
from inventory.transfers.models import TransferContent, TransferDifference, TransferLine, TransferOrder
from inventory.transfers.permissions import RECEIVE_TRANSFER
from inventory.transfers.reads import (
    ADJUSTMENT_STATE,
    DIFFERENCE_ORDER,
    LOCK_DIFFERENCE,
    LOCK_DIFFERENCES,
)

Outcome = TransferDifference.Outcome
# As what each kind of difference leaves stock.
REASONS = {"short": Reason.LOST, "lost": Reason.LOST, "damaged": Reason.DAMAGED}


@dataclass(frozen=True, slots=True)
class Cleared:
    """The difference; what of it was found by now, and the adjustment that waits for another person's word, if so."""

    difference_id: int
    outcome: str
    found: str
    waits: bool = False


@dataclass(frozen=True, slots=True)
class _Difference:
    """A difference, locked behind its transfer."""

    id: int
    order_id: int
    content_id: int
    kind: str
    quantity: Decimal
    found: Decimal
    outcome: str
    adjustment_id: int | None

    @property
    def open(self) -> Decimal:
        return self.quantity - self.found


@command("inventory.find_difference")
def find_difference(
    batch: Batch,
    *,
    difference_id: int,
    quantity: Decimal,
    bin_id: int,
    status: str = Status.AVAILABLE.value,
    note: str = "",
) -> Cleared:
    """Receive what was missing and came to light, or was damaged and is not: whole or in part.

    Who waits for it gets it at once. Raises DifferenceCleared, TransferRefused for more than is missing, LotExpired.
    """
    head, difference, content = _locked(batch, difference_id)
    head.require(batch, RECEIVE_TRANSFER, to=True)
    ground = ground_of(batch, head.to_site_id)
    accounting_on, stock = lock_site_stock(
        batch,
        company_id=head.company_id,
        site_id=head.to_site_id,
        item_ids=[content.item_id],
        effective_at=batch.now,
    )
    _refuse_cleared(batch, head, difference, content)
    if not 0 < quantity <= difference.open:
        words = _("%(n)s of it are missing; receive at most these.") % {"n": write_quantity(difference.open)}
        raise TransferRefused(item=content.code, reason=words)
    source = Source(
        kind=StockPosting.Kind.MOVE.value,
        company_id=head.company_id,
        site_id=head.to_site_id,
        document=DOCUMENT,
        document_id=head.id,
        accounting_on=accounting_on,
    )
    goods = [Unloaded(content.id, quantity, bin_id, status)]
    # Who waits is locked before the bin that it goes into: release takes them in this order too.
    waiting = lock_waiting(batch, site_id=ground.id, item_ids=[content.item_id])
    coming = lock_open_supply(batch, site_id=ground.id, item_ids=[content.item_id])
    put_away(batch, head, ground, {content.id: content}, goods, source=source, stock=stock)
    batch.update(TransferContent, [content.id], add={"received": quantity, "missing": -quantity})
    batch.update(TransferLine, [content.line_id], add={"received": quantity, "missing": -quantity})
    through = quantity == difference.open
    outcome = Outcome.FOUND.value if through else ""
    ended = {"cleared_by": batch.actor.name if through else "", "cleared_at": batch.now if through else None}
    batch.update(
        TransferDifference,
        [difference.id],
        outcome=outcome,
        adjustment=None,
        add={"found": quantity},
        **ended,
    )
    row = stock[content.item_id]
    promises = offer_freed(
        batch,
        waiting,
        site_id=ground.id,
        free={row.item_id: row.available - row.reserved},
        coming=coming,
        stock_ids={row.item_id: row.id},
        cause=PromiseEvent.Cause.FOUND,
    )
    sentence = _("%(n)s of %(item)s found. %(note)s") % {
        "n": write_quantity(quantity),
        "item": content.code,
        "note": note.strip(),
    }
    batch.decide(
        "inventory.find_difference", TransferOrder, head.id, {"sentence": sentence, "promises": promises}
    )
    return Cleared(difference.id, outcome, str(difference.found + quantity))


@command("inventory.write_off_difference")
def write_off_difference(
    batch: Batch, *, difference_id: int, note: str, claim_reference: str = ""
) -> Cleared:
    """Take what is still missing out of stock, within the actor's limits of adjustments or after another's word.

    `claim_reference`: it is claimed from the carrier under this number. Beyond the limits the goods stay in transit
    until the adjustment is approved. Raises DifferenceCleared, BadInput, and what adjust_stock raises.
    """
    if not note.strip():
        raise BadInput(field="note", reason=_("say why."))
    head, difference, content = _locked(batch, difference_id)
    head.require(batch, ADJUST_STOCK, to=True)
    lock_site_stock(
        batch,
        company_id=head.company_id,
        site_id=head.to_site_id,
        item_ids=[content.item_id],
        effective_at=batch.now,
    )
    _refuse_cleared(batch, head, difference, content)
    assert head.transit_bin_id is not None
    line = AdjustLine(
        content.item_id, head.transit_bin_id, -difference.open, content.lot_id, Status.TRANSIT.value
    )
    adjusted = adjust_stock.inside(
        batch,
        site_id=head.to_site_id,
        lines=[line],
        reason=REASONS[difference.kind].value,
        note=f"{head.number}: {note.strip()}",
        in_transit=True,
    )
    outcome = Outcome.CLAIMED if claim_reference.strip() else Outcome.WRITTEN_OFF
    batch.update(
        TransferDifference,
        [difference.id],
        outcome=outcome.value,
        adjustment=adjusted.adjustment_ids[0],
        claim_reference=claim_reference.strip()[:60],
        cleared_by=batch.actor.name,
        cleared_at=batch.now,
    )
    sentence = _("%(n)s of %(item)s: %(outcome)s. %(note)s") % {
        "n": write_quantity(difference.open),
        "item": content.code,
        "outcome": outcome.label.lower(),
        "note": note.strip(),
    }
    batch.decide(
        "inventory.write_off_difference",
        TransferOrder,
        head.id,
        {"sentence": sentence, "claim": claim_reference.strip(), "adjustment": adjusted.adjustment_ids[0]},
    )
    return Cleared(difference.id, outcome.value, str(difference.found), bool(adjusted.waiting_ids))


@dataclass(frozen=True, slots=True)
class Owned:
    """Differences that have a new owner."""

    difference_ids: list[int]


@command("inventory.own_differences")
def own_differences(batch: Batch, *, difference_ids: Sequence[int], owner: str) -> Owned:
    """Give open differences to somebody who clears them. Those that are cleared stay as they are."""
    if not owner.strip():
        raise BadInput(field="owner", reason=_("say who clears it."))
    chosen = []
    for pk, company_id, site_id, outcome in batch.read(LOCK_DIFFERENCES, sorted(set(difference_ids))):
        batch.actor.require(RECEIVE_TRANSFER, company=company_id, site=site_id)
        if not outcome:
            chosen.append(pk)
    batch.update(TransferDifference, chosen, owner=owner.strip()[:80])
    for pk in chosen:
        batch.decide("inventory.own_differences", TransferDifference, pk, {"owner": owner.strip()})
    return Owned(chosen)


def _locked(batch: Batch, difference_id: int) -> tuple[Head, _Difference, Content]:
    """The transfer, the difference and what was shipped, locked in this order."""
    rows = batch.read(DIFFERENCE_ORDER, difference_id)
    if not rows:
        raise NotFound(what=_("difference"), reference=difference_id)
    head = lock_order(batch, rows[0][0])
    difference = _Difference(*batch.read(LOCK_DIFFERENCE, difference_id)[0])
    contents = {each.id: each for each in contents_of(batch, head)}
    return head, difference, contents[difference.content_id]


def _refuse_cleared(batch: Batch, head: Head, difference: _Difference, content: Content) -> None:
    """Raise unless something of it is open: a write-off that was refused leaves it open again."""
    if not difference.outcome:
        return
    state = ""
    if difference.adjustment_id is not None:
        ((state, _number),) = batch.read(ADJUSTMENT_STATE, difference.adjustment_id)
    if state == Adjustment.State.REFUSED:
        return
    words = (
        _("waiting for the approval of its write-off")
        if state == Adjustment.State.WAITING
        else Outcome(difference.outcome).label.lower()
    )
    raise DifferenceCleared(item=content.code, state=words, number=head.number)
