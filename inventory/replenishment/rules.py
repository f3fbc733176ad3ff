"""How much is needed where, and of whom it is asked, in the stock unit. No database, no clock."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_UP, Decimal
from functools import cache
from statistics import NormalDist

from masterdata.catalogue.rules import Offer

ZERO = Decimal(0)
STEP = Decimal("0.000001")
YEAR = Decimal(365)
MONTHS = Decimal(12)  # of a year
LOTTED = ("reorder_point", "eoq")
FOLLOWS_ORDERS = ("order_only", "hub_only")  # what waits, and nothing more


@dataclass(frozen=True, slots=True)
class Terms:
    """How an item is stocked at a site: its policy, and what the house says where that is silent."""

    stocking: str
    method: str
    service_level: Decimal  # percent
    review_days: int
    cover_days: int
    order_cost: Decimal
    holding_percent: Decimal
    minimum: Decimal | None = None
    maximum: Decimal | None = None
    order_quantity: Decimal | None = None
    order_minimum: Decimal | None = None
    order_multiple: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Standing:
    """What a site has, gets and owes of an item. `dependent`: what other sites ask of it and is not reserved yet."""

    available: Decimal = ZERO
    on_order: Decimal = ZERO
    in_transit: Decimal = ZERO
    reserved: Decimal = ZERO
    backorders: Decimal = ZERO
    dependent: Decimal = ZERO

    @property
    def position(self) -> Decimal:
        return (
            self.available
            + self.on_order
            + self.in_transit
            - self.reserved
            - self.backorders
            - self.dependent
        )


@dataclass(frozen=True, slots=True)
class Outlook:
    """What is expected, month after month, and how far a month strays from it."""

    ahead: tuple[Decimal, ...] = ()
    sigma: Decimal = ZERO

    def monthly(self, days: int) -> Decimal:
        """The mean of the months that the days reach into."""
        months = self.ahead[: max(1, -(-days * 12 // 365))]
        return (sum(months, ZERO) / len(months)).quantize(STEP, ROUND_HALF_UP) if months else ZERO


@dataclass(frozen=True, slots=True)
class Requirement:
    """What is needed to fill up, and all that says so."""

    monthly: Decimal
    sigma: Decimal
    z: Decimal
    interval_days: int
    expected: Decimal
    known: Decimal
    safety_stock: Decimal
    lot: Decimal
    trigger: Decimal
    target: Decimal
    position: Decimal
    need: Decimal


def together(outlooks: Iterable[Outlook]) -> Outlook:
    """What a hub must expect of itself and of the sites it fills up: means add, and variances, being independent."""
    found = [each for each in outlooks if each.ahead]
    if not found:
        return Outlook()
    months = min(len(each.ahead) for each in found)
    ahead = tuple(sum((each.ahead[month] for each in found), ZERO) for month in range(months))
    variance = sum((each.sigma * each.sigma for each in found), ZERO)
    return Outlook(ahead, variance.sqrt().quantize(STEP, ROUND_HALF_UP))


@cache
def z_of(service_level: Decimal) -> Decimal:
    """Standard deviations of safety by which so many percent of the cycles are served (normal errors)."""
    return Decimal(NormalDist().inv_cdf(float(service_level) / 100)).quantize(
        Decimal("0.0001"), ROUND_HALF_UP
    )


def over_days(monthly: Decimal, days: int) -> Decimal:
    """What so much a month is over so many days."""
    return (monthly * MONTHS * days / YEAR).quantize(STEP, ROUND_HALF_UP)


def safety_stock(z: Decimal, sigma: Decimal, days: int) -> Decimal:
    """Against errors of single months, over the days until the next order is there: they grow with the root."""
    return (z * sigma * (days * MONTHS / YEAR).sqrt()).quantize(STEP, ROUND_HALF_UP)


def economic_quantity(annual: Decimal, terms: Terms, unit_cost: Decimal) -> Decimal:
    """The quantity at which ordering costs as much as holding (Harris 1913); 0 where holding costs nothing."""
    holding = unit_cost * terms.holding_percent / 100
    if holding <= 0 or annual <= 0:
        return ZERO
    return (2 * annual * terms.order_cost / holding).sqrt().quantize(STEP, ROUND_HALF_UP)


def days_covered(terms: Terms, lead_time_days: int) -> int:
    """Until what is ordered at the next look will be there: the lead time and the days between two looks."""
    return lead_time_days + (terms.review_days if terms.method == "order_up_to" else 1)


def requirement(
    terms: Terms,
    standing: Standing,
    outlook: Outlook,
    *,
    days: int,
    known: Decimal = ZERO,
    unit_cost: Decimal = ZERO,
) -> Requirement:
    """What is needed now so that `days` are covered, 0 where nothing is.

    `known`: what is ordered already for these days; it counts where it is more than what is expected. `unit_cost` is
    per stock unit.
    """
    if terms.stocking in FOLLOWS_ORDERS:
        outlook, known = Outlook(), ZERO
    monthly, z = outlook.monthly(days), z_of(terms.service_level)
    expected = over_days(monthly, days)
    safety = max(ZERO, safety_stock(z, outlook.sigma, days))
    lot = _lot(terms, monthly, unit_cost)
    trigger, target = _levels(terms, max(expected, known) + safety, monthly, lot)
    position = standing.position
    return Requirement(
        monthly, outlook.sigma, z, days, expected, known, safety, lot, trigger, target, position,
        _need(terms, position, trigger, target, lot),
    )  # fmt: skip


def _lot(terms: Terms, monthly: Decimal, unit_cost: Decimal) -> Decimal:
    if terms.method not in LOTTED or terms.stocking in FOLLOWS_ORDERS:
        return ZERO
    if terms.order_quantity is not None:
        return terms.order_quantity
    if terms.method == "eoq":
        found = economic_quantity(monthly * MONTHS, terms, unit_cost)
        if found > 0:
            return found
    return over_days(monthly, terms.cover_days)


def _levels(terms: Terms, covered: Decimal, monthly: Decimal, lot: Decimal) -> tuple[Decimal, Decimal]:
    """Below or at which position is ordered, and up to where."""
    if terms.stocking in FOLLOWS_ORDERS:
        return ZERO, ZERO
    if terms.method != "min_max":
        return covered, covered + lot
    trigger = terms.minimum if terms.minimum is not None else covered
    target = terms.maximum if terms.maximum is not None else trigger + over_days(monthly, terms.cover_days)
    return trigger, max(trigger, target)


def _need(terms: Terms, position: Decimal, trigger: Decimal, target: Decimal, lot: Decimal) -> Decimal:
    if terms.stocking == "non_stock" or position > trigger or (position == trigger and trigger <= 0):
        return ZERO
    if lot > 0:
        return lot * ((trigger - position) // lot + 1)
    return target - position


# From whom -------------------------------------------------------------------------------------------------------


def bought(
    need: Decimal, offer: Offer, *, order_minimum: Decimal | None, order_multiple: Decimal | None
) -> tuple[Decimal, Decimal]:
    """What is ordered of a supplier to cover a need: in whole units of the offer, and the same in the stock unit."""
    wanted = max(need, order_minimum or ZERO)
    if order_multiple:
        wanted = order_multiple * (wanted / order_multiple).to_integral_value(ROUND_CEILING)
    units = offer.units_for(wanted)
    return units, offer.factor.to_stock(units)


@dataclass(frozen=True, slots=True)
class Asking:
    """A site that asks its hub for so much; `cover` is its position in days of what it expects."""

    site_id: int
    need: Decimal
    cover: Decimal


def cover_of(position: Decimal, monthly: Decimal) -> Decimal:
    """For how many days a position lasts; where nothing is expected, what is owed comes first and the rest last."""
    if monthly <= 0:
        return position if position < 0 else Decimal(10) ** 6
    return position * YEAR / (monthly * MONTHS)


def shared_out(asking: Iterable[Asking], free: Decimal, decimals: int) -> dict[int, Decimal]:
    """What a hub gives to whom: who runs out first is served first; whole counts of the stock unit."""
    step, left, given = Decimal(1).scaleb(-decimals), max(ZERO, free), {}
    for each in sorted(asking, key=lambda one: (one.cover, one.site_id)):
        wanted = each.need.quantize(step, ROUND_CEILING)
        taken = min(wanted, left.quantize(step, ROUND_FLOOR))
        if taken > 0:
            given[each.site_id] = taken
            left -= taken
    return given


def in_order(hubs: Mapping[int, int | None]) -> list[int]:
    """Sites so that each comes before its hub; a site whose hubs lead back to it buys by itself (ends a circle)."""
    depth: dict[int, int] = {}
    for site in hubs:
        steps, seen = site, {site}
        while (above := hubs.get(steps)) is not None and above not in seen:
            seen.add(above)
            steps = above
        depth[site] = len(seen)
    return sorted(hubs, key=lambda site: (-depth[site], site))


def without_circles(hubs: Mapping[int, int | None]) -> dict[int, int | None]:
    """The same, where a site that is its own hub, through others or not, has none."""
    found: dict[int, int | None] = {}
    for site, hub in hubs.items():
        above, seen = hub, set()
        while above is not None and above != site and above not in seen:
            seen.add(above)
            above = hubs.get(above)
        found[site] = None if above == site else hub
    return found


def widest(limits: Sequence[Decimal]) -> Decimal | None:
    """How much one order may be worth; None: any amount (the system)."""
    return max(limits) if limits else None
