"""Lines as programs send them, with their items found in one query."""

from typing import Any

from masterdata.items.lookups import resolve_codes
from orders.entry.amending import LineChange
from orders.entry.errors import LineRefused
from orders.entry.shortages import Replacement

from .rules import DocumentLine


def document_line(place: int, line: dict[str, Any]) -> DocumentLine:
    return DocumentLine(
        item=line["item"],
        quantity=f"{line['quantity']:f}",
        unit=line["unit"],
        price=f"{line['price']:f}" if "price" in line else "",
        price_reason=line["price_reason"],
        line=place,
    )


def line_changes(lines: list[dict[str, Any]], customer_id: int) -> list[LineChange]:
    """Changes with the items of added lines found in one query."""
    added = [line["item"] for line in lines if "line" not in line and line.get("item")]
    found = resolve_codes(added, customer_id) if added else None
    changes, unknown = [], []
    for place, line in enumerate(lines, 1):
        item_id = found.get(line["item"]) if found and "line" not in line and line.get("item") else None
        if "line" not in line and item_id is None:
            unknown.append(
                {"line": place, "item": line.get("item", ""), "reason": "No item is known by this number."}
            )
        changes.append(
            LineChange(
                line=line.get("line", 0),
                quantity=line["quantity"],
                item_id=item_id or 0,
                unit=line["unit"],
                price=line.get("price"),
                price_reason=line["price_reason"],
            )
        )
    if unknown:
        raise LineRefused.of(unknown)
    return changes


def replacements(lines: list[dict[str, Any]], customer_id: int) -> list[Replacement]:
    """Replacements with their items found in one query."""
    found = resolve_codes([line["item"] for line in lines], customer_id)
    unknown = [
        {"line": line["line"], "item": line["item"], "reason": "No item is known by this number."}
        for line in lines
        if found.get(line["item"]) is None
    ]
    if unknown:
        raise LineRefused.of(unknown)
    return [
        Replacement(line["line"], found[line["item"]], line.get("quantity"), line["consent"])
        for line in lines
    ]
