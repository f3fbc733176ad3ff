"""Prices on the pages of items and customers."""

from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from erp.kernel.sections import section
from masterdata.items.models import Item
from masterdata.parties.models import Customer

from .permissions import SET_PRICE, VIEW_PRICE
from .queries import assignments_of, prices_of_item

SHOWN = 25


@section("masterdata.item", VIEW_PRICE, title=_("Prices"), order=40)
def prices(request: HttpRequest, item: Item) -> tuple[str, dict[str, Any]]:
    rows = prices_of_item(user=request.user, item=item, on=timezone.localdate())
    return "masterdata/agreements/_prices.html", {"prices": rows[:SHOWN]}


@section("masterdata.customer", VIEW_PRICE, title=_("Prices"), order=40)
def price_scopes(request: HttpRequest, customer: Customer) -> tuple[str, dict[str, Any]]:
    rows = assignments_of(user=request.user, customer=customer)
    return "masterdata/agreements/_assignments.html", {
        "assignments": rows,
        "may_assign": request.user.has_perm(SET_PRICE),
    }
