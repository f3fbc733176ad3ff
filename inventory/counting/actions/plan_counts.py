"""The day's counts of a site: where a pick was short, what is due by its class, and a few drawn by lot (CC01)."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from erp.kernel.batch import Batch
from erp.kernel.command import command
from erp.kernel.errors import BadInput
from inventory.adjustments.places import Ground, ground_of
from inventory.adjustments.reads import BINS
from inventory.counting.errors import BinBeingCounted, DifferenceWaits
from inventory.counting.models import CountClass, CountTask
from inventory.counting.permissions import PLAN_COUNTS
from inventory.counting.policies import DAYS, PER_DAY, RANDOM_PER_DAY
from inventory.counting.reads import BINS_OPEN, BINS_TO_PLAN, ITEM_VALUES, PLANNED_TODAY, SAVE_PLAN
from inventory.counting.rules import CountedBin, Planned, class_of, classes_of, is_due, plan
from masterdata.places.models import Site


@dataclass(frozen=True, slots=True)
class CountsPlanned:
    """The tasks that were made."""

    task_ids: list[int]


def _taken(*_args: object, **_kwargs: object) -> BinBeingCounted:
    return BinBeingCounted()


@command("inventory.plan_counts", conflicts={"count_task_one_open_per_bin": _taken})
def plan_counts(batch: Batch, *, site_id: int) -> CountsPlanned:
    """Plan what a day still takes: asked again on the same day it adds what a short pick has brought up since.

    Keeps how many bins of each class were counted within their days. The number of statements does not depend on the
    bins.
    """
    ground = ground_of(batch, site_id)
    batch.actor.require(PLAN_COUNTS, company=ground.company_id, site=site_id)
    bins = [CountedBin(*row) for row in batch.read(BINS_TO_PLAN, site_id, site_id)]
    classes = classes_of(dict(batch.read(ITEM_VALUES, site_id)))
    ((by_class, by_lot),) = batch.read(PLANNED_TODAY, site_id, ground.today)
    scope = {"site": site_id, "company": ground.company_id}
    days = {name: policy.value(on=ground.today, **scope) for name, policy in DAYS.items()}
    planned = plan(
        bins,
        classes=classes,
        days=days,
        today=ground.today,
        most=max(0, PER_DAY.value(on=ground.today, **scope) - by_class),
        drawn=max(0, RANDOM_PER_DAY.value(on=ground.today, **scope) - by_lot),
        seed=site_id * 1_000_000 + ground.today.toordinal(),
    )
    _save_coverage(batch, ground, bins, classes, days)
    ids = _write(batch, ground, planned)
    if ids:
        outcome = {"planned": [[each.bin_id, each.trigger, each.count_class] for each in planned]}
        batch.decide("inventory.plan_counts", Site, site_id, outcome)
    return CountsPlanned(ids)


@command("inventory.ask_for_counts", conflicts={"count_task_one_open_per_bin": _taken})
def ask_for_counts(batch: Batch, *, site_id: int, bin_ids: Sequence[int]) -> CountsPlanned:
    """Have these bins counted, whatever the plan says.

    Raises BinBeingCounted where a count is open already, DifferenceWaits where the last one's is not decided.
    """
    ground = ground_of(batch, site_id)
    batch.actor.require(PLAN_COUNTS, company=ground.company_id, site=site_id)
    chosen = sorted(set(bin_ids))
    known = dict(batch.read(BINS, chosen, site_id))
    if not chosen or len(known) < len(chosen):
        raise BadInput(field="bins", reason=_("choose bins of one site."))
    classes = classes_of(dict(batch.read(ITEM_VALUES, site_id)))
    places = {row[0]: CountedBin(*row) for row in batch.read(BINS_TO_PLAN, site_id, site_id)}
    waiting = [known[pk] for pk in chosen if pk in places and places[pk].waits]
    if waiting:
        raise DifferenceWaits(bins=", ".join(waiting))
    ids = _write(
        batch,
        ground,
        [Planned(pk, "asked", class_of(places[pk], classes) if pk in places else "C") for pk in chosen],
    )
    return CountsPlanned(ids)


def _write(batch: Batch, ground: Ground, planned: Sequence[Planned]) -> list[int]:
    if not planned:
        return []
    ids = batch.draw(inventory_counttask=len(planned))["inventory_counttask"]
    batch.insert(
        CountTask,
        id=ids,
        number=[f"CNT-{pk}" for pk in ids],
        company=ground.company_id,
        site=ground.id,
        bin=[each.bin_id for each in planned],
        trigger=[each.trigger for each in planned],
        count_class=[each.count_class for each in planned],
        state=CountTask.State.OPEN.value,
        planned_on=ground.today,
        planned_at=batch.now,
        first_by="",
        second_by="",
        cause="",
        cancel_reason="",
    )
    return ids


def _save_coverage(
    batch: Batch,
    ground: Ground,
    bins: Sequence[CountedBin],
    classes: dict[int, str],
    days: dict[str, int],
) -> None:
    """Bins with goods by class, and how many of them were counted within their days; those being counted are due."""
    total: Counter[str] = Counter(dict(batch.read(BINS_OPEN, ground.id)))
    covered: Counter[str] = Counter()
    for place in bins:
        kind = class_of(place, classes)
        total[kind] += 1
        covered[kind] += not place.is_short and not is_due(place, days[kind], ground.today)
    names = CountClass.values
    batch.write(
        SAVE_PLAN,
        ground.id,
        ground.today,
        names,
        [total[name] for name in names],
        [covered[name] for name in names],
    )
