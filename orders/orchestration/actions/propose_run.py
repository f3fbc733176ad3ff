"""Preview how the scarce items of a site would be shared anew: who wins, who loses, whose promise breaks (AT07)."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from django.utils.translation import gettext as _

from erp.kernel.batch import Batch
from erp.kernel.command import command
from erp.kernel.errors import BadInput, NotFound
from inventory.commitments.redistribution import Effect
from masterdata.places.models import Site
from orders.orchestration.errors import NothingScarce
from orders.orchestration.models import ReallocationItem, ReallocationLine, ReallocationRun
from orders.orchestration.permissions import REALLOCATE
from orders.orchestration.reads import SCARCE, WORTH
from orders.orchestration.sharing import lock_items, written

CENT = Decimal("0.01")


@dataclass(frozen=True, slots=True)
class ProposedRun:
    """The run, and how many demands it would change."""

    run_id: int
    number: str
    lines: int


@command("orders.propose_run")
def propose_run(batch: Batch, *, site_id: int, item_ids: Sequence[int], reason: str) -> ProposedRun:
    """Keep a preview of sharing these items (none: all that someone waits for) anew. Nothing else changes.

    Only demands that would be served otherwise are kept. Raises NotFound, BadInput, NothingScarce.
    """
    site = Site.objects.filter(pk=site_id).first()
    if site is None:
        raise NotFound(what=_("site"), reference=site_id)
    batch.actor.require(REALLOCATE, company=site.company_id, site=site_id)
    if not reason.strip():
        raise BadInput(field="reason", reason=_("say why stock is shared anew."))
    asked = sorted(set(item_ids))
    items = [row[0] for row in batch.read(SCARCE, site_id, asked, asked)]
    shared = lock_items(batch, site_id=site_id, item_ids=items)
    changed = [effect for effect in shared.effects.values() if set(effect.before) != set(effect.after)]
    if not changed:
        raise NothingScarce(site=site.code)
    item_of = {demand.demand_id: demand.item_id for demand in shared.standings}
    touched = sorted({item_of[effect.demand_id] for effect in changed})
    ids = batch.draw(orders_reallocationrun=1, orders_reallocationitem=len(touched))
    (run_id,) = ids["orders_reallocationrun"]
    entries = dict(zip(touched, ids["orders_reallocationitem"], strict=True))
    number = f"RA-{run_id}"
    batch.insert(
        ReallocationRun,
        id=run_id,
        number=number,
        company=site.company_id,
        site=site_id,
        state=ReallocationRun.State.PROPOSED.value,
        reason=reason,
        proposed_by=batch.actor.name,
        proposed_at=batch.now,
        decided_by="",
    )
    batch.insert(
        ReallocationItem,
        id=list(entries.values()),
        run=run_id,
        item=touched,
        state=ReallocationItem.State.PROPOSED.value,
        detail="",
    )
    worth = {row[0]: row[1:] for row in batch.read(WORTH, [effect.demand_id for effect in changed])}
    wanted = {demand.demand_id: demand.open for demand in shared.standings}

    def money(effect: Effect, quantity: Decimal) -> Decimal:
        unit_net = worth.get(effect.demand_id, (None, None))[1] or Decimal(0)
        return (unit_net * quantity).quantize(CENT, rounding=ROUND_HALF_UP)

    batch.insert(
        ReallocationLine,
        run=run_id,
        entry=[entries[item_of[effect.demand_id]] for effect in changed],
        item=[item_of[effect.demand_id] for effect in changed],
        demand=[effect.demand_id for effect in changed],
        order=[worth.get(effect.demand_id, (None, None))[0] for effect in changed],
        before=[written(effect.before) for effect in changed],
        after=[written(effect.after) for effect in changed],
        open=[wanted[effect.demand_id] for effect in changed],
        stock_before=[shared.before[effect.demand_id].reserved for effect in changed],
        stock_after=[shared.before[effect.demand_id].reserved + effect.stock for effect in changed],
        was_on=[effect.was_on for effect in changed],
        on=[effect.on for effect in changed],
        outcome=[effect.outcome for effect in changed],
        broken=[effect.broken for effect in changed],
        amount=[money(effect, effect.stock) for effect in changed],
        open_amount=[money(effect, wanted[effect.demand_id]) for effect in changed],
    )
    batch.decide(
        "orders.propose_run",
        ReallocationRun,
        run_id,
        {"items": touched, "reason": reason, "broken": sum(effect.broken for effect in changed)},
    )
    return ProposedRun(run_id, number, len(changed))
