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
    links = []
    for row in found:
        state, tone = RUNS[PaymentRun.State(row.state)]
        address = reverse("billing:payment_run", args=[row.pk])
        links.append(
            Link(_("Payment run"), row.number, address, state, tone, order=80, icon="banknote-arrow-up")
        )
    return links
