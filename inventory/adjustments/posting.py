"""Adjustments become stock: one posting, its value at average cost, and the promises that follow."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from erp.kernel.batch import Batch
from erp.kernel.quantity import sum_by
from inventory.stock.actions.post_increase import Increase, Source, announce_posting, write_entries
from inventory.stock.models import SiteStock, StockPosting
from inventory.stock.reads import Place, StockRow, lock_balances
from inventory.stock.rules import issue_value
from inventory.stock.statuses import ON_HAND, PROMISABLE, VALUED

from .places import Ground, ItemFacts, lying_in, refuse_missing
from .rules import ZERO, gain_value
from .shifting import Cause, Shifted, lock_shift, settle

DOCUMENT = "inventory.adjustment"


@dataclass(frozen=True, slots=True)
class Change:
    """One adjustment: signed quantity (stock unit), and why."""

    adjustment_id: int
    place: Place
    quantity: Decimal
    reason: str  # Reason


def values_of(
    changes: Sequence[Change], *, stock: dict[int, StockRow], items: dict[int, ItemFacts]
) -> dict[int, Decimal]:
    """What each change is worth (signed) if all are posted: what is found first, at the average; the last that goes
    takes all that is left."""
    left = {item_id: (row.valued_quantity, row.value) for item_id, row in stock.items()}
    found = {}
    for change in sorted(changes, key=lambda change: change.quantity < 0):
        item_id, _, _, status = change.place
        quantity, value = left[item_id]
        if status not in VALUED:
            worth = ZERO
        elif change.quantity > 0:
            worth = gain_value(
                quantity=change.quantity,
                valued_quantity=quantity,
                value=value,
                standard_cost=items[item_id].standard_cost,
            )
        else:
            worth = -issue_value(quantity=-change.quantity, valued_quantity=quantity, value=value)
        left[item_id] = (quantity + (change.quantity if status in VALUED else ZERO), value + worth)
        found[change.adjustment_id] = worth
    return found


def post_changes(
    batch: Batch,
    ground: Ground,
    changes: Sequence[Change],
    *,
    items: dict[int, ItemFacts],
    bins: dict[int, str],
    accounting_on: date,
    stock: dict[int, StockRow],
) -> tuple[int, dict[int, Decimal], Shifted]:
    """Write one posting for all changes; its id, the value of each, and what became of the promises.

    The items' site stock is locked by the caller. Announces StockPosted, so that the books follow. Raises NotThere,
    BoundToPicks.
    """
    values = values_of(changes, stock=stock, items=items)
    promisable = sum_by(
        (change.place[0], change.quantity if change.place[3] in PROMISABLE else ZERO) for change in changes
    )
    shift = lock_shift(batch, site_id=ground.id, stock=stock, changes=promisable)
    places = [change.place for change in changes]
    balance_ids = lock_balances(batch, site_id=ground.id, places=places)
    leaving = [(place, -quantity) for place, quantity in _by_place(changes).items() if quantity < 0]
    refuse_missing(batch, leaving, lying_in(batch, ground, places), items, bins)

    source = Source(
        kind=StockPosting.Kind.ADJUSTMENT.value,
        company_id=ground.company_id,
        site_id=ground.id,
        currency=ground.currency,
        document=DOCUMENT,
        document_id=min(change.adjustment_id for change in changes),
        accounting_on=accounting_on,
    )
    entries = [
        Increase(change.place, change.quantity, values[change.adjustment_id], change.adjustment_id)
        for change in changes
    ]
    posting_id = write_entries(batch, source=source, entries=entries, balance_ids=balance_ids)
    # On hand stays at or above available all the way: more of it comes before the promises, less after them.
    _write_on_hand(batch, entries, stock, more=True)
    shifted = settle(batch, shift, stock=stock, lost_as=Cause.LOST)
    _write_on_hand(batch, entries, stock, more=False)
    by_reason: defaultdict[tuple[str, int], Decimal] = defaultdict(Decimal)
    for change in changes:
        by_reason[change.reason, items[change.place[0]].class_id] += values[change.adjustment_id]
    announce_posting(batch, source=source, posting_id=posting_id, values={}, reasons=dict(by_reason))
    return posting_id, values, shifted


def _by_place(changes: Sequence[Change]) -> dict[Place, Decimal]:
    return sum_by((change.place, change.quantity) for change in changes)


def _write_on_hand(
    batch: Batch, entries: Sequence[Increase], stock: dict[int, StockRow], *, more: bool
) -> None:
    """On hand and its value, of the items of which there will be more, or of the others."""
    moved = sum_by((entry.place[0], entry.quantity) for entry in entries)
    on_hand = sum_by(
        (entry.place[0], entry.quantity if entry.place[3] in ON_HAND else ZERO) for entry in entries
    )
    valued = sum_by(
        (entry.place[0], entry.quantity if entry.place[3] in VALUED else ZERO) for entry in entries
    )
    value = sum_by((entry.place[0], entry.value) for entry in entries)
    chosen = [item_id for item_id, quantity in moved.items() if (quantity > 0) == more]
    batch.update(
        SiteStock,
        [stock[item_id].id for item_id in chosen],
        add={
            "on_hand": [on_hand[item_id] for item_id in chosen],
            "valued_quantity": [valued[item_id] for item_id in chosen],
            "value": [value[item_id] for item_id in chosen],
        },
    )
