"""Invoices and what waits to be invoiced, as a reader may see them."""

from typing import Any

from django.db.models import QuerySet

from billing.invoicing.models import Billable, Invoice


def invoice_list(*, user: Any) -> QuerySet[Invoice]:
    """Invoices and credit memos in scope, newest first, with what a row shows."""
    invoices = Invoice.objects.visible_to(user).select_related(
        "bill_to__party", "order", "shipment", "company", "open_item"
    )
    return invoices.order_by("-issued_on", "-pk")


def invoice_of(*, user: Any, number: str) -> QuerySet[Invoice]:
    """One document with everything its page and its PDF show."""
    return (
        invoice_list(user=user).filter(number=number).select_related("customer__party", "credits", "document")
    )


def unbilled(*, user: Any) -> QuerySet[Billable]:
    """Earned and not charged yet."""
    billables = Billable.objects.visible_to(user).filter(billed=0, withdrawn_at=None)
    return billables.select_related("shipment", "order__customer__party", "order_line__item", "company")
