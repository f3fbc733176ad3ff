"""The document chain: what comes before and after an order, a shipment or an invoice, each opening the others.

A document knows only what lies below it, so the rooms above say what they made of it. A room's `chains.py`:

    from erp.kernel import chains

    @chains.provider("inventory.shipment")
    def invoices_of_shipment(user: User, kind: str, pk: int) -> list[Link]: ...

The document's view passes `chains.links_of(user, "inventory.shipment", pk)` to `{% include "erp/_chain.html" %}`.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Link:
    """One related document: what it is, its number, where it opens, and how it stands."""

    label: Any  # "Order", "Invoice"
    number: str
    url: str = ""  # empty where the reader may know of it, but not open it
    state: Any = ""
    tone: str = "mute"
    order: int = (
        50  # place in the chain: order 10, purchase 20, receipt 30, shipment 40, invoice 60, payment 80
    )
    icon: str = "file-text"


Provider = Callable[[Any, str, int], Iterable[Link]]

_providers: defaultdict[str, list[Provider]] = defaultdict(list)


def provider(*kinds: str) -> Callable[[Provider], Provider]:
    """Register a function that knows documents related to those of `kinds` ("inventory.shipment").

    It is called as (user, kind, pk), answers only with what the user may see, and costs one query.
    """

    def register(function: Provider) -> Provider:
        for kind in kinds:
            _providers[kind].append(function)
        return function

    return register


def links_of(user: Any, kind: str, pk: int) -> list[Link]:
    """Everything that the rooms know of one document's chain, in the order in which it happens."""
    found = [link for ask in _providers[kind] for link in ask(user, kind, pk)]
    return sorted(found, key=lambda link: link.order)
