"""Putaway tasks as verbs see them: locked, and of one site."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _

from erp.kernel.batch import Batch
from erp.kernel.errors import BadInput, NotFound
from inventory.stock.reads import Place

from .errors import PutawayTaken
from .models import PutawayTask
from .reads import LOCK_TASKS


@dataclass(frozen=True, slots=True)
class Task:
    """A putaway task, locked."""

    id: int
    number: str
    company_id: int
    site_id: int
    item_id: int
    bin_id: int
    lot_id: int | None
    status: str
    quantity: Decimal
    moved: Decimal
    state: str
    owner: str
    proposed_id: int | None
    why: str
    put_into_id: int | None

    @property
    def is_open(self) -> bool:
        return self.state == PutawayTask.State.OPEN

    @property
    def left(self) -> Decimal:
        return self.quantity - self.moved

    @property
    def place(self) -> Place:
        """Where the goods stand."""
        return self.item_id, self.bin_id, self.lot_id, self.status

    def into(self, bin_id: int) -> Place:
        return self.item_id, bin_id, self.lot_id, self.status

    def refuse_taken(self, name: str) -> None:
        """Raise PutawayTaken where it is somebody else's than `name`'s."""
        if self.owner not in ("", name):
            raise PutawayTaken(number=self.number, by=self.owner)


def lock_tasks(batch: Batch, task_ids: Sequence[int], right: str) -> dict[int, Task]:
    """Tasks of one site by id, locked, for an actor who has the right there. Raises NotFound, NotPermitted."""
    wanted = sorted(set(task_ids))
    tasks = [Task(*row) for row in batch.read(LOCK_TASKS, wanted)]
    if not wanted or len(tasks) < len(wanted):
        missing = sorted(set(wanted) - {task.id for task in tasks})
        raise NotFound(what=_("putaway task"), reference=missing[0] if missing else "")
    places = {(task.company_id, task.site_id) for task in tasks}
    if len(places) > 1:
        raise BadInput(field="tasks", reason=_("choose tasks of one site."))
    ((company_id, site_id),) = places
    batch.actor.require(right, company=company_id, site=site_id)
    return {task.id: task for task in tasks}
