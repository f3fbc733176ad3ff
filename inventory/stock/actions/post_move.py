"""Move goods between places or statuses of one site: what they are worth and where they count changes with them."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from erp.kernel.batch import Batch
from inventory.stock.models import SiteStock, Status, StockBalance, StockEntry, StockPosting
from inventory.stock.reads import Place, StockRow
from inventory.stock.rules import issue_value

from .post_increase import Source


@dataclass(frozen=True, slots=True)
class Move:
    """A quantity (stock unit) of one item from one place to another; nothing of it is bound to a pick."""

    source: Place
    target: Place
    quantity: Decimal
    line_id: int | None = None


def post_move(
    batch: Batch,
    *,
    source: Source,
    moves: Sequence[Move],
    stock: dict[int, StockRow],
    balance_ids: dict[Place, int],
) -> int:
    """Write the posting, its entries and the balances; site stock and balances are locked by the caller.

    Each entry carries its share of the item's value at the site, which the posting leaves as it is. Changes `available`
    of the rows in `stock`. Returns the posting's id.
    """
    (posting_id,) = batch.draw(inventory_stockposting=1)["inventory_stockposting"]
    batch.insert(
        StockPosting,
        id=posting_id,
        kind=StockPosting.Kind.MOVE.value,
        company=source.company_id,
        site=source.site_id,
        source=source.document,
        source_id=source.document_id,
        effective_at=batch.now,
        accounting_on=source.accounting_on,
        actor=batch.actor.name,
    )
    values = [
        issue_value(
            quantity=move.quantity,
            valued_quantity=stock[move.source[0]].valued_quantity,
            value=stock[move.source[0]].value,
        )
        for move in moves
    ]
    places = [move.source for move in moves] + [move.target for move in moves]
    quantities = [-move.quantity for move in moves] + [move.quantity for move in moves]
    batch.insert(
        StockEntry,
        posting_id=posting_id,
        item_id=[place[0] for place in places],
        site_id=source.site_id,
        bin_id=[place[1] for place in places],
        lot_id=[place[2] for place in places],
        status=[place[3] for place in places],
        owner_id=None,
        quantity=quantities,
        value=[-value for value in values] + values,
        line_id=[move.line_id for move in moves] * 2,
    )
    by_balance: defaultdict[int, Decimal] = defaultdict(Decimal)
    available: defaultdict[int, Decimal] = defaultdict(Decimal)
    for place, quantity in zip(places, quantities, strict=True):
        by_balance[balance_ids[place]] += quantity
        if place[3] == Status.AVAILABLE:
            available[place[0]] += quantity
    batch.update(StockBalance, list(by_balance), add={"quantity": list(by_balance.values())})
    changed = {item_id: quantity for item_id, quantity in available.items() if quantity}
    batch.update(
        SiteStock,
        [stock[item_id].id for item_id in changed],
        add={"available": list(changed.values())},
    )
    for item_id, quantity in changed.items():
        stock[item_id].available += quantity
    return posting_id
