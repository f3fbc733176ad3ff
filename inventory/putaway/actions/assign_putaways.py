"""A supervisor says who puts what away, and what goes first; or that it need not be done (WH11)."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from erp.kernel.actor import Actor
from erp.kernel.batch import Batch
from erp.kernel.command import command
from erp.kernel.errors import BadInput
from erp.kernel.models import User
from inventory.putaway.documents import Task, lock_tasks
from inventory.putaway.models import PutawayTask
from inventory.putaway.permissions import ASSIGN_PUTAWAY, PUT_AWAY

PRIORITIES = range(1, 100)


@dataclass(frozen=True, slots=True)
class Assigned:
    """The tasks that changed; those that have ended are left alone."""

    task_ids: list[int]


@command("inventory.assign_putaways")
def assign_putaways(
    batch: Batch, *, task_ids: Sequence[int], owner: str | None = None, priority: int | None = None
) -> Assigned:
    """Give open tasks of one site to somebody (blank: to whoever comes first), or another priority; None leaves it.

    A new owner is told a bin anew. Raises BadInput for somebody who puts nothing away there.
    """
    if owner is None and priority is None:
        raise BadInput(field="owner", reason=_("say who does it, or how urgent it is."))
    if priority is not None and priority not in PRIORITIES:
        raise BadInput(field="priority", reason=_("from 1, which goes first, to 99."))
    tasks = [task for task in lock_tasks(batch, task_ids, ASSIGN_PUTAWAY).values() if task.is_open]
    if not tasks:
        return Assigned([])
    changes: dict[str, Any] = {} if priority is None else {"priority": priority}
    if owner is not None:
        owner = owner.strip()
        _refuse_stranger(owner, tasks[0])
        changes |= {"owner": owner, "begun_at": None, "proposed": None, "why": ""}
    ids = [task.id for task in tasks]
    batch.update(PutawayTask, ids, **changes)
    for task in tasks:
        told = {"owner": owner, "was": task.owner, "priority": priority}
        batch.decide("inventory.assign_putaways", PutawayTask, task.id, told)
    return Assigned(ids)


@command("inventory.close_putaways")
def close_putaways(batch: Batch, *, task_ids: Sequence[int], reason: str) -> Assigned:
    """Close open tasks of one site without moving what is left: the goods stay where they stand."""
    if not reason.strip():
        raise BadInput(field="reason", reason=_("say why."))
    tasks = [task for task in lock_tasks(batch, task_ids, PUT_AWAY).values() if task.is_open]
    ids = [task.id for task in tasks]
    batch.update(
        PutawayTask,
        ids,
        state=PutawayTask.State.CLOSED.value,
        ended_at=batch.now,
        ended_by=batch.actor.name,
        reason=reason.strip()[:200],
    )
    for task in tasks:
        batch.decide(
            "inventory.close_putaways", PutawayTask, task.id, {"sentence": reason, "left": task.left}
        )
    return Assigned(ids)


def _refuse_stranger(owner: str, task: Task) -> None:
    """Raise BadInput unless nobody is named, or somebody who puts away where the task is."""
    if not owner:
        return
    user = User.objects.filter(username=owner, is_active=True).first()
    if user is None or not Actor.of(user).may(PUT_AWAY, company=task.company_id, site=task.site_id):
        raise BadInput(
            field="owner", reason=_("“%(name)s” puts nothing away at this site.") % {"name": owner}
        )
