"""What every item is checked for, however it comes in: form, import or API."""

from collections.abc import Mapping
from typing import Any

from . import rules
from .errors import BadFactor, BadGtin, GtinTaken, MissingAttributes
from .models import Item, ItemClass, ItemReference, ItemUnit


def sound_gtin(gtin: str, *, item_id: int | None, field: str = "gtin", unit: str = "") -> str:
    """The barcode without blanks; empty stays empty. Raises BadGtin, GtinTaken.

    It belongs to one item only, or to one packing of one item.
    """
    gtin = gtin.replace(" ", "")
    if not gtin:
        return ""
    if problem := rules.gtin_problem(gtin):
        raise BadGtin(reason=problem, field=field)
    items = Item.objects.filter(gtin=gtin)
    packings = ItemUnit.objects.filter(gtin=gtin).select_related("item")
    owner = items.first() if unit else items.exclude(pk=item_id).first()  # type: ignore[misc]  # None is no row
    if owner is None:
        packing = (packings.exclude(item_id=item_id, unit_id=unit) if unit else packings).first()  # type: ignore[misc]  # None is no row
        owner = packing.item if packing else None
    if owner is not None:
        raise GtinTaken(gtin=gtin, owner=owner, field=field)
    return gtin


def complete_attributes(item_class: ItemClass, attributes: Mapping[str, Any]) -> dict[str, str]:
    """The attributes without empty ones. Raises MissingAttributes."""
    filled = {name: str(value).strip() for name, value in attributes.items() if str(value or "").strip()}
    if missing := rules.missing_attributes(item_class.required_attributes, filled):
        names = ", ".join(name.replace("_", " ") for name in missing)
        raise MissingAttributes(item_class=item_class.name, names=names, field="attributes")
    return filled


def sound_factor(numerator: int, denominator: int) -> None:
    """Raises BadFactor."""
    if problem := rules.factor_problem(numerator, denominator):
        raise BadFactor(reason=problem, field="numerator")


def refresh_search(item: Item) -> None:
    """Let every number of the item find it. The caller holds the item's row."""
    numbers = [
        item.gtin,
        *ItemUnit.objects.filter(item=item).exclude(gtin="").values_list("gtin", flat=True),
        *ItemReference.objects.filter(item=item).order_by("code").values_list("code", flat=True),
    ]
    found = rules.search_text(item.code, item.name, numbers)
    if found != item.search:
        Item.objects.filter(pk=item.pk).update(search=found)
        item.search = found
