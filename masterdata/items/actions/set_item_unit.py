"""An item gets a further unit, or one of its units another content or barcode."""

from django.utils.translation import gettext as _

from erp.kernel.batch import Batch
from erp.kernel.command import command
from erp.kernel.errors import NotFound
from masterdata.records import locked

from ..checks import refresh_search, sound_factor, sound_gtin
from ..errors import BadFactor
from ..models import Item, ItemUnit, Unit
from ..permissions import CHANGE_ITEM


@command("masterdata.set_item_unit")
def set_item_unit(
    batch: Batch, *, item_id: int, unit: str, numerator: int, denominator: int = 1, gtin: str = ""
) -> None:
    """Say that one `unit` is numerator/denominator stock units of the item; documents keep what they had.

    Raises NotFound, BadFactor, BadGtin, GtinTaken.
    """
    batch.actor.require(CHANGE_ITEM)
    item = locked(Item.objects.all(), item_id)
    if not Unit.objects.filter(pk=unit).exists():
        raise NotFound(what=_("unit"), reference=unit)
    if unit == item.stock_unit_id and (numerator, denominator) != (1, 1):
        raise BadFactor(reason=_("The stock unit is 1/1 of itself."), field="numerator")
    sound_factor(numerator, denominator)
    gtin = sound_gtin(gtin, item_id=item.pk, unit=unit)
    ItemUnit.objects.update_or_create(
        item=item, unit_id=unit, defaults={"numerator": numerator, "denominator": denominator, "gtin": gtin}
    )
    refresh_search(item)
