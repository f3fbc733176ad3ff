"""A quote on paper."""

from decimal import Decimal

from django.db.models import QuerySet

from erp.kernel.pdf import render_pdf
from orders.entry.rules import tax_by_rate

from .models import Quote, QuoteLine, QuoteRevision


def revision_file(revision_id: int) -> bytes:
    """One revision as a PDF, in the active language: what was sent, whatever the quote has become since."""
    rows = QuoteRevision.objects.select_related(
        "quote__customer__party", "quote__customer__terms", "quote__company", "quote__ship_to"
    )
    return _printed(rows.get(pk=revision_id))


def print_quote(quote: Quote) -> bytes:
    """The PDF of the newest revision of a quote that was read with its customer, company and address."""
    return _printed(quote.revisions.get(revision=quote.revision))


def _printed(written: QuoteRevision) -> bytes:
    quote = written.quote
    lines = lines_of_revision(quote, written.revision)
    taxes: list[tuple[Decimal, tuple[Decimal, Decimal]]] = sorted(
        tax_by_rate([(line.net, line.tax_rate_percent) for line in lines], quote.currency).items()
    )
    context = {"quote": quote, "written": written, "lines": lines, "taxes": taxes, "company": quote.company}
    return render_pdf("orders/quotes/quote_pdf.html", context)


def lines_of_revision(quote: Quote, revision: int | None = None) -> QuerySet[QuoteLine]:
    """The lines of one revision, by default the newest, with what became of them."""
    found = quote.lines.filter(revision=revision or quote.revision)
    return found.select_related("item", "order_line__order").order_by("line")
