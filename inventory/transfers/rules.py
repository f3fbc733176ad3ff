"""From which bins a transfer is loaded, who is promised what it brings, who may approve it. No database, no clock."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from inventory.commitments.rules import Coming, Standing
from inventory.outbound.rules import BinStock

ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class ToLoad:
    """How much of a line is reserved and not shipped yet, in the stock unit."""

    line_id: int
    item_id: int
    quantity: Decimal


@dataclass(frozen=True, slots=True)
class Load:
    """A quantity of a line out of one balance."""

    line_id: int
    balance_id: int
    quantity: Decimal


def load_plan(lines: Iterable[ToLoad], bins: Sequence[BinStock], *, today: date) -> list[Load]:
    """Where each line comes from: what expires first, then in walking order; what lies nowhere, or has expired by
    `today`, stays. Consumes `bins`.

    A lot that is picked once is emptied before the next begins, bin after bin.
    """
    good = [bin for bin in bins if bin.expires_on is None or bin.expires_on > today]
    turn = sorted(good, key=lambda bin: (bin.expires_on or date.max, bin.pick_sequence, bin.balance_id))
    loads = []
    for line in lines:
        wanted = line.quantity
        for bin in turn:
            taken = min(wanted, bin.free) if bin.item_id == line.item_id else ZERO
            if taken > 0:
                bin.free -= taken
                wanted -= taken
                loads.append(Load(line.line_id, bin.balance_id, taken))
    return loads


@dataclass(frozen=True, slots=True)
class Arrival:
    """What a transfer will bring: its supply, and the demand that it is moved for, if it is for one."""

    supply_id: int
    item_id: int
    due_on: date
    wanted_by: int | None = None


def hasten(
    standings: Sequence[Standing],
    arrivals: Iterable[Arrival],
    *,
    coming: Mapping[int, list[Coming]],
    ships_on: date,
) -> None:
    """Lean demands on what a transfer brings: who it is moved for, then in the order given whoever waits without a
    date or for something later. The later supplies that they leaned on are free again. Consumes `coming`.

    Nobody gets less or later by it, and stock stays where it is.
    """
    for arrival in arrivals:
        supplies = {supply.supply_id: supply for supply in coming.get(arrival.item_id, ())}
        own = supplies.get(arrival.supply_id)
        if own is None:
            continue
        concerned = [each for each in standings if each.item_id == arrival.item_id and not each.bought]
        for demand in sorted(concerned, key=lambda each: each.demand_id != arrival.wanted_by):
            day = max(ships_on, demand.requested_on, arrival.due_on)
            later = sorted(
                (share for share in demand.shares if share.supply_id in supplies and share.on > day),
                key=lambda share: share.on,
                reverse=True,
            )
            taken = min(own.free, demand.wants + sum((share.quantity for share in later), ZERO))
            if taken <= 0:
                continue
            back = max(ZERO, taken - demand.wants)
            for share in later:
                given = demand.lose(share.supply_id, min(back, share.quantity)) if back else ZERO
                back -= given
                if share.supply_id is not None:
                    supplies[share.supply_id].free += given
            own.free -= taken
            demand.gain(arrival.supply_id, taken, day)


def withdraw(
    standings: Sequence[Standing], gone: Mapping[int, Decimal], *, coming: Mapping[int, list[Coming]]
) -> None:
    """Take quantities (by supply) away that will not come: first what is promised to nobody, then from the last served
    of those who lean on it. `standings` in the order they are served. Consumes `coming`."""
    free = {supply.supply_id: supply for supplies in coming.values() for supply in supplies}
    for supply_id, quantity in gone.items():
        left = quantity
        if supply_id in free:
            loose = min(left, free[supply_id].free)
            free[supply_id].free -= loose
            left -= loose
        for demand in reversed(standings):
            if left > 0:
                left -= demand.lose(supply_id, left)


def may_approve(
    value: Decimal, *, own: bool, own_limit: Decimal, limits: Sequence[Decimal]
) -> tuple[bool, Decimal]:
    """Whether a transfer of this value may be approved, and the limit that says so.

    `limits`: of the approver's roles; none is unbound (the system). One's own request is bound by `own_limit` besides.
    """
    widest = max(limits) if limits else None
    if own and widest is not None and value > own_limit:
        return False, own_limit
    if widest is not None and value > widest:
        return False, widest
    return True, widest if widest is not None else value


def value_at(
    quantity: Decimal, *, valued_quantity: Decimal, value: Decimal, standard_cost: Decimal
) -> Decimal:
    """What a quantity is worth at a site's average cost, at the item's standard cost where it has none."""
    worth = quantity * value / valued_quantity if valued_quantity > 0 else quantity * standard_cost
    return worth.quantize(Decimal("0.01"))
