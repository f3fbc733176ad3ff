"""Say that there is more or less of something than the ledger says, and why (IV09)."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from erp.kernel.batch import Batch
from erp.kernel.command import command
from erp.kernel.errors import BadInput
from erp.kernel.quantity import sum_by
from inventory.adjustments.errors import AdjustmentRefused
from inventory.adjustments.limits import limits_of
from inventory.adjustments.models import Adjustment, Reason
from inventory.adjustments.permissions import ADJUST_STOCK
from inventory.adjustments.places import (
    Ground,
    ItemFacts,
    Lying,
    facts_of,
    ground_of,
    lying_in,
    refuse_missing,
    refuse_uncountable,
)
from inventory.adjustments.posting import Change, post_changes, values_of
from inventory.adjustments.reads import SAME_DAY, SAME_DAY_STATUSES
from inventory.adjustments.rules import ZERO, beyond, change_in_disguise, fits
from inventory.stock.models import Status
from inventory.stock.reads import Place, lock_site_stock


@dataclass(frozen=True, slots=True)
class AdjustLine:
    """A signed quantity (stock unit) of one item in one place: above zero there is more of it."""

    item_id: int
    bin_id: int
    quantity: Decimal
    lot_id: int | None = None
    status: str = Status.AVAILABLE.value

    @property
    def place(self) -> Place:
        return self.item_id, self.bin_id, self.lot_id, self.status


@dataclass(frozen=True, slots=True)
class Adjusted:
    """The adjustments in the order of the lines: which were posted, which wait; order lines that lost or got stock."""

    adjustment_ids: list[int]
    posted_ids: list[int]
    waiting_ids: list[int]
    bumped: int = 0
    served: int = 0


@command("inventory.adjust_stock")
def adjust_stock(
    batch: Batch,
    *,
    site_id: int,
    lines: Sequence[AdjustLine],
    reason: str,
    note: str = "",
    in_transit: bool = False,
) -> Adjusted:
    """Post what is within the actor's limits, at average cost; beyond them nothing moves until another approves.

    A limit counts what the same person has adjusted in the same bin on that day; what amounts to a change of status
    by somebody who may not make it is beyond every limit. Promises that lose their stock are made anew, the last
    served first. `in_transit`: a transfer writes off what never came; nobody else adjusts what is on its way. The
    number of statements does not depend on the lines. Raises NotThere, BoundToPicks, AdjustmentRefused, LotExpired,
    BadInput.
    """
    ground = ground_of(batch, site_id)
    batch.actor.require(ADJUST_STOCK, company=ground.company_id, site=site_id)
    if not lines:
        raise BadInput(field="lines", reason=_("adjust at least one line."))
    if reason not in Reason.values:
        raise BadInput(field="reason", reason=_("choose one of the reasons."))
    places = [line.place for line in lines]
    if len(set(places)) < len(places):
        raise BadInput(field="lines", reason=_("a place is named twice."))
    found = [line.place for line in lines if line.quantity > 0]
    items, bins = facts_of(batch, ground, places, entered=found)
    for line in lines:
        _refuse_wrong(line, items[line.item_id], Reason(reason))
        if (line.status == Status.TRANSIT) != in_transit:
            words = _("goods in transit are cleared from their transfer.")
            raise AdjustmentRefused(item=items[line.item_id].code, reason=words)
    ids = batch.draw(inventory_adjustment=len(lines))["inventory_adjustment"]
    accounting_on, stock = lock_site_stock(
        batch,
        company_id=ground.company_id,
        site_id=site_id,
        item_ids=list(items),
        effective_at=batch.now,
        ensure=True,
    )
    # Behind that lock: what the same person posts at this moment counts too.
    earlier = {
        row[:2]: row[2:]
        for row in batch.read(
            SAME_DAY, list(items), sorted({line.bin_id for line in lines}), batch.actor.name, batch.now
        )
    }
    statuses = batch.read(SAME_DAY_STATUSES, site_id, list(items), batch.actor.name, batch.now)
    changes = [Change(pk, line.place, line.quantity, reason) for pk, line in zip(ids, lines, strict=True)]
    lying = lying_in(batch, ground, places)
    refuse_missing(
        batch, [(line.place, -line.quantity) for line in lines if line.quantity < 0], lying, items, bins
    )
    worth = values_of(changes, stock=stock, items=items)
    excess = _excess(batch, ground, changes, worth, lying, earlier) | _disguised(
        batch, ground, changes, statuses
    )
    allowed = [change for change in changes if not excess[change.adjustment_id]]
    posting_id, bumped, served, promises = None, 0, 0, []
    if allowed:
        posting_id, values, shifted = post_changes(
            batch, ground, allowed, items=items, bins=bins, accounting_on=accounting_on, stock=stock
        )
        worth |= values
        bumped, served, promises = shifted.bumped, shifted.served, shifted.promises
    _write(batch, ground, changes, worth, lying, excess, posting_id, note)
    batch.decide(
        "inventory.adjust_stock",
        Adjustment,
        ids[0],
        {
            "reason": reason,
            "lines": [
                [each.adjustment_id, each.quantity, worth[each.adjustment_id], excess[each.adjustment_id]]
                for each in changes
            ],
            "promises": promises,
        },
    )
    waiting = [pk for pk in ids if excess[pk]]
    return Adjusted(ids, [pk for pk in ids if not excess[pk]], waiting, bumped, served)


def _refuse_wrong(line: AdjustLine, item: ItemFacts, reason: Reason) -> None:
    if not line.quantity or not fits(reason, line.quantity):
        words = (
            _("nothing changes; say how many more or fewer there are.")
            if not line.quantity
            else _("“%(reason)s” is no reason why there is more of it; choose another.")
            if line.quantity > 0
            else _("“%(reason)s” is no reason why there is less of it; choose another.")
        )
        raise AdjustmentRefused(item=item.code, reason=words % {"reason": reason.label})
    refuse_uncountable(item, line.quantity)
    if item.lot_tracked and line.lot_id is None and line.quantity > 0:  # what lies without one may go
        raise AdjustmentRefused(item=item.code, reason=_("it is kept by lot; name the lot."))


def _excess(
    batch: Batch,
    ground: Ground,
    changes: Sequence[Change],
    worth: dict[int, Decimal],
    lying: dict[Place, Lying],
    earlier: dict[tuple[Any, ...], tuple[Any, ...]],
) -> dict[int, str]:
    """By adjustment, which limit it exceeds; empty where it may be posted."""
    limits = limits_of(batch, ADJUST_STOCK, ground)
    in_bin = sum_by((change.place[:2], abs(change.quantity)) for change in changes)
    value_in_bin = sum_by((change.place[:2], abs(worth[change.adjustment_id])) for change in changes)
    held = sum_by((place[:2], each.quantity) for place, each in lying.items())
    found = {}
    for change in changes:
        key = change.place[:2]
        moved, moved_worth = earlier.get(key, (ZERO, ZERO))
        found[change.adjustment_id] = beyond(
            limits,
            quantity=in_bin[key] + moved,
            value=value_in_bin[key] + moved_worth,
            held=held.get(key, ZERO),
            currency=ground.currency,
        )
    return found


def _disguised(
    batch: Batch, ground: Ground, changes: Sequence[Change], earlier: Sequence[tuple[int, str, bool, bool]]
) -> dict[int, str]:
    """The adjustments that amount to a change of status with the others of the day, where it is denied: why."""

    def may(right: str) -> bool:
        return batch.actor.may(right, company=ground.company_id, site=ground.id)

    now = [(each.place[0], each.place[3], each.quantity < 0, each.quantity > 0) for each in changes]
    less, more = defaultdict(set), defaultdict(set)
    for item, status, lessened, increased in (*earlier, *now):
        if lessened:
            less[item].add(status)
        if increased:
            more[item].add(status)
    told = {
        item: change_in_disguise(less[item], more[item], may) for item in {each.place[0] for each in changes}
    }
    return {each.adjustment_id: told[each.place[0]] for each in changes if told[each.place[0]]}


def _write(
    batch: Batch,
    ground: Ground,
    changes: Sequence[Change],
    worth: dict[int, Decimal],
    lying: dict[Place, Lying],
    excess: dict[int, str],
    posting_id: int | None,
    note: str,
) -> None:
    posted = [not excess[change.adjustment_id] for change in changes]
    states = {True: Adjustment.State.POSTED.value, False: Adjustment.State.WAITING.value}
    batch.insert(
        Adjustment,
        id=[change.adjustment_id for change in changes],
        number=[f"ADJ-{change.adjustment_id}" for change in changes],
        company=ground.company_id,
        site=ground.id,
        item=[change.place[0] for change in changes],
        bin=[change.place[1] for change in changes],
        lot=[change.place[2] for change in changes],
        status=[change.place[3] for change in changes],
        quantity=[change.quantity for change in changes],
        value=[worth[change.adjustment_id] for change in changes],
        held=[lying[change.place].quantity if change.place in lying else ZERO for change in changes],
        reason=[change.reason for change in changes],
        note=note.strip()[:200],
        state=[states[each] for each in posted],
        beyond=[excess[change.adjustment_id][:200] for change in changes],
        proposed_by=batch.actor.name,
        proposed_at=batch.now,
        decided_by="",
        decision_note="",
        posting_id=[posting_id if each else None for each in posted],
    )
