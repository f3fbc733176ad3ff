"""Dunning on the pages of a payer and of an invoice: letters, stops, and the way to stop."""

from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from billing.dunning.forms import StopForm
from billing.dunning.permissions import STOP_DUNNING, VIEW_DUNNING
from billing.dunning.queries import holds, letter_list, stop_list
from billing.invoicing.models import Invoice
from erp.kernel.sections import section
from masterdata.models import Customer

MOST = 20
TEMPLATE = "billing/dunning/_panel.html"


@section("billing.collection", VIEW_DUNNING, title=_("Dunning"), order=20)
def dunning(request: HttpRequest, payer: Customer) -> tuple[str, dict[str, Any]]:
    """What a payer was written, and whether they are left alone."""
    return TEMPLATE, {
        "letters": letter_list(user=request.user).filter(customer=payer.pk)[:MOST],
        "stops": holds(stop_list(user=request.user).filter(customer=payer.pk)),
        "form": StopForm() if request.user.has_perm(STOP_DUNNING) else None,
        "url_name": "billing:dunning_stop_payer",
        "pk": payer.pk,
    }


@section("billing.invoice", VIEW_DUNNING, title=_("Dunning"), order=40)
def dunned(request: HttpRequest, invoice: Invoice) -> tuple[str, dict[str, Any]] | None:
    """The letters that an invoice stood in, and its stop."""
    item = invoice.open_item
    letters = letter_list(user=request.user).filter(items__item=item.pk)[:MOST]
    stops = holds(stop_list(user=request.user).filter(item=item.pk))
    may_stop = item.open > 0 and request.user.has_perm(STOP_DUNNING)
    if not (may_stop or letters or stops):
        return None
    return TEMPLATE, {
        "letters": letters,
        "stops": stops,
        "form": StopForm() if may_stop else None,
        "url_name": "billing:dunning_stop_item",
        "pk": item.pk,
    }
