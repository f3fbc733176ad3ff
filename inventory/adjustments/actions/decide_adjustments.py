"""Approve adjustments that wait, or refuse them with a reason (IV09)."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _

from erp.kernel.batch import Batch
from erp.kernel.command import command
from erp.kernel.errors import BadInput, DomainError, NotFound, NotPermitted
from erp.kernel.formats import write_quantity
from inventory.adjustments.errors import AdjustmentDecided, BeyondLimit, NotThere, OwnAdjustment
from inventory.adjustments.limits import limits_of
from inventory.adjustments.models import Adjustment
from inventory.adjustments.permissions import APPROVE_ADJUSTMENTS
from inventory.adjustments.places import Ground, Lying, facts_of, ground_of, lying_in
from inventory.adjustments.posting import Change, post_changes, values_of
from inventory.adjustments.reads import LOCK_ADJUSTMENTS
from inventory.adjustments.rules import ZERO, Limit, beyond
from inventory.stock.models import Status
from inventory.stock.reads import Place, lock_site_stock


@dataclass(frozen=True, slots=True)
class Proposed:
    """One adjustment as it stands, locked."""

    id: int
    number: str
    company_id: int
    site_id: int
    item_id: int
    bin_id: int
    lot_id: int | None
    status: str
    quantity: Decimal
    reason: str
    state: str
    proposed_by: str
    decided_by: str

    @property
    def place(self) -> Place:
        return self.item_id, self.bin_id, self.lot_id, self.status


@dataclass(frozen=True, slots=True)
class Decided:
    """Adjustments that were decided, and those that stay: [[number, reason], ...]."""

    adjustment_ids: list[int]
    refused: list[list[str]]


@command("inventory.approve_adjustments")
def approve_adjustments(
    batch: Batch, *, adjustment_ids: Sequence[int], note: str = "", strict: bool = False
) -> Decided:
    """Post what others proposed, of one site, at the average cost of now.

    One's own, what is decided already, beyond the approver's own limits or not in its bin any more stays and is
    listed, or with `strict` is raised: OwnAdjustment, AdjustmentDecided, BeyondLimit, NotThere. Raises BoundToPicks.
    """
    found = _locked(batch, adjustment_ids, strict=strict)
    if len({each.site_id for each in found}) > 1:
        raise BadInput(field="adjustments", reason=_("Approve one site at a time."))
    if not found:
        return Decided([], [])
    ground = ground_of(batch, found[0].site_id)
    batch.actor.require(APPROVE_ADJUSTMENTS, company=ground.company_id, site=ground.id)
    places = [each.place for each in found]
    items, bins = facts_of(batch, ground, places, entered=[each.place for each in found if each.quantity > 0])
    accounting_on, stock = lock_site_stock(
        batch,
        company_id=ground.company_id,
        site_id=ground.id,
        item_ids=list(items),
        effective_at=batch.now,
        ensure=True,
    )
    worth = values_of([_change(each) for each in found], stock=stock, items=items)
    lying = lying_in(batch, ground, places)
    limits = limits_of(batch, APPROVE_ADJUSTMENTS, ground)
    taken: defaultdict[Place, Decimal] = defaultdict(Decimal)
    free, refused = [], []
    for each in found:
        try:
            _refuse(batch, each)
            _refuse_beyond(each, worth[each.id], lying, limits, ground)
            _refuse_gone(each, lying, taken, item=items[each.item_id].code, bin=bins[each.bin_id])
        except DomainError as error:
            if strict:
                raise
            refused.append([each.number, str(error)])
        else:
            taken[each.place] -= each.quantity
            free.append(each)
    if free:
        posting_id, values, shifted = post_changes(
            batch,
            ground,
            [_change(each) for each in free],
            items=items,
            bins=bins,
            accounting_on=accounting_on,
            stock=stock,
        )
        batch.update(
            Adjustment,
            [each.id for each in free],
            value=[values[each.id] for each in free],
            state=Adjustment.State.POSTED.value,
            decided_by=batch.actor.name,
            decided_at=batch.now,
            decision_note=note.strip()[:200],
            posting_id=posting_id,
        )
        batch.decide(
            "inventory.approve_adjustments",
            Adjustment,
            free[0].id,
            {
                "posted": [[each.id, each.quantity, values[each.id]] for each in free],
                "note": note,
                "promises": shifted.promises,
            },
        )
    return Decided([each.id for each in free], refused)


@command("inventory.refuse_adjustments")
def refuse_adjustments(
    batch: Batch, *, adjustment_ids: Sequence[int], reason: str, strict: bool = False
) -> Decided:
    """Refuse what waits, with the reason that stays with it; whoever proposed something may withdraw it this way."""
    if not reason.strip():
        raise BadInput(field="reason", reason=_("say why not."))
    free, refused = [], []
    for each in _locked(batch, adjustment_ids, strict=strict):
        try:
            own = each.proposed_by == batch.actor.name
            may = batch.actor.may(APPROVE_ADJUSTMENTS, company=each.company_id, site=each.site_id)
            if not own and not may:
                raise NotPermitted(permission=APPROVE_ADJUSTMENTS)
            _refuse_decided(each)
        except DomainError as error:
            if strict:
                raise
            refused.append([each.number, str(error)])
        else:
            free.append(each.id)
    batch.update(
        Adjustment,
        free,
        state=Adjustment.State.REFUSED.value,
        decided_by=batch.actor.name,
        decided_at=batch.now,
        decision_note=reason.strip()[:200],
    )
    for adjustment_id in free:
        batch.decide("inventory.refuse_adjustments", Adjustment, adjustment_id, {"reason": reason})
    return Decided(free, refused)


def _locked(batch: Batch, adjustment_ids: Sequence[int], *, strict: bool) -> list[Proposed]:
    found = [Proposed(*row) for row in batch.read(LOCK_ADJUSTMENTS, sorted(set(adjustment_ids)))]
    if strict and not found:
        raise NotFound(what=_("adjustment"), reference=next(iter(adjustment_ids), ""))
    return found


def _change(each: Proposed) -> Change:
    return Change(each.id, each.place, each.quantity, each.reason)


def _refuse(batch: Batch, each: Proposed) -> None:
    _refuse_decided(each)
    if each.proposed_by == batch.actor.name:
        raise OwnAdjustment(number=each.number)


def _refuse_decided(each: Proposed) -> None:
    if each.state != Adjustment.State.WAITING:
        raise AdjustmentDecided(number=each.number, by=each.decided_by or each.proposed_by)


def _refuse_beyond(
    each: Proposed, value: Decimal, lying: dict[Place, Lying], limits: tuple[Limit, ...], ground: Ground
) -> None:
    held = lying[each.place].quantity if each.place in lying else ZERO
    words = beyond(limits, quantity=each.quantity, value=value, held=held, currency=ground.currency)
    if words:
        raise BeyondLimit(number=each.number, beyond=words)


def _refuse_gone(
    each: Proposed, lying: dict[Place, Lying], taken: defaultdict[Place, Decimal], *, item: str, bin: str
) -> None:
    there = (lying[each.place].quantity if each.place in lying else ZERO) - taken[each.place]
    if each.quantity < 0 and -each.quantity > there:
        raise NotThere(
            bin=bin,
            there=write_quantity(there),
            item=item,
            status=Status(each.status).label.lower(),
            asked=write_quantity(-each.quantity),
        )
