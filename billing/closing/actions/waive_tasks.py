"""Let a period close over what is open: one person asks and says why, another one grants it."""

from collections.abc import Sequence

from django.utils.translation import gettext as _

from billing.closing.actions.work_tasks import TasksChanged
from billing.closing.checks import BY_KEY
from billing.closing.errors import NothingToWaive, NotWaivable, NoWaiverAsked, OwnWaiver, WaiverLapsed
from billing.closing.models import CloseTask, PeriodClose
from billing.closing.permissions import WAIVE_CLOSE_TASK, WORK_CLOSE
from billing.closing.rules import keeps_open
from billing.closing.working import clear_waivers, keep_findings, lock_tasks
from erp.kernel.batch import Batch
from erp.kernel.command import command
from erp.kernel.errors import BadInput


@command("billing.ask_waiver")
def ask_waiver(batch: Batch, *, task_id: int, reason: str) -> TasksChanged:
    """Ask that the period may close over what a blocking task shows now. Asking again replaces reason and asker.

    Raises BadInput, NothingToWaive where the task keeps nothing open, NotWaivable, NotFound, NotPermitted,
    PeriodIsClosed.
    """
    reason = reason.strip()
    if not reason:
        raise BadInput(field="reason", reason=_("say why the period may close all the same."))
    ((close, task),) = lock_tasks(batch, [task_id], WORK_CLOSE)
    if task.check_key and not BY_KEY[task.check_key].is_waivable:
        raise NotWaivable(task=task.title)
    if not keeps_open(task):
        raise NothingToWaive(task=task.title)
    batch.update(
        CloseTask,
        [task_id],
        waiver_reason=reason[:200],
        waiver_asked_by=batch.actor.name,
        add={"version": 1},
    )
    batch.decide("billing.ask_waiver", PeriodClose, close.pk, {"task": task.title, "reason": reason[:200]})
    return TasksChanged([task_id])


@command("billing.grant_waivers")
def grant_waivers(batch: Batch, *, task_ids: Sequence[int]) -> TasksChanged:
    """Grant waivers that somebody else has asked for, of the figures that they were asked for.

    Raises OwnWaiver, NoWaiverAsked, WaiverLapsed where a figure has changed since, NotFound, NotPermitted,
    PeriodIsClosed.
    """
    found = lock_tasks(batch, task_ids, WAIVE_CLOSE_TASK)
    figures = {close.pk: keep_findings(batch, close) for close in {c.pk: c for c, _task in found}.values()}
    granted = []
    for close, task in found:
        if task.waived_by:
            continue
        if not task.waiver_reason:
            raise NoWaiverAsked(task=task.title)
        if task.waiver_asked_by == batch.actor.name:
            raise OwnWaiver()
        if task.check_key and task.figure != figures[close.pk][task.check_key]:
            raise WaiverLapsed(task=task.title)
        granted.append(task.pk)
        batch.decide(
            "billing.grant_waivers", PeriodClose, close.pk, {"task": task.title, "reason": task.waiver_reason}
        )
    batch.update(CloseTask, granted, waived_by=batch.actor.name, waived_at=batch.now, add={"version": 1})
    return TasksChanged(granted)


@command("billing.withdraw_waivers")
def withdraw_waivers(batch: Batch, *, task_ids: Sequence[int]) -> TasksChanged:
    """Take back what was asked for or granted: the tasks keep their period open again.

    Raises NotFound, NotPermitted, PeriodIsClosed.
    """
    found = [(close, task) for close, task in lock_tasks(batch, task_ids, WORK_CLOSE) if task.waiver_reason]
    clear_waivers(batch, [task for _close, task in found])
    for close, task in found:
        batch.decide("billing.withdraw_waivers", PeriodClose, close.pk, {"task": task.title})
    return TasksChanged([task.pk for _close, task in found])
