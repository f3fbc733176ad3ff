"""What people do to an order shows in the inbox at once; everything else is found by the sweep (tasks.py)."""

from collections.abc import Sequence

from erp.kernel.batch import Batch
from erp.kernel.events import on
from orders.entry.events import OrderChanged
from orders.holds.events import HoldPlaced, OrderUnheld

from . import causes as causes  # registers what this app itself knows
from .actions.refresh_exceptions import refresh_exceptions

SIZE = 200


@on(HoldPlaced, size=SIZE)
def show_placed_holds(batch: Batch, events: Sequence[HoldPlaced]) -> None:
    """An order that is held by hand."""
    refresh_exceptions.inside(batch, order_ids=[event.order_id for event in events])


@on(OrderUnheld, size=SIZE)
def close_released_holds(batch: Batch, events: Sequence[OrderUnheld]) -> None:
    """A hold that is gone, and what it hid."""
    refresh_exceptions.inside(batch, order_ids=[event.order_id for event in events])


@on(OrderChanged, size=SIZE)
def look_at_changed_orders(batch: Batch, events: Sequence[OrderChanged]) -> None:
    """Lines that are wanted differently, or not any more."""
    refresh_exceptions.inside(batch, order_ids=[event.order_id for event in events])
