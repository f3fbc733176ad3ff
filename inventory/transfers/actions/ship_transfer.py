"""Goods of a transfer leave their site and are on their way, owned and valued at the one that gets them (TR01)."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from erp.kernel.batch import Batch
from erp.kernel.command import command
from erp.kernel.formats import write_day, write_quantity
from erp.kernel.quantity import sum_by
from inventory.adjustments.places import (
    Ground,
    ItemFacts,
    facts_of,
    ground_of,
    lying_in,
    refuse_missing,
    refuse_uncountable,
)
from inventory.adjustments.reads import LOTS
from inventory.commitments.models import Commitment, Demand
from inventory.commitments.queries import lock_standings
from inventory.outbound.reads import CONSUME
from inventory.outbound.rules import BinStock
from inventory.stock.actions.post_increase import Increase, Source, announce_posting, write_entries
from inventory.stock.models import SiteStock, Status, StockPosting
from inventory.stock.reads import Place, StockRow, lock_balances, lock_stock_of_sites
from inventory.stock.rules import issue_value
from inventory.transfers.documents import DOCUMENT, Head, Line, State, contents_of, lines_of, lock_order
from inventory.transfers.errors import TransferRefused
from inventory.transfers.models import TransferContent, TransferLine, TransferOrder
from inventory.transfers.permissions import SHIP_TRANSFER
from inventory.transfers.promising import give_up, lock_rest
from inventory.transfers.reads import TO_LOAD
from inventory.transfers.rules import ZERO, ToLoad, load_plan
from masterdata.places.transit import transit_bin


@dataclass(frozen=True, slots=True)
class Loaded:
    """A quantity (stock unit) of a line, and the bin and lot that it was taken from."""

    line_id: int
    bin_id: int
    quantity: Decimal
    lot_id: int | None = None


@dataclass(frozen=True, slots=True)
class ShippedTransfer:
    """The transfer, the posting of what left, and how many promises changed where the rest was given up."""

    transfer_id: int
    number: str
    posting_id: int
    promises_changed: int = 0


@command("inventory.ship_transfer")
def ship_transfer(
    batch: Batch,
    *,
    transfer_id: int,
    loads: Sequence[Loaded] = (),
    keep_rest: bool = True,
    carrier: str = "",
    tracking_number: str = "",
) -> ShippedTransfer:
    """Send what was loaded, at the average cost of its site; without `loads` all that is reserved, first expired first.

    What is not sent may go later, or is given up (`keep_rest` false). Stock, value and books of both sites change
    together. Raises WrongTransferState, TransferRefused beyond what is reserved and for an expired lot, NotThere,
    BoundToPicks. The number of statements does not depend on the lines.
    """
    head = lock_order(batch, transfer_id)
    head.require(batch, SHIP_TRANSFER)
    head.refuse_unless(State.APPROVED, State.SHIPPED, verb=_("shipping it"))
    lines = {line.id: line for line in lines_of(batch, head)}
    contents = {(each.line_id, each.lot_id): each for each in contents_of(batch, head)}
    items = sorted({line.item_id for line in lines.values()})
    bin_id = head.transit_bin_id or transit_bin(batch, head.to_site_id)
    accounting_on, stock = lock_stock_of_sites(
        batch,
        company_id=head.company_id,
        site_ids=[head.site_id, head.to_site_id],
        item_ids=items,
        effective_at=batch.now,
    )
    reserved = _reserved(batch, lines.values())
    if not keep_rest:
        lock_rest(batch, head, list(lines.values()))
    ground = ground_of(batch, head.site_id)
    loads = loads or _all_of_it(batch, ground, head, lines, reserved)
    balance_ids = _lock_loaded(batch, ground, head, loads, lines, reserved)
    source = Source(
        kind=StockPosting.Kind.TRANSFER.value,
        company_id=head.company_id,
        site_id=head.site_id,
        currency=ground.currency,
        document=DOCUMENT,
        document_id=head.id,
        accounting_on=accounting_on,
        to_site_id=head.to_site_id,
    )
    posting_id = _post(batch, source, head, loads, lines, bin_id, stock, balance_ids)
    shipped = sum_by((load.line_id, load.quantity) for load in loads)
    by_content = sum_by(((load.line_id, load.lot_id), load.quantity) for load in loads)
    known = [key for key in by_content if key in contents]
    batch.update(
        TransferContent,
        [contents[key].id for key in known],
        add={"shipped": [by_content[key] for key in known]},
    )
    new = [key for key in by_content if key not in contents]
    batch.insert(
        TransferContent,
        line=[line_id for line_id, _lot in new],
        lot=[lot_id for _line, lot_id in new],
        shipped=[by_content[key] for key in new],
        received=0,
        missing=0,
    )
    batch.update(TransferLine, list(shipped), add={"shipped": list(shipped.values())})
    promises = [] if keep_rest else give_up(batch, head, list(lines.values()), shipped_now=shipped)
    left: dict[str, Any] = {} if head.has_left else {"shipped_at": batch.now, "transit_bin": bin_id}
    for name, text, most in (("carrier", carrier, 40), ("tracking_number", tracking_number, 60)):
        if text.strip():  # a later part that names none leaves what the earlier one said
            left[name] = text.strip()[:most]
    batch.update(
        TransferOrder,
        [head.id],
        state=State.SHIPPED.value,
        add={"version": 1},
        **left,
    )
    batch.decide(
        "inventory.ship_transfer",
        TransferOrder,
        head.id,
        {
            "sentence": ngettext("%(n)s line shipped.", "%(n)s lines shipped.", len(shipped))
            % {"n": len(shipped)},
            "loaded": [[load.line_id, load.bin_id, load.lot_id, load.quantity] for load in loads],
            "posting": posting_id,
            "promises": promises,
        },
    )
    return ShippedTransfer(head.id, head.number, posting_id, len(promises))


def _reserved(batch: Batch, lines: Iterable[Line]) -> dict[int, Decimal]:
    """What is reserved for each line, its demands locked."""
    by_demand = {line.demand_id: line.id for line in lines if line.demand_id is not None}
    standings = lock_standings(batch, list(by_demand))
    return {by_demand[demand.demand_id]: demand.reserved for demand in standings}


def _all_of_it(
    batch: Batch, ground: Ground, head: Head, lines: dict[int, Line], reserved: dict[int, Decimal]
) -> list[Loaded]:
    """Everything that is reserved and has not expired, from the bins where it lies. Raises TransferRefused where that
    is nothing."""
    items = sorted({line.item_id for line in lines.values()})
    rows = batch.read(TO_LOAD, head.site_id, items)
    places = {row[0]: (row[2], row[3]) for row in rows}
    bins = [
        BinStock(pk, item, free, expires_on, turn) for pk, item, _bin, _lot, free, expires_on, turn in rows
    ]
    wanted = [ToLoad(line.id, line.item_id, reserved.get(line.id, ZERO)) for line in lines.values()]
    plan = load_plan(wanted, bins, today=ground.today)
    by_place = sum_by(((load.line_id, *places[load.balance_id]), load.quantity) for load in plan)
    if not by_place:
        words = _("nothing that may leave is reserved and in a bin; look at the stock of the site.")
        raise TransferRefused(item=head.number, reason=words)
    return [
        Loaded(line_id, bin_id, quantity, lot_id) for (line_id, bin_id, lot_id), quantity in by_place.items()
    ]


def _place(load: Loaded, lines: dict[int, Line]) -> Place:
    return lines[load.line_id].item_id, load.bin_id, load.lot_id, Status.AVAILABLE.value


def _lock_loaded(
    batch: Batch,
    ground: Ground,
    head: Head,
    loads: Sequence[Loaded],
    lines: dict[int, Line],
    reserved: dict[int, Decimal],
) -> dict[Place, int]:
    """Lock the balances that goods leave; their ids. Raises what is no line, not counted so finely, not reserved, has
    expired, or is not in its bin."""
    for load in loads:
        if load.line_id not in lines:
            raise TransferRefused(item=head.number, reason=_("it has no such line."))
        if load.quantity <= 0:
            raise TransferRefused(item=lines[load.line_id].code, reason=_("the quantity is above zero."))
    places = [_place(load, lines) for load in loads]
    items, bins = facts_of(batch, ground, places, entered=[])
    for load in loads:
        refuse_uncountable(items[lines[load.line_id].item_id], load.quantity)
    for line_id, quantity in sum_by((load.line_id, load.quantity) for load in loads).items():
        kept = reserved.get(line_id, ZERO)
        if quantity > kept:
            words = _("%(quantity)s were loaded and %(kept)s are reserved for it. Unload the rest.")
            told = {"quantity": write_quantity(quantity), "kept": write_quantity(kept)}
            raise TransferRefused(item=lines[line_id].code, reason=words % told)
    _refuse_expired(batch, ground, [load.lot_id for load in loads if load.lot_id is not None], items)
    # Release binds bins without the lock on site stock: what lies free is read behind the lock on them.
    balance_ids = lock_balances(batch, site_id=ground.id, places=places)
    leaving = [(place, load.quantity) for place, load in zip(places, loads, strict=True)]
    refuse_missing(batch, leaving, lying_in(batch, ground, places), items, bins)
    return balance_ids


def _refuse_expired(
    batch: Batch, ground: Ground, lot_ids: Sequence[int], items: dict[int, ItemFacts]
) -> None:
    """Raise TransferRefused for a lot that has expired: its stock awaits the status Expired, and no truck."""
    for _pk, item_id, code, expires_on in batch.read(LOTS, sorted(set(lot_ids))) if lot_ids else ():
        if expires_on is not None and expires_on <= ground.today:
            words = _("lot %(lot)s expired on %(day)s. Unload it, and load another lot.")
            told = {"lot": code, "day": write_day(expires_on)}
            raise TransferRefused(item=items[item_id].code, reason=words % told)


def _post(
    batch: Batch,
    posted: Source,
    head: Head,
    loads: Sequence[Loaded],
    lines: dict[int, Line],
    bin_id: int,
    stock: dict[int, dict[int, StockRow]],
    balance_ids: dict[Place, int],
) -> int:
    """Ledger, balances, both sites' stock, and the reservation that is used up; the posting's id. What goods leave is
    locked: `balance_ids`."""
    source, target = stock[head.site_id], stock[head.to_site_id]
    leaves = [_place(load, lines) for load in loads]
    enters = [(place[0], bin_id, place[2], Status.TRANSIT.value) for place in leaves]
    balance_ids = balance_ids | lock_balances(batch, site_id=head.to_site_id, places=enters)
    entries: list[Increase] = []
    values: defaultdict[int, Decimal] = defaultdict(Decimal)
    by_class: defaultdict[int, Decimal] = defaultdict(Decimal)
    for load, place, way in zip(loads, leaves, enters, strict=True):
        row = source[place[0]]
        value = issue_value(quantity=load.quantity, valued_quantity=row.valued_quantity, value=row.value)
        row.valued_quantity -= load.quantity
        row.value -= value
        entries.append(Increase(place, -load.quantity, -value, load.line_id))
        entries.append(Increase(way, load.quantity, value, load.line_id, head.to_site_id))
        values[place[0]] += value
        by_class[row.class_id] += value
    posting_id = write_entries(batch, source=posted, entries=entries, balance_ids=balance_ids)
    moved = sum_by((place[0], load.quantity) for load, place in zip(loads, leaves, strict=True))
    items = list(moved)
    gone, kept = [-moved[item_id] for item_id in items], [ZERO for _item in items]
    worth = [values[item_id] for item_id in items]
    batch.update(
        SiteStock,
        [source[item_id].id for item_id in items] + [target[item_id].id for item_id in items],
        add={
            "on_hand": gone + kept,
            "available": gone + kept,
            "reserved": gone + kept,
            "valued_quantity": gone + [moved[item_id] for item_id in items],
            "value": [-value for value in worth] + worth,
        },
    )
    by_demand = sum_by((lines[load.line_id].demand_id, load.quantity) for load in loads)
    demands = [demand_id for demand_id in by_demand if demand_id is not None]
    shipped = [by_demand[demand_id] for demand_id in demands]
    batch.update(Demand, demands, add={"reserved": [-quantity for quantity in shipped], "shipped": shipped})
    batch.write(CONSUME, demands, shipped, into=[Commitment])
    announce_posting(batch, source=posted, posting_id=posting_id, values=dict(by_class))
    return posting_id
