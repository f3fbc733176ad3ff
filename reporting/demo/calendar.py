"""The run under way: its chance, its calendar, what each site trades in and what still has to leave."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from random import Random

from erp.kernel.actor import Actor
from erp.kernel.command import By
from masterdata.models import Item

CENT = Decimal("0.01")
DAYS = 35  # before the present one


@dataclass(slots=True)
class Catalogue:
    """What one site trades in, and how much of each sales unit is in a stock unit."""

    items: list[Item]
    factors: dict[int, Decimal]  # stock units per sales unit
    bins: list[int]
    receiving_bin: int


@dataclass(slots=True)
class Trade:
    """The run under way: its chance, its calendar, and what still has to leave."""

    rng: Random
    today: date
    now: datetime
    catalogues: dict[int, Catalogue] = field(default_factory=dict)
    to_ship: defaultdict[date, list[int]] = field(default_factory=lambda: defaultdict(list))
    keys: int = 0

    def by(self, who: str, at: datetime) -> By:
        """`who` acts at `at`, never in the future."""
        self.keys += 1
        return By(Actor(who), key=f"demo-{self.keys}", at=min(at, self.now))

    def at(self, day: date, hour: float) -> datetime:
        minutes = round(hour * 60) + self.rng.randrange(25)
        return datetime.combine(day, time(), UTC) + timedelta(minutes=minutes)


def working_day(day: date) -> date:
    """The day itself, or the Monday after it."""
    return day + timedelta(days=max(0, 7 - day.weekday()) if day.weekday() > 4 else 0)
