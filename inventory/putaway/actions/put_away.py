"""Goods go from a receiving bin into the bin that was scanned (WH03)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _

from erp.kernel.batch import Batch
from erp.kernel.command import command
from erp.kernel.errors import BadInput
from erp.kernel.formats import write_quantity
from inventory.adjustments.places import (
    Ground,
    ItemFacts,
    Lying,
    facts_of,
    ground_of,
    lying_in,
    refuse_missing,
    refuse_uncountable,
)
from inventory.putaway.documents import Task, lock_tasks
from inventory.putaway.errors import PutawayClosed, PutawayRefused
from inventory.putaway.models import PutawayTask
from inventory.putaway.permissions import PUT_AWAY
from inventory.putaway.reads import PUTS_INTO
from inventory.stock.actions.post_increase import Source
from inventory.stock.actions.post_move import Move, post_move
from inventory.stock.models import StockPosting
from inventory.stock.reads import Place, lock_balances, lock_site_stock

DOCUMENT = "inventory.putawaytask"
ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class Placed:
    """The bin that goods of a task were put into, and how much (stock unit); None: all that is there to put away."""

    task_id: int
    bin_id: int
    quantity: Decimal | None = None


@dataclass(frozen=True, slots=True)
class PutAway:
    """Tasks that are done now, and those of which more is to be put away."""

    done_ids: list[int]
    open_ids: list[int]


@command("inventory.put_away")
def put_away(batch: Batch, *, placed: Sequence[Placed], note: str = "") -> PutAway:
    """Move goods of tasks of one site into bins, all of them or none; each move is an entry of the stock ledger.

    What picks are bound to stays where it stands, and with it their part of the task. Another bin than the proposed one
    is taken and recorded, with the note. Asked again for a task that the same bin has ended changes nothing. Raises
    PutawayClosed, PutawayTaken, PutawayRefused, NotThere, BoundToPicks, LotExpired. The number of statements does not
    depend on the tasks.
    """
    if len({each.task_id for each in placed}) < len(placed):
        raise BadInput(field="tasks", reason=_("name each task once."))
    tasks = lock_tasks(batch, [each.task_id for each in placed], PUT_AWAY)
    wanted = [each for each in placed if not _ended_so(tasks[each.task_id], each)]
    done = [each.task_id for each in placed if each not in wanted]
    if not wanted:
        return PutAway(done, [])
    first = tasks[wanted[0].task_id]
    ground = ground_of(batch, first.site_id)
    leaves = {each.task_id: tasks[each.task_id].place for each in wanted}
    enters = {each.task_id: tasks[each.task_id].into(each.bin_id) for each in wanted}
    places = [*leaves.values(), *enters.values()]
    items, bins = facts_of(batch, ground, places, entered=list(enters.values()))
    _refuse_wrong(batch, ground, tasks, wanted, items, bins)
    accounting_on, stock = lock_site_stock(
        batch, company_id=ground.company_id, site_id=ground.id, item_ids=list(items), effective_at=batch.now
    )
    balance_ids = lock_balances(batch, site_id=ground.id, places=places)
    lying = lying_in(batch, ground, leaves.values())
    moved, loose = _share(tasks, wanted, lying)
    leaving = [(leaves[task_id], quantity) for task_id, quantity in moved.items()]
    refuse_missing(batch, leaving, lying, items, bins)
    post_move(
        batch,
        source=Source(
            kind=StockPosting.Kind.MOVE.value,
            company_id=ground.company_id,
            site_id=ground.id,
            document=DOCUMENT,
            document_id=first.id,
            accounting_on=accounting_on,
        ),
        moves=[Move(leaves[pk], enters[pk], quantity, pk) for pk, quantity in moved.items()],
        stock=stock,
        balance_ids=balance_ids,
    )
    ended = [pk for pk, quantity in moved.items() if quantity == tasks[pk].left or not loose[leaves[pk]]]
    _record(batch, tasks, wanted, moved, ended, bins, note)
    return PutAway(sorted([*done, *ended]), sorted(set(moved) - set(ended)))


def _ended_so(task: Task, placed: Placed) -> bool:
    """Whether the task has ended with this very bin: the second confirmation of one scan."""
    return task.state == PutawayTask.State.DONE and task.put_into_id == placed.bin_id


def _refuse_wrong(
    batch: Batch,
    ground: Ground,
    tasks: Mapping[int, Task],
    wanted: Sequence[Placed],
    items: Mapping[int, ItemFacts],
    bins: Mapping[int, str],
) -> None:
    usable = {row[0] for row in batch.read(PUTS_INTO, sorted({each.bin_id for each in wanted}), ground.id)}
    for each in wanted:
        task = tasks[each.task_id]
        if not task.is_open:
            raise PutawayClosed(number=task.number, state=PutawayTask.State(task.state).label.lower())
        task.refuse_taken(batch.actor.name)
        if each.bin_id not in usable:
            words = _("goods are not kept in %(bin)s. Scan a bin for picking or reserve.")
            raise PutawayRefused(number=task.number, reason=words % {"bin": bins[each.bin_id]})
        if each.quantity is None:
            continue
        refuse_uncountable(items[task.item_id], each.quantity)
        if not 0 < each.quantity <= task.left:
            words = _("%(n)s of it are to be put away; put away at most these.")
            raise PutawayRefused(number=task.number, reason=words % {"n": write_quantity(task.left)})


def _share(
    tasks: Mapping[int, Task], wanted: Sequence[Placed], lying: Mapping[Place, Lying]
) -> tuple[dict[int, Decimal], dict[Place, Decimal]]:
    """How much of each task moves, and what then is left in its place that no pick is bound to.

    Raises PutawayRefused where nothing is there of all that was asked for.
    """
    loose = {place: each.quantity - each.allocated for place, each in lying.items()}
    moved = {}
    for each in wanted:
        task = tasks[each.task_id]
        there = loose.get(task.place, ZERO)
        quantity = min(task.left, there) if each.quantity is None else each.quantity
        if not quantity:
            words = _("nothing of it stands there any more that no pick is bound to. Close the task.")
            raise PutawayRefused(number=task.number, reason=words)
        moved[task.id] = quantity
        loose[task.place] = max(there - quantity, ZERO)
    return moved, loose


def _record(
    batch: Batch,
    tasks: Mapping[int, Task],
    wanted: Sequence[Placed],
    moved: Mapping[int, Decimal],
    ended: Sequence[int],
    bins: Mapping[int, str],
    note: str,
) -> None:
    into = {each.task_id: each.bin_id for each in wanted}
    state = PutawayTask.State
    batch.update(
        PutawayTask,
        list(moved),
        owner=batch.actor.name,
        put_into=[into[pk] for pk in moved],
        state=[(state.DONE if pk in ended else state.OPEN).value for pk in moved],
        ended_at=[batch.now if pk in ended else None for pk in moved],
        ended_by=[batch.actor.name if pk in ended else "" for pk in moved],
        add={"moved": list(moved.values())},
    )
    for pk, quantity in moved.items():
        task = tasks[pk]
        other = task.proposed_id not in (None, into[pk])
        words = _("%(n)s put into %(bin)s.") if not other else _("%(n)s put into %(bin)s, not as proposed.")
        batch.decide(
            "inventory.put_away",
            PutawayTask,
            pk,
            {
                "sentence": f"{words % {'n': write_quantity(quantity), 'bin': bins[into[pk]]}} {note}".strip(),
                "quantity": quantity,
                "bin": into[pk],
                "proposed": task.proposed_id,
                "why": task.why,
            },
        )
