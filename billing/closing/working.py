"""What the verbs of a close share: the close locked with its tasks, checks run and their findings kept."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.utils.translation import gettext as _

from billing.closing.checks import figures_of
from billing.closing.errors import PeriodIsClosed
from billing.closing.models import CloseTask, PeriodClose
from billing.closing.reads import CLOSES, CLOSES_OF_TASKS, LOCK_CLOSES, TASKS
from billing.closing.rules import Figure
from erp.kernel.batch import Batch
from erp.kernel.errors import NotFound


@dataclass(frozen=True, slots=True)
class LockedTask:
    """A task as it stands behind its lock; the names are those of CloseTask."""

    pk: int
    close_id: int
    check_key: str
    title: str
    is_blocking: bool
    due_on: date
    found: int
    books: Decimal | None
    documents: Decimal | None
    done_at: datetime | None
    waiver_reason: str
    waiver_asked_by: str
    waived_by: str
    owner_id: int | None

    @property
    def figure(self) -> Figure:
        return Figure(self.found, self.books, self.documents)


@dataclass(frozen=True, slots=True)
class LockedClose:
    """A close, behind its lock, with its tasks."""

    pk: int
    company_id: int
    period_id: int
    starts_on: date
    ends_on: date
    is_over: bool
    zone: str
    name: str
    tasks: list[LockedTask]

    def require_open(self) -> None:
        """Raises PeriodIsClosed."""
        if self.is_over:
            raise PeriodIsClosed(period=self.name)

    def task(self, pk: int) -> LockedTask:
        return next(task for task in self.tasks if task.pk == pk)


def lock_closes(batch: Batch, close_ids: Sequence[int]) -> list[LockedClose]:
    """The closes with all their tasks, locked in order; three statements."""
    ids = sorted(set(close_ids))
    batch.read(LOCK_CLOSES, ids)
    rows = batch.read(CLOSES, ids)
    tasks = [LockedTask(*row) for row in batch.read(TASKS, ids)]
    return [LockedClose(*[*row, [task for task in tasks if task.close_id == row[0]]]) for row in rows]


def lock_close(batch: Batch, close_id: int, right: str) -> LockedClose:
    """One close, for an actor with the right in its company. Raises NotFound, NotPermitted, PeriodIsClosed."""
    found = lock_closes(batch, [close_id])
    if not found:
        raise NotFound(what=_("period close"), reference=close_id)
    batch.actor.require(right, company=found[0].company_id)
    found[0].require_open()
    return found[0]


def lock_tasks(batch: Batch, task_ids: Iterable[int], right: str) -> list[tuple[LockedClose, LockedTask]]:
    """Tasks with their closes, for an actor with the right in each company. Raises as `lock_close`."""
    wanted = set(task_ids)
    closes = lock_closes(batch, [row[0] for row in batch.read(CLOSES_OF_TASKS, sorted(wanted))])
    found = [(close, task) for close in closes for task in close.tasks if task.pk in wanted]
    missing = wanted - {task.pk for _close, task in found}
    if missing:
        raise NotFound(what=_("close task"), reference=min(missing))
    for close in closes:
        batch.actor.require(right, company=close.company_id)
        close.require_open()
    return found


def keep_findings(batch: Batch, close: LockedClose) -> dict[str, Figure]:
    """Run every check and keep what it found; a waiver of other figures lapses. What was found, by check."""
    figures = figures_of(batch.read, close.company_id, close.starts_on, close.ends_on, close.zone)
    changed = [task for task in close.tasks if task.check_key and task.figure != figures[task.check_key]]
    lapsed = [task for task in changed if task.waiver_reason]
    kept = [figures[task.check_key] for task in changed]
    batch.update(
        CloseTask,
        [task.pk for task in changed],
        found=[figure.found for figure in kept],
        books=[figure.books for figure in kept],
        documents=[figure.documents for figure in kept],
        add={"version": 1},
    )
    clear_waivers(batch, lapsed)
    for task in lapsed:
        batch.decide("billing.waiver_lapsed", PeriodClose, close.pk, {"task": task.title})
    batch.update(PeriodClose, [close.pk], checked_at=batch.now)
    return figures


def clear_waivers(batch: Batch, tasks: Sequence[LockedTask]) -> None:
    """Nobody has asked for a waiver of these any more."""
    batch.update(
        CloseTask,
        [task.pk for task in tasks],
        waiver_reason="",
        waiver_asked_by="",
        waived_by="",
        waived_at=None,
        add={"version": 1},
    )
