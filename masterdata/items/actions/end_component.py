"""A component goes out of a kit."""

from datetime import date

from django.utils.translation import gettext as _

from erp.kernel.batch import Batch
from erp.kernel.command import command
from erp.kernel.errors import BadInput
from masterdata.records import locked, write

from ..models import KitComponent
from ..permissions import SET_COMPONENT


@command("masterdata.end_component")
def end_component(batch: Batch, *, kit_component_id: int, on: date) -> None:
    """Leave it out of kits ordered from `on` on. One that had not begun goes. Raises NotFound, BadInput."""
    batch.actor.require(SET_COMPONENT)
    row = locked(KitComponent.objects.all(), kit_component_id)
    if row.valid_to is not None and row.valid_to <= on:
        raise BadInput(field="on", reason=_("it ends before that day already."))
    if on <= row.valid_from:
        row.delete()
        return
    write(row, {"valid_to": on})
