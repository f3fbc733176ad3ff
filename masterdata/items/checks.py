"""What every item is checked for, however it comes in: form, import or API."""

import re
from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction
from typing import Any

from django.utils.translation import gettext as _

from erp.kernel.errors import BadInput, NotFound

from . import rules
from .errors import BadFactor, BadGtin, GtinTaken, MissingAttributes
from .models import Item, ItemClass, ItemReference, ItemUnit, Substitute, Unit

ATTRIBUTE = re.compile(r"[a-z0-9][a-z0-9_]{0,39}")
MOST_ATTRIBUTES = 20


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
    if item_id is not None and unit:
        packings = packings.exclude(item=item_id, unit=unit)
    elif item_id is not None:
        items = items.exclude(pk=item_id)
    owner = items.first()
    if owner is None:
        packing = packings.first()
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


def sound_class(values: Mapping[str, Any]) -> dict[str, Any]:
    """Name, parent and required attributes of a class, as far as they are given. Raises BadInput, NotFound."""
    sound = dict(values)
    if "name" in sound:
        sound["name"] = sound["name"].strip()
        if not sound["name"]:
            raise BadInput(field="name", reason=_("a class needs a name."))
    parent_id = sound.get("parent_id")
    if parent_id is not None and not ItemClass.objects.filter(pk=parent_id).exists():
        raise NotFound(what=_("item class"), reference=parent_id)
    if "required_attributes" in sound:
        names = [rules.attribute_name(name) for name in sound["required_attributes"] if name.strip()]
        sound["required_attributes"] = list(dict.fromkeys(names))
        wrong = next((name for name in names if not ATTRIBUTE.fullmatch(name)), None)
        if wrong is not None or len(sound["required_attributes"]) > MOST_ATTRIBUTES:
            raise BadInput(
                field="required_attributes",
                reason=_("at most 20 names of letters, digits and blanks, such as thread or wall thickness."),
            )
    return sound


def sound_unit(values: Mapping[str, Any]) -> dict[str, Any]:
    """Name and decimals of a unit, as far as they are given. Raises BadInput."""
    sound = dict(values)
    if "name" in sound:
        sound["name"] = sound["name"].strip()
        if not sound["name"]:
            raise BadInput(field="name", reason=_("a unit needs a name."))
    if not 0 <= sound.get("decimals", 0) <= Unit.MOST_DECIMALS:
        raise BadInput(field="decimals", reason=_("quantities have between 0 and 6 decimals."))
    return sound


def sound_substitute(values: Mapping[str, Any]) -> dict[str, Any]:
    """The terms of a substitute, its ratio in lowest terms. Raises BadInput."""
    sound = {**values, "note": values["note"].strip()}
    if sound["kind"] not in Substitute.Kind.values:
        raise BadInput(field="kind", reason=_("superseded, equivalent or upgrade."))
    if sound["price"] not in Substitute.Price.values:
        raise BadInput(field="price", reason=_("original or own."))
    for name in ("numerator", "denominator"):
        if not 1 <= sound[name] <= rules.LARGEST_FACTOR:
            raise BadInput(field=name, reason=_("a whole number of at most nine digits, at least 1."))
    ratio = Fraction(sound["numerator"], sound["denominator"])
    sound["numerator"], sound["denominator"] = ratio.numerator, ratio.denominator
    if sound["two_way"] and sound["kind"] != Substitute.Kind.EQUIVALENT:
        raise BadInput(field="two_way", reason=_("only equivalents stand in for each other both ways."))
    if not 1 <= sound["rank"] <= 99:
        raise BadInput(field="rank", reason=_("from 1 (offered first) to 99."))
    return sound


def sound_component(values: Mapping[str, Any], component: Item) -> dict[str, Any]:
    """Quantity and position of a kit's component, as its stock unit is counted. Raises BadInput."""
    sound, unit = dict(values), component.stock_unit
    exact = Fraction(sound["quantity"])
    if sound["quantity"] <= 0 or sound["quantity"].quantize(Decimal(1).scaleb(-unit.decimals)) != exact:
        words = _("more than zero, and as %(unit)s is counted: with at most %(n)s decimals.")
        raise BadInput(field="quantity", reason=words % {"unit": unit.code, "n": unit.decimals})
    if max(exact.numerator, exact.denominator) > rules.LARGEST_FACTOR:
        raise BadInput(field="quantity", reason=_("at most nine digits."))
    if not 1 <= sound["position"] <= 999:
        raise BadInput(field="position", reason=_("from 1 to 999."))
    return sound


def sound_kit(unit: Unit, *, lot_tracked: bool) -> None:
    """A kit is counted in wholes and has no stock of its own, so no lots. Raises BadInput."""
    if unit.decimals:
        raise BadInput(field="stock_unit", reason=_("a kit is counted in a unit without decimals."))
    if lot_tracked:
        raise BadInput(field="lot_tracked", reason=_("a kit is never in stock: lots are its components'."))
