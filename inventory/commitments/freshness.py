"""What of lots that expire may still be promised for a day (IV05): the warehouse takes first what expires first."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal

from erp.kernel.batch import Batch

from .reads import EXPIRING
from .sharing import ZERO


def spoils_by(on: date, life_days: int) -> date:
    """The last expiry that is too early for what leaves on a day and is to be good for so many days more. A lot is
    expired from the day on that its maker names."""
    return on + timedelta(days=max(life_days, 1) - 1)


@dataclass(slots=True)
class Shelf:
    """An item's stock at a site by expiry (None: never), and what of it is promised, each with the last expiry that
    is too early for it."""

    lots: list[tuple[date | None, Decimal]] = field(default_factory=list)
    promised: list[tuple[date, Decimal]] = field(default_factory=list)

    def room(self, until: date) -> Decimal:
        """How much more may be promised to somebody for whom an expiry up to `until` is too early.

        All promises can be kept exactly when, whatever expiry is taken, those for whom it is too early want no more
        than what expires later. So the tightest expiry up to `until` counts; one later binds others, not this.
        """
        rooms = [
            sum((quantity for expires, quantity in self.lots if expires is None or expires > expiry), ZERO)
            - sum((quantity for spoils, quantity in self.promised if spoils >= expiry), ZERO)
            for expiry in {expires for expires, _ in self.lots if expires is not None and expires <= until}
        ]
        return max(ZERO, min(rooms))


def fresh_stock(
    batch: Batch,
    *,
    site_id: int,
    item_ids: Iterable[int],
    on: date,
    life_days: int,
    today: date,
    without: Sequence[int] = (),
) -> dict[int, Decimal]:
    """How much of the items' stock may be promised for the day `on` at most, read behind the lock on it.

    Only items are named of which a lot expires too early for that. `today`: the first day on which anything leaves,
    with what is promised for days before. `without`: demands whose promises are about to be let go. One statement.
    """
    until = spoils_by(on, life_days)
    items = sorted(set(item_ids))
    shelves: defaultdict[int, Shelf] = defaultdict(Shelf)
    for kind, item_id, day, quantity in batch.read(
        EXPIRING, site_id, items, until, site_id, today, site_id, list(without)
    ):
        shelf = shelves[item_id]
        if kind == "lot":
            shelf.lots.append((day, quantity))
        else:
            shelf.promised.append((day, quantity))
    return {item_id: shelf.room(until) for item_id, shelf in shelves.items()}
