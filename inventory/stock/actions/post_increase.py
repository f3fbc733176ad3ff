"""The one writer of one-sided changes: opening stock, receipts, reversed shipments, returns and scrap."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from erp.kernel.batch import Batch
from erp.kernel.quantity import sum_by
from inventory.stock.events import Posting, StockPosted
from inventory.stock.models import SiteStock, StockBalance, StockEntry, StockPosting
from inventory.stock.reads import Place, StockRow
from inventory.stock.statuses import ON_HAND, PROMISABLE, VALUED


@dataclass(frozen=True, slots=True)
class Increase:
    """A quantity (stock unit) and value (company currency) of one item for one place; below zero it goes out.

    `site_id`: where the place is, if not at the posting's site.
    """

    place: Place
    quantity: Decimal
    value: Decimal
    line_id: int | None = None
    site_id: int | None = None


@dataclass(frozen=True, slots=True)
class Source:
    """The document behind a posting, and where and when it counts."""

    kind: str  # StockPosting.Kind
    company_id: int
    site_id: int
    document: str  # "inventory.receipt"
    document_id: int
    accounting_on: date
    currency: str = ""  # the company's, for the books; what moves within a site never reaches them
    reverses_id: int | None = None
    to_site_id: int | None = None  # of a transfer: where the goods go


def write_entries(
    batch: Batch,
    *,
    source: Source,
    entries: Sequence[Increase],
    balance_ids: dict[Place, int],
    unbinds: bool = False,
) -> int:
    """A posting, its entries and the balances they change, which the caller has locked; the posting's id.

    `unbinds`: what goes out of a place was bound to a pick there.
    """
    (posting_id,) = batch.draw(inventory_stockposting=1)["inventory_stockposting"]
    batch.insert(
        StockPosting,
        id=posting_id,
        kind=source.kind,
        company=source.company_id,
        site=source.site_id,
        source=source.document,
        source_id=source.document_id,
        effective_at=batch.now,
        accounting_on=source.accounting_on,
        actor=batch.actor.name,
        reverses_id=source.reverses_id,
    )
    places = [entry.place for entry in entries]
    batch.insert(
        StockEntry,
        posting_id=posting_id,
        item_id=[place[0] for place in places],
        site_id=[entry.site_id or source.site_id for entry in entries]
        if source.to_site_id
        else source.site_id,
        bin_id=[place[1] for place in places],
        lot_id=[place[2] for place in places],
        status=[place[3] for place in places],
        owner_id=None,
        quantity=[entry.quantity for entry in entries],
        value=[entry.value for entry in entries],
        line_id=[entry.line_id for entry in entries],
    )
    by_balance = sum_by((balance_ids[entry.place], entry.quantity) for entry in entries)
    changes = list(by_balance.values())
    add = {"quantity": changes}
    if unbinds:
        add["allocated"] = [min(change, Decimal(0)) for change in changes]
    batch.update(StockBalance, list(by_balance), add=add)
    return posting_id


def post_increase(
    batch: Batch,
    *,
    source: Source,
    increases: Sequence[Increase],
    stock: dict[int, StockRow],
    balance_ids: dict[Place, int],
) -> int:
    """Write the posting, its entries and the balances; site stock and balances are locked by the caller.

    Announces StockPosted, so that the books follow in the same transaction. Returns the posting's id.
    """
    posting_id = write_entries(batch, source=source, entries=increases, balance_ids=balance_ids)
    on_hand: defaultdict[int, Decimal] = defaultdict(Decimal)
    available: defaultdict[int, Decimal] = defaultdict(Decimal)
    valued: defaultdict[int, Decimal] = defaultdict(Decimal)
    value: defaultdict[int, Decimal] = defaultdict(Decimal)
    by_class: defaultdict[int, Decimal] = defaultdict(Decimal)
    for increase in increases:
        item_id, _, _, status = increase.place
        on_hand[item_id] += increase.quantity if status in ON_HAND else Decimal(0)
        available[item_id] += increase.quantity if status in PROMISABLE else Decimal(0)
        valued[item_id] += increase.quantity if status in VALUED else Decimal(0)
        value[item_id] += increase.value
        by_class[stock[item_id].class_id] += increase.value
    items = list(on_hand)
    batch.update(
        SiteStock,
        [stock[item_id].id for item_id in items],
        add={
            "on_hand": [on_hand[item_id] for item_id in items],
            "available": [available[item_id] for item_id in items],
            "valued_quantity": [valued[item_id] for item_id in items],
            "value": [value[item_id] for item_id in items],
        },
    )
    announce_posting(batch, source=source, posting_id=posting_id, values=dict(by_class))
    return posting_id


def announce_posting(
    batch: Batch,
    *,
    source: Source,
    posting_id: int,
    values: dict[int, Decimal],
    reasons: dict[tuple[str, int], Decimal] | None = None,
) -> None:
    """Tell the books what a posting was worth, by item class; `reasons`: by reason and class, where each has one."""
    posting = Posting(
        id=posting_id,
        kind=source.kind,
        company_id=source.company_id,
        site_id=source.site_id,
        currency=source.currency,
        source=source.document,
        source_id=source.document_id,
        effective_at=batch.now,
        accounting_on=source.accounting_on,
        reverses_id=source.reverses_id,
        values=values,
        reasons=reasons or {},
        to_site_id=source.to_site_id,
    )
    batch.announce(StockPosted([posting]))
