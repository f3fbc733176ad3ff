"""Dividing what is scarce: protected quotas first, then by rank, in turn or in fair shares (AT03)."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_FLOOR, Decimal
from itertools import groupby

ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class Claim:
    """What one demand still wants of one item. `step`: the least quantity its unit knows.

    Claims come in the order in which they are served; `rank` 1 first. Those of a rank share fairly when all of
    them are told to, else the first is served in full before the next.
    """

    demand_id: int
    wants: Decimal
    rank: int
    fair: bool = False
    class_id: int | None = None  # the customer's class
    step: Decimal = Decimal(1)


@dataclass(slots=True)
class Quota:
    """`left` of an item's stock that is kept for one class of customers."""

    quota_id: int
    item_id: int
    class_id: int
    left: Decimal


def fair_shares(quantity: Decimal, wants: Sequence[Decimal], step: Decimal) -> list[Decimal]:
    """`quantity` divided in proportion to `wants`, in whole steps; what rounding leaves goes to the largest
    remainder, the first of equals. Nobody gets more than wanted, and nothing is left while someone wants."""
    total = sum(wants, ZERO)
    if total <= quantity:
        return list(wants)
    exact = [quantity * want / total for want in wants]
    given = [
        min(want, (part / step).to_integral_value(ROUND_FLOOR) * step)
        for part, want in zip(exact, wants, strict=True)
    ]
    left = quantity - sum(given, ZERO)
    for place in sorted(range(len(wants)), key=lambda place: given[place] - exact[place]):
        more = min(step, left, wants[place] - given[place])
        given[place] += more
        left -= more
    return given


def serve(claims: Iterable[Claim], quantity: Decimal) -> dict[int, Decimal]:
    """What each claim gets of `quantity`, by demand; those that get nothing are left out."""
    got: dict[int, Decimal] = {}
    for _rank, group in groupby(claims, key=lambda claim: claim.rank):
        members = list(group)
        if all(claim.fair for claim in members):
            shares = fair_shares(quantity, [claim.wants for claim in members], members[0].step)
        else:
            shares, rest = [], quantity
            for claim in members:
                shares.append(min(claim.wants, rest))
                rest -= shares[-1]
        for claim, share in zip(members, shares, strict=True):
            if share > 0:
                got[claim.demand_id] = share
                quantity -= share
    return got


def allot(claims: Sequence[Claim], quantity: Decimal, quotas: Sequence[Quota] = ()) -> dict[int, Decimal]:
    """What each claim gets of an item's free `quantity`: every class from its own quota first, then all from what
    no quota keeps. Takes from the quotas what it gives."""
    got: dict[int, Decimal] = {}
    for quota in quotas:
        mine = [claim for claim in claims if claim.class_id == quota.class_id]
        for demand_id, share in serve(mine, max(ZERO, min(quota.left, quantity))).items():
            got[demand_id] = share
            quota.left -= share
            quantity -= share
    open_to_all = quantity - sum((quota.left for quota in quotas), ZERO)
    if open_to_all > 0:
        rest = [
            Claim(c.demand_id, c.wants - got.get(c.demand_id, ZERO), c.rank, c.fair, c.class_id, c.step)
            for c in claims
        ]
        for demand_id, share in serve(rest, open_to_all).items():
            got[demand_id] = got.get(demand_id, ZERO) + share
    return got


def open_to(class_id: int | None, free: Decimal, quotas: Iterable[Quota]) -> Decimal:
    """Of `free` of an item, what a customer of this class may take: all but what is kept for other classes."""
    return max(ZERO, free - sum((quota.left for quota in quotas if quota.class_id != class_id), ZERO))


def open_stock(
    class_id: int | None,
    free: Mapping[int, Decimal],
    quotas: Mapping[int, Sequence[Quota]],
    fresh: Mapping[int, Decimal],
) -> dict[int, Decimal]:
    """What a customer of this class may take of each item's `free`: nothing that is kept for other classes, and of
    an item that spoils no more than `fresh` says is good by then."""
    return {
        item_id: min(open_to(class_id, left, quotas.get(item_id, ())), fresh.get(item_id, left))
        for item_id, left in free.items()
    }
