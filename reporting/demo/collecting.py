"""What the demo company's collector has said to payers, and what these promised."""

from collections.abc import Callable
from datetime import datetime, timedelta

from billing.collections.actions.record_note import record_note
from billing.collections.actions.record_promise import record_promise
from billing.receivables.models import OpenItem
from erp.kernel.command import By
from masterdata.models import Company
from masterdata.places.queries import day_of

from .masters import MAIN

SAID = (
    ("call", "Their accountant is on leave until Thursday", 3),
    ("email", "Sent the statement and two copies of invoices", 0),
    ("call", "Asked for the proof of delivery of the last shipment", 1),
)


def call_payers(by: Callable[[str, datetime], By], now: datetime) -> None:
    """Three payers with something overdue were called, two others promised to pay."""
    company = Company.objects.get(code=MAIN)
    today = day_of(company, now)
    late = OpenItem.objects.filter(company=company, open__gt=0, due_on__lt=today)
    payers = list(late.order_by("customer").values_list("customer", flat=True).distinct()[: len(SAID) + 2])
    for customer_id, (kind, text, days) in zip(payers, SAID, strict=False):
        record_note(
            by("finance", now - timedelta(hours=3)), customer_id=customer_id, kind=kind, text=text,
            follow_up_on=today + timedelta(days=days) if days else None,
        )  # fmt: skip
    for place, customer_id in enumerate(payers[len(SAID) :]):
        item = late.filter(customer=customer_id).order_by("-open", "pk")[0]
        ago = 9 * place
        record_promise(
            by("finance", now - timedelta(days=ago)), customer_id=customer_id, amount=item.open,
            promised_on=today - timedelta(days=ago) + timedelta(days=5), note="Promised on the phone",
        )  # fmt: skip
