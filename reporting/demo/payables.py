"""What suppliers of the demo company charge, most of it clean, and what is proposed to be paid of it."""

from collections.abc import Callable
from datetime import datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from billing.models import BankAccount, BankDetails, GoodsAccrual
from billing.payables.actions.capture_supplier_invoice import capture_supplier_invoice
from billing.payables.capturing import InvoiceLine, Tax
from billing.payments.actions.keep_bank_details import decide_bank_details, propose_bank_details
from billing.payments.actions.propose_payments import propose_payments
from erp.kernel.command import By
from erp.kernel.money import round_money
from masterdata.models import Supplier

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


def pay_suppliers(by: Callable[[str, datetime], By], now: datetime) -> None:
    """Confirm where most suppliers are paid, leave one to confirm, and propose what is due within two months."""
    suppliers = Supplier.objects.filter(company__code=MAIN, payables__open__gt=0).distinct().order_by("pk")
    for place, supplier in enumerate(suppliers):
        told = propose_bank_details(
            by("buyer", now - timedelta(days=2)),
            supplier_id=supplier.pk,
            holder=supplier.party.name[:70],
            iban=iban_of(supplier.pk),
            note="Letter with the signature that we know",
        )
        if place or len(suppliers) == 1:
            decide_bank_details(
                by("finance", now - timedelta(days=1)), details_id=told.details_id, confirm=True
            )
    bank = BankAccount.objects.filter(company__code=MAIN, kind=BankAccount.Kind.BANK, currency="EUR").first()
    if bank is None or not BankDetails.objects.filter(state=BankDetails.State.CONFIRMED).exists():
        return
    today = now.astimezone(ZoneInfo(bank.company.time_zone)).date()
    propose_payments(
        by("finance", now), bank_account_id=bank.pk, pay_on=today, due_until=today + timedelta(days=60)
    )


def iban_of(number: int) -> str:
    """An account in Belgium with check digits that fit (ISO 13616, modulo 97)."""
    account = f"{539_000_000_000 + number:012}"
    return f"BE{98 - int(f'{account}111400') % 97:02}{account}"
