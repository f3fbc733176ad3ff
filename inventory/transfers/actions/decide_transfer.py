"""Approve a transfer, refuse it, or give up what was not shipped of it (TR01)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from erp.kernel.batch import Batch
from erp.kernel.command import command
from erp.kernel.errors import BadInput
from erp.kernel.formats import write_day, write_number, write_quantity
from erp.kernel.quantity import sum_by
from inventory.commitments.actions.place_demands import Delivery, place_demands
from inventory.commitments.models import Supply
from inventory.commitments.policies import TRANSFER_DAYS
from inventory.commitments.queries import first_ship_day, quotas_of
from inventory.commitments.rules import Promise, Share, Wanted
from inventory.stock.errors import InsufficientStock
from inventory.stock.reads import StockRow, lock_stock_of_sites
from inventory.transfers.documents import End, Head, Line, State, ends_of, lines_of, lock_order
from inventory.transfers.errors import BeyondTransferLimit, OwnTransfer
from inventory.transfers.models import TransferLine, TransferOrder
from inventory.transfers.permissions import APPROVE_TRANSFER, REQUEST_TRANSFER
from inventory.transfers.policies import LIMITS, OWN_LIMIT
from inventory.transfers.promising import give_up, promise_arrivals
from inventory.transfers.rules import Arrival, may_approve, value_at

LAST = 99  # of the priorities: customers of the giving site come first when its stock is lost


@dataclass(frozen=True, slots=True)
class DecidedTransfer:
    """The transfer as it stands now; how many promises at the site that gets the goods changed with it."""

    transfer_id: int
    number: str
    state: str
    promises_changed: int = 0


@command("inventory.approve_transfer")
def approve_transfer(batch: Batch, *, transfer_id: int, note: str = "") -> DecidedTransfer:
    """Reserve the goods where they are and promise them where they go, to whoever waits there, all lines or none.

    What customers are promised is not given away. Raises InsufficientStock, OwnTransfer and BeyondTransferLimit by the
    value at the average cost of now, WrongTransferState. The number of statements does not depend on the lines.
    """
    head = lock_order(batch, transfer_id)
    head.require(batch, APPROVE_TRANSFER)
    head.refuse_unless(State.REQUESTED, verb=_("approving it"))
    site, to_site = ends_of(batch, head.site_id, head.to_site_id)
    lines = lines_of(batch, head)
    items = sorted({line.item_id for line in lines})
    _on, stock = lock_stock_of_sites(
        batch,
        company_id=head.company_id,
        site_ids=[site.id, to_site.id],
        item_ids=items,
        effective_at=batch.now,
    )
    value = sum((_worth(line, stock[site.id][line.item_id]) for line in lines), Decimal(0))
    _refuse_beyond(batch, head, site, value)
    _refuse_short(batch, site, lines, stock[site.id])
    ships_on = first_ship_day(batch, site.id)
    due_on = ships_on + timedelta(
        days=TRANSFER_DAYS.value(on=to_site.today, site=to_site.id, company=head.company_id)
    )
    ids = batch.draw(inventory_demandgroup=1, inventory_demand=len(lines), inventory_supply=len(lines))
    (group_id,), demand_ids = ids["inventory_demandgroup"], ids["inventory_demand"]
    supply_ids = ids["inventory_supply"]
    _reserve(batch, head, lines, group_id, demand_ids, stock[site.id], ships_on)
    promises = _promise(batch, head, lines, supply_ids, due_on)
    batch.update(TransferLine, [line.id for line in lines], demand=demand_ids, supply=supply_ids)
    batch.update(
        TransferOrder,
        [head.id],
        state=State.APPROVED.value,
        group=group_id,
        due_on=due_on,
        value=value,
        decided_by=batch.actor.name,
        decided_at=batch.now,
        add={"version": 1},
    )
    batch.decide(
        "inventory.approve_transfer",
        TransferOrder,
        head.id,
        {
            "sentence": _("Approved: it leaves by %(day)s. %(note)s")
            % {"day": write_day(ships_on), "note": note.strip()},
            "value": value,
            "due_on": due_on,
            "promises": promises,
        },
    )
    return DecidedTransfer(head.id, head.number, State.APPROVED.value, len(promises))


@command("inventory.refuse_transfer")
def refuse_transfer(batch: Batch, *, transfer_id: int, reason: str) -> DecidedTransfer:
    """Say no to a request; the reason stays with it."""
    head = lock_order(batch, transfer_id)
    head.require(batch, APPROVE_TRANSFER)
    head.refuse_unless(State.REQUESTED, verb=_("refusing it"))
    return _ended(batch, head, State.REFUSED, "inventory.refuse_transfer", reason)


@command("inventory.cancel_transfer")
def cancel_transfer(batch: Batch, *, transfer_id: int, reason: str) -> DecidedTransfer:
    """Give up what has not been shipped: all of a transfer before it leaves, else its rest.

    What was reserved is free for others, and who leaned on it is promised anew. What is on its way stays so and is
    received. Raises WrongTransferState where nothing is left to ship.
    """
    head = lock_order(batch, transfer_id)
    head.require_either(batch, REQUEST_TRANSFER)
    head.refuse_unless(State.REQUESTED, State.APPROVED, State.SHIPPED, verb=_("cancelling it"))
    if head.state == State.REQUESTED:
        return _ended(batch, head, State.CANCELLED, "inventory.cancel_transfer", reason)
    lines = lines_of(batch, head)
    if not any(line.to_ship for line in lines):
        head.refuse_unless(verb=_("cancelling it"))
    lock_stock_of_sites(
        batch,
        company_id=head.company_id,
        site_ids=[head.site_id, head.to_site_id],
        item_ids=[line.item_id for line in lines],
        effective_at=batch.now,
    )
    promises = give_up(batch, head, lines)
    state = State.CANCELLED if not head.has_left else State.SHIPPED
    if head.has_left and all(line.shipped == line.received + line.missing for line in lines):
        state = State.RECEIVED
        batch.update(TransferOrder, [head.id], received_at=batch.now)
    return _ended(batch, head, state, "inventory.cancel_transfer", reason, promises)


def _ended(
    batch: Batch,
    head: Head,
    state: State,
    verb: str,
    reason: str,
    promises: Sequence[dict[str, Any]] = (),
) -> DecidedTransfer:
    if not reason.strip():
        raise BadInput(field="reason", reason=_("say why."))
    given = {"decision_note": reason.strip()[:200], "decided_by": batch.actor.name, "decided_at": batch.now}
    if head.has_left:
        given = {}  # it was decided when it left; the rest's reason is in the record
    batch.update(TransferOrder, [head.id], state=state.value, add={"version": 1}, **given)
    batch.decide(
        verb,
        TransferOrder,
        head.id,
        {"sentence": reason.strip(), "reason": reason, "promises": list(promises)},
    )
    return DecidedTransfer(head.id, head.number, state.value, len(promises))


def _worth(line: Line, row: StockRow) -> Decimal:
    return value_at(
        line.quantity, valued_quantity=row.valued_quantity, value=row.value, standard_cost=line.standard_cost
    )


def _refuse_beyond(batch: Batch, head: Head, site: End, value: Decimal) -> None:
    scope = {"site": site.id, "company": head.company_id}
    roles = batch.actor.roles_giving(APPROVE_TRANSFER, **scope)
    limits = [LIMITS[role].value(on=site.today, **scope) for role in sorted(roles & LIMITS.keys())]
    own_limit = OWN_LIMIT.value(on=site.today, **scope)
    own = head.requested_by == batch.actor.name
    allowed, limit = may_approve(value, own=own, own_limit=own_limit, limits=limits)
    if not allowed:
        words = f"{site.currency} {write_number(limit, 2)}"
        raise (OwnTransfer if own and limit == own_limit else BeyondTransferLimit)(
            number=head.number, limit=words
        )


def _refuse_short(batch: Batch, site: End, lines: Sequence[Line], stock: dict[int, StockRow]) -> None:
    """Raise where less is free than would be given away: reserved goods, and what quotas keep, are not."""
    quotas = quotas_of(batch, site_id=site.id, item_ids=list(stock))
    wanted = sum_by((line.item_id, line.quantity) for line in lines)
    codes = {line.item_id: line.code for line in lines}
    short = []
    for item_id, quantity in wanted.items():
        kept = sum((quota.left for quota in quotas.get(item_id, ())), Decimal(0))
        free = max(Decimal(0), stock[item_id].available - stock[item_id].reserved - kept)
        if free < quantity:
            words = _("%(missing)s of %(item)s (%(free)s are free)")
            told = {"missing": write_quantity(quantity - free), "free": write_quantity(free)}
            short.append(words % {**told, "item": codes[item_id]})
    if short:
        raise InsufficientStock(site=site.code, shortages=", ".join(short))


def _reserve(
    batch: Batch,
    head: Head,
    lines: Sequence[Line],
    group_id: int,
    demand_ids: Sequence[int],
    stock: dict[int, StockRow],
    ships_on: date,
) -> None:
    """A demand for each line at the site that gives the goods, reserved from its stock."""
    place_demands(
        batch,
        delivery=Delivery(
            group_id=group_id,
            company_id=head.company_id,
            site_id=head.site_id,
            document=head.number,
            party_id=None,
            ship_to_id=None,
            ship_rule="partial",
            minimum_fill_percent=0,
            maximum_shipments=0,
            priority=LAST,
            ship_on=ships_on,
            own_priority=True,
        ),
        demand_ids=demand_ids,
        wanted=[Wanted(line.item_id, line.quantity, ships_on) for line in lines],
        promises=[Promise([Share(None, line.quantity, ships_on)]) for line in lines],
        stock_ids={item_id: row.id for item_id, row in stock.items()},
    )


def _promise(
    batch: Batch, head: Head, lines: Sequence[Line], supply_ids: Sequence[int], due_on: date
) -> list[dict[str, Any]]:
    """A supply for each line at the site that gets the goods, promised to those who wait there."""
    batch.insert(
        Supply,
        id=list(supply_ids),
        item=[line.item_id for line in lines],
        site=head.to_site_id,
        document=head.number,
        expected=[line.quantity for line in lines],
        received=0,
        cancelled=0,
        committed=0,
        due_on=due_on,
        is_drop=False,
    )
    arrivals = [
        Arrival(supply_id, line.item_id, due_on, line.wanted_by)
        for supply_id, line in zip(supply_ids, lines, strict=True)
    ]
    items = sorted({line.item_id for line in lines})
    return promise_arrivals(batch, site_id=head.to_site_id, arrivals=arrivals, item_ids=items)
