"""How much of a component is in a kit, and where it stands in its list."""

from typing import Any

from erp.kernel.batch import Batch
from erp.kernel.command import command
from masterdata.records import locked_at, only, write

from ..checks import sound_component
from ..models import KitComponent
from ..permissions import SET_COMPONENT

FIELDS = frozenset({"quantity", "position"})


@command("masterdata.change_component")
def change_component(batch: Batch, *, kit_component_id: int, version: int, changes: dict[str, Any]) -> None:
    """Change quantity or position; kit, component and dates stay (it is ended instead).

    Orders keep the components they were placed with. Raises NotFound, StaleVersion, BadInput.
    """
    batch.actor.require(SET_COMPONENT)
    only(FIELDS, changes)
    rows = KitComponent.objects.select_related("kit", "component__stock_unit")
    row = locked_at(rows, kit_component_id, version, changes)
    now = {name: getattr(row, name) for name in FIELDS}
    write(row, sound_component({**now, **changes}, row.component))
