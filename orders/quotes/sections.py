"""Quotes on the page of their customer, and the way from the order desk to a quote."""

from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from erp.kernel.sections import section
from masterdata.models import Customer
from orders.entry.models import OrderDraft

from .forms import SaveForm
from .models import Quote
from .permissions import VIEW_QUOTE, WRITE_QUOTE
from .queries import quote_list, still_open
from .states import STATES, standing

SHOWN = 5


@section("orders.draft", WRITE_QUOTE, title=_("Save as quote"), order=10)
def save_as_quote(request: HttpRequest, draft: OrderDraft) -> tuple[str, dict[str, Any]]:
    """The draft becomes a quote, or the next revision of the quote that it was opened for."""
    revised = Quote.objects.visible_to(request.user).filter(draft=draft.pk).first() if draft.pk else None
    initial = {"version": draft.version, "valid_until": revised.valid_until if revised else None}
    form = SaveForm(initial=initial, auto_id="quote-%s")
    return "orders/quotes/_save_as.html", {"form": form, "revised": revised, "draft": draft}


@section("masterdata.customer", VIEW_QUOTE, title=_("Open quotes"), order=40)
def open_quotes(request: HttpRequest, customer: Customer) -> tuple[str, dict[str, Any]] | None:
    """What the customer may still order as quoted."""
    found = quote_list(user=request.user).filter(still_open(), customer=customer.pk)[:SHOWN]
    rows = [(quote, STATES[standing(quote)]) for quote in found]
    return ("orders/quotes/_of_customer.html", {"quotes": rows}) if rows else None
