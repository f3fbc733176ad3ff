"""What may still be promised of an item at a site, day by day, and by when more could be got (AT01, AT02)."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal

from masterdata.places.rules import earliest_ship_date, working_day_from

from .sharing import ZERO


@dataclass(frozen=True, slots=True)
class Incoming:
    """An open supply: what is still to come of it and what of that is promised."""

    document: str
    due_on: date
    to_come: Decimal
    promised: Decimal


@dataclass(frozen=True, slots=True)
class Rung:
    """One step of the ladder: what comes on a day, what of it is promised, what may be promised from then on."""

    document: str  # blank: stock on hand
    on: date
    comes: Decimal
    promised: Decimal
    available: Decimal  # cumulative


@dataclass(frozen=True, slots=True)
class Calendar:
    """A site's days and its cut-off."""

    cut_off: time
    ship_days: int
    working_days: str
    holidays: Collection[date]

    def leaves(self, at: datetime) -> date:
        """The first day on which what the site has at `at` (its local time) can leave."""
        return earliest_ship_date(
            at=at,
            cut_off=self.cut_off,
            ship_days=self.ship_days,
            working_days=self.working_days,
            holidays=self.holidays,
        )

    def leaves_after(self, arrives_on: date) -> date:
        """The first day on which what arrives on a day (or the next the site works) can leave."""
        open_on = working_day_from(arrives_on, working_days=self.working_days, holidays=self.holidays)
        return self.leaves(datetime.combine(open_on, time.min))


def ladder(
    *,
    today: date,
    available: Decimal,
    reserved: Decimal,
    kept: Decimal,
    waiting: Decimal,
    supplies: Iterable[Incoming],
) -> list[Rung]:
    """Stock, then each supply by its day, with what may be promised cumulatively.

    Nothing is counted twice: promises are pegged, so what is promised of stock or of a supply is in its own row.
    `waiting` is what demands want that lean on nothing: it is served before anyone new. `kept`: by quotas.
    """
    total = available - reserved - waiting
    rungs = [Rung("", today, available, reserved, max(ZERO, total - kept))]
    for supply in sorted(supplies, key=lambda supply: (supply.due_on, supply.document)):
        total += supply.to_come - supply.promised
        day = max(today, supply.due_on)
        rungs.append(Rung(supply.document, day, supply.to_come, supply.promised, max(ZERO, total - kept)))
    return rungs


def available_on(rungs: Sequence[Rung], quantity: Decimal) -> date | None:
    """The first day from which `quantity` may be promised in full; None when no known supply reaches it."""
    return next((rung.on for rung in rungs if rung.available >= quantity), None)


def buy_now(*, at: datetime, lead_time_days: int, calendar: Calendar) -> date:
    """When goods could leave the site if they were ordered at `at` (the site's local time).

    An order after the cut-off goes out on the next working day; the lead time counts calendar days.
    """
    day = at.date() if at.time() <= calendar.cut_off else at.date() + timedelta(days=1)
    ordered = working_day_from(day, working_days=calendar.working_days, holidays=calendar.holidays)
    return calendar.leaves_after(ordered + timedelta(days=lead_time_days))


def transfer_now(*, leaves_source_on: date, transfer_days: int, calendar: Calendar) -> date:
    """When goods could leave the site if another site sent them on its first day."""
    return calendar.leaves_after(leaves_source_on + timedelta(days=transfer_days))
