"""An item may not be sold or bought, or may be again."""

from django.utils.translation import gettext as _

from erp.kernel.batch import Batch
from erp.kernel.command import command
from erp.kernel.errors import BadInput
from masterdata.records import locked, write

from ..models import Item
from ..permissions import CHANGE_ITEM


@command("masterdata.block_item")
def block_item(batch: Batch, *, item_id: int, reason: str, blocked: bool = True) -> None:
    """Block the item, or with `blocked=False` lift the block. Blocking twice changes nothing.

    Raises NotFound, BadInput without a reason.
    """
    batch.actor.require(CHANGE_ITEM)
    if not reason.strip():
        raise BadInput(field="reason", reason=_("say why; everyone who meets the block reads it."))
    item = locked(Item.objects.all(), item_id)
    status = Item.Status.BLOCKED if blocked else Item.Status.ACTIVE
    if (item.status == Item.Status.BLOCKED) == blocked:
        return
    write(item, {"status": status})
    batch.decide("masterdata.block_item", Item, item.pk, {"blocked": blocked, "sentence": reason.strip()})
