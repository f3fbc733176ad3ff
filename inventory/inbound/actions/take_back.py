"""Goods that come back: into inspection first, and from there to where their disposition says (RM02, RM04)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from erp.kernel.batch import Batch
from inventory.commitments.actions.write_promises import remember, write_promises
from inventory.commitments.models import PromiseEvent
from inventory.commitments.queries import first_ship_day, lock_open_supply, lock_waiting, quotas_of
from inventory.commitments.rules import replan
from inventory.stock.actions.post_increase import Increase, Source, post_increase
from inventory.stock.actions.post_move import Move, post_move
from inventory.stock.models import Status, StockPosting
from inventory.stock.reads import lock_balances, lock_site_stock
from inventory.stock.rules import issue_value


@dataclass(frozen=True, slots=True)
class Returned:
    """What came back of one line of a document: stock unit, and the value it had left with."""

    item_id: int
    bin_id: int
    lot_id: int | None
    quantity: Decimal
    value: Decimal
    line_id: int


@dataclass(frozen=True, slots=True)
class Disposed:
    """A quantity in inspection and where it goes. No status: it is scrapped."""

    item_id: int
    from_bin_id: int
    to_bin_id: int
    lot_id: int | None
    quantity: Decimal
    status: Status | None
    line_id: int


@dataclass(frozen=True, slots=True)
class Document:
    """Whose goods move: the document above that asks for it."""

    kind: str  # "orders.customerreturn"
    id: int
    company_id: int
    site_id: int
    currency: str  # the company's


def take_back(batch: Batch, *, document: Document, goods: Sequence[Returned]) -> None:
    """Put returned goods into inspection at the value that they left with; the cost of their sale is taken back.

    Nobody is promised them until they are disposed. Raises NoOpenPeriod.
    """
    accounting_on, stock = lock_site_stock(
        batch,
        company_id=document.company_id,
        site_id=document.site_id,
        item_ids=[each.item_id for each in goods],
        effective_at=batch.now,
        ensure=True,
    )
    places = [(each.item_id, each.bin_id, each.lot_id, Status.QUALITY.value) for each in goods]
    post_increase(
        batch,
        source=_source(document, StockPosting.Kind.RETURN, accounting_on),
        increases=[
            Increase(place, each.quantity, each.value, each.line_id)
            for place, each in zip(places, goods, strict=True)
        ],
        stock=stock,
        balance_ids=lock_balances(batch, site_id=document.site_id, places=places),
    )


def dispose_goods(batch: Batch, *, document: Document, goods: Sequence[Disposed]) -> int:
    """Move goods out of inspection: status, value and books in this transaction. Answers how many backorders it serves.

    What becomes available goes to those who wait, what is scrapped leaves at its share of the site's value, as a
    loss. Raises NoOpenPeriod.
    """
    items = sorted({each.item_id for each in goods})
    accounting_on, stock = lock_site_stock(
        batch,
        company_id=document.company_id,
        site_id=document.site_id,
        item_ids=items,
        effective_at=batch.now,
    )
    restocked = sorted({each.item_id for each in goods if each.status == Status.AVAILABLE})
    waiting = lock_waiting(batch, site_id=document.site_id, item_ids=restocked) if restocked else []
    coming = lock_open_supply(batch, site_id=document.site_id, item_ids=restocked) if waiting else {}
    sources = [(each.item_id, each.from_bin_id, each.lot_id, Status.QUALITY.value) for each in goods]
    targets = [
        (each.item_id, each.to_bin_id, each.lot_id, each.status.value) for each in goods if each.status
    ]
    balance_ids = lock_balances(batch, site_id=document.site_id, places=sources + targets)
    kept = [(each, place) for each, place in zip(goods, sources, strict=True) if each.status]
    gone = [(each, place) for each, place in zip(goods, sources, strict=True) if not each.status]
    if kept:
        post_move(
            batch,
            source=_source(document, StockPosting.Kind.MOVE, accounting_on),
            moves=[
                Move(place, target, each.quantity, each.line_id)
                for (each, place), target in zip(kept, targets, strict=True)
            ],
            stock=stock,
            balance_ids=balance_ids,
        )
    losses = []
    for each, place in gone:
        row = stock[each.item_id]
        value = issue_value(quantity=each.quantity, valued_quantity=row.valued_quantity, value=row.value)
        row.valued_quantity -= each.quantity
        row.value -= value
        losses.append(Increase(place, -each.quantity, -value, each.line_id))
    if losses:
        post_increase(
            batch,
            source=_source(document, StockPosting.Kind.SCRAP, accounting_on),
            increases=losses,
            stock=stock,
            balance_ids=balance_ids,
        )
    if not waiting:
        return 0
    before = remember(waiting)
    replan(
        waiting,
        free={item_id: stock[item_id].available - stock[item_id].reserved for item_id in restocked},
        coming=coming,
        ships_on=first_ship_day(batch, document.site_id),
        quotas=quotas_of(batch, site_id=document.site_id, item_ids=restocked),
    )
    served = sum(demand.reserved > before[demand.demand_id].reserved for demand in waiting)
    stock_ids = {item_id: row.id for item_id, row in stock.items()}
    write_promises(batch, waiting, before, cause=PromiseEvent.Cause.RECEIPT, stock_ids=stock_ids)
    return served


def _source(document: Document, kind: StockPosting.Kind, accounting_on: date) -> Source:
    return Source(
        kind=kind.value,
        company_id=document.company_id,
        site_id=document.site_id,
        currency=document.currency,
        document=document.kind,
        document_id=document.id,
        accounting_on=accounting_on,
    )
