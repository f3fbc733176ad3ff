"""Plan some items of a company at all its sites: forecasts, needs, and proposals that wait for a planner (PU02)."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import Any

from erp.kernel.batch import Batch
from erp.kernel.command import command
from inventory.replenishment.expecting import renew_forecasts
from inventory.replenishment.ground import Ground, ground_of
from inventory.replenishment.models import ReplenishmentProposal
from inventory.replenishment.permissions import PLAN
from inventory.replenishment.planning import Draft, plan_item
from inventory.replenishment.policies import DISMISSED_DAYS, PROPOSAL_DAYS
from inventory.replenishment.reads import KNOWN, LOCK_EXPIRED, SLICE
from inventory.replenishment.slices import Expected, Place, Slice, read_slice

State = ReplenishmentProposal.State
ITEMS = 500  # of one slice, each at all sites


@dataclass(frozen=True, slots=True)
class PlannedSlice:
    """Where the next slice begins, and what this one did: items, forecasts and proposals."""

    after: int
    items: int
    finished: bool
    forecasts: int = 0
    skipped: int = 0  # forecasts whose history had nothing new
    made: int = 0
    kept: int = 0
    gone: int = 0


@dataclass(frozen=True, slots=True)
class ExpiredProposals:
    proposals: int


@dataclass(frozen=True, slots=True)
class _Known:
    """A proposal that an earlier run has written."""

    id: int
    item_id: int
    site_id: int
    kind: str
    state: str
    edited_quantity: Decimal | None
    chosen_supplier_id: int | None

    @property
    def key(self) -> tuple[int, int, str]:
        return self.item_id, self.site_id, self.kind


@command("inventory.plan_slice")
def plan_slice(batch: Batch, *, company_id: int, after: int = 0, limit: int = ITEMS) -> PlannedSlice:
    """Plan the next `limit` items behind the item `after`, and write what has changed to the proposals that are open.

    Asked twice it changes nothing. What a planner has edited keeps its quantity; what waits for a second approval is
    left alone; what was dismissed stays away for the days of the policy. The number of statements does not depend on
    items, sites or demand.
    """
    ground = ground_of(batch, company_id)
    batch.actor.require(PLAN, company=company_id)
    sites = list(ground.sites)
    items = [pk for (pk,) in batch.read(SLICE, after, sites, limit, after, company_id, limit, limit)]
    if not items:
        return PlannedSlice(after, 0, True)
    found = read_slice(batch, ground, items)
    renewed = renew_forecasts(batch, ground, found)
    since = batch.now - timedelta(days=DISMISSED_DAYS.value(on=ground.today, company=company_id))
    known = [_Known(*row) for row in batch.read(KNOWN, items, company_id, since)]
    drafts = _drafts(ground, found, renewed.expected, known)
    made, kept, gone = _reconcile(batch, ground, drafts, known)
    return PlannedSlice(
        items[-1], len(items), len(items) < limit, renewed.made, renewed.skipped, made, kept, gone
    )


@command("inventory.expire_replenishments")
def expire_replenishments(batch: Batch, *, company_id: int) -> ExpiredProposals:
    """End what no run has confirmed for the days of the policy."""
    ground = ground_of(batch, company_id)
    batch.actor.require(PLAN, company=company_id)
    ids = [pk for (pk,) in batch.read(LOCK_EXPIRED, company_id, ground.today)]
    _close(batch, ids, State.EXPIRED.value)
    return ExpiredProposals(len(ids))


def _drafts(
    ground: Ground, found: Slice, expected: dict[tuple[int, int], Expected], known: Sequence[_Known]
) -> dict[tuple[int, int, str], Draft]:
    places: defaultdict[int, dict[int, Place]] = defaultdict(dict)
    for (item_id, site_id), place in found.places.items():
        places[item_id][site_id] = place
    chosen: defaultdict[int, dict[int, int]] = defaultdict(dict)
    for each in known:
        if each.state == State.OPEN and each.chosen_supplier_id is not None:
            chosen[each.item_id][each.site_id] = each.chosen_supplier_id
    drafts = {}
    for item_id, at in places.items():
        outlooks = {site: expected[item_id, site] for site in at if (item_id, site) in expected}
        for draft in plan_item(ground, at, outlooks, found.offers.get(item_id, ()), chosen[item_id]):
            drafts[draft.key] = draft
    return drafts


def _reconcile(
    batch: Batch,
    ground: Ground,
    drafts: dict[tuple[int, int, str], Draft],
    known: Sequence[_Known],
) -> tuple[int, int, int]:
    """Write the difference between what is found now and what earlier runs proposed; how many are new, stay and go."""
    standing = {each.key: each for each in known if each.state == State.DISMISSED}
    standing |= {each.key: each for each in known if each.state != State.DISMISSED}
    new = [draft for key, draft in sorted(drafts.items()) if key not in standing]
    kept = [
        (each, drafts[each.key])
        for each in standing.values()
        if each.state == State.OPEN and each.key in drafts
    ]
    over = [each for each in standing.values() if each.state == State.OPEN and each.key not in drafts]
    expires_on = ground.today + timedelta(
        days=PROPOSAL_DAYS.value(on=ground.today, company=ground.company_id)
    )
    batch.insert(
        ReplenishmentProposal,
        company=ground.company_id,
        site=[draft.place.site_id for draft in new],
        item=[draft.place.item_id for draft in new],
        kind=[draft.kind for draft in new],
        state=State.OPEN.value,
        **_columns(new),
        value=[draft.value for draft in new],
        edited_by="",
        edit_note="",
        outlived=False,
        computed_at=batch.now,
        expires_on=expires_on,
        first_by="",
        decided_by="",
        decision_note="",
    )
    edited = [_edited(each, draft) for each, draft in kept]
    batch.update(
        ReplenishmentProposal,
        [each.id for each, _draft in kept],
        **_columns([draft for _each, draft in kept]),
        edited_quantity=[quantity for quantity, _value in edited],
        chosen_supplier=[_chosen(each, draft) for each, draft in kept],
        value=[value for _quantity, value in edited],
        outlived=False,
        computed_at=batch.now,
        expires_on=expires_on,
        add={"version": 1},
    )
    batch.update(
        ReplenishmentProposal,
        [each.id for each in over if each.edited_quantity is not None],
        outlived=True,
        add={"version": 1},
    )
    gone = [each.id for each in over if each.edited_quantity is None]
    _close(batch, gone, State.GONE.value)
    return len(new), len(kept), len(gone)


def _close(batch: Batch, ids: Sequence[int], state: str) -> None:
    batch.update(
        ReplenishmentProposal,
        ids,
        state=state,
        decided_by=batch.actor.name,
        decided_at=batch.now,
        add={"version": 1},
    )


def _edited(known: _Known, draft: Draft) -> tuple[Decimal | None, Decimal]:
    """A planner's quantity, in whole units of the present source, and what the proposal is worth."""
    if known.edited_quantity is None:
        return None, draft.value
    return draft.edited_to(known.edited_quantity)


def _chosen(known: _Known, draft: Draft) -> int | None:
    """A planner's supplier, as long as it sells the item: a proposal's terms are of the one that is ordered from."""
    seller = draft.offer.supplier_id if draft.offer else None
    return seller if seller == known.chosen_supplier_id else None


def _columns(drafts: Sequence[Draft]) -> dict[str, Any]:
    """All that the run computes of a proposal, as columns."""
    return {
        "from_site": [draft.from_site_id for draft in drafts],
        "supplier": [draft.offer.supplier_id if draft.offer else None for draft in drafts],
        "unit": [draft.unit for draft in drafts],
        "unit_cost": [draft.unit_cost for draft in drafts],
        "quantity": [draft.quantity for draft in drafts],
        "due_on": [draft.due_on for draft in drafts],
        "lead_time_days": [draft.lead_time_days for draft in drafts],
        "free": [draft.free for draft in drafts],
        **{
            name: [getattr(draft.place.terms, name) for draft in drafts]
            for name in ("stocking", "method", "service_level", "minimum", "maximum", "order_minimum", "order_multiple")
        },
        "forecast_method": [draft.expected.method for draft in drafts],
        **{
            name: [getattr(draft.expected, name) for draft in drafts]
            for name in ("wape", "naive_wape", "bias")
        },
        **{
            name: [getattr(draft.required, name) for draft in drafts]
            for name in (
                "monthly", "sigma", "z", "interval_days", "expected", "known", "safety_stock", "lot", "trigger",
                "target", "position", "need",
            )
        },
        **{
            name: [getattr(draft.standing, name) for draft in drafts]
            for name in ("available", "on_order", "in_transit", "reserved", "backorders", "dependent")
        },
    }  # fmt: skip
