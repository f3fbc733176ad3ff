"""A delivery is opened at the door and counted (WH01)."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext as _

from erp.kernel.batch import Batch
from erp.kernel.command import command
from erp.kernel.errors import BadInput, NotFound
from inventory.inbound.actions.post_receipt import RECEIVE
from inventory.unloading.errors import BeingUnloaded, CountRefused, NothingExpected, UnloadingEnded
from inventory.unloading.models import Unloading
from inventory.unloading.reads import COUNT, COUNTED, LINE, LOCK, OPEN_OF_ORDER, ORDER

LONGEST_LOT = 40  # the column's width


@dataclass(frozen=True, slots=True)
class Opened:
    """The delivery that is being unloaded."""

    unloading_id: int
    number: str


def _raced(*_args: object, **_kwargs: object) -> BeingUnloaded:
    return BeingUnloaded()


@command("inventory.begin_unloading", conflicts={"unloading_one_open_per_order": _raced})
def begin_unloading(batch: Batch, *, purchase_order_id: int) -> Opened:
    """Open a delivery of the order, or go on with the one that is open. Raises NothingExpected."""
    rows = batch.read(ORDER, purchase_order_id)
    if not rows:
        raise NotFound(what=_("purchase order"), reference=purchase_order_id)
    ((order, company_id, site_id, is_drop, is_expected, pk),) = rows
    batch.actor.require(RECEIVE, company=company_id, site=site_id)
    if found := batch.read(OPEN_OF_ORDER, purchase_order_id):
        return Opened(*found[0])
    if is_drop or not is_expected:
        raise NothingExpected(number=order)
    number = f"UNL-{pk}"
    batch.insert(
        Unloading,
        id=pk,
        number=number,
        company=company_id,
        site=site_id,
        purchase_order=purchase_order_id,
        state=Unloading.State.OPEN.value,
        begun_by=batch.actor.name,
        begun_at=batch.now,
        ended_by="",
    )
    return Opened(pk, number)


@dataclass(frozen=True, slots=True)
class Locked:
    """An unloading under way, locked."""

    id: int
    number: str
    company_id: int
    site_id: int
    order_id: int


def lock_unloading(batch: Batch, unloading_id: int) -> Locked:
    """An unloading that is open, for an actor who receives there. Raises UnloadingEnded."""
    rows = batch.read(LOCK, unloading_id)
    if not rows:
        raise NotFound(what=_("unloading"), reference=unloading_id)
    ((pk, number, company_id, site_id, order_id, state, ended_by),) = rows
    batch.actor.require(RECEIVE, company=company_id, site=site_id)
    if state != Unloading.State.OPEN:
        raise UnloadingEnded(number=number, by=ended_by, state=Unloading.State(state).label.lower())
    return Locked(pk, number, company_id, site_id, order_id)


@dataclass(frozen=True, slots=True)
class CountedLine:
    """How much of the line was counted by now in that lot, in the stock unit."""

    unloading_id: int
    counted: str


@command("inventory.count_unloaded")
def count_unloaded(
    batch: Batch,
    *,
    unloading_id: int,
    line_id: int,
    change: Decimal | None = None,
    counted: Decimal | None = None,
    lot: str = "",
    expires_on: date | None = None,
) -> CountedLine:
    """Count some more of a line (`change`, or less below zero), or say how much it is (`counted`); stock unit.

    Nothing comes into stock by it, and more than is expected is counted too: posting says what is over. Raises
    CountRefused, UnloadingEnded.
    """
    unloading, lot = lock_unloading(batch, unloading_id), lot.strip()
    rows = batch.read(LINE, line_id, unloading.order_id)
    if not rows:
        raise BadInput(field="line", reason=_("the order has no such line."))
    ((_id, item, lot_tracked, unit, decimals),) = rows
    if lot_tracked and not 1 <= len(lot) <= LONGEST_LOT:
        raise CountRefused(item=item, reason=_("it is kept by lot; scan the label with the lot, or type it."))
    if not lot_tracked:
        lot, expires_on = "", None
    if counted is None:
        if change is None:
            raise BadInput(field="counted", reason=_("say how much you counted."))
        before = batch.read(COUNTED, unloading_id, line_id, lot)
        counted = (before[0][0] if before else Decimal(0)) + change
    if counted < 0:
        raise CountRefused(item=item, reason=_("nothing is counted that could be taken back."))
    if counted != round(counted, decimals):
        words = _("a quantity in %(unit)s has at most %(n)s decimals.")
        raise CountRefused(item=item, reason=words % {"unit": unit, "n": decimals})
    batch.write(COUNT, unloading_id, line_id, lot, expires_on, counted, batch.actor.name, batch.now)
    return CountedLine(unloading_id, f"{counted.normalize():f}")
