"""Files on the page of a customer."""

from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from erp.kernel import attachments
from erp.kernel.access import permit
from erp.kernel.sections import section

from .models import Customer
from .permissions import VIEW_CUSTOMER

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
