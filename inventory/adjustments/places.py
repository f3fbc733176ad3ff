"""Where a change by hand happens: facts of the site, its bins and items, and what lies there."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext as _

from erp.kernel.batch import Batch
from erp.kernel.errors import BadInput, NotFound
from erp.kernel.formats import write_day, write_quantity
from erp.kernel.quantity import sum_by
from inventory.outbound.reads import BOUND_TO
from inventory.stock.models import Status
from inventory.stock.reads import Place
from inventory.stock.statuses import PROMISABLE

from .errors import AdjustmentRefused, BoundToPicks, LotExpired, NotThere
from .reads import BINS, ITEMS, LOTS, LYING, SITE
from .rules import ZERO


@dataclass(frozen=True, slots=True)
class Ground:
    """The site of a change; `today` is the site's date."""

    id: int
    company_id: int
    currency: str
    code: str
    today: date


@dataclass(frozen=True, slots=True)
class ItemFacts:
    """An item as its quantities are counted and valued."""

    id: int
    code: str
    kind: str
    class_id: int
    unit: str
    decimals: int
    lot_tracked: bool
    standard_cost: Decimal


@dataclass(frozen=True, slots=True)
class Lying:
    """What lies in one place, and how much of it is bound to picks."""

    balance_id: int
    quantity: Decimal
    allocated: Decimal


def ground_of(batch: Batch, site_id: int) -> Ground:
    rows = batch.read(SITE, batch.now, site_id)
    if not rows:
        raise NotFound(what=_("site"), reference=site_id)
    return Ground(*rows[0])


def facts_of(
    batch: Batch, ground: Ground, places: Sequence[Place], *, entered: Collection[Place]
) -> tuple[dict[int, ItemFacts], dict[int, str]]:
    """Items by id, and the codes of the bins. Refuses what is no stocked item, bin of the site or lot of its item, and
    where goods of an expired lot enter a place that may be promised."""
    items = {row[0]: ItemFacts(*row) for row in batch.read(ITEMS, sorted({place[0] for place in places}))}
    bins = dict(batch.read(BINS, sorted({place[1] for place in places}), ground.id))
    lots = {row[0]: row[1:] for row in batch.read(LOTS, sorted({place[2] for place in places if place[2]}))}
    for item_id, bin_id, lot_id, status in places:
        item = items.get(item_id)
        if item is None:
            raise NotFound(what=_("item"), reference=item_id)
        if item.kind != "stocked":
            raise AdjustmentRefused(item=item.code, reason=_("it is never in stock; choose a stocked item."))
        if bin_id not in bins:
            raise BadInput(field="bin", reason=_("site %(code)s has no such bin.") % {"code": ground.code})
        if status not in Status.values:
            raise BadInput(field="status", reason=_("choose one of the statuses."))
        if lot_id is not None and (lot_id not in lots or lots[lot_id][0] != item_id):
            raise AdjustmentRefused(item=item.code, reason=_("it has no such lot; name one of its own."))
    for item_id, _bin, lot_id, status in entered:
        if status in PROMISABLE and lot_id is not None:
            code, expires_on = lots[lot_id][1:]
            if expires_on is not None and expires_on <= ground.today:
                raise LotExpired(lot=code, item=items[item_id].code, day=write_day(expires_on))
    return items, bins


def refuse_uncountable(item: ItemFacts, quantity: Decimal) -> None:
    """Raise AdjustmentRefused where the stock unit is not counted so finely (20)."""
    if quantity != round(quantity, item.decimals):
        words = _("a quantity in %(unit)s has at most %(n)s decimals.")
        raise AdjustmentRefused(item=item.code, reason=words % {"unit": item.unit, "n": item.decimals})


def lying_in(batch: Batch, ground: Ground, places: Iterable[Place]) -> dict[Place, Lying]:
    """What lies in the bins of these places; read behind the lock on the items' site stock."""
    wanted = set(places)
    items, bins = sorted({place[0] for place in wanted}), sorted({place[1] for place in wanted})
    rows = batch.read(LYING, ground.id, items, bins)
    return {
        (item_id, bin_id, lot_id, status): Lying(balance_id, quantity, allocated)
        for balance_id, item_id, bin_id, lot_id, status, quantity, allocated in rows
    }


def refuse_missing(
    batch: Batch,
    leaving: Iterable[tuple[Place, Decimal]],
    lying: dict[Place, Lying],
    items: dict[int, ItemFacts],
    bins: dict[int, str],
) -> None:
    """Raise NotThere where less lies in a place than leaves it, BoundToPicks where picks need what would leave."""
    for place, asked in sum_by(leaving).items():
        there = lying.get(place) or Lying(0, ZERO, ZERO)
        words = {"item": items[place[0]].code, "bin": bins[place[1]], "asked": write_quantity(asked)}
        if asked > there.quantity:
            label = Status(place[3]).label.lower()
            raise NotThere(there=write_quantity(there.quantity), status=label, **words)
        if asked > there.quantity - there.allocated:
            ((shipments,),) = batch.read(BOUND_TO, there.balance_id)
            free = write_quantity(there.quantity - there.allocated)
            raise BoundToPicks(free=free, shipments=shipments or "", **words)
