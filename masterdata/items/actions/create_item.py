"""A new item."""

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from erp.kernel.batch import Batch
from erp.kernel.command import command
from erp.kernel.errors import BadInput, NotFound

from ..checks import complete_attributes, refresh_search, sound_factor, sound_gtin, sound_kit
from ..errors import CodeTaken
from ..models import Item, ItemClass, ItemUnit, Unit
from ..permissions import CHANGE_ITEM

CODE = re.compile(r"[A-Z0-9][A-Z0-9./+_-]{0,39}")


@dataclass(frozen=True, slots=True)
class ItemCreated:
    item_id: int
    code: str


@command("masterdata.create_item")
def create_item(
    batch: Batch,
    *,
    code: str,
    name: str,
    item_class_id: int,
    stock_unit: str,
    pack_unit: str = "",
    pack_content: int = 1,
    sold_packed: bool = False,
    kind: str = Item.Kind.STOCKED,
    gtin: str = "",
    tax_class: str = Item.TaxClass.STANDARD,
    weight_kg: Decimal | None = None,
    lot_tracked: bool = False,
    standard_cost: Decimal = Decimal(0),
    attributes: dict[str, Any] | None = None,
    stocking: str = Item.Stocking.KEPT,
    right: str = CHANGE_ITEM,
) -> ItemCreated:
    """Create an item that is counted in `stock_unit` and, where one is named, comes in packs of `pack_content`.

    A packed item is bought by the pack, and sold so with `sold_packed`. standard_cost is per stock unit, in the
    company's currency. `right`: what is asked of whoever makes items by a verb of their own.
    Raises BadInput, NotFound, CodeTaken, BadGtin, GtinTaken, MissingAttributes, BadFactor.
    """
    batch.actor.require(right)
    quick = stocking == Item.Stocking.CATALOGUE  # it has what its class asks for before it is kept in stock
    code, name = code.strip().upper(), name.strip()
    if not CODE.fullmatch(code):
        raise BadInput(field="code", reason=_("up to 40 letters, digits and . / + _ - without blanks."))
    if not name:
        raise BadInput(field="name", reason=_("an item needs a name."))
    item_class = ItemClass.objects.filter(pk=item_class_id).first()
    if item_class is None:
        raise NotFound(what=_("item class"), reference=item_class_id)
    known = Unit.objects.in_bulk([stock_unit, pack_unit])
    for unit in filter(None, (stock_unit, pack_unit)):
        if unit not in known:
            raise NotFound(what=_("unit"), reference=unit)
    if kind == Item.Kind.KIT:
        sound_kit(known[stock_unit], lot_tracked=lot_tracked)
    if owner := Item.objects.filter(code=code).first():
        raise CodeTaken(value=code, owner=owner, field="code")
    packed = pack_unit if pack_unit not in ("", stock_unit) else ""
    if packed:
        sound_factor(pack_content, 1)
    item = Item.objects.create(
        code=code,
        name=name,
        item_class=item_class,
        kind=kind,
        stock_unit_id=stock_unit,
        sell_unit_id=packed if packed and sold_packed else stock_unit,
        buy_unit_id=packed or stock_unit,
        gtin=sound_gtin(gtin, item_id=None),
        tax_class=tax_class,
        weight_kg=weight_kg,
        lot_tracked=lot_tracked,
        stocking=stocking,
        standard_cost=standard_cost,
        attributes=(attributes or {}) if quick else complete_attributes(item_class, attributes or {}),
    )
    ItemUnit.objects.create(item=item, unit_id=stock_unit)
    if packed:
        ItemUnit.objects.create(item=item, unit_id=packed, numerator=pack_content)
    refresh_search(item)
    return ItemCreated(item.pk, code)
