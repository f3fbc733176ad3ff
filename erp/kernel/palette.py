"""Ctrl K: documents by any number, records and pages from one box.

A room's `palette.py` says what it can find:

    from erp.kernel.palette import Hit, source

    @source("orders.view_order", label=_("Orders"))
    def orders(user: User, query: str) -> list[Hit]: ...
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from .access import access_of
from .models import User
from .nav import pages_of


@dataclass(frozen=True, slots=True)
class Hit:
    """One line of the palette: `code` in bold, `text` beside it, `note` at the end."""

    url: str
    text: Any
    code: str = ""
    note: Any = ""
    icon: str = "file"
    key: str = ""


Source = Callable[[User, str], list[Hit]]

SHORTEST = 2  # characters below this only find pages
MOST_HITS = 5

_sources: list[tuple[str, Any, int, Source]] = []


def source(permission: str, *, label: Any, order: int = 50) -> Callable[[Source], Source]:
    """Register a finder for those who hold `permission`. At most five hits, in one indexed query."""

    def register(find: Source) -> Source:
        _sources.append((permission, label, order, find))
        return find

    return register


def find(user: User, role: str, query: str) -> list[tuple[Any, list[Hit]]]:
    """Groups of hits for what was typed: pages by their words first, then every source by its order."""
    groups: list[tuple[Any, list[Hit]]] = []
    if pages := _pages(user, role, query):
        groups.append(("", pages))
    if len(query) >= SHORTEST:
        held = access_of(user).permissions
        for permission, label, _, ask in sorted(_sources, key=lambda entry: entry[2]):
            if permission in held and (hits := ask(user, query)[:MOST_HITS]):
                groups.append((label, hits))
    return groups


def _pages(user: User, role: str, query: str) -> list[Hit]:
    words = query.lower().split()
    ordered = [role, *(key for key in access_of(user).roles if key != role)]
    hits: dict[str, Hit] = {}
    for key in ordered:
        for link in pages_of(user, key):
            if all(word in str(link.label).lower() for word in words):
                hits.setdefault(link.url, Hit(link.url, link.label, icon=link.icon, key=link.key))
    return list(hits.values())[: 2 * MOST_HITS]
