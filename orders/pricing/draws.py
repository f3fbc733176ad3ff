"""The one writer of what is used of an allowance. Allowances are locked before the payer's credit account."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from erp.kernel.batch import Batch
from erp.kernel.quantity import STOCK_STEP
from masterdata.models import Allowance

from .models import PriceDraw

LOCK_ALLOWANCES = """
SELECT a.id, a.most - a.used FROM masterdata_allowance a
WHERE a.id = ANY(%s::bigint[]) ORDER BY a.id FOR NO KEY UPDATE"""
DRAWS_OF = """
SELECT d.id, d.line_id, d.allowance_id, d.amount FROM orders_pricedraw d
WHERE d.line_id = ANY(%s::bigint[]) ORDER BY d.id"""
FORGET = "DELETE FROM orders_pricedraw WHERE id = ANY(%s::bigint[])"


@dataclass(frozen=True, slots=True)
class Draw:
    """A draw that was written; lines are ids."""

    draw_id: int
    line_id: int
    allowance_id: int
    amount: Decimal


def lock_allowances(
    batch: Batch, ids: Iterable[int], given_back: Mapping[int, Decimal]
) -> dict[int, Decimal | None]:
    """What each allowance has left under lock, with what is about to be given back to it; None: no end."""
    rows = batch.read(LOCK_ALLOWANCES, sorted({*ids, *given_back}))
    return {key: None if left is None else left + given_back.get(key, Decimal(0)) for key, left in rows}


def draws_of(batch: Batch, line_ids: Sequence[int]) -> list[Draw]:
    """What the lines have drawn; their orders are locked."""
    return [Draw(*row) for row in batch.read(DRAWS_OF, list(line_ids))]


def total_drawn(draws: Iterable[Draw]) -> dict[int, Decimal]:
    """Amounts by allowance."""
    sums: defaultdict[int, Decimal] = defaultdict(Decimal)
    for draw in draws:
        sums[draw.allowance_id] += draw.amount
    return dict(sums)


def remaining_draws(
    draws: Iterable[Draw], share: Mapping[int, tuple[Decimal, Decimal]]
) -> list[tuple[int, int, Decimal]]:
    """What lines still draw when of each (by id) only a share remains: (quantity now, quantity before)."""
    return [
        (draw.line_id, draw.allowance_id, (draw.amount * now / before).quantize(STOCK_STEP, ROUND_HALF_UP))
        for draw in draws
        for now, before in (share[draw.line_id],)
        if now and before
    ]


def write_draws(
    batch: Batch, wanted: Sequence[tuple[int, int, Decimal]], replacing: Sequence[Draw] = ()
) -> None:
    """Let lines draw (line id, allowance id, amount) in place of what they drew before; locked as above."""
    change: defaultdict[int, Decimal] = defaultdict(Decimal)
    for draw in replacing:
        change[draw.allowance_id] -= draw.amount
    for _line_id, allowance_id, amount in wanted:
        change[allowance_id] += amount
    if replacing:
        batch.write(FORGET, [draw.draw_id for draw in replacing])
    batch.insert(
        PriceDraw,
        line=[line_id for line_id, _, _ in wanted],
        allowance=[allowance_id for _, allowance_id, _ in wanted],
        amount=[amount for *_, amount in wanted],
    )
    moved = sorted(key for key, amount in change.items() if amount)
    batch.update(Allowance, moved, add={"used": [change[key] for key in moved]})
