"""A quote on paper."""

from decimal import Decimal
from typing import Any

from django.db.models import QuerySet

from erp.kernel.pdf import render_pdf
from orders.entry.rules import tax_by_rate

from .models import Quote, QuoteLine


def quote_file(quote_id: int) -> bytes:
    """The newest revision as a PDF, in the active language."""
    rows = Quote.objects.select_related("customer__party", "customer__terms", "company", "ship_to")
    return print_quote(rows.get(pk=quote_id))


def print_quote(quote: Quote) -> bytes:
    """The PDF of a quote that was read with its customer, company and address."""
    return render_pdf("orders/quotes/quote_pdf.html", sheet_of(quote))


def sheet_of(quote: Quote) -> dict[str, Any]:
    lines = lines_of_revision(quote)
    taxes: list[tuple[Decimal, tuple[Decimal, Decimal]]] = sorted(
        tax_by_rate([(line.net, line.tax_rate_percent) for line in lines], quote.currency).items()
    )
    return {"quote": quote, "lines": lines, "taxes": taxes, "company": quote.company}


def lines_of_revision(quote: Quote, revision: int | None = None) -> QuerySet[QuoteLine]:
    """The lines of one revision, by default the newest, with what became of them."""
    found = quote.lines.filter(revision=revision or quote.revision)
    return found.select_related("item", "order_line__order").order_by("line")
