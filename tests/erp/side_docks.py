"""What stands at the dock of one of two companies, and what was wrong with its delivery."""

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any

from erp.kernel import clock
from erp.kernel.command import By
from inventory.inbound.actions.report_differences import Found, report_differences
from inventory.models import PutawayTask, ReceiptDifference, Unloading
from tests.erp.side import Side


def docks(made: Side, by: Callable[[], By]) -> dict[str, Any]:
    """A difference of its purchase order, and goods of its receipt that are to be put away."""
    line, receipt = made.rows["purchase_line"], made.rows["receipt"]
    found = [Found(line.pk, "over", Decimal(1), f"{made.name} brought it")]
    reported = report_differences(by(), purchase_order_id=line.order_id, found=found)
    at = clock.now()
    task = PutawayTask.objects.create(
        number=f"PUT-{made.name}",
        company=made.company,
        site=made.site,
        source="inventory.receipt",
        source_id=receipt.pk,
        document=receipt.number,
        item=line.item,
        bin=made.site.bins.get(kind="receiving"),
        status="available",
        quantity=1,
        made_at=at,
        due_at=at + timedelta(hours=4),
    )
    by_truck = Unloading.objects.create(
        number=f"UNL-{made.name}",
        company=made.company,
        site=made.site,
        purchase_order=line.order,
        begun_by=made.clerk.username,
        begun_at=at,
    )
    return {
        "unloading": by_truck,
        "putaway": task,
        "receipt_difference": ReceiptDifference.objects.get(pk=reported.difference_ids[0]),
    }
