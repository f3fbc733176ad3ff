"""What suppliers charge, what waits of it, and what is received and not invoiced, as a reader may see it."""

from typing import Any

from django.db.models import F, Q, QuerySet

from billing.payables.models import (
    GoodsAccrual,
    MatchException,
    Payable,
    SupplierInvoice,
    SupplierInvoiceLine,
)

OPEN = Q(resolved_at=None)
OWED = ~Q(value=F("cleared"))


def supplier_invoice_list(*, user: Any) -> QuerySet[SupplierInvoice]:
    """Invoices and credit notes in scope, newest first."""
    rows = SupplierInvoice.objects.visible_to(user).select_related("supplier__party", "company")
    return rows.order_by("-pk")


def lines_of(found: SupplierInvoice) -> QuerySet[SupplierInvoiceLine]:
    """An invoice's lines with what they name."""
    return found.lines.select_related(
        "purchase_line__order", "purchase_line__item", "purchase_line__supply", "supplier_return", "account"
    ).order_by("line")


def exception_list(*, user: Any) -> QuerySet[MatchException]:
    """What did not match, with its invoice and owner."""
    rows = MatchException.objects.visible_to(user)
    return rows.select_related("invoice__supplier__party", "owner", "company").order_by("opened_at", "pk")


def open_exceptions(*, user: Any) -> QuerySet[MatchException]:
    return exception_list(user=user).filter(OPEN)


def accrual_list(*, user: Any) -> QuerySet[GoodsAccrual]:
    """What was received or sent back, with `open`: what of its value no invoice or credit note has come for."""
    rows = GoodsAccrual.objects.visible_to(user).select_related(
        "supplier__party", "company", "purchase_line__order", "purchase_line__item", "supplier_return"
    )
    return rows.annotate(open=F("value") - F("cleared")).order_by("first_at", "pk")


def payable_list(*, user: Any) -> QuerySet[Payable]:
    """What is owed to suppliers and by them, what is due first in front."""
    return (
        Payable.objects.visible_to(user)
        .select_related("supplier__party", "company", "invoice")
        .order_by("due_on", "pk")
    )
