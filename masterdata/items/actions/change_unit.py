"""A unit's name, or how fine it is counted."""

from typing import Any

from django.db.models import Q

from erp.kernel.batch import Batch
from erp.kernel.command import command
from masterdata.records import locked_at, only, write

from ..checks import sound_unit
from ..errors import UnitCountedFiner
from ..models import Item, Unit
from ..permissions import CHANGE_UNIT

CHANGEABLE = frozenset({"name", "decimals"})


@command("masterdata.change_unit")
def change_unit(batch: Batch, *, code: str, version: int, changes: dict[str, Any]) -> None:
    """Set the named fields of the unit, if it still has the version they were edited on.

    A unit that items are counted, sold or packed in is never counted coarser: quantities on documents would not
    be quantities of it any more. Raises NotFound, BadInput, StaleVersion with both values, UnitCountedFiner.
    """
    batch.actor.require(CHANGE_UNIT)
    only(CHANGEABLE, changes)
    values = sound_unit(changes)
    row = locked_at(Unit.objects.all(), code, version, values)
    if values.get("decimals", row.decimals) < row.decimals:
        users = Item.objects.filter(Q(units__unit=row) | Q(stock_unit=row)).distinct().count()
        if users:
            raise UnitCountedFiner(unit=row.code, items=users, decimals=row.decimals, field="decimals")
    write(row, values)
