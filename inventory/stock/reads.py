"""The ledger's locking reads: period, then site stock, then balances (design.md 15)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from erp.kernel.batch import Batch

from .errors import NoOpenPeriod

# Late facts post in the first open period, their effective date kept (GL05).
PERIOD = """
    SELECT greatest(p.starts_on, d.on_day) AS accounting_on
    FROM masterdata_accountingperiod p
    JOIN (SELECT c.id, (%s::timestamptz AT TIME ZONE c.time_zone)::date AS on_day FROM masterdata_company c
          WHERE c.id = %s::bigint) d ON d.id = p.company_id
    WHERE p.ends_on >= d.on_day AND p.closed_at IS NULL ORDER BY p.starts_on LIMIT 1 FOR SHARE OF p"""

SITE_STOCK = f"""
WITH period AS MATERIALIZED ({PERIOD}),
stock AS MATERIALIZED (
    SELECT s.id, s.item_id, s.available, s.reserved, s.valued_quantity, s.value FROM inventory_sitestock s
    WHERE s.site_id = %s::bigint AND s.item_id = ANY(%s::bigint[]) AND (SELECT count(*) FROM period) >= 0
    ORDER BY s.id FOR NO KEY UPDATE)
SELECT (SELECT accounting_on FROM period), s.id, s.item_id, i.item_class_id, s.available, s.reserved,
    s.valued_quantity, s.value
FROM stock s JOIN masterdata_item i ON i.id = s.item_id"""

SITES_STOCK = f"""
WITH period AS MATERIALIZED ({PERIOD}),
stock AS MATERIALIZED (
    SELECT s.id, s.site_id, s.item_id, s.available, s.reserved, s.valued_quantity, s.value FROM inventory_sitestock s
    WHERE s.site_id = ANY(%s::bigint[]) AND s.item_id = ANY(%s::bigint[]) AND (SELECT count(*) FROM period) >= 0
    ORDER BY s.id FOR NO KEY UPDATE)
SELECT (SELECT accounting_on FROM period), s.site_id, s.id, s.item_id, i.item_class_id, s.available, s.reserved,
    s.valued_quantity, s.value
FROM stock s JOIN masterdata_item i ON i.id = s.item_id"""

ENSURE_SITE_STOCK = """
INSERT INTO inventory_sitestock (item_id, site_id, on_hand, available, reserved, valued_quantity, value)
SELECT u.item_id, %s::bigint, 0, 0, 0, 0, 0 FROM unnest(%s::bigint[]) AS u(item_id) ORDER BY u.item_id
ON CONFLICT DO NOTHING"""

ENSURE_BALANCES = """
INSERT INTO inventory_stockbalance (item_id, site_id, bin_id, lot_id, status, owner_id, quantity, allocated)
SELECT u.item_id, %s::bigint, u.bin_id, u.lot_id, u.status, NULL, 0, 0
FROM unnest(%s::bigint[], %s::bigint[], %s::bigint[], %s::text[]) AS u(item_id, bin_id, lot_id, status)
ORDER BY 1, 3, 4, 5 ON CONFLICT DO NOTHING"""

BALANCES = """
SELECT b.id, b.item_id, b.bin_id, b.lot_id, b.status FROM inventory_stockbalance b
WHERE b.site_id = %s::bigint AND b.item_id = ANY(%s::bigint[]) AND b.bin_id = ANY(%s::bigint[])
    AND b.owner_id IS NULL
ORDER BY b.id FOR NO KEY UPDATE"""

Place = tuple[int, int, int | None, str]  # item, bin, lot, status


@dataclass(slots=True)
class StockRow:
    """One item at the site, locked."""

    id: int
    item_id: int
    class_id: int
    available: Decimal
    reserved: Decimal
    valued_quantity: Decimal
    value: Decimal


def lock_site_stock(
    batch: Batch,
    *,
    company_id: int,
    site_id: int,
    item_ids: Sequence[int],
    effective_at: datetime,
    ensure: bool = False,
) -> tuple[date, dict[int, StockRow]]:
    """The accounting date and the items' site stock, locked. `ensure` makes rows for items new to the site."""
    items = sorted(set(item_ids))
    if ensure:
        batch.write(ENSURE_SITE_STOCK, site_id, items)
    rows = batch.read(SITE_STOCK, effective_at, company_id, site_id, items)
    if rows and rows[0][0] is None:
        raise NoOpenPeriod(company=company_id, on=effective_at.date())
    return (rows[0][0] if rows else effective_at.date()), {row[2]: StockRow(*row[1:]) for row in rows}


def lock_stock_of_sites(
    batch: Batch,
    *,
    company_id: int,
    site_ids: Sequence[int],
    item_ids: Sequence[int],
    effective_at: datetime,
) -> tuple[date, dict[int, dict[int, StockRow]]]:
    """The accounting date and, by site, the items' site stock at several sites of a company, locked in one order."""
    sites, items = sorted(set(site_ids)), sorted(set(item_ids))
    for site_id in sites:
        batch.write(ENSURE_SITE_STOCK, site_id, items)
    rows = batch.read(SITES_STOCK, effective_at, company_id, sites, items)
    if rows and rows[0][0] is None:
        raise NoOpenPeriod(company=company_id, on=effective_at.date())
    found: dict[int, dict[int, StockRow]] = {site_id: {} for site_id in sites}
    for _, site_id, *row in rows:
        found[site_id][row[1]] = StockRow(*row)
    return (rows[0][0] if rows else effective_at.date()), found


def lock_balances(batch: Batch, *, site_id: int, places: Sequence[Place]) -> dict[Place, int]:
    """Ids of the balances of our own stock in these places, made where missing, locked."""
    columns = [list(column) for column in zip(*sorted(set(places), key=repr), strict=True)]
    batch.write(ENSURE_BALANCES, site_id, *columns)
    rows = batch.read(BALANCES, site_id, sorted(set(columns[0])), sorted(set(columns[1])))
    return {(item_id, bin_id, lot_id, status): row_id for row_id, item_id, bin_id, lot_id, status in rows}
