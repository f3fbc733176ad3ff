"""Lines as programs send them, with their items found in one query."""

from collections.abc import Sequence
from typing import Any

from masterdata.items.lookups import resolve_codes
from masterdata.places.queries import sites_by_code
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
        supply=line["supply"],
        site=line["site"],
    )


def line_changes(lines: list[dict[str, Any]], customer_id: int, company_id: int) -> list[LineChange]:
    """Changes with the items of added lines, and the sites, found in one query each. Raises LineRefused."""
    sites = _sites_of(lines, company_id)
    added = [(place, line.get("item", "")) for place, line in enumerate(lines, 1) if "line" not in line]
    found = _items_of(added, customer_id)
    item_ids = {place: item_id for (place, _code), item_id in zip(added, found, strict=True)}
    return [
        LineChange(
            line=line.get("line", 0),
            quantity=line["quantity"],
            item_id=item_ids.get(place, 0),
            unit=line["unit"],
            price=line.get("price"),
            price_reason=line["price_reason"],
            supply=line["supply"],
            site_id=sites.get(line["site"].upper()),
        )
        for place, line in enumerate(lines, 1)
    ]


def _sites_of(lines: Sequence[dict[str, Any]], company_id: int) -> dict[str, int]:
    found = sites_by_code(company_id, [line["site"] for line in lines])
    unknown = [
        {
            "line": line.get("line", place),
            "item": line.get("item", ""),
            "reason": f"No active site is known as “{line['site']}”.",
        }
        for place, line in enumerate(lines, 1)
        if line["site"] and line["site"].upper() not in found
    ]
    if unknown:
        raise LineRefused.of(unknown)
    return found


def replacements(lines: list[dict[str, Any]], customer_id: int) -> list[Replacement]:
    """Replacements with their items found in one query. Raises LineRefused."""
    item_ids = _items_of([(line["line"], line["item"]) for line in lines], customer_id)
    return [
        Replacement(line["line"], item_id, line.get("quantity"), line["consent"])
        for line, item_id in zip(lines, item_ids, strict=True)
    ]


def _items_of(wanted: Sequence[tuple[int, str]], customer_id: int) -> list[int]:
    """The item of each (line, code)."""
    found = resolve_codes([code for _line, code in wanted], customer_id)
    item_ids = [found.get(code) for _line, code in wanted]
    unknown = [
        {"line": line, "item": code, "reason": "No item is known by this number."}
        for (line, code), item_id in zip(wanted, item_ids, strict=True)
        if item_id is None
    ]
    if unknown:
        raise LineRefused.of(unknown)
    return [item_id for item_id in item_ids if item_id is not None]
