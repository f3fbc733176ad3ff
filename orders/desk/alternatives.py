"""Ways of sending one order, and which of them comes first. No database, no clock."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any


@dataclass(frozen=True, slots=True)
class Part:
    """What one site would send: the places of its lines among those asked for."""

    site_id: int
    code: str
    name: str
    places: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Alternative:
    """One way of sending all lines. `on`: when the last of them leaves (None: no supply known); `carriage`: by tariff,
    in the order's currency (None: no tariff leads there); `near`: all of it comes from the country of delivery."""

    parts: tuple[Part, ...]
    on: date | None
    late: int  # lines that leave after the day they were asked for
    carriage: Decimal | None
    near: bool = False

    @property
    def is_split(self) -> bool:
        return len(self.parts) > 1

    @property
    def site_id(self) -> int:
        return self.parts[0].site_id


def ranked(alternatives: Iterable[Alternative], rule: str, *, own: int, wanted_on: date) -> list[Alternative]:
    """The alternatives, the one that the rule recommends first.

    soonest, own: by the day, then what carriage costs. nearest: from the country of delivery first. cost: what
    carriage costs first, then the day. Leaving early earns nothing; among equals an order stays whole, and at its `own`
    site.
    """

    def key(one: Alternative) -> tuple[Any, ...]:
        day = (one.on is None, max(one.on or date.max, wanted_on))
        cost = (one.carriage is None, one.carriage or Decimal(0))
        first = {"nearest": (not one.near, day, cost), "cost": (cost, day)}.get(rule, (day, cost))
        return (*first, one.is_split, one.site_id != own, [part.code for part in one.parts])

    return sorted(alternatives, key=key)
