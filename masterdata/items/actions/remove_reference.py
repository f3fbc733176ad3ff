"""A number no longer means an item."""

from erp.kernel.batch import Batch
from erp.kernel.command import command
from masterdata.records import locked

from ..checks import refresh_search
from ..models import Item, ItemReference
from ..permissions import CHANGE_ITEM


@command("masterdata.remove_reference")
def remove_reference(batch: Batch, *, reference_id: int) -> None:
    """Forget a customer's, supplier's or former number. Raises NotFound."""
    batch.actor.require(CHANGE_ITEM)
    reference = locked(ItemReference.objects.all(), reference_id)
    item = locked(Item.objects.all(), reference.item_id)
    reference.delete()
    refresh_search(item)
