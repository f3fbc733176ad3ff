"""A unit of an item is given up."""

from django.utils.translation import gettext as _

from erp.kernel.batch import Batch
from erp.kernel.command import command
from erp.kernel.errors import NotFound
from masterdata.records import locked

from ..checks import refresh_search
from ..errors import UnitInUse
from ..models import Item
from ..permissions import CHANGE_ITEM


@command("masterdata.remove_item_unit")
def remove_item_unit(batch: Batch, *, item_id: int, unit: str) -> None:
    """Take a unit from the item. Raises NotFound, UnitInUse when it is counted, sold or bought in it."""
    batch.actor.require(CHANGE_ITEM)
    item = locked(Item.objects.all(), item_id)
    uses = (
        (item.stock_unit_id, _("counted")),
        (item.sell_unit_id, _("sold")),
        (item.buy_unit_id, _("bought")),
    )
    for used, use in uses:
        if used == unit:
            raise UnitInUse(unit=unit, item=item.code, use=use)
    deleted, _rows = item.units.filter(unit_id=unit).delete()
    if not deleted:
        raise NotFound(what=_("unit"), reference=unit)
    refresh_search(item)
