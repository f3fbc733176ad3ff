"""What is known of an item changes."""

from typing import Any

from django.utils.translation import gettext as _

from erp.kernel.batch import Batch
from erp.kernel.command import command
from erp.kernel.errors import BadInput
from masterdata.records import locked_at, only, write

from ..checks import complete_attributes, refresh_search, sound_gtin, sound_kit
from ..errors import NoSuchUnit
from ..models import Item, ItemClass
from ..permissions import CHANGE_ITEM, VIEW_COST

# The stock unit is not among them: the stock ledger counts in it for ever.
CHANGEABLE = frozenset({
    "name", "item_class_id", "status", "sell_unit_id", "buy_unit_id", "gtin", "tax_class", "weight_kg",
    "lot_tracked", "standard_cost", "attributes", "stocking",
})  # fmt: skip


@command("masterdata.change_item")
def change_item(batch: Batch, *, item_id: int, version: int, changes: dict[str, Any]) -> None:
    """Set the named fields of the item, if it still has the version they were edited on.

    What comes from a catalogue is kept in stock only by a promotion (masterdata.catalogue). Raises NotFound, BadInput,
    StaleVersion with both values, BadGtin, GtinTaken, MissingAttributes, NoSuchUnit.
    """
    batch.actor.require(CHANGE_ITEM)
    if "standard_cost" in changes:
        batch.actor.require(VIEW_COST)
    only(CHANGEABLE, changes)
    changes = dict(changes)
    item = locked_at(Item.objects.all(), item_id, version, changes)
    catalogue = Item.Stocking.CATALOGUE
    if (
        catalogue in (item.stocking, changes.get("stocking"))
        and changes.get("stocking", catalogue) != item.stocking
    ):
        raise BadInput(field="stocking", reason=_("what comes from a catalogue is promoted by two people."))
    if item.kind == Item.Kind.KIT:
        sound_kit(item.stock_unit, lot_tracked=changes.get("lot_tracked", False))
    if "gtin" in changes:
        changes["gtin"] = sound_gtin(changes["gtin"], item_id=item.pk)
    if "attributes" in changes or "item_class_id" in changes:
        item_class = ItemClass.objects.get(pk=changes.get("item_class_id", item.item_class_id))
        changes["attributes"] = complete_attributes(item_class, changes.get("attributes", item.attributes))
    units = set(item.units.values_list("unit_id", flat=True))
    for name in ("sell_unit_id", "buy_unit_id"):
        if changes.get(name, item.stock_unit_id) not in units:
            raise NoSuchUnit(item=item.code, unit=changes[name], field=name.removesuffix("_id"))
    if write(item, changes):
        refresh_search(item)
