"""Somebody takes goods out of a receiving bin and is told where to (WH03, WH11)."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from erp.kernel.batch import Batch
from erp.kernel.command import command
from inventory.putaway.documents import Task, lock_tasks
from inventory.putaway.errors import PutawayClosed
from inventory.putaway.models import PutawayTask
from inventory.putaway.permissions import PUT_AWAY
from inventory.putaway.reads import EMPTY, HOLDING
from inventory.putaway.rules import Place, Proposal, propose


@dataclass(frozen=True, slots=True)
class Begun:
    """The tasks, and the bin that is proposed for each of them, in the same order; None: no bin fits."""

    task_ids: list[int]
    bin_ids: list[int | None]


@command("inventory.begin_putaways")
def begin_putaways(batch: Batch, *, task_ids: Sequence[int]) -> Begun:
    """Take tasks of one site for oneself and learn where the goods belong. What one has begun already stays as it is.

    Raises PutawayClosed, PutawayTaken. The number of statements does not depend on the tasks.
    """
    tasks = lock_tasks(batch, task_ids, PUT_AWAY)
    for task in tasks.values():
        if not task.is_open:
            raise PutawayClosed(number=task.number, state=PutawayTask.State(task.state).label.lower())
        task.refuse_taken(batch.actor.name)
    told = {task.id: task.proposed_id for task in tasks.values() if task.why}
    new = [task for task in tasks.values() if not task.why]
    if new:
        proposals = proposals_for(batch, new)
        told |= {task_id: proposal.bin_id for task_id, proposal in proposals.items()}
        batch.update(
            PutawayTask,
            list(proposals),
            owner=batch.actor.name,
            begun_at=batch.now,
            proposed=[proposal.bin_id for proposal in proposals.values()],
            why=[proposal.why.value for proposal in proposals.values()],
        )
    return Begun(list(tasks), [told[task_id] for task_id in tasks])


def proposals_for(batch: Batch, tasks: Sequence[Task]) -> dict[int, Proposal]:
    """Where the goods of these tasks of one site belong, by what lies there now."""
    site_id, items = tasks[0].site_id, sorted({task.item_id for task in tasks})
    holding: defaultdict[int, list[Place]] = defaultdict(list)
    for item_id, *place in batch.read(HOLDING, site_id, items):
        holding[item_id].append(Place(*place))
    empty = [Place(*row) for row in batch.read(EMPTY, site_id, len(items))]
    return propose([(task.id, task.item_id) for task in tasks], holding=holding, empty=empty)
