"""How a customer gets its invoices, and files, on its page."""

from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from erp.kernel import attachments
from erp.kernel.access import permit
from erp.kernel.sections import section
from masterdata.pages import timeline_of

from .models import Customer
from .permissions import CHANGE_CUSTOMER, VIEW_CUSTOMER
from .queries import einvoice_profile_of

ATTACH = permit("masterdata.attach_to_customer", "customer_service", "finance", "data_steward")

attachments.attachable(
    Customer,
    view=VIEW_CUSTOMER,
    attach=ATTACH,
    page=lambda row: reverse("masterdata:customer", args=[row.pk]),
)


@section("masterdata.customer", VIEW_CUSTOMER, title=_("Files"), order=90)
def files(request: HttpRequest, customer: Customer) -> tuple[str, dict[str, Any]]:
    return "erp/_files.html", attachments.panel(request, customer)


@section("masterdata.customer", VIEW_CUSTOMER, title=_("E-invoice"), order=30)
def einvoice(request: HttpRequest, customer: Customer) -> tuple[str, dict[str, Any]]:
    profile = einvoice_profile_of(customer)
    address = " ".join(filter(None, (profile.endpoint_scheme, profile.endpoint_id)))
    facts = [
        (_("Format"), profile.get_format_display()),
        (_("Buyer reference"), profile.buyer_reference),
        (_("Electronic address"), address),
        (_("Sent to"), profile.email or customer.party.email),
    ]
    change = reverse("masterdata:einvoice_profile", args=[customer.pk])
    words = {"insert": _("Entered"), "update": _("Changed")}
    return "masterdata/_facts.html", {
        "facts": facts,
        "change_label": _("Change e-invoice"),
        "change": change if request.user.has_perm(CHANGE_CUSTOMER) else "",
        "events": timeline_of(profile, words) if profile.pk else [],
    }
