"""What somebody at the bin has counted so far of one item, blind (CC02)."""

from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _

from erp.kernel.batch import Batch
from erp.kernel.command import command
from erp.kernel.errors import BadInput, NotFound
from inventory.adjustments.places import facts_of, ground_of, refuse_uncountable
from inventory.counting.errors import CountClosed, CountRefused, CountTaken, SamePerson
from inventory.counting.models import CountTask
from inventory.counting.permissions import COUNT_STOCK
from inventory.counting.reads import COUNT, COUNTED, LEDGER, LOCK_TASK
from inventory.stock.models import Status


@dataclass(frozen=True, slots=True)
class LockedTask:
    """A count under way, and whose turn it is."""

    id: int
    number: str
    company_id: int
    site_id: int
    bin_id: int
    count_class: str
    state: str
    first_by: str
    second_by: str

    @property
    def turn(self) -> int:
        return 2 if self.state == CountTask.State.RECOUNT else 1


@dataclass(frozen=True, slots=True)
class CountedItem:
    """How much of it was counted by now, in the stock unit."""

    task_id: int
    counted: str


def lock_task(batch: Batch, task_id: int) -> LockedTask:
    """A count that the actor may work on, locked; who begins it is the one who counts it.

    Raises CountClosed, CountTaken, SamePerson.
    """
    rows = batch.read(LOCK_TASK, task_id)
    if not rows:
        raise NotFound(what=_("count"), reference=task_id)
    task = LockedTask(*rows[0])
    batch.actor.require(COUNT_STOCK, company=task.company_id, site=task.site_id)
    if task.state not in (CountTask.State.OPEN, CountTask.State.RECOUNT):
        raise CountClosed(number=task.number, state=CountTask.State(task.state).label.lower())
    me = batch.actor.name
    if task.turn == 2 and task.first_by == me:
        raise SamePerson(number=task.number)
    mine = task.first_by if task.turn == 1 else task.second_by
    if mine and mine != me:
        raise CountTaken(number=task.number, by=mine)
    if not mine:
        if task.turn == 1:
            batch.update(CountTask, [task_id], first_by=me)
        else:
            batch.update(CountTask, [task_id], second_by=me)
    return task


@command("inventory.count_item")
def count_item(
    batch: Batch,
    *,
    task_id: int,
    item_id: int,
    lot_id: int | None = None,
    change: Decimal | None = None,
    counted: Decimal | None = None,
) -> CountedItem:
    """Count some more (`change`, or less below zero), or say how much it is (`counted`), in the stock unit.

    What the ledger says at this moment is kept beside it, without what pickers have taken out and no shipment has
    carried away yet: what moves later does not matter. Raises CountRefused and what lock_task raises.
    """
    task = lock_task(batch, task_id)
    ground = ground_of(batch, task.site_id)
    place = (item_id, task.bin_id, lot_id, Status.AVAILABLE.value)
    items, _bins = facts_of(batch, ground, [place], entered=())
    item = items[item_id]
    if item.lot_tracked and lot_id is None:
        raise CountRefused(item=item.code, reason=_("it is kept by lot; scan or name the lot."))
    before = {row[:2]: row[3] for row in batch.read(COUNTED, task.bin_id, task_id, task.turn)}
    if counted is None:
        if change is None:
            raise BadInput(field="counted", reason=_("say how much you counted."))
        counted = before.get((item_id, lot_id), Decimal(0)) + change
    if counted < 0:
        raise CountRefused(item=item.code, reason=_("nothing is counted that could be taken back."))
    refuse_uncountable(item, counted)
    ((ledger,),) = batch.read(LEDGER, item_id, task.bin_id, lot_id)
    batch.write(COUNT, task_id, task.turn, item_id, lot_id, counted, ledger, batch.now)
    return CountedItem(task_id, f"{counted:f}")
