"""Work of the floor is given to somebody, taken by somebody, and done (WH11, WH13)."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from erp.kernel.actor import Actor
from erp.kernel.batch import Batch
from erp.kernel.command import command
from erp.kernel.errors import BadInput, NotFound
from erp.kernel.models import User
from inventory.counting.models import CountTask
from inventory.outbound.actions.record_picks import record_picks
from inventory.putaway.actions.assign_putaways import PRIORITIES, assign_putaways
from inventory.putaway.actions.begin_putaways import begin_putaways
from inventory.putaway.actions.put_away import Placed, put_away
from inventory.tasks.errors import TaskRefused, TaskTaken
from inventory.tasks.models import Kind, TaskAssignment
from inventory.tasks.permissions import ASSIGN_TASKS, TAKE_TASKS
from inventory.tasks.reads import ENDED, ENSURE, LOCK, LOCK_COUNTS, TASKS
from inventory.tasks.rules import part_of


@dataclass(frozen=True, slots=True)
class _Task:
    id: int
    kind: str
    source_id: int
    number: str
    company_id: int
    site_id: int
    owner: str


@dataclass(frozen=True, slots=True)
class Given:
    """The tasks that have changed; those that were done meanwhile are left alone."""

    task_ids: list[int]


@command("inventory.give_tasks")
def give_tasks(
    batch: Batch, *, task_ids: Sequence[int], owner: str | None = None, priority: int | None = None
) -> Given:
    """Give open tasks of one site, of any kind, to somebody (blank: to whoever comes first), or another priority.

    A count that somebody has begun goes on with the new owner. Raises BadInput for somebody who takes no work there,
    TaskRefused for a second count by the person of the first. The number of statements does not depend on the tasks.
    """
    if owner is None and priority is None:
        raise BadInput(field="owner", reason=_("say who does it, or how urgent it is."))
    if priority is not None and priority not in PRIORITIES:
        raise BadInput(field="priority", reason=_("from 1, which goes first, to 99."))
    tasks = _open_tasks(batch, task_ids, ASSIGN_TASKS)
    if not tasks:
        return Given([])
    if owner is not None:
        owner = owner.strip()
        _refuse_stranger(owner, tasks[0])
    putaways = [task.source_id for task in tasks if task.kind == Kind.PUTAWAY]
    if putaways:
        assign_putaways.inside(batch, task_ids=putaways, owner=owner, priority=priority)
    _write(batch, [task for task in tasks if task.kind != Kind.PUTAWAY], owner, priority)
    return Given([task.id for task in tasks])


@command("inventory.take_tasks")
def take_tasks(batch: Batch, *, task_ids: Sequence[int]) -> Given:
    """Take open tasks of one site for oneself; asked again it changes nothing. Raises TaskTaken, PutawayTaken."""
    tasks = _open_tasks(batch, task_ids, TAKE_TASKS)
    putaways = [task.source_id for task in tasks if task.kind == Kind.PUTAWAY]
    if putaways:
        begin_putaways.inside(batch, task_ids=putaways)
    others = [task for task in tasks if task.kind != Kind.PUTAWAY]
    _lock(batch, others)
    now = _open_tasks(batch, [task.id for task in others], TAKE_TASKS) if others else []
    for task in now:
        if task.owner not in ("", batch.actor.name):
            raise TaskTaken(number=task.number, by=task.owner)
    _write(batch, [task for task in now if not task.owner], batch.actor.name, None)
    return Given([task.id for task in tasks])


@dataclass(frozen=True, slots=True)
class Done:
    """The task that is done, and whether it was done by this; False: it had been before."""

    task_id: int
    changed: bool


@command("inventory.complete_task")
def complete_task(batch: Batch, *, task_id: int) -> Done:
    """Confirm a task as it was asked for: a shipment picked in full, goods put into the proposed bin.

    What differs from that is confirmed by the document's own verb, and so are counts and deliveries, which need
    figures. Confirming what is done already changes nothing. Raises TaskTaken, TaskRefused, NotFound.
    """
    tasks = _open_tasks(batch, [task_id], TAKE_TASKS)
    if not tasks:
        kind, source_id = part_of(task_id)
        if not batch.read(ENDED, kind, source_id, kind, source_id):
            raise NotFound(what=_("task"), reference=task_id)
        return Done(task_id, False)
    (task,) = tasks
    if task.owner not in ("", batch.actor.name):
        raise TaskTaken(number=task.number, by=task.owner)
    if task.kind == Kind.PICK:
        record_picks.inside(batch, shipment_id=task.source_id)
    elif task.kind == Kind.PUTAWAY:
        (bin_id,) = begin_putaways.inside(batch, task_ids=[task.source_id]).bin_ids
        if bin_id is None:
            raise TaskRefused(number=task.number, reason=_("no bin fits; confirm the one it was put into."))
        put_away.inside(batch, placed=[Placed(task.source_id, bin_id)])
    else:
        words = _("it is done by saying what was counted, on its own page or address.")
        raise TaskRefused(number=task.number, reason=words)
    return Done(task_id, True)


def _open_tasks(batch: Batch, task_ids: Sequence[int], right: str) -> list[_Task]:
    """Those of the tasks that are still open, all of one site, for an actor who has the right there."""
    tasks = [_Task(*row) for row in batch.read(TASKS, sorted(set(task_ids)))]
    places = {(task.company_id, task.site_id) for task in tasks}
    if len(places) > 1:
        raise BadInput(field="tasks", reason=_("choose tasks of one site."))
    for company_id, site_id in places:
        batch.actor.require(right, company=company_id, site=site_id)
    return tasks


def _lock(batch: Batch, tasks: Sequence[_Task]) -> list[int]:
    """The assignments of tasks, made where missing, locked; their ids."""
    if not tasks:
        return []
    kinds, sources = [task.kind for task in tasks], [task.source_id for task in tasks]
    batch.write(ENSURE, batch.actor.name, batch.now, kinds, sources)
    return [row[0] for row in batch.read(LOCK, kinds, sources)]


def _write(batch: Batch, tasks: Sequence[_Task], owner: str | None, priority: int | None) -> None:
    """Write owner and priority of tasks other than putaway, where they are given."""
    if not tasks:
        return
    changes: dict[str, Any] = {"assigned_by": batch.actor.name, "assigned_at": batch.now}
    changes |= {} if owner is None else {"owner": owner}
    changes |= {} if priority is None else {"priority": priority}
    batch.update(TaskAssignment, _lock(batch, tasks), **changes)
    counts = [task.source_id for task in tasks if task.kind == Kind.COUNT]
    if owner is not None and counts:
        _hand_over(batch, counts, owner)


def _hand_over(batch: Batch, count_ids: Sequence[int], owner: str) -> None:
    """Counts that were begun go on with another person: never the second with the person of the first."""
    first, second = [], []
    for pk, number, state, first_by, second_by in batch.read(LOCK_COUNTS, sorted(count_ids)):
        if state == CountTask.State.RECOUNT and owner == first_by:
            words = _("%(name)s counted it the first time; another person counts it again.")
            raise TaskRefused(number=number, reason=words % {"name": owner})
        if state == CountTask.State.OPEN and first_by:
            first.append(pk)
        if state == CountTask.State.RECOUNT and second_by:
            second.append(pk)
    batch.update(CountTask, first, first_by=owner)
    batch.update(CountTask, second, second_by=owner)


def _refuse_stranger(owner: str, task: _Task) -> None:
    """Raise BadInput unless nobody is named, or somebody who takes work where the task is."""
    if not owner:
        return
    user = User.objects.filter(username=owner, is_active=True).first()
    if user is None or not Actor.of(user).may(TAKE_TASKS, company=task.company_id, site=task.site_id):
        raise BadInput(field="owner", reason=_("“%(name)s” takes no work at this site.") % {"name": owner})
