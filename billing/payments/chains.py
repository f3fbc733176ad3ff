"""Payments in the document chain of supplier invoices."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from billing.payments.models import PaymentRun
from billing.payments.permissions import VIEW_PAYMENT
from billing.payments.queries import run_list
from billing.payments.states import RUNS
from erp.kernel.access import access_of
from erp.kernel.chains import Link, provider

MOST = 20


@provider("billing.supplierinvoice")
def payments_of(user: Any, kind: str, pk: int) -> list[Link]:
    """The runs that an invoice was or is to be paid with."""
    if VIEW_PAYMENT not in access_of(user).permissions:
        return []
    found = run_list(user=user).filter(items__payable__invoice=pk).distinct().order_by("pk")[:MOST]
    return [
        Link(_("Payment run"), row.number, reverse("billing:payment_run", args=[row.pk]), *RUNS[PaymentRun.State(row.state)],
             order=80, icon="banknote-arrow-up")
        for row in found
    ]  # fmt: skip
