"""Two kits in the demo catalogue: sold as one, out of what lies on the shelves."""

from collections.abc import Sequence
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from masterdata.items.rules import search_text
from masterdata.models import Item, ItemUnit, KitComponent, Price

CENT = Decimal("0.01")
OFF = Decimal("0.9")  # a kit costs a tenth less than its components by themselves
KITS = (("KIT-100", "Mounting kit, small", (4, 4, 8)), ("KIT-200", "Mounting kit, large", (12, 12, 24, 1)))


def kits(items: Sequence[Item]) -> list[Item]:
    """Each in the class of its first component."""
    return [
        Item(
            code=code, name=name, item_class=parts[0].item_class, kind=Item.Kind.KIT, stock_unit_id="EA",
            sell_unit_id="EA", buy_unit_id="EA", standard_cost=0, search=search_text(code, name, []),
        )
        for (code, name, _), parts in zip(KITS, _contents(items), strict=True)
    ]  # fmt: skip


def units(made: Sequence[Item]) -> list[ItemUnit]:
    return [ItemUnit(item=kit, unit_id="EA") for kit in made]


def components(made: Sequence[Item], items: Sequence[Item], since: date) -> list[KitComponent]:
    """Each kit has components of its own, by the piece."""
    return [
        KitComponent(kit=kit, component=part, quantity=quantity, position=place, valid_from=since)
        for kit, (_code, _name, quantities), parts in zip(made, KITS, _contents(items), strict=True)
        for place, (part, quantity) in enumerate(zip(parts, quantities, strict=True), 1)
    ]


def prices(contents: Sequence[KitComponent], listed: Sequence[Price], since: date) -> list[Price]:
    """List prices of the kits, from those of what is in them."""
    made: dict[tuple[int, int], Price] = {}
    values = {(price.scope_id, price.item_id): price.value for price in listed if price.scope.kind == "list"}
    for row in contents:
        for (scope_id, item_id), value in values.items():
            if item_id == row.component_id:
                price = made.setdefault(
                    (scope_id, row.kit_id),
                    Price(scope_id=scope_id, item=row.kit, value=Decimal(0), unit_id="EA", valid_from=since),
                )
                price.value += value * row.quantity
    for price in made.values():
        price.value = (price.value * OFF).quantize(CENT, ROUND_HALF_UP)
    return list(made.values())


def _contents(items: Sequence[Item]) -> list[list[Item]]:
    pieces = [
        item
        for item in items
        if item.stock_unit_id == item.sell_unit_id == "EA"
        and item.status == "active"
        and not item.lot_tracked
    ]
    found, taken = [], 0
    for _code, _name, quantities in KITS:
        found.append(pieces[taken : taken + len(quantities)])
        taken += len(quantities)
    return found
