"""Holds keep an order out of the warehouse, and in the house."""

from collections.abc import Sequence

from erp.kernel.batch import Batch
from erp.kernel.events import Refusal, on
from inventory.outbound.guards import release_guard, ship_guard
from inventory.purchasing.guards import buy_guard
from orders.credit.events import CreditEased

from .actions.release_covered import release_covered
from .models import Hold
from .reads import REASONS, SUSPECT
from .rules import RELEASE_RIGHT


@buy_guard.check
@release_guard.check_if(SUSPECT)
@ship_guard.check_if(SUSPECT)
def refuse_held(batch: Batch, group_ids: Sequence[int]) -> list[Refusal]:
    """One refusal per group or demand that may not go on: the kind, a sentence, who lets it go (OC05, CR01)."""
    ids = list(group_ids)
    return [
        Refusal(
            group_id,
            f"orders.hold.{kind}",
            f"{Hold.Kind(kind).label}. {detail}",
            RELEASE_RIGHT[kind],
            demand_id,
        )
        for group_id, kind, detail, demand_id in batch.read(REASONS, ids, ids, ids, ids)
    ]


@on(CreditEased, size=50)
def let_covered_orders_go(batch: Batch, events: Sequence[CreditEased]) -> None:
    """A payment, a credit, a cancelled order or a new limit made room for orders that wait for it (CR01, CR02)."""
    release_covered.inside(batch, account_ids=sorted({event.account_id for event in events}))
