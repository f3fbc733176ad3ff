"""Credit on the pages of customers and of customer groups."""

from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from erp.kernel.sections import section
from masterdata.parties.models import Customer, CustomerGroup
from masterdata.parties.queries import groups_above
from masterdata.places.queries import company_list

from .permissions import SET_LIMIT, VIEW_CREDIT
from .queries import accounts_of_groups, path_of


@section("masterdata.customer", VIEW_CREDIT, title=_("Credit"), order=25)
def credit(request: HttpRequest, customer: Customer) -> tuple[str, dict[str, Any]]:
    return "orders/credit/_of_customer.html", {
        "accounts": path_of(customer, user=request.user),
        "payer": customer.bill_to or customer,
        "may_set": request.user.has_perm(SET_LIMIT),
    }


@section("masterdata.customer_group", VIEW_CREDIT, title=_("Credit"), order=25)
def group_credit(request: HttpRequest, group: CustomerGroup) -> tuple[str, dict[str, Any]]:
    above = [*reversed(groups_above(group.pk))]
    accounts = [row for row in accounts_of_groups(above, user=request.user) if row.limit is not None]
    return "orders/credit/_of_group.html", {
        "accounts": accounts,
        "companies": company_list(user=request.user) if request.user.has_perm(SET_LIMIT) else (),
    }
