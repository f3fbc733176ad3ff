"""A posted document becomes an e-invoice: said in EN 16931, written in its syntax, found valid. For workers only."""

from dataclasses import dataclass, field
from textwrap import shorten

from django.utils import translation

from billing.einvoice.cii import write_cii
from billing.einvoice.paper import print_factur_x
from billing.einvoice.posting import posted_invoice
from billing.einvoice.remedies import UNTAXED
from billing.einvoice.rules import Posted, semantic_invoice
from billing.einvoice.ubl import write_ubl
from billing.einvoice.validation import FATAL, Finding, validate
from billing.invoicing.documents import TEMPLATE, document_context
from billing.invoicing.models import Invoice
from masterdata.parties.models import EInvoiceProfile

Format = EInvoiceProfile.Format


@dataclass(frozen=True, slots=True)
class Made:
    """What was made of a document: its files, and what the rules found. With a fatal finding there is no PDF."""

    format: str
    xml: bytes = b""
    pdf: bytes | None = None
    findings: list[Finding] = field(default_factory=list)

    @property
    def fatal(self) -> list[Finding]:
        return [found for found in self.findings if found.is_fatal]


def make_einvoice(invoice: Invoice, format: str) -> Made:
    """The document in a format, validated by the official rules. The same rows make the same XML."""
    posted = posted_invoice(invoice)
    if missing := _untaxed(posted):
        return Made(format, findings=missing)
    write = write_ubl if format == Format.UBL else write_cii
    xml = write(semantic_invoice(posted))
    findings = validate(xml)
    made = Made(format, xml, None, findings)
    if format != Format.FACTUR_X or made.fatal:
        return made
    with translation.override(invoice.bill_to.party.language):
        pdf = print_factur_x(TEMPLATE, document_context(invoice), xml, posted.issued_on)
    return Made(format, xml, pdf, findings)


def _untaxed(posted: Posted) -> list[Finding]:
    """Lines that say nothing of tax: EN 16931 has no word for that (BT-151)."""
    lines = [str(line.line) for line in posted.lines if not line.category]
    if not lines:
        return []
    text = shorten(f"{posted.number} has no tax code on line {', '.join(lines)}", 300, placeholder=" …")
    return [Finding("BT-151", FATAL, text, str(UNTAXED))]
