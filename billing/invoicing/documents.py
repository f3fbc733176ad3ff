"""The invoice on paper: rendered once as issued, kept with its hash, never rendered anew (EN 16931 terms)."""

import hashlib
from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import translation

from billing.invoicing.errors import DocumentChanged
from billing.invoicing.models import Invoice, InvoiceDocument, InvoiceLine
from erp.kernel.files import write_whole
from erp.kernel.formats import write_number
from erp.kernel.pdf import render_pdf
from masterdata.models import Item, ShipTo
from masterdata.places.queries import seller_details_of
from orders.entry.models import LineDemand

TYPE_CODES = {Invoice.Kind.INVOICE: "380", Invoice.Kind.CREDIT_MEMO: "381"}  # UNTDID 1001, BT-3
TEMPLATE = "billing/invoicing/invoice_pdf.html"


def invoice_pdf(invoice: Invoice) -> bytes:
    """The stored PDF; rendered and stored now where there is none. Raises DocumentChanged when its hash differs."""
    kept = InvoiceDocument.objects.filter(invoice=invoice).first() or store_pdf(invoice)
    content = (Path(settings.MEDIA_ROOT) / kept.path).read_bytes()
    if hashlib.sha256(content).hexdigest() != kept.sha256:
        raise DocumentChanged(invoice=invoice.number)
    return content


def store_pdf(invoice: Invoice) -> InvoiceDocument:
    """Render, write beside its place and rename, then keep path and hash. A second call answers with the first's."""
    with translation.override(invoice.bill_to.party.language):
        content = render_pdf(TEMPLATE, document_context(invoice))
    digest = hashlib.sha256(content).hexdigest()
    # The hash is part of the name: of two renderers at once each writes its own file, and one row points at one.
    path = f"invoices/{invoice.company_id}/{invoice.issued_on:%Y-%m}/{invoice.number}-{digest[:12]}.pdf"
    write_whole(Path(settings.MEDIA_ROOT) / path, content)
    with transaction.atomic():
        kept, _ = InvoiceDocument.objects.get_or_create(
            invoice=invoice, defaults={"path": path, "sha256": digest}
        )
    return kept


def price_text(price: Decimal) -> str:
    """A price with its own decimals, two at least."""
    exponent = price.normalize().as_tuple().exponent
    return write_number(price, max(2, -int(exponent)))


def contents_of(lines: Sequence[InvoiceLine]) -> dict[int, list[tuple[Item, Decimal]]]:
    """What was in the kits of each line, by its id: components with their quantities, in the stock unit."""
    found: dict[int, list[tuple[Item, Decimal]]] = {line.pk: [] for line in lines}
    links = LineDemand.objects.filter(
        line__in={line.order_line_id for line in lines}, role=LineDemand.Role.COMPONENT
    )
    for link in links.select_related("demand__item").order_by("demand"):
        for line in lines:
            if line.order_line_id == link.line_id:
                quantity = line.stock_quantity * link.numerator / link.denominator
                found[line.pk].append((link.demand.item, quantity))
    return found


def document_context(invoice: Invoice) -> dict[str, Any]:
    """Everything the paper says."""
    addresses = ShipTo.objects.filter(customer__in=(invoice.bill_to_id, invoice.customer_id))
    by_customer = {place.customer_id: place for place in addresses.order_by("is_default", "pk")}
    lines = list(invoice.lines.select_related("item", "unit", "tax_code"))
    contents = contents_of(lines)
    return {
        "invoice": invoice,
        "company": invoice.company,
        "seller": seller_details_of(invoice.company),
        "type_code": TYPE_CODES[Invoice.Kind(invoice.kind)],
        "buyer": invoice.bill_to.party,
        "buyer_address": by_customer.get(invoice.bill_to_id),
        "ship_to": invoice.order.ship_to or by_customer.get(invoice.customer_id),
        "terms": invoice.bill_to.terms,
        "lines": [(line, price_text(line.unit_price), contents[line.pk]) for line in lines],
        "taxes": list(invoice.taxes.select_related("tax_code").order_by("-rate_percent")),
    }
