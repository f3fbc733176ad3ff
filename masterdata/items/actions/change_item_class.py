"""What a class of items is called, where it stands in the tree, and what its items must fill."""

from typing import Any

from erp.kernel.batch import Batch
from erp.kernel.command import command
from masterdata.records import locked_at, only, write

from ..checks import sound_class
from ..errors import ClassLoop
from ..models import ItemClass
from ..permissions import CHANGE_CLASS

CHANGEABLE = frozenset({"name", "parent_id", "required_attributes"})
DEEPEST = 20  # a tree of classes that is deeper is a loop


@command("masterdata.change_item_class")
def change_item_class(batch: Batch, *, item_class_id: int, version: int, changes: dict[str, Any]) -> None:
    """Set the named fields of the class, if it still has the version they were edited on.

    Items that lack a newly required attribute stay as they are until they are changed themselves.
    Raises NotFound, BadInput, StaleVersion with both values, ClassLoop.
    """
    batch.actor.require(CHANGE_CLASS)
    only(CHANGEABLE, changes)
    values = sound_class(changes)
    if values.get("parent_id") is not None:
        # One tree, one lock: two moves at once could close a loop that neither of them sees.
        list(ItemClass.objects.order_by("pk").select_for_update(no_key=True).values_list("pk", flat=True))
    row = locked_at(ItemClass.objects.all(), item_class_id, version, values)
    _stands_apart(row, values.get("parent_id"))
    write(row, values)


def _stands_apart(row: ItemClass, parent_id: int | None) -> None:
    """Refuse a parent that stands below the class itself."""
    if parent_id is None:
        return
    parents = dict(ItemClass.objects.values_list("pk", "parent_id"))
    above: int | None = parent_id
    for _step in range(DEEPEST):
        if above is None:
            return
        if above == row.pk:
            break
        above = parents.get(above)
    raise ClassLoop(item_class=row.name, parent=ItemClass.objects.get(pk=parent_id).name, field="parent")
