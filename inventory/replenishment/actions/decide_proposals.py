"""Turn proposals into purchase orders and transfers, or dismiss them (PU01, PU02)."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from django.utils.translation import gettext as _

from erp.kernel.batch import Batch
from erp.kernel.command import command
from erp.kernel.errors import BadInput, DomainError
from erp.kernel.formats import write_number
from inventory.commitments.queries import lock_places
from inventory.purchasing.actions.create_purchase_order import PurchaseLine, create_purchase_order
from inventory.replenishment.documents import (
    LockedProposal,
    State,
    limit_of,
    lock_proposals,
    ordered_today,
)
from inventory.replenishment.errors import BeyondBuyingLimit
from inventory.replenishment.models import ReplenishmentProposal
from inventory.transfers.actions.request_transfer import Asked, request_transfer
from inventory.transfers.models import TransferOrder


@dataclass(frozen=True, slots=True)
class DecidedReplenishment:
    """The orders that were made, how many proposals are in them or dismissed, how many wait for a second person, and
    what stays: [[item, reason], ...]."""

    purchase_order_ids: list[int] = field(default_factory=list)
    transfer_ids: list[int] = field(default_factory=list)
    decided: int = 0
    waiting: int = 0
    refused: list[list[str]] = field(default_factory=list)


@command("inventory.approve_proposals")
def approve_proposals(
    batch: Batch, *, proposal_ids: Sequence[int], strict: bool = False
) -> DecidedReplenishment:
    """Order what is proposed: one purchase order for each site and supplier, one transfer for each pair of sites.

    A purchase order waits for another person with a wider limit where it, with all that the approver has ordered of
    this supplier for this site today, is above theirs; a transfer is approved as any other. What cannot be ordered
    stays and is listed, or with `strict` is raised: ProposalClosed, NoSource, OwnApproval, BeyondBuyingLimit.
    The number of statements depends on the orders, not on their lines.
    """
    free, refused = lock_proposals(batch, proposal_ids, strict=strict)
    orderable = []
    for each in free:
        try:
            each.refuse_unorderable(batch.actor.name)
        except DomainError as error:
            if strict:
                raise
            refused.append([each.item, str(error)])
        else:
            orderable.append(each)
    buys, moves = _together(orderable)
    waiting, within = 0, []
    already = ordered_today(batch, [each.site_id for each, *_rest in buys]) if buys else {}
    for together in buys:
        value, limit = sum((each.value for each in together), Decimal(0)), limit_of(batch, together[0])
        value += already.get((together[0].site_id, together[0].supplier_id or 0), Decimal(0))
        if limit is None or value <= limit:
            within.append(together)
            continue
        again = [each for each in together if each.state == State.WAITING]
        beyond = _beyond(together[0], value, limit)
        if strict and again:
            raise beyond
        refused += [[each.item, str(beyond)] for each in again]
        waiting += _wait(batch, [each for each in together if each.state == State.OPEN])
    orders = _buy(batch, within)
    transfers = _move(batch, moves)
    decided = sum(map(len, within)) + sum(map(len, moves))
    return DecidedReplenishment(orders, transfers, decided, waiting, refused)


@command("inventory.dismiss_replenishments")
def dismiss_replenishments(
    batch: Batch, *, proposal_ids: Sequence[int], reason: str, strict: bool = False
) -> DecidedReplenishment:
    """Say why not; the same is not proposed again for the days of the policy."""
    if not reason.strip():
        raise BadInput(field="reason", reason=_("say why not."))
    free, refused = lock_proposals(batch, proposal_ids, strict=strict)
    batch.update(
        ReplenishmentProposal,
        [each.id for each in free],
        state=State.DISMISSED.value,
        decided_by=batch.actor.name,
        decided_at=batch.now,
        decision_note=reason.strip()[:200],
        add={"version": 1},
    )
    return DecidedReplenishment(decided=len(free), refused=refused)


def _together(
    found: Sequence[LockedProposal],
) -> tuple[list[list[LockedProposal]], list[list[LockedProposal]]]:
    """What one order takes: purchases by site and supplier, moves by both sites."""
    buys: defaultdict[tuple[int, int], list[LockedProposal]] = defaultdict(list)
    moves: defaultdict[tuple[int, int], list[LockedProposal]] = defaultdict(list)
    for each in found:
        (buys if each.is_buy else moves)[
            each.site_id, (each.supplier_id if each.is_buy else each.from_site_id) or 0
        ].append(each)
    return [buys[key] for key in sorted(buys)], [moves[key] for key in sorted(moves)]


def _beyond(each: LockedProposal, value: Decimal, limit: Decimal) -> BeyondBuyingLimit:
    return BeyondBuyingLimit(
        value=write_number(value, 2),
        currency=each.currency,
        supplier=each.supplier,
        limit=write_number(limit, 2),
    )


def _wait(batch: Batch, found: Sequence[LockedProposal]) -> int:
    """Somebody with a wider limit says the second word."""
    batch.update(
        ReplenishmentProposal,
        [each.id for each in found],
        state=State.WAITING.value,
        first_by=batch.actor.name,
        add={"version": 1},
    )
    return len(found)


def _buy(batch: Batch, orders: Sequence[Sequence[LockedProposal]]) -> list[int]:
    if orders:
        # All of it before the first order: two approvals at one site would else meet in each other's way.
        items: defaultdict[int, list[int]] = defaultdict(list)
        for together in orders:
            for each in together:
                items[each.site_id].append(each.item_id)
        lock_places(batch, items)
    made_ids = []
    for together in orders:
        supplier_id = together[0].supplier_id
        assert supplier_id is not None
        due_on = min(each.due_on for each in together)
        made = create_purchase_order.inside(
            batch,
            supplier_id=supplier_id,
            site_id=together[0].site_id,
            lines=[
                PurchaseLine(
                    each.item_id, each.units, each.unit, each.unit_cost, due_on=max(each.due_on, each.today)
                )
                for each in together
            ],
            due_on=due_on,
        )
        made_ids.append(made.purchase_order_id)
        _ordered(batch, together, purchase_order=made.purchase_order_id)
    return made_ids


def _move(batch: Batch, transfers: Sequence[Sequence[LockedProposal]]) -> list[int]:
    made_ids = []
    for together in transfers:
        from_site_id = together[0].from_site_id
        assert from_site_id is not None
        made = request_transfer.inside(
            batch,
            site_id=from_site_id,
            to_site_id=together[0].site_id,
            lines=[Asked(each.item_id, each.wanted) for each in together],
            needed_on=min(each.due_on for each in together),
            reason=TransferOrder.Reason.REPLENISH.value,
            note=_("Proposed by planning"),
        )
        made_ids.append(made.transfer_id)
        _ordered(batch, together, transfer=made.transfer_id)
    return made_ids


def _ordered(batch: Batch, together: Sequence[LockedProposal], **document: int) -> None:
    batch.update(
        ReplenishmentProposal,
        [each.id for each in together],
        state=State.ORDERED.value,
        decided_by=batch.actor.name,
        decided_at=batch.now,
        **document,
        add={"version": 1},
    )
