"""Which class a bin is of, which bins are due, what is within tolerance, where a difference lies. No database."""

import random
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from inventory.stock.models import Status

ZERO = Decimal(0)
A_SHARE, B_SHARE = Decimal("0.80"), Decimal("0.95")  # of the value that lies at the site


def classes_of(values: Mapping[int, Decimal]) -> dict[int, str]:
    """The class of each item by the value of its stock: those that make up 80 % are A, the next 15 % are B."""
    total, reached = sum(values.values(), ZERO), ZERO
    found = {}
    for item_id, value in sorted(values.items(), key=lambda pair: (-pair[1], pair[0])):
        share = reached / total if total else Decimal(1)
        found[item_id] = "A" if share < A_SHARE else "B" if share < B_SHARE else "C"
        reached += value
    return found


@dataclass(frozen=True, slots=True)
class CountedBin:
    """A bin with goods: its items, when it was last counted, whether a pick was short there since.

    `waits`: a difference that was counted there is not decided; counted again it would be adjusted twice.
    """

    bin_id: int
    item_ids: Sequence[int]
    counted_on: date | None
    is_short: bool
    waits: bool = False


@dataclass(frozen=True, slots=True)
class Planned:
    bin_id: int
    trigger: str  # CountTask.Trigger
    count_class: str


def class_of(place: CountedBin, classes: Mapping[int, str]) -> str:
    """The class of what is worth most in the bin."""
    return min((classes.get(item_id, "C") for item_id in place.item_ids), default="C")


def is_due(place: CountedBin, days: int, today: date) -> bool:
    return place.counted_on is None or (today - place.counted_on).days >= days


def plan(
    bins: Iterable[CountedBin],
    *,
    classes: Mapping[int, str],
    days: Mapping[str, int],
    today: date,
    most: int,
    drawn: int,
    seed: int,
) -> list[Planned]:
    """Bins where a pick was short, all of them; then what is due, the most overdue for its class first, `most` at
    most; then `drawn` by lot of the rest that nobody counted today; none whose difference waits. The same seed draws
    the same."""
    ranked = [(place, class_of(place, classes)) for place in bins if not place.waits]
    chosen = [Planned(place.bin_id, "short_pick", kind) for place, kind in ranked if place.is_short]
    rest = [(place, kind) for place, kind in ranked if not place.is_short]
    due = [(place, kind) for place, kind in rest if is_due(place, days[kind], today)]
    due.sort(key=lambda pair: (-_overdue(pair[0], days[pair[1]], today), pair[1], pair[0].bin_id))
    chosen += [Planned(place.bin_id, "class", kind) for place, kind in due[:most]]
    taken = {each.bin_id for each in chosen}
    left = sorted(
        (place.bin_id, kind)
        for place, kind in rest
        if place.bin_id not in taken and place.counted_on != today
    )
    lot = random.Random(seed).sample(left, min(drawn, len(left)))
    return chosen + [Planned(bin_id, "random", kind) for bin_id, kind in sorted(lot)]


def _overdue(place: CountedBin, days: int, today: date) -> Decimal:
    """How many times its days have passed; what was never counted comes first."""
    if place.counted_on is None:
        return Decimal("Infinity")
    return Decimal((today - place.counted_on).days) / days


def within(counted: Decimal, ledger: Decimal, percent: Decimal) -> bool:
    """Whether a count is as exact as asked: percent of what the ledger says."""
    return abs(counted - ledger) * 100 <= percent * ledger


# Where what is missing is taken from: what nobody may sell first, for a short pick put it there.
ORDER = (
    Status.HOLD, Status.AVAILABLE, Status.QUALITY, Status.DAMAGED, Status.QUARANTINE, Status.EXPIRED, Status.REPAIR,
    Status.VENDOR,
)  # fmt: skip


def status_of_more(here: Collection[str], *, is_expired: bool) -> Status:
    """The status of what was found beyond the ledger: that of what lies there, available where some of that is.

    Nobody may sell by a count what is kept back, nor what is past its day.
    """
    if is_expired:
        return Status.EXPIRED
    if Status.AVAILABLE.value in here:
        return Status.AVAILABLE
    return next((status for status in ORDER if status.value in here), Status.AVAILABLE)


def spread(
    difference: Decimal, loose: Mapping[str, Decimal], *, more_as: Status = Status.AVAILABLE
) -> tuple[dict[str, Decimal], Decimal]:
    """A difference by status: more goes to `more_as`, less is taken in ORDER from what no pick is bound to (`loose`);
    and what of it is bound."""
    if difference >= 0:
        return ({more_as.value: difference} if difference else {}), ZERO
    missing, found = -difference, {}
    for status in ORDER:
        taken = min(missing, loose.get(status.value, ZERO))
        if taken > 0:
            found[status.value] = -taken
            missing -= taken
    return found, missing
