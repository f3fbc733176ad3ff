"""Many prices of one set at once, for the verbs that decide about them; the set is locked by the caller."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from erp.kernel.batch import Batch

REPLACE = """
DELETE FROM masterdata_price p USING unnest(%s::bigint[], %s::numeric[]) AS u(target, min_quantity)
WHERE p.scope_id = %s::bigint AND p.target = u.target AND p.min_quantity = u.min_quantity
    AND p.valid_from = %s::date"""
END = """
UPDATE masterdata_price p SET valid_to = %s::date FROM unnest(%s::bigint[], %s::numeric[]) AS u(target, min_quantity)
WHERE p.scope_id = %s::bigint AND p.target = u.target AND p.min_quantity = u.min_quantity
    AND p.valid_from < %s::date AND (p.valid_to IS NULL OR p.valid_to > %s::date)"""
WRITE = """
INSERT INTO masterdata_price (id, scope_id, item_id, item_class_id, method, value, unit_id, min_quantity, valid_from,
    valid_to, reason, version)
SELECT coalesce(u.price_id, nextval('masterdata_price_id_seq')), %s::bigint,
    CASE WHEN u.target > 0 THEN u.target END, CASE WHEN u.target < 0 THEN -u.target END, u.method,
    u.value, nullif(u.unit, ''), u.min_quantity, %s::date,
    (SELECT min(p.valid_from) FROM masterdata_price p WHERE p.scope_id = %s::bigint AND p.target = u.target
        AND p.min_quantity = u.min_quantity AND p.valid_from > %s::date), %s::text, 1
FROM unnest(%s::bigint[], %s::text[], %s::numeric[], %s::text[], %s::numeric[], %s::bigint[])
    AS u(target, method, value, unit, min_quantity, price_id)
RETURNING target, min_quantity, id"""
# What a price ended goes on until the price would have ended itself.
WITHDRAW = """
DELETE FROM masterdata_price WHERE id = ANY(%s::bigint[])
RETURNING target, min_quantity, valid_from, valid_to"""
GO_ON = """
UPDATE masterdata_price p SET valid_to = u.valid_to
FROM unnest(%s::bigint[], %s::numeric[], %s::date[], %s::date[]) AS u(target, min_quantity, valid_from, valid_to)
WHERE p.scope_id = %s::bigint AND p.target = u.target AND p.min_quantity = u.min_quantity
    AND p.valid_to = u.valid_from"""


@dataclass(frozen=True, slots=True)
class WantedPrice:
    """A price to hold; `target` is an item's id or minus a class's, `price_id` that of one which is gone."""

    target: int
    method: str
    value: Decimal
    unit: str
    min_quantity: Decimal
    price_id: int | None = None


def write_prices(
    batch: Batch, *, scope_id: int, prices: Sequence[WantedPrice], valid_from: date, reason: str
) -> dict[tuple[int, Decimal], int]:
    """Let the prices hold from a day on as `set_price` does one; their ids by (target, quantity)."""
    end_prices(
        batch, scope_id=scope_id, keys=[(each.target, each.min_quantity) for each in prices], on=valid_from
    )
    rows = batch.read(
        WRITE,
        scope_id,
        valid_from,
        scope_id,
        valid_from,
        reason[:120],
        [each.target for each in prices],
        [each.method for each in prices],
        [each.value for each in prices],
        [each.unit for each in prices],
        [each.min_quantity for each in prices],
        [each.price_id for each in prices],
    )
    return {(target, quantity): price_id for target, quantity, price_id in rows}


def end_prices(batch: Batch, *, scope_id: int, keys: Sequence[tuple[int, Decimal]], on: date) -> None:
    """Let what holds for the (target, quantity) keys end before `on`; what would begin that very day goes."""
    targets, quantities = [target for target, _ in keys], [quantity for _, quantity in keys]
    batch.write(REPLACE, targets, quantities, scope_id, on)
    batch.write(END, on, targets, quantities, scope_id, on, on)


def withdraw_prices(batch: Batch, *, scope_id: int, price_ids: Sequence[int]) -> None:
    """Take prices away as if they had never been set: what they ended goes on."""
    rows = batch.read(WITHDRAW, list(price_ids))
    targets, quantities, starts, ends = (
        (list(column) for column in zip(*rows, strict=True)) if rows else ([], [], [], [])
    )
    if rows:
        batch.write(GO_ON, targets, quantities, starts, ends, scope_id)
