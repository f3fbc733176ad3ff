"""What suppliers of the demo company charge: most of it clean, and one of each reason why an invoice waits."""

from collections.abc import Callable
from datetime import datetime, timedelta
from decimal import Decimal

from billing.models import GoodsAccrual
from billing.payables.actions.capture_supplier_invoice import capture_supplier_invoice
from billing.payables.capturing import InvoiceLine, Tax
from erp.kernel.command import By
from erp.kernel.money import round_money

from .masters import MAIN

RATE = Decimal(21)
# By how much each purchase order line is charged beyond what was agreed, in percent, and what else stands on its
# invoice: nothing, freight, pallets without an order, or more of the goods than came.
CHARGED = (
    (0, ""), (1, "freight"), (0, ""), (9, ""), (0, "pallets"), (0, ""), (0, "more"), (-2, ""), (0, "far freight"),
)  # fmt: skip
FREIGHT = {"freight": Decimal(18), "far freight": Decimal(140)}


def charge_receipts(by: Callable[[str, datetime], By], now: datetime) -> None:
    """Enter an invoice for each of the oldest receipts that nobody has charged."""
    rows = GoodsAccrual.objects.filter(
        company__code=MAIN, purchase_line__isnull=False, billed=0, received__gt=0
    ).select_related("purchase_line__supply", "supplier")
    for place, (row, (percent, also)) in enumerate(zip(rows.order_by("pk"), CHARGED, strict=False)):
        order = row.purchase_line
        assert order is not None, "an accrual of an order has its line"
        quantity = row.received * order.quantity / order.supply.expected
        if also == "more":
            quantity += 1
        net = round_money(quantity * order.unit_cost * (100 + percent) / 100, "EUR")
        lines = [InvoiceLine(net, round(quantity, 6), purchase_line_id=order.pk)]
        if also in FREIGHT:
            lines.append(InvoiceLine(FREIGHT[also], is_freight=True, description="Carriage"))
        if also == "pallets":
            lines.append(InvoiceLine(Decimal("36.00"), Decimal(3), description="Euro pallets"))
        total = sum((line.net for line in lines), Decimal(0))
        tax = round_money(total * RATE / 100, "EUR")
        dated = now - timedelta(days=len(CHARGED) - place)
        capture_supplier_invoice(
            by("finance", dated),
            supplier_id=row.supplier_id,
            kind="invoice",
            reference=f"2026-{4100 + 7 * place}",
            issued_on=dated.date(),
            lines=lines,
            taxes=[Tax(RATE, total, tax)],
            net=total,
            tax=tax,
            gross=total + tax,
        )
