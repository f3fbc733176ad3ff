"""Goods of a transfer arrive, whole or in part; what is short, damaged or lost keeps an owner and a clock (TR03)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from erp.kernel.batch import Batch
from erp.kernel.command import command
from erp.kernel.errors import BadInput
from erp.kernel.formats import write_quantity
from erp.kernel.quantity import sum_by
from inventory.adjustments.places import Ground, facts_of, ground_of, refuse_uncountable
from inventory.commitments.actions.write_promises import remember, write_promises
from inventory.commitments.models import PromiseEvent
from inventory.commitments.queries import first_ship_day, lock_open_supply, lock_waiting, quotas_of
from inventory.commitments.rules import Coming, Standing, arrive, replan
from inventory.inbound.events import GoodsTakenIn
from inventory.stock.actions.post_increase import Source
from inventory.stock.actions.post_move import Move, post_move
from inventory.stock.models import Status, StockPosting
from inventory.stock.reads import StockRow, lock_balances, lock_site_stock
from inventory.transfers.documents import (
    DOCUMENT,
    Content,
    Head,
    State,
    contents_of,
    is_through,
    lines_of,
    lock_order,
)
from inventory.transfers.errors import TransferRefused
from inventory.transfers.models import TransferContent, TransferDifference, TransferLine, TransferOrder
from inventory.transfers.permissions import RECEIVE_TRANSFER
from inventory.transfers.policies import DIFFERENCE_DAYS
from inventory.transfers.reads import TAKES_GOODS
from inventory.transfers.rules import ZERO, withdraw

Kind = TransferDifference.Kind
# Goods arrive to be sold or to be looked at; what is not as it should be is a difference.
INTO = (Status.AVAILABLE, Status.QUALITY, Status.EXPIRED)


@dataclass(frozen=True, slots=True)
class Unloaded:
    """A quantity (stock unit) of what was shipped, and the bin and status that it goes into."""

    content_id: int
    quantity: Decimal
    bin_id: int
    status: str = Status.AVAILABLE.value


@dataclass(frozen=True, slots=True)
class Differs:
    """A quantity of what was shipped that did not come as it should."""

    content_id: int
    quantity: Decimal
    kind: str = Kind.SHORT.value
    note: str = ""


@dataclass(frozen=True, slots=True)
class ReceivedTransfer:
    """The transfer as it stands now, how many backorders got stock from it, and the differences that were opened."""

    transfer_id: int
    number: str
    state: str
    backorders_served: int
    difference_ids: list[int]


@command("inventory.receive_transfer")
def receive_transfer(
    batch: Batch,
    *,
    transfer_id: int,
    goods: Sequence[Unloaded] = (),
    differences: Sequence[Differs] = (),
    complete: bool = False,
) -> ReceivedTransfer:
    """Take in what arrived and give it to those who leaned on it, then to those who wait.

    `complete`: everything is unloaded, so that what is not named is short. A difference stays in transit with the
    receiver as its owner until it is cleared; nobody is promised it. Raises TransferRefused for more than is still
    expected, WrongTransferState, LotExpired. The number of statements does not depend on the lines.
    """
    head = lock_order(batch, transfer_id)
    head.require(batch, RECEIVE_TRANSFER, to=True)
    head.refuse_unless(State.SHIPPED, verb=_("receiving it"))
    contents = {each.id: each for each in contents_of(batch, head)}
    differs = _all_differences(head, contents, goods, differences, complete=complete)
    ground = ground_of(batch, head.to_site_id)
    named: list[Unloaded | Differs] = [*goods, *differs]
    items = sorted({contents[each.content_id].item_id for each in named})
    accounting_on, stock = lock_site_stock(
        batch,
        company_id=head.company_id,
        site_id=head.to_site_id,
        item_ids=items,
        effective_at=batch.now,
        ensure=True,
    )
    # Whom it concerns is locked before the bins that it goes into: release takes them in this order too.
    waiting = lock_waiting(batch, site_id=ground.id, item_ids=items)
    coming = lock_open_supply(batch, site_id=ground.id, item_ids=items)
    posting_id = None
    if goods:
        source = Source(
            kind=StockPosting.Kind.MOVE.value,
            company_id=head.company_id,
            site_id=head.to_site_id,
            document=DOCUMENT,
            document_id=head.id,
            accounting_on=accounting_on,
        )
        posting_id = put_away(batch, head, ground, contents, goods, source=source, stock=stock)
    served, promises = _serve(batch, ground, contents, goods, differs, stock, waiting, coming)
    difference_ids = _open(batch, head, ground, differs)
    _count(batch, contents, goods, differs)
    lines = lines_of(batch, head)
    state = State.RECEIVED if is_through(lines) else State.SHIPPED
    ended = {"received_at": batch.now} if state == State.RECEIVED else {}
    batch.update(TransferOrder, [head.id], state=state.value, add={"version": 1}, **ended)
    batch.decide(
        "inventory.receive_transfer",
        TransferOrder,
        head.id,
        {
            "sentence": _("%(n)s received, %(m)s different.") % {"n": len(goods), "m": len(differs)},
            "received": [[each.content_id, each.bin_id, each.status, each.quantity] for each in goods],
            "differences": [[each.content_id, each.kind, each.quantity] for each in differs],
            "posting": posting_id,
            "promises": promises,
        },
    )
    return ReceivedTransfer(head.id, head.number, state.value, served, difference_ids)


def _all_differences(
    head: Head,
    contents: Mapping[int, Content],
    goods: Sequence[Unloaded],
    differences: Sequence[Differs],
    *,
    complete: bool,
) -> list[Differs]:
    """The differences as named, and with `complete` what nobody named. Raises where more comes than was shipped."""
    named: list[Unloaded | Differs] = [*goods, *differences]
    for each in named:
        if each.content_id not in contents:
            raise TransferRefused(item=head.number, reason=_("nothing like it was shipped with it."))
        if each.quantity <= 0:
            raise TransferRefused(
                item=contents[each.content_id].code, reason=_("the quantity is above zero.")
            )
    for differs in differences:
        if differs.kind not in Kind.values:
            raise BadInput(field="kind", reason=_("choose one of the kinds."))
    told = sum_by((each.content_id, each.quantity) for each in named)
    for content_id, quantity in told.items():
        content = contents[content_id]
        if quantity > content.expected:
            words = _(
                "%(quantity)s are more than the %(expected)s still expected. Receive what was shipped; set aside what "
                "is over and ask the site that sent it."
            )
            numbers = {"quantity": write_quantity(quantity), "expected": write_quantity(content.expected)}
            raise TransferRefused(item=content.code, reason=words % numbers)
    rest = [
        Differs(content.id, content.expected - told.get(content.id, ZERO))
        for content in contents.values()
        if complete and content.expected > told.get(content.id, ZERO)
    ]
    if not named and not rest:
        raise BadInput(field="lines", reason=_("name at least one line that arrived."))
    return [*differences, *rest]


def put_away(
    batch: Batch,
    head: Head,
    ground: Ground,
    contents: Mapping[int, Content],
    goods: Sequence[Unloaded],
    *,
    source: Source,
    stock: dict[int, StockRow],
) -> int:
    """Move goods from their way into bins of the site; the posting's id. The items' site stock is locked."""
    assert head.transit_bin_id is not None
    for each in goods:
        if each.status not in INTO:
            reason = _("goods arrive available, to inspect or expired; what is damaged is a difference.")
            raise BadInput(field="status", reason=reason)
    leaves = [
        (contents[each.content_id].item_id, head.transit_bin_id, contents[each.content_id].lot_id, "transit")
        for each in goods
    ]
    enters = [
        (contents[each.content_id].item_id, each.bin_id, contents[each.content_id].lot_id, each.status)
        for each in goods
    ]
    items, bins = facts_of(batch, ground, leaves + enters, entered=enters)
    usable = {row[0] for row in batch.read(TAKES_GOODS, sorted({each.bin_id for each in goods}), ground.id)}
    for each in goods:
        refuse_uncountable(items[contents[each.content_id].item_id], each.quantity)
        if each.bin_id not in usable:
            words = _("goods are not taken into %(bin)s; choose a bin for picking, reserve or receiving.")
            raise BadInput(field="bin", reason=words % {"bin": bins[each.bin_id]})
    balance_ids = lock_balances(batch, site_id=ground.id, places=leaves + enters)
    moves = [
        Move(leave, enter, each.quantity, each.content_id)
        for leave, enter, each in zip(leaves, enters, goods, strict=True)
    ]
    posting_id = post_move(batch, source=source, moves=moves, stock=stock, balance_ids=balance_ids)
    batch.announce(
        GoodsTakenIn(
            company_id=head.company_id,
            site_id=ground.id,
            source=DOCUMENT,
            source_id=head.id,
            document=head.number,
            places=enters,
            quantities=[each.quantity for each in goods],
        )
    )
    return posting_id


def _serve(
    batch: Batch,
    ground: Ground,
    contents: Mapping[int, Content],
    goods: Sequence[Unloaded],
    differs: Sequence[Differs],
    stock: dict[int, StockRow],
    waiting: Sequence[Standing],
    coming: Mapping[int, list[Coming]],
) -> tuple[int, list[dict[str, Any]]]:
    """Give what arrived to those who wait, and promise anew who leaned on what did not; how many got stock, and what
    changed. What is not available yet counts as not arrived."""
    here = [each for each in goods if each.status == Status.AVAILABLE]
    arrived = sum_by((contents[each.content_id].supply_id, each.quantity) for each in here)
    others: list[Unloaded | Differs] = [each for each in goods if each.status != Status.AVAILABLE]
    gone = sum_by((contents[each.content_id].supply_id, each.quantity) for each in [*others, *differs])
    item_of = {content.supply_id: content.item_id for content in contents.values()}
    free = {item_id: row.available - row.reserved for item_id, row in stock.items()}
    ships_on = first_ship_day(batch, ground.id)
    before = remember(waiting)
    for supply_id, left in arrive(waiting, arrived=arrived, ships_on=ships_on).items():
        free[item_of[supply_id]] -= arrived[supply_id] - left
        for supply in coming.get(item_of[supply_id], ()):
            if supply.supply_id == supply_id:
                supply.free -= left
    withdraw(waiting, gone, coming=coming)
    quotas = quotas_of(batch, site_id=ground.id, item_ids=list(stock))
    replan(waiting, free=free, coming=coming, ships_on=ships_on, quotas=quotas)
    served = sum(demand.reserved > before[demand.demand_id].reserved for demand in waiting)
    return served, write_promises(
        batch,
        waiting,
        before,
        cause=PromiseEvent.Cause.RECEIPT,
        stock_ids={item_id: row.id for item_id, row in stock.items()},
        received=arrived,
        cancelled=gone,
    )


def _open(batch: Batch, head: Head, ground: Ground, differs: Sequence[Differs]) -> list[int]:
    """Write the differences, owned by who found them; their ids."""
    if not differs:
        return []
    ids = batch.draw(inventory_transferdifference=len(differs))["inventory_transferdifference"]
    days = DIFFERENCE_DAYS.value(on=ground.today, site=ground.id, company=ground.company_id)
    batch.insert(
        TransferDifference,
        id=ids,
        order=head.id,
        content=[each.content_id for each in differs],
        kind=[each.kind for each in differs],
        quantity=[each.quantity for each in differs],
        found=0,
        note=[each.note.strip()[:200] for each in differs],
        owner=batch.actor.name,
        opened_by=batch.actor.name,
        opened_at=batch.now,
        due_on=ground.today + timedelta(days=days),
        outcome="",
        claim_reference="",
        cleared_by="",
    )
    return list(ids)


def _count(
    batch: Batch, contents: Mapping[int, Content], goods: Sequence[Unloaded], differs: Sequence[Differs]
) -> None:
    """What became of what was shipped, by lot and by line."""
    received = sum_by((each.content_id, each.quantity) for each in goods)
    missing = sum_by((each.content_id, each.quantity) for each in differs)
    chosen = sorted(received.keys() | missing.keys())
    counted = [(received.get(pk, ZERO), missing.get(pk, ZERO)) for pk in chosen]
    batch.update(
        TransferContent,
        chosen,
        add={"received": [one for one, _ in counted], "missing": [other for _, other in counted]},
    )
    came = sum_by((contents[pk].line_id, received.get(pk, ZERO)) for pk in chosen)
    lacks = sum_by((contents[pk].line_id, missing.get(pk, ZERO)) for pk in chosen)
    batch.update(
        TransferLine, list(came), add={"received": list(came.values()), "missing": [lacks[pk] for pk in came]}
    )
