"""The end of a count: exact enough, to be counted again, or posted as a difference (CC02)."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from erp.kernel.batch import Batch
from erp.kernel.command import command
from erp.kernel.errors import BadInput
from inventory.adjustments.actions.adjust_stock import AdjustLine, adjust_stock
from inventory.adjustments.models import Reason
from inventory.adjustments.places import Ground, ground_of
from inventory.counting.actions.count_item import LockedTask, lock_task
from inventory.counting.errors import CountRefused
from inventory.counting.models import CountLine, CountTask
from inventory.counting.permissions import PLAN_COUNTS
from inventory.counting.policies import TOLERANCE
from inventory.counting.reads import CONTENT, COUNTED, FIRST_ACCURATE, LOCK_TASKS
from inventory.counting.rules import ZERO, spread, status_of_more, within


@dataclass(frozen=True, slots=True)
class CountFinished:
    """Where the count stands: done, or to be counted again by someone else; what was adjusted, and what waits."""

    task_id: int
    state: str
    adjustment_ids: list[int] = field(default_factory=list)
    waiting_ids: list[int] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class CausesNamed:
    """The counts whose cause was named."""

    task_ids: list[int]


@dataclass(slots=True)
class _Line:
    line_id: int
    item_id: int
    lot_id: int | None
    counted: Decimal
    ledger: Decimal
    loose: dict[str, Decimal]
    is_expired: bool = False
    bound: Decimal = ZERO

    @property
    def difference(self) -> Decimal:
        return self.counted - self.ledger


@command("inventory.finish_count")
def finish_count(batch: Batch, *, task_id: int, cause: str = "") -> CountFinished:
    """Compare the count with what the ledger said as each item was counted; what was not found is counted as none,
    but for what came after the last scan.

    Beyond the class's tolerance the first count is counted again by a second person, and nothing is posted. Else the
    differences are adjusted with their cause, within the counter's limits, or wait for an approval. What picks are
    bound to is left to them. The number of statements does not depend on the items. Raises CountRefused for goods
    that were adjusted since they were counted, and what lock_task and adjust_stock raise.
    """
    task = lock_task(batch, task_id)
    ground = ground_of(batch, task.site_id)
    lines = _lines(batch, ground, task)
    percent = TOLERANCE[task.count_class].value(on=ground.today, site=task.site_id, company=task.company_id)
    exact = all(within(line.counted, line.ledger, percent) for line in lines)
    outcome: dict[str, Any] = {
        "turn": task.turn,
        "lines": [[line.item_id, line.lot_id, line.counted, line.ledger] for line in lines],
    }
    if task.turn == 1 and not exact:
        batch.update(CountTask, [task_id], state=CountTask.State.RECOUNT.value)
        batch.decide("inventory.finish_count", CountTask, task_id, outcome)
        return CountFinished(task_id, CountTask.State.RECOUNT.value)

    differs = any(line.difference for line in lines)
    if differs and cause not in CountTask.Cause.values:
        raise BadInput(field="cause", reason=_("say why the ledger was wrong; not known is an answer."))
    adjusted = _adjust(batch, ground, task, lines, cause)
    accurate = exact if task.turn == 1 else batch.read(FIRST_ACCURATE, percent, task_id)[0][0]
    batch.update(
        CountTask,
        [task_id],
        state=CountTask.State.DONE.value,
        cause=cause if differs else "",
        accurate=accurate,
        closed_at=batch.now,
    )
    outcome |= {"cause": cause, "adjustments": adjusted[0], "waiting": adjusted[1]}
    batch.decide("inventory.finish_count", CountTask, task_id, outcome)
    return CountFinished(task_id, CountTask.State.DONE.value, *adjusted)


@dataclass(frozen=True, slots=True)
class CountsCancelled:
    """The counts that were given up."""

    task_ids: list[int]


@command("inventory.cancel_counts")
def cancel_counts(batch: Batch, *, task_ids: Sequence[int], reason: str) -> CountsCancelled:
    """Give up counts that are open; those that are not are left alone."""
    if not reason.strip():
        raise BadInput(field="reason", reason=_("say why."))
    open_ids = []
    for pk, _number, company_id, site_id, state, _cause in batch.read(LOCK_TASKS, sorted(set(task_ids))):
        batch.actor.require(PLAN_COUNTS, company=company_id, site=site_id)
        if state in (CountTask.State.OPEN, CountTask.State.RECOUNT):
            open_ids.append(pk)
    batch.update(
        CountTask,
        open_ids,
        state=CountTask.State.CANCELLED.value,
        closed_at=batch.now,
        cancel_reason=reason.strip()[:200],
    )
    return CountsCancelled(open_ids)


@command("inventory.name_causes")
def name_causes(batch: Batch, *, task_ids: Sequence[int], cause: str) -> CausesNamed:
    """Say why the ledger was wrong of counts that differed, once it is known; others are left alone."""
    if cause not in CountTask.Cause.values:
        raise BadInput(field="cause", reason=_("choose one of the causes."))
    named = []
    for pk, _number, company_id, site_id, state, was in batch.read(LOCK_TASKS, sorted(set(task_ids))):
        batch.actor.require(PLAN_COUNTS, company=company_id, site=site_id)
        if state == CountTask.State.DONE and was:
            named.append(pk)
            batch.decide("inventory.name_causes", CountTask, pk, {"was": was, "cause": cause})
    batch.update(CountTask, named, cause=cause)
    return CausesNamed(named)


def _lines(batch: Batch, ground: Ground, task: LockedTask) -> list[_Line]:
    """What was counted; what lay there by the ledger at the last scan and was not found is written down as none."""
    content: defaultdict[tuple[int, int | None], dict[str, tuple[Decimal, Decimal]]] = defaultdict(dict)
    for item_id, lot_id, status, there, loose, came in batch.read(CONTENT, task.id, task.turn, task.bin_id):
        content[item_id, lot_id][status] = (max(there - came, ZERO), loose)
    found = []
    rows = batch.read(COUNTED, task.bin_id, task.id, task.turn)
    for item_id, lot_id, line_id, counted, ledger, expires_on, code, adjusted_by in rows:
        if adjusted_by:
            words = _("%(number)s was posted after it was counted. Count it again.") % {"number": adjusted_by}
            raise CountRefused(item=code, reason=words)
        loose = _loose(content.pop((item_id, lot_id), {}))
        expired = expires_on is not None and expires_on <= ground.today
        found.append(_Line(line_id, item_id, lot_id, counted, ledger, loose, expired))
    missed = sorted(
        (place for place in content.items() if any(there for there, _ in place[1].values())), key=str
    )
    ids = batch.draw(inventory_countline=len(missed))["inventory_countline"]
    missing = [
        _Line(
            line_id,
            item_id,
            lot_id,
            ZERO,
            sum((there for there, _ in here.values()), ZERO),
            _loose(here),
        )
        for line_id, ((item_id, lot_id), here) in zip(ids, missed, strict=True)
    ]
    batch.insert(
        CountLine,
        id=ids,
        task=task.id,
        turn=task.turn,
        item=[line.item_id for line in missing],
        lot=[line.lot_id for line in missing],
        counted=ZERO,
        ledger=[line.ledger for line in missing],
        counted_at=batch.now,
    )
    return found + missing


def _loose(here: dict[str, tuple[Decimal, Decimal]]) -> dict[str, Decimal]:
    return {status: loose for status, (_, loose) in here.items()}


def _adjust(
    batch: Batch, ground: Ground, task: LockedTask, lines: Sequence[_Line], cause: str
) -> tuple[list[int], list[int]]:
    """Adjust by status what differs; what picks are bound to is kept with its line."""
    wanted = []
    for line in lines:
        more_as = status_of_more(line.loose, is_expired=line.is_expired)
        by_status, line.bound = spread(line.difference, line.loose, more_as=more_as)
        wanted += [
            AdjustLine(line.item_id, task.bin_id, quantity, line.lot_id, status)
            for status, quantity in by_status.items()
        ]
    bound = [line for line in lines if line.bound]
    batch.update(CountLine, [line.line_id for line in bound], bound=[line.bound for line in bound])
    if not wanted:
        return [], []
    note = f"{task.number}: {CountTask.Cause(cause).label}"
    done = adjust_stock.inside(batch, site_id=ground.id, lines=wanted, reason=Reason.COUNT.value, note=note)
    return done.adjustment_ids, done.waiting_ids
