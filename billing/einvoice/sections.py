"""The e-invoice on the page of its invoice."""

from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from billing.invoicing.models import Invoice
from erp.kernel.sections import section
from masterdata.parties.models import EInvoiceProfile
from masterdata.parties.queries import einvoice_profile_of

from .lists import chip_of
from .permissions import VIEW_EINVOICE, WORK_EINVOICE
from .queries import archived, einvoice_list


@section("billing.invoice", VIEW_EINVOICE, title=_("E-invoice"), order=20)
def einvoice(request: HttpRequest, invoice: Invoice) -> tuple[str, dict[str, Any]] | None:
    """Its state and files; the way to request one where the customer wants it and none was made."""
    found = einvoice_list(user=request.user).filter(invoice=invoice).first()
    if found is None:
        wanted = einvoice_profile_of(invoice.bill_to).format
        if wanted == EInvoiceProfile.Format.NONE:
            return None
        return "billing/einvoice/_panel.html", {"may_request": request.user.has_perm(WORK_EINVOICE)}
    label, tone = chip_of(found)
    context = {"einvoice": found, "label": label, "tone": tone, "document": archived(found).first()}
    return "billing/einvoice/_panel.html", context
