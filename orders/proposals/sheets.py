"""From rows of a file to proposed prices, each with its problem in words where it has one."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal, InvalidOperation
from typing import Any

from django.utils.translation import gettext as _

from erp.kernel.formats import current, reading_as
from erp.kernel.tabular import Cell, FileRefused, SheetRow, read_rows
from masterdata.agreements.rules import PER_UNIT, price_problem
from masterdata.items.lookups import resolve_codes
from masterdata.models import Item, ItemClass, ItemUnit, PriceScope
from orders.channels.sheets import MARKS, decimal_mark, figure

HEADINGS = {
    "item": ("item", "item number", "item no", "item code", "sku", "article", "product", "gtin", "ean"),
    "item_class": ("class", "item class", "category"),
    "method": ("kind", "method"),
    "value": ("price", "new price", "net price", "value", "percent", "discount", "unit price"),
    "unit": ("unit", "uom", "per"),
    "min_quantity": ("from quantity", "from", "break", "min quantity", "minimum quantity"),
}
TEMPLATE = ("Item", "Class", "Kind", "Price", "Unit", "From quantity")
METHODS = {
    "": "net", "net": "net", "net price": "net", "price": "net", "discount": "discount", "markup": "markup",
    "mark-up": "markup", "mark-up on cost": "markup", "cost plus": "cost_plus", "cost_plus": "cost_plus",
    "cost plus an amount": "cost_plus",
}  # fmt: skip
FIGURES = ("value", "min_quantity")


@dataclass(slots=True)
class ProposedPrice:
    """One row; ids and figures are there when it has no problem."""

    row: int
    said: str
    problem: str = ""
    item_id: int | None = None
    item_class_id: int | None = None
    method: str = ""
    value: Decimal | None = None
    unit: str = ""
    min_quantity: Decimal = Decimal(0)
    cells: dict[str, str] = field(default_factory=dict)

    @property
    def target(self) -> int | None:
        """The item's id, or minus the class's."""
        return (
            self.item_id if self.item_id is not None else -self.item_class_id if self.item_class_id else None
        )


def read_prices(content: bytes, scope: PriceScope) -> list[ProposedPrice]:
    """The rows of an uploaded file as prices of the set. Raises FileRefused without usable headings."""
    first, *rows = read_rows(content)
    columns = _columns(first)
    mark = decimal_mark(
        cell for row in rows for name in FIGURES if isinstance(cell := _cell(row, columns, name), str)
    )
    reading = replace(current(), decimal=mark, group=MARKS[mark]) if mark else current()
    with reading_as(reading):
        proposed = [_proposed(row, columns) for row in rows]
    if not proposed:
        raise FileRefused(reason=_("it has headings, but no rows."))
    resolve(proposed, scope)
    return proposed


def said_prices(prices: Sequence[dict[str, str]], scope: PriceScope) -> list[ProposedPrice]:
    """Prices that were said one by one, by the names of HEADINGS, as the rows of a file would be."""
    rows = [
        ProposedPrice(
            place,
            " | ".join(filter(None, price.values()))[:200],
            cells={name: price.get(name, "") for name in HEADINGS},
        )
        for place, price in enumerate(prices, 1)
    ]
    resolve(rows, scope)
    return rows


def _columns(first: SheetRow) -> dict[str, int]:
    names = {heading: name for name, headings in HEADINGS.items() for heading in headings}
    columns: dict[str, int] = {}
    for place, cell in enumerate(first.cells):
        name = names.get(re.sub(r"[\s_.]+", " ", str(cell).lower()).strip())
        if name in columns:
            raise FileRefused(reason=_("two columns are headed “%(heading)s”.") % {"heading": str(cell)[:40]})
        if name:
            columns[name] = place
    if "value" not in columns or not {"item", "item_class"} & columns.keys():
        raise FileRefused(reason=_("it needs columns headed item (or class) and price. Take the template."))
    return columns


def _cell(row: SheetRow, columns: dict[str, int], name: str) -> Cell:
    place = columns.get(name)
    return row.cells[place] if place is not None and place < len(row.cells) else ""


def _proposed(row: SheetRow, columns: dict[str, int]) -> ProposedPrice:
    cells = {
        name: figure(_cell(row, columns, name)) if name in FIGURES else str(_cell(row, columns, name)).strip()
        for name in HEADINGS
    }
    said = " | ".join(str(cell)[:40] for cell in row.cells)[:200]
    return ProposedPrice(row.number, said, row.problem, cells=cells)


def resolve(rows: Sequence[ProposedPrice], scope: PriceScope) -> None:
    """Give each row its item or class, its figures, or its problem; four statements for a file of any size."""
    codes = [row.cells["item"] for row in rows if row.cells["item"]]
    found = resolve_codes(codes) if codes else None
    ids = {code: found.get(code) for code in codes} if found is not None else {}
    known = Item.objects.in_bulk([pk for pk in set(ids.values()) if pk])
    units = set(ItemUnit.objects.filter(item__in=known).values_list("item_id", "unit_id"))
    wanted = {row.cells["item_class"].upper() for row in rows if row.cells["item_class"]}
    classes = dict(ItemClass.objects.filter(code__in=wanted).values_list("code", "pk"))
    seen: dict[tuple[Any, Decimal], int] = {}
    for row in rows:
        row.problem = row.problem or _fill(row, scope, ids, known, units, classes)
        if row.problem:
            continue
        before = seen.setdefault((row.target, row.min_quantity), row.row)
        if before != row.row:
            row.problem = _("Row %(n)s has a price for the same already.") % {"n": before}


def _fill(
    row: ProposedPrice,
    scope: PriceScope,
    ids: dict[str, int | None],
    known: dict[int, Item],
    units: set[tuple[int, str]],
    classes: dict[str, int],
) -> str:
    """Set what the row means; the problem when it means nothing."""
    cells = row.cells
    if bool(cells["item"]) == bool(cells["item_class"]):
        return _("Name one item or one class.")
    if cells["item"]:
        row.item_id = ids[cells["item"]]
        if row.item_id is None:
            return _("No single item is known as “%(code)s”.") % {"code": cells["item"][:60]}
    else:
        row.item_class_id = classes.get(cells["item_class"].upper())
        if row.item_class_id is None:
            return _("There is no class “%(code)s”.") % {"code": cells["item_class"][:60]}
    method = METHODS.get(cells["method"].lower())
    if method is None:
        return _("“%(text)s” is no kind of price.") % {"text": cells["method"][:40]}
    value, quantity = _number(cells["value"]), _number(cells["min_quantity"] or "0")
    if value is None or quantity is None:
        text = cells["value"] if value is None else cells["min_quantity"]
        return _("“%(text)s” is not a number.") % {"text": text[:40]}
    row.method, row.value, row.min_quantity = method, value, quantity
    problem = price_problem(
        kind=scope.kind, stacking=scope.stacking, method=method, value=value, min_quantity=quantity,
        for_item=row.item_id is not None,
    )  # fmt: skip
    if problem:
        return problem[1].capitalize()
    if method in PER_UNIT and row.item_id is not None:
        row.unit = cells["unit"].upper()[:3] or known[row.item_id].sell_unit_id
        if (row.item_id, row.unit) not in units:
            return _("%(item)s has no unit %(unit)s.") % {"item": known[row.item_id].code, "unit": row.unit}
    return ""


def _number(text: str) -> Decimal | None:
    try:
        number = Decimal(text)
    except InvalidOperation:
        return None
    return number if number.is_finite() and abs(number) < Decimal(10) ** 12 else None
