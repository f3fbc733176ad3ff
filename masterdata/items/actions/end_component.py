"""A component goes out of a kit."""

from datetime import date

from erp.kernel.batch import Batch
from erp.kernel.command import command
from masterdata.records import end_on, locked

from ..models import KitComponent
from ..permissions import SET_COMPONENT


@command("masterdata.end_component")
def end_component(batch: Batch, *, kit_component_id: int, on: date) -> None:
    """Leave it out of kits ordered from `on` on. One that had not begun goes. Raises NotFound, BadInput."""
    batch.actor.require(SET_COMPONENT)
    row = locked(KitComponent.objects.all(), kit_component_id)
    end_on(row, on)
