"""A customer group is called otherwise, or served earlier or later."""

from typing import Any

from erp.kernel.batch import Batch
from erp.kernel.command import command
from masterdata.records import locked_at, only, write

from ..checks import sound_group
from ..models import CustomerGroup
from ..permissions import CHANGE_GROUP

CHANGEABLE = frozenset({"name", "priority"})


@command("masterdata.change_customer_group")
def change_customer_group(
    batch: Batch, *, customer_group_id: int, version: int, changes: dict[str, Any]
) -> None:
    """Set the named fields, if the row still has the version they were edited on.

    Orders that were submitted keep the priority they came with.
    Raises NotFound, BadInput, StaleVersion with both values.
    """
    batch.actor.require(CHANGE_GROUP)
    only(CHANGEABLE, changes)
    values = sound_group(changes)
    write(locked_at(CustomerGroup.objects.all(), customer_group_id, version, values), values)
