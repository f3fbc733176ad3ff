"""E-invoices on their way to customers: a mail with the file, through the outbox of document messages."""

from django.utils import translation
from django.utils.translation import gettext as _

from billing.einvoice.holding import LockedEInvoice
from billing.einvoice.models import EInvoiceDocument
from billing.invoicing.models import Invoice
from erp.kernel.batch import Batch
from masterdata.parties.models import EInvoiceProfile
from orders.messages.actions.send_document import send_document
from orders.messages.attachments import attachment

XML, PDF = "billing.einvoice_xml", "billing.einvoice_pdf"
LONGEST_NAME = 20  # of a document in a message; the digits are at the end


def mail(batch: Batch, one: LockedEInvoice, document_id: int, recipient: str) -> str:
    """Write the message that leaves with the archived file after the commit; the address, "" where there is none."""
    if not recipient:
        return ""
    with translation.override(one.language):
        is_credit = one.kind == Invoice.Kind.CREDIT_MEMO
        subject = (_("Credit memo %(number)s") if is_credit else _("Invoice %(number)s")) % {
            "number": one.number
        }
        body = _("%(subject)s is attached as an electronic document (EN 16931).") % {"subject": subject}
    send_document(
        batch,
        kind=PDF if one.format == EInvoiceProfile.Format.FACTUR_X else XML,
        document_id=document_id,
        number=one.number[-LONGEST_NAME:],
        company_id=one.company_id,
        site_id=one.site_id,
        language=one.language,
        recipient=recipient,
        subject=subject,
        body=body,
    )
    return recipient


@attachment(XML, suffix="xml", content_type="application/xml")
def xml_file(document_id: int) -> bytes:
    """The XML as archived."""
    return bytes(EInvoiceDocument.objects.values_list("xml", flat=True).get(pk=document_id))


@attachment(PDF)
def pdf_file(document_id: int) -> bytes:
    """The Factur-X PDF as archived."""
    pdf = EInvoiceDocument.objects.values_list("pdf", flat=True).get(pk=document_id)
    assert pdf is not None, "only Factur-X is sent as a PDF"
    return bytes(pdf)
