"""A morning on the warehouse floor: counts planned, one of them done, what was lost and found, goods looked at."""

from collections.abc import Callable
from datetime import datetime, timedelta
from decimal import Decimal

from erp.kernel.command import By
from inventory.adjustments.actions.adjust_stock import AdjustLine, adjust_stock
from inventory.adjustments.actions.change_status import StatusRow, change_status
from inventory.counting.actions.count_item import count_item
from inventory.counting.actions.finish_count import finish_count
from inventory.counting.actions.plan_counts import plan_counts
from inventory.counting.models import CountTask
from inventory.models import StockBalance
from inventory.stock.models import Status
from masterdata.models import Site

# Signed quantities with their reasons: some within what a warehouse may adjust alone, one that waits for a second word.
ADJUSTED = (("-1", "lost"), ("2", "found"), ("-2", "damaged"), ("-40", "lost"))


def keep_the_floor(by: Callable[[str, datetime], By], now: datetime) -> None:
    """Plan every site's counts; at the first site finish one, adjust some bins and set some goods aside to inspect."""
    for site in Site.objects.order_by("pk"):
        plan_counts(by("warehouse", now - timedelta(hours=3)), site_id=site.pk)
    first = CountTask.objects.order_by("pk")[0]
    _count(by, first, now - timedelta(hours=2))
    lying = StockBalance.objects.filter(
        site=first.site_id, status=Status.AVAILABLE, allocated=0, quantity__gte=60, lot=None
    ).exclude(bin=first.bin_id)
    *adjusted, inspected = lying.order_by("pk")[: len(ADJUSTED) + 1]
    for balance, (quantity, reason) in zip(adjusted, ADJUSTED, strict=True):
        line = AdjustLine(balance.item_id, balance.bin_id, Decimal(quantity))
        adjust_stock(
            by("warehouse", now - timedelta(hours=1)), site_id=first.site_id, lines=[line], reason=reason
        )
    row = StatusRow(inspected.item_id, inspected.bin_id, None, "available", "quality", Decimal(10))
    change_status(
        by("warehouse", now - timedelta(minutes=40)),
        site_id=first.site_id,
        rows=[row],
        reason="Thread looks off: asked the supplier",
    )


def _count(by: Callable[[str, datetime], By], task: CountTask, at: datetime) -> None:
    """Every item of the bin is there as the ledger says."""
    for balance in StockBalance.objects.filter(bin=task.bin_id, quantity__gt=0).order_by("pk"):
        count_item(
            by("warehouse", at),
            task_id=task.pk,
            item_id=balance.item_id,
            lot_id=balance.lot_id,
            counted=balance.quantity,
        )
    finish_count(by("warehouse", at + timedelta(minutes=10)), task_id=task.pk)
