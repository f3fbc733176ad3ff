"""Invoices and what waits to be invoiced, as a reader may see them."""

from typing import Any

from django.db.models import Case, CharField, F, QuerySet, Value, When

from billing.invoicing.models import UNBILLED, Billable, Invoice, InvoiceLine
from billing.invoicing.permissions import VIEW_SERIES
from erp.kernel.access import access_of
from erp.kernel.models import NumberSeries
from masterdata.models import Company
from masterdata.places.queries import company_list


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


def creditable_lines_of(invoice: Invoice) -> list[InvoiceLine]:
    """Lines of which something is not credited yet."""
    left = invoice.lines.filter(billable__credited__lt=F("billable__billed"))
    return list(left.select_related("item", "billable"))


def unbilled(*, user: Any) -> QuerySet[Billable]:
    """Earned and not charged yet."""
    billables = Billable.objects.visible_to(user).filter(UNBILLED)
    return billables.select_related("shipment", "order__customer__party", "order_line__item", "company")


def series_list(*, user: Any) -> QuerySet[NumberSeries]:
    """Legal number series of the companies in scope, with `company_code`; for those who may see them."""
    access = access_of(user).holding(VIEW_SERIES)
    companies = company_list(user=user)
    if not access.everywhere:
        companies = companies.filter(pk__in=access.scopes.get("company", ()))
    codes = {f"company:{pk}": code for pk, code in companies.values_list("pk", "code")}
    if not codes:
        return NumberSeries.objects.none()
    named = [When(scope=scope, then=Value(code)) for scope, code in codes.items()]
    rows = NumberSeries.objects.filter(scope__in=codes, code__in=Invoice.Kind.values)
    return rows.annotate(company_code=Case(*named, default=Value(""), output_field=CharField()))


def company_of(series: NumberSeries) -> Company:
    """The company that a legal series belongs to."""
    return Company.objects.get(pk=int(series.scope.partition(":")[2]))
