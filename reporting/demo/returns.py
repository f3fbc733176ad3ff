"""Some of what was shipped comes back: a return on each step of its way."""

from collections.abc import Callable
from datetime import datetime, timedelta
from decimal import Decimal

from erp.kernel.command import By
from inventory.outbound.models import Pick, Shipment
from inventory.stock.models import Status, StockBalance
from inventory.supplier_returns.actions.send_back import BackLine, send_back
from inventory.supplier_returns.queries import to_send
from masterdata.models import Bin
from orders.returns.actions.approve_return import approve_return
from orders.returns.actions.dispose_return import Disposal, dispose_return
from orders.returns.actions.receive_return import CountedLine, receive_return
from orders.returns.actions.request_return import request_return
from orders.returns.models import ReturnLine, ReturnReceipt
from orders.returns.rules import ReturnLineRequest

# How far each goes, why it comes back, and where the inspector puts it.
STORIES = (
    ("requested", "not_needed", ""),
    ("requested", "defective", ""),
    ("approved", "shipped_wrong", ""),
    ("approved", "transit", ""),
    ("received", "not_needed", ""),
    ("received", "defective", ""),
    ("inspected", "ordered_wrong", "restock"),
    ("inspected", "defective", "vendor"),
    ("inspected", "defective", "vendor"),
    ("inspected", "transit", "scrap"),
    ("inspected", "short_dated", "quarantine"),
)
EVERY = 7  # the shipments in between stay with their customers


def bring_back(by: Callable[[str, datetime], By], now: datetime) -> None:
    """Carry one return of one unit's line through each of the stories, within the last two weeks."""
    shipped = Shipment.objects.filter(
        state=Shipment.State.SHIPPED,
        shipped_at__gt=now - timedelta(days=20),
        shipped_at__lt=now - timedelta(days=4),
    ).order_by("pk")
    for (stage, reason, kind), shipment in zip(STORIES, shipped[::EVERY], strict=False):
        _carry(by, shipment, stage, reason, kind)
    _send_back(by, now - timedelta(days=1))


def _send_back(by: Callable[[str, datetime], By], at: datetime) -> None:
    """One of what is for the vendor goes back and waits for its credit, the rest waits to go."""
    lying = StockBalance.objects.filter(status=Status.VENDOR, quantity__gt=0).order_by("pk")
    goods = next((each for each in to_send(lying) if each.supplier), None)
    if goods is None or goods.supplier is None:
        return
    (row, _cost), *_others = goods.rows
    line = BackLine(row.item_id, row.bin_id, row.lot_id, Decimal(1))
    send_back(
        by("buyer", at),
        site_id=row.site_id,
        supplier_id=goods.supplier.pk,
        lines=[line],
        authorisation="RGA-2207",
        tracking_number="JJD0090031188",
    )


def _carry(by: Callable[[str, datetime], By], shipment: Shipment, stage: str, reason: str, kind: str) -> None:
    assert shipment.shipped_at is not None and shipment.group.order is not None
    asked = shipment.shipped_at + timedelta(days=2)
    line = shipment.lines.filter(shipped__gte=1).order_by("pk")[0]
    made = request_return(
        by("cs", asked),
        order_id=shipment.group.order.pk,
        lines=[ReturnLineRequest(line.pk, Decimal(1), reason, _lot_of(line.pk))],
    )
    if stage == "requested":
        return
    approve_return(by("owner", asked + timedelta(hours=3)), return_id=made.return_id)
    if stage == "approved":
        return
    back = Bin.objects.get(site=shipment.site_id, kind=Bin.Kind.RECEIVING)
    counted = [CountedLine(ReturnLine.objects.get(rma=made.return_id).pk, Decimal(1), back.pk)]
    receive_return(by("warehouse", asked + timedelta(days=1)), return_id=made.return_id, lines=counted)
    if stage == "received":
        return
    receipt = ReturnReceipt.objects.get(rma=made.return_id)
    dispose_return(
        by("warehouse", asked + timedelta(days=1, hours=4)),
        return_id=made.return_id,
        lines=[Disposal(receipt.pk, kind, Decimal(1))],
    )


def _lot_of(line_id: int) -> int | None:
    """A lot that left with the shipment line."""
    return Pick.objects.filter(line=line_id, picked__gte=1).order_by("pk")[0].balance.lot_id
