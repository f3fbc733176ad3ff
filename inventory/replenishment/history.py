"""What customers wanted, month by month: original demand, whatever was shipped, when, and instead of it (ADR 25)."""

from collections.abc import Sequence
from datetime import date

from erp.kernel.batch import Batch, Row

from .reads import HISTORY

_corrections: list[str] = []


def corrects_history(sql: str) -> str:
    """Register what a higher room knows to have been wanted otherwise than demands say.

    A constant SELECT of item, site, first day of the month and a signed quantity; it takes items, sites and the day
    before which history ends.
    """
    _corrections.append(sql)
    return sql


def wanted_by_month(
    batch: Batch, item_ids: Sequence[int], site_ids: Sequence[int], before: date
) -> list[Row]:
    """Item, site, month, quantity; rows of the same month add up. One statement, and one for each correction."""
    rows: list[Row] = []
    for sql in (HISTORY, *_corrections):
        rows += batch.read(sql, list(item_ids), list(site_ids), before)
    return rows
