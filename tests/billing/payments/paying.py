"""Invoices that are owed, bank details, and runs, for tests of every step."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from billing.models import BankAccount, Payable, PaymentRun
from billing.payments.actions.keep_bank_details import decide_bank_details, propose_bank_details
from billing.payments.actions.propose_payments import ProposedRun, propose_payments
from erp.kernel.actor import Actor
from erp.kernel.command import By
from tests.billing.payables.buying import charge, goods, received
from tests.factories import local_day
from tests.trade import Trade

D = Decimal
OUR_IBAN = "BE68539007547034"
THEIR_IBAN = "DE89370400440532013000"


def confirmed(supplier_id: int, iban: str = THEIR_IBAN, holder: str = "Müller & Söhne GmbH") -> None:
    """Bank details that one entered and another confirmed."""
    made = propose_bank_details(
        By(Actor.system("one")),
        supplier_id=supplier_id,
        holder=holder,
        iban=iban,
        bic="COBADEFFXXX",
        note="Letter",
    )
    decide_bank_details(By(Actor.system("other")), details_id=made.details_id, confirm=True)


def owed(shop: Trade, net: str = "60", *, due: int = 0, reference: str = "", **changes: Any) -> Payable:
    """A posted invoice of ten at 6 without tax, due in so many days."""
    day = local_day()
    (line,) = received(shop, 10, cost=str(D(net) / 10))
    made = charge(
        shop,
        goods(line, 10, net),
        rate=0,
        reference=reference or f"N{Payable.objects.count() + 1}",
        issued_on=day - timedelta(days=30),
        due_on=day + timedelta(days=due),
        **changes,
    )
    assert made.posted, made
    return Payable.objects.get(invoice=made.invoice_id)


def credit(shop: Trade, invoice: Payable, net: str) -> Payable:
    """A posted credit note for goods that were kept."""
    line = invoice.invoice.lines.get().purchase_line
    made = charge(
        shop, goods(line, 1, net), rate=0, kind="credit_note", reference=f"CN{Payable.objects.count()}"
    )
    return Payable.objects.get(invoice=made.invoice_id)


def discounted(payable: Payable, amount: str, *, days: int) -> None:
    """With so much less if it is paid within so many days."""
    day = local_day() + timedelta(days=days)
    Payable.objects.filter(pk=payable.pk).update(discount=D(amount), discount_on=day)


def run(
    shop: Trade, bank: BankAccount, *, until: int = 7, on: date | None = None, by: By | None = None
) -> ProposedRun:
    """What is due within so many days, paid today."""
    day = on or local_day()
    return propose_payments(
        by or shop.by(), bank_account_id=bank.pk, pay_on=day, due_until=day + timedelta(days=until)
    )


def items(made: ProposedRun) -> list[tuple[int, Decimal, Decimal, str]]:
    """Payable, amount, discount and why."""
    rows = PaymentRun.objects.get(pk=made.run_id).items.order_by("payable")
    return list(rows.values_list("payable", "amount", "discount", "why"))
