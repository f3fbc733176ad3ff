"""Move goods between places or statuses of one site: what they are worth and where they count changes with them."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from erp.kernel.batch import Batch
from erp.kernel.quantity import sum_by
from inventory.stock.models import SiteStock
from inventory.stock.reads import Place, StockRow
from inventory.stock.rules import issue_value
from inventory.stock.statuses import ON_HAND, PROMISABLE

from .post_increase import Increase, Source, write_entries


@dataclass(frozen=True, slots=True)
class Move:
    """A quantity (stock unit) of one item from one place to another."""

    source: Place
    target: Place
    quantity: Decimal
    line_id: int | None = None


def sides(moves: Sequence[Move], stock: dict[int, StockRow]) -> list[Increase]:
    """Each move as what leaves one place and enters the other, at its share of the item's value at the site."""
    found = []
    for move in moves:
        row = stock[move.source[0]]
        value = issue_value(quantity=move.quantity, valued_quantity=row.valued_quantity, value=row.value)
        found.append(Increase(move.source, -move.quantity, -value, move.line_id))
        found.append(Increase(move.target, move.quantity, value, move.line_id))
    return found


def post_move(
    batch: Batch,
    *,
    source: Source,
    moves: Sequence[Move],
    stock: dict[int, StockRow],
    balance_ids: dict[Place, int],
) -> int:
    """Write the posting, its entries and the balances, of which nothing is bound to a pick; the caller has locked.

    Each entry carries its share of the item's value at the site, which the posting leaves as it is. Changes `available`
    of the rows in `stock`. Returns the posting's id.
    """
    entries = sides(moves, stock)
    posting_id = write_entries(batch, source=source, entries=entries, balance_ids=balance_ids)
    on_hand = sum_by((each.place[0], each.quantity) for each in entries if each.place[3] in ON_HAND)
    available = sum_by((each.place[0], each.quantity) for each in entries if each.place[3] in PROMISABLE)
    changed = [item_id for item_id in on_hand if on_hand[item_id] or available.get(item_id)]
    added = [available.get(item_id, Decimal(0)) for item_id in changed]
    batch.update(
        SiteStock,
        [stock[item_id].id for item_id in changed],
        add={"on_hand": [on_hand[item_id] for item_id in changed], "available": added},
    )
    for item_id, quantity in zip(changed, added, strict=True):
        stock[item_id].available += quantity
    return posting_id
