"""Who collects of which payers."""

from collections.abc import Sequence
from dataclasses import dataclass

from billing.collections.holding import Payer, hold_payers
from billing.collections.models import CollectionAccount
from billing.collections.permissions import COLLECT
from billing.collections.reads import FORMER_COLLECTORS
from billing.exceptions.owners import check_owner
from erp.kernel.batch import Batch
from erp.kernel.command import command


@dataclass(frozen=True, slots=True)
class CollectorsChanged:
    """Payers that changed hands."""

    customer_ids: list[int]


@command("billing.assign_collections")
def assign_collections(
    batch: Batch, *, customer_ids: Sequence[int], collector_id: int | None
) -> CollectorsChanged:
    """Give payers to a user who may collect, or to nobody (None). Raises OwnerCannotWork, NotFound."""
    found = hold_payers(batch, customer_ids)
    for company_id in sorted({one.company_id for one in found}):
        check_owner(collector_id, COLLECT, [(company_id, None)])
    return _give(batch, found, {one.account_id: collector_id for one in found})


@command("billing.return_collections")
def return_collections(batch: Batch, *, customer_ids: Sequence[int]) -> CollectorsChanged:
    """Undo: give payers back to whoever had them before the actor's last assignment."""
    found = hold_payers(batch, customer_ids)
    former = dict(batch.read(FORMER_COLLECTORS, [one.account_id for one in found], batch.actor.name))
    return _give(batch, [one for one in found if one.account_id in former], former)


def _give(batch: Batch, found: Sequence[Payer], collectors: dict[int, int | None]) -> CollectorsChanged:
    batch.update(
        CollectionAccount,
        [one.account_id for one in found],
        collector=[collectors[one.account_id] for one in found],
        add={"version": 1},
    )
    for one in found:
        outcome = {"from": one.collector_id, "to": collectors[one.account_id]}
        batch.decide("billing.assign_collections", CollectionAccount, one.account_id, outcome)
    return CollectorsChanged([one.customer_id for one in found])
