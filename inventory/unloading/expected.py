"""What is expected at the dock, whatever document it comes by: each room says what it expects.

@expects
def returns(user: User, until: date) -> Iterable[Arrival]: ...
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from erp.kernel.models import User

MOST = 100  # of each kind


@dataclass(frozen=True, slots=True)
class Arrival:
    """A document by which goods come: its kind and number, whose goods, when, where, and the page that receives it.

    `due_on` None: whenever it comes. `site`: its code.
    """

    kind: Any
    number: str
    sender: str
    site: str
    due_on: date | None
    lines: int
    url: str
    under_way: bool = False  # somebody is unloading it


Provider = Callable[[User, date], Iterable[Arrival]]
_providers: list[Provider] = []


def expects(provider: Provider) -> Provider:
    """Register who knows of goods to come until a day."""
    _providers.append(provider)
    return provider


def arrivals(user: User, until: date) -> list[Arrival]:
    """All that is expected until a day: what is being unloaded first, then by day; at most MOST of each kind."""
    found = [arrival for provider in _providers for arrival in provider(user, until)]
    return sorted(found, key=lambda each: (not each.under_way, each.due_on or until, each.number))
