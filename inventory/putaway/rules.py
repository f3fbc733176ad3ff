"""Which bin goods are put into, and why. No database."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from .models import PutawayTask

Why = PutawayTask.Why


@dataclass(frozen=True, slots=True)
class Place:
    """A bin that goods may be put into; `lying`: how much of the item is there already, in its stock unit."""

    bin_id: int
    is_pick: bool
    sequence: int
    lying: Decimal = Decimal(0)


@dataclass(frozen=True, slots=True)
class Proposal:
    bin_id: int | None
    why: Why


def propose(
    tasks: Sequence[tuple[int, int]], *, holding: Mapping[int, Sequence[Place]], empty: Sequence[Place]
) -> dict[int, Proposal]:
    """A bin for each of (task, item), by task: where most of the item lies, for picking first; else the next empty one.

    `holding`: the places by item that hold some of it. Tasks of one item share an empty bin, those of different items
    never do.
    """
    left = sorted(empty, key=lambda place: (not place.is_pick, place.sequence, place.bin_id))
    taken: dict[int, Proposal] = {}
    found = {}
    for task_id, item_id in tasks:
        places = sorted(
            holding.get(item_id, ()),
            key=lambda place: (not place.is_pick, -place.lying, place.sequence, place.bin_id),
        )
        if places:
            found[task_id] = Proposal(places[0].bin_id, Why.SAME_ITEM)
        elif item_id in taken:
            found[task_id] = taken[item_id]
        elif left:
            found[task_id] = taken[item_id] = Proposal(left.pop(0).bin_id, Why.EMPTY)
        else:
            found[task_id] = Proposal(None, Why.NO_BIN)
    return found
