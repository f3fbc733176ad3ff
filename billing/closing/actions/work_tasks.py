"""People's tasks of a close: added, given to somebody, done, taken up again."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from billing.closing.actions.start_close import NOT_SAID
from billing.closing.errors import NotForPeople
from billing.closing.models import CloseTask, PeriodClose
from billing.closing.permissions import WORK_CLOSE
from billing.closing.working import LockedClose, LockedTask, lock_close, lock_tasks
from billing.exceptions.owners import check_owner
from erp.kernel.batch import Batch
from erp.kernel.command import command
from erp.kernel.errors import BadInput
from masterdata.records import locked_at


@dataclass(frozen=True, slots=True)
class TaskAdded:
    task_id: int


@dataclass(frozen=True, slots=True)
class TasksChanged:
    task_ids: list[int]


@command("billing.add_close_task")
def add_close_task(
    batch: Batch,
    *,
    close_id: int,
    title: str,
    due_on: date,
    owner_id: int | None = None,
    is_blocking: bool = True,
) -> TaskAdded:
    """Add something that a person does in this close; the company's next close opens with it, too.

    Raises BadInput, NotFound, NotPermitted, OwnerCannotWork, PeriodIsClosed.
    """
    title = title.strip()
    if not title:
        raise BadInput(field="title", reason=_("say what is to be done."))
    close = lock_close(batch, close_id, WORK_CLOSE)
    _may_own(owner_id, [close])
    (task_id,) = batch.draw(billing_closetask=1)["billing_closetask"]
    batch.insert(
        CloseTask,
        id=task_id,
        close=close_id,
        check_key="",
        title=title[:120],
        position=len(close.tasks) + 1,
        is_blocking=is_blocking,
        owner=owner_id,
        due_on=due_on,
        found=0,
        **NOT_SAID,
    )
    batch.decide("billing.add_close_task", PeriodClose, close_id, {"task": title[:120]})
    return TaskAdded(task_id)


@command("billing.assign_close_tasks")
def assign_close_tasks(
    batch: Batch,
    *,
    task_ids: Sequence[int],
    owner_id: int | None,
    due_on: date | None = None,
    version: int | None = None,
) -> TasksChanged:
    """Give tasks to somebody who works closes, or to nobody (None); with a day, they are due on it.

    `version` is the one that a single task was looked at; None takes the tasks as they are. Raises NotFound,
    NotPermitted, OwnerCannotWork, PeriodIsClosed, StaleVersion with both values.
    """
    found = lock_tasks(batch, task_ids, WORK_CLOSE)
    if version is not None:
        asked = {"owner_id": owner_id, **({} if due_on is None else {"due_on": due_on})}
        for _close, task in found:
            locked_at(CloseTask.objects.all(), task.pk, version, asked)
    _may_own(owner_id, [close for close, _task in found])
    ids = [task.pk for _close, task in found]
    when = {} if due_on is None else {"due_on": due_on}
    batch.update(CloseTask, ids, owner=owner_id, **when, add={"version": 1})
    _said(batch, "billing.assign_close_tasks", found, {"owner": owner_id, "due_on": due_on})
    return TasksChanged(ids)


@command("billing.complete_close_tasks")
def complete_close_tasks(batch: Batch, *, task_ids: Sequence[int], note: str = "") -> TasksChanged:
    """Say that people's tasks are done. Those that are done already stay as they are.

    Raises NotForPeople for a check, NotFound, NotPermitted, PeriodIsClosed.
    """
    found = _of_people(lock_tasks(batch, task_ids, WORK_CLOSE))
    open_ones = [(close, task) for close, task in found if task.done_at is None]
    ids = [task.pk for _close, task in open_ones]
    batch.update(
        CloseTask,
        ids,
        done_at=batch.now,
        done_by=batch.actor.name,
        note=note.strip()[:200],
        add={"version": 1},
    )
    _said(batch, "billing.complete_close_tasks", open_ones, {"note": note.strip()[:200]})
    return TasksChanged(ids)


@command("billing.reopen_close_tasks")
def reopen_close_tasks(batch: Batch, *, task_ids: Sequence[int]) -> TasksChanged:
    """Undo: tasks that were done are to be done again. Raises NotForPeople, NotFound, NotPermitted, PeriodIsClosed."""
    found = _of_people(lock_tasks(batch, task_ids, WORK_CLOSE))
    done = [(close, task) for close, task in found if task.done_at is not None]
    ids = [task.pk for _close, task in done]
    batch.update(CloseTask, ids, done_at=None, done_by="", note="", add={"version": 1})
    _said(batch, "billing.reopen_close_tasks", done, {})
    return TasksChanged(ids)


def _of_people(
    found: list[tuple[LockedClose, LockedTask]],
) -> list[tuple[LockedClose, LockedTask]]:
    for _close, task in found:
        if task.check_key:
            raise NotForPeople(task=task.title)
    return found


def _may_own(owner_id: int | None, closes: Sequence[LockedClose]) -> None:
    check_owner(owner_id, WORK_CLOSE, ((close.company_id, None) for close in closes))


def _said(
    batch: Batch, verb: str, found: Sequence[tuple[LockedClose, LockedTask]], outcome: dict[str, object]
) -> None:
    """One record for each close, with its tasks' names."""
    for close in {close.pk: close for close, _task in found}.values():
        tasks = [task.title for of, task in found if of.pk == close.pk]
        batch.decide(verb, PeriodClose, close.pk, {"tasks": tasks, **outcome})
