"""The dock of the demo: what came was put away, this morning's delivery stands there, and not all of it was right."""

from collections import defaultdict
from collections.abc import Callable
from datetime import datetime, timedelta
from decimal import Decimal

from erp.kernel.command import By
from inventory.inbound.actions.post_receipt import ReceiptLineRequest, post_receipt
from inventory.inbound.actions.report_differences import Found, report_differences
from inventory.inbound.actions.resolve_difference import resolve_difference
from inventory.models import PurchaseOrder, PurchaseOrderLine, PutawayTask
from inventory.putaway.actions.begin_putaways import begin_putaways
from inventory.putaway.actions.put_away import Placed, put_away
from masterdata.models import Bin, Company

HALF = Decimal(2)
ARRIVED = 4  # lines of this morning's delivery


def work_the_dock(by: Callable[[str, datetime], By], now: datetime) -> None:
    """Put away what came on earlier days, take a delivery in, and tell the buyer what was wrong with two of them."""
    _put_away(by, now - timedelta(days=1))
    company = Company.objects.earliest("pk")
    open_orders = PurchaseOrder.objects.filter(company=company, group=None).order_by("pk")
    for order in open_orders.filter(lines__supply__received__gt=0).distinct()[:1]:
        pk = _report(by, now - timedelta(days=2), order, [("over", "12", "A carton more than on the note")])
        resolve_difference(
            by("buyer", now - timedelta(days=1)),
            difference_id=pk,
            outcome="sent_back",
            note="Goes with the next truck",
        )
    for order in open_orders.filter(lines__supply__received=0, lines__item__lot_tracked=False).distinct()[:1]:
        _take_in(by, now - timedelta(hours=2), order)
        wrong = [("short", "2", "Pallet not wrapped"), ("damaged", "1", "Corner crushed")]
        _report(by, now - timedelta(hours=1), order, wrong)


def _put_away(by: Callable[[str, datetime], By], at: datetime) -> None:
    """Into the proposed bins, a site at a time; what pickers took is theirs."""
    waiting: defaultdict[int, list[PutawayTask]] = defaultdict(list)
    for task in PutawayTask.objects.filter(state="open").order_by("pk"):
        waiting[task.site_id].append(task)
    for tasks in waiting.values():
        begun = begin_putaways(by("warehouse", at), task_ids=[task.pk for task in tasks])
        loose = [
            Placed(task_id, bin_id)
            for task_id, bin_id in zip(begun.task_ids, begun.bin_ids, strict=True)
            if bin_id and _stands(task_id)
        ]
        if loose:
            put_away(by("warehouse", at + timedelta(hours=1)), placed=loose)


def _stands(task_id: int) -> bool:
    """Whether something of it stands there that no pick is bound to."""
    task = PutawayTask.objects.get(pk=task_id)
    lying = task.bin.balances.filter(item=task.item_id, lot=task.lot_id, status=task.status).first()
    return lying is not None and lying.loose > 0


def _take_in(by: Callable[[str, datetime], By], at: datetime, order: PurchaseOrder) -> None:
    """Half of each of the first lines, into the receiving bin."""
    lines = order.lines.filter(item__lot_tracked=False).select_related("supply").order_by("line")[:ARRIVED]
    place = Bin.objects.get(site=order.site_id, kind="receiving")
    post_receipt(
        by("warehouse", at),
        purchase_order_id=order.pk,
        lines=[ReceiptLineRequest(line.supply_id, line.supply.expected // HALF, place.pk) for line in lines],
        delivery_note=f"DN-{90_000 + order.pk}",
    )


def _report(
    by: Callable[[str, datetime], By], at: datetime, order: PurchaseOrder, wrong: list[tuple[str, str, str]]
) -> int:
    """Differences of the order's first lines; the first one's id."""
    lines = PurchaseOrderLine.objects.filter(order=order).order_by("line")
    found = [
        Found(line.pk, kind, Decimal(quantity), note)
        for line, (kind, quantity, note) in zip(lines, wrong, strict=False)
    ]
    made = report_differences(by("warehouse", at), purchase_order_id=order.pk, found=found)
    return made.difference_ids[0]
