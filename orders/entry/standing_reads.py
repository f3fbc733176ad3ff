"""The second read of submit: credit and stock under lock, and the same for a look (performance.md 2.2 and 2.3)."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from erp.kernel.batch import Batch
from inventory.commitments.freshness import fresh_stock
from inventory.commitments.queries import quotas_of
from inventory.commitments.rules import Coming
from inventory.commitments.sharing import Quota, open_stock
from orders.credit.reads import HOLDER, PATH
from orders.credit.rules import Account, CreditCheck

from .reads import Header

# Credit before stock (design.md 15): the second lock waits for the first by counting its rows.
LOCK = f"""
WITH credit AS MATERIALIZED (
    SELECT a.id, {HOLDER} AS holder, a."limit", a.exposure FROM {PATH}
    WHERE p.id = %s::bigint ORDER BY a.id FOR NO KEY UPDATE OF a),
stock AS MATERIALIZED (
    SELECT id, item_id, available - reserved AS free FROM inventory_sitestock
    WHERE site_id = %s::bigint AND item_id = ANY(%s::bigint[]) AND (SELECT count(*) FROM credit) >= 0
    ORDER BY id FOR NO KEY UPDATE)
SELECT 'credit', id, NULL, "limit", exposure, holder FROM credit
UNION ALL SELECT 'stock', id, item_id, free, NULL, NULL FROM stock
UNION ALL SELECT 'quota', q.id, q.item_id, q.quantity, NULL, NULL FROM inventory_allocationquota q
    WHERE q.site_id = %s::bigint AND q.item_id = ANY(%s::bigint[]) AND q.ended_at IS NULL
UNION ALL SELECT 'lots', i.id, i.id, NULL, NULL, NULL FROM masterdata_item i
    WHERE i.id = ANY(%s::bigint[]) AND i.lot_tracked"""

# The same figures for a look that holds nobody up, with what is coming.
LOOK = f"""
SELECT 'credit', a.id, NULL::bigint, a."limit", a.exposure, NULL::date, {HOLDER} FROM {PATH} WHERE p.id = %s::bigint
UNION ALL
SELECT 'stock', id, item_id, available - reserved, NULL, NULL, NULL FROM inventory_sitestock
WHERE site_id = %s::bigint AND item_id = ANY(%s::bigint[])
UNION ALL
SELECT 'coming', id, item_id, expected - received - cancelled - committed, NULL, due_on, NULL FROM inventory_supply
WHERE site_id = %s::bigint AND item_id = ANY(%s::bigint[]) AND expected > received + cancelled AND NOT is_drop
UNION ALL
SELECT 'quota', q.id, q.item_id, q.quantity, NULL, NULL, NULL FROM inventory_allocationquota q
WHERE q.site_id = %s::bigint AND q.item_id = ANY(%s::bigint[]) AND q.ended_at IS NULL
UNION ALL
SELECT 'lots', i.id, i.id, NULL, NULL, NULL, NULL FROM masterdata_item i
WHERE i.id = ANY(%s::bigint[]) AND i.lot_tracked"""


@dataclass(frozen=True, slots=True)
class Standing:
    """Credit and stock that an order is decided on; under lock at submit, as they stand now at the desk."""

    accounts: list[Account]  # every limit that the payer draws on
    stock_ids: dict[int, int]  # by item
    free: dict[int, Decimal]  # by item

    def credit_check(self, amount: Decimal) -> CreditCheck:
        return CreditCheck(self.accounts, amount)


@dataclass(frozen=True, slots=True)
class Leaving:
    """When an order's goods are to leave, how many days of life they have left then, and the first day on which
    anything leaves the site."""

    on: date
    life_days: int
    today: date


def lock(batch: Batch, header: Header, item_ids: Sequence[int], leaving: Leaving) -> Standing:
    """Lock the credit accounts with a limit that the payer draws on, then the items' stock at the site.

    What quotas keep of it for other classes of customers is not free, nor what has expired when it would leave; only
    where there is a quota or a lot it is asked for.
    """
    found = _Found()
    items = sorted(set(item_ids))
    for kind, row_id, item_id, first, second, holder in batch.read(
        LOCK, header.bill_to_id, header.site_id, items, header.site_id, items, items
    ):
        found.add(kind, row_id, item_id, first, second, holder)
    return found.standing(batch, header, leaving)


def look(
    batch: Batch, header: Header, item_ids: Sequence[int], leaving: Leaving
) -> tuple[Standing, dict[int, list[Coming]]]:
    """What `lock` would say now, without locking, and the items' open supplies by due date."""
    found = _Found()
    coming: defaultdict[int, list[Coming]] = defaultdict(list)
    items = sorted(set(item_ids))
    for kind, row_id, item_id, first, second, due_on, holder in batch.read(
        LOOK, header.bill_to_id, header.site_id, items, header.site_id, items, header.site_id, items, items
    ):
        if kind == "coming":
            coming[item_id].append(Coming(row_id, due_on, first))
        else:
            found.add(kind, row_id, item_id, first, second, holder)
    for supplies in coming.values():
        supplies.sort(key=lambda supply: (supply.due_on, supply.supply_id))
    return found.standing(batch, header, leaving), coming


@dataclass(slots=True)
class _Found:
    """The rows of `LOCK` and `LOOK`, sorted by what they are."""

    accounts: list[Account] = field(default_factory=list)
    stock_ids: dict[int, int] = field(default_factory=dict)
    free: dict[int, Decimal] = field(default_factory=dict)
    kept: list[int] = field(default_factory=list)  # items of which quotas keep some
    in_lots: list[int] = field(default_factory=list)

    def add(self, kind: str, row_id: int, item_id: int, first: Any, second: Any, holder: str) -> None:
        if kind == "credit":
            self.accounts.append(Account(row_id, holder, first, second))
        elif kind == "stock":
            self.stock_ids[item_id], self.free[item_id] = row_id, first
        elif kind == "quota":
            self.kept.append(item_id)
        else:
            self.in_lots.append(item_id)

    def standing(self, batch: Batch, header: Header, leaving: Leaving) -> Standing:
        """With what is kept for others and what expires too early taken out of what is free: reads of their own, so
        that they see what the lock waited for."""
        quotas: dict[int, list[Quota]] = {}
        fresh: dict[int, Decimal] = {}
        if self.kept:
            quotas = quotas_of(batch, site_id=header.site_id, item_ids=self.kept)
        if self.in_lots:
            fresh = fresh_stock(
                batch,
                site_id=header.site_id,
                item_ids=self.in_lots,
                on=leaving.on,
                life_days=leaving.life_days,
                today=leaving.today,
            )
        free = open_stock(header.class_id, self.free, quotas, fresh)
        return Standing(self.accounts, self.stock_ids, free)
