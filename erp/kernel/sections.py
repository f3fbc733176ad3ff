"""Sections that other rooms put on a record's page: stock on an item, open orders on a customer.

A room's `sections.py` says what it knows about a record from below:

    from erp.kernel.sections import section

    @section("masterdata.item", "inventory.view_stock", title=_("Stock"), order=20)
    def stock_of(request: HttpRequest, item: Item) -> tuple[str, dict[str, Any]]:
        return "inventory/stock/_item_stock.html", {"rows": stock_by_site(user=request.user, item=item)}
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

Draw = Callable[[HttpRequest, Any], "tuple[str, dict[str, Any]] | None"]


@dataclass(frozen=True, slots=True)
class Section:
    """One section of a page, drawn: its anchor, title and content."""

    anchor: str
    title: Any
    content: SafeString


_sections: dict[str, list[tuple[int, str, Any, Draw]]] = {}


def section(record: str, permission: str, *, title: Any, order: int = 50) -> Callable[[Draw], Draw]:
    """Register a section of the pages of `record`, shown to those who hold `permission`.

    The function answers with a template and its context, or None where there is nothing to say.
    """

    def register(draw: Draw) -> Draw:
        _sections.setdefault(record, []).append((order, permission, title, draw))
        return draw

    return register


def sections_of(record: str, request: HttpRequest, row: Any) -> list[Section]:
    """The sections that this reader may see, in the rooms' order."""
    drawn = []
    for _, permission, title, draw in sorted(_sections.get(record, ()), key=lambda entry: entry[0]):
        if not request.user.has_perm(permission):
            continue
        answer = draw(request, row)
        if answer is not None:
            template, context = answer
            content = render_to_string(template, {**context, "record": row}, request=request)
            drawn.append(Section(draw.__name__.replace("_", "-"), title, content))
    return drawn
