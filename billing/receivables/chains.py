"""Payments in the document chain."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from billing.receivables.permissions import VIEW_RECEIVABLE
from billing.receivables.queries import receipt_list
from erp.kernel.access import access_of
from erp.kernel.chains import Link, provider


@provider("billing.invoice")
def payments_of_invoice(user: Any, kind: str, pk: int) -> list[Link]:
    """Receipts that were applied to an invoice."""
    if VIEW_RECEIVABLE not in access_of(user).permissions:
        return []
    found = receipt_list(user=user).filter(applications__item__invoice=pk).distinct()[:20]
    return [
        Link(_("Payment"), row.number, reverse("billing:receipt", args=[row.pk]), order=80, icon="banknote")
        for row in found
    ]
