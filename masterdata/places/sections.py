"""What e-invoices say of a company, on its page."""

from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from erp.kernel.sections import section
from masterdata.pages import timeline_of

from .models import Company
from .permissions import CHANGE_SELLER, VIEW_PLACE
from .queries import seller_details_of


@section("masterdata.company", VIEW_PLACE, title=_("Seller on e-invoices"), order=30)
def seller(request: HttpRequest, company: Company) -> tuple[str, dict[str, Any]]:
    found = seller_details_of(company)
    facts = [
        (_("Name"), found.legal_name or company.name),
        (_("Tax number"), company.tax_number),
        (_("Register number"), found.registration_number),
        (_("Address"), ", ".join(filter(None, (found.street, f"{found.postal_code} {found.city}".strip())))),
        (_("Electronic address"), " ".join(filter(None, (found.endpoint_scheme, found.endpoint_id)))),
        (
            _("Contact"),
            ", ".join(filter(None, (found.contact_name, found.contact_phone, found.contact_email))),
        ),
        (_("Bank account"), " ".join(filter(None, (found.account_number, found.bic)))),
    ]
    words = {"insert": _("Entered"), "update": _("Changed")}
    return "masterdata/_facts.html", {
        "facts": facts,
        "change_label": _("Change seller details"),
        "change": reverse("masterdata:seller_details", args=[company.pk])
        if request.user.has_perm(CHANGE_SELLER)
        else "",
        "events": timeline_of(found, words) if found.pk else [],
    }
