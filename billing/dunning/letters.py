"""The letter on paper: made of its rows, which never change, so that every print is the same letter."""

from typing import Any

from django.utils import translation

from billing.dunning.actions.dun_payers import LETTER
from billing.dunning.models import DunningLetter
from erp.kernel.pdf import render_pdf
from masterdata.models import ShipTo
from masterdata.places.models import Company
from masterdata.places.queries import seller_details_of
from orders.messages.attachments import attachment

TEMPLATE = "billing/dunning/letter_pdf.html"


def letter_pdf(letter: DunningLetter) -> bytes:
    """The letter in its language."""
    with translation.override(letter.language):
        return render_pdf(TEMPLATE, letter_context(letter))


@attachment(LETTER)
def letter_file(document_id: int) -> bytes:
    """What goes along with the mail."""
    return letter_pdf(DunningLetter.objects.select_related("customer__party").get(pk=document_id))


def letter_context(letter: DunningLetter) -> dict[str, Any]:
    """Everything that the paper says."""
    company = Company.objects.get(pk=letter.company_id)
    addresses = ShipTo.objects.filter(customer=letter.customer_id).order_by("-is_default", "pk")
    return {
        "letter": letter,
        "company": company,
        "seller": seller_details_of(company),
        "party": letter.customer.party,
        "address": addresses.first(),
        "items": letter.items.select_related("item__invoice").order_by("item__due_on", "pk"),
        "asked": letter.total + letter.fee,
    }
