"""The way from the order desk to a quote."""

from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from erp.kernel.sections import section
from orders.entry.models import OrderDraft

from .forms import SaveForm
from .models import Quote
from .permissions import WRITE_QUOTE


@section("orders.draft", WRITE_QUOTE, title=_("Save as quote"), order=10)
def save_as_quote(request: HttpRequest, draft: OrderDraft) -> tuple[str, dict[str, Any]]:
    """The draft becomes a quote, or the next revision of the quote that it was opened for."""
    revised = Quote.objects.visible_to(request.user).filter(draft=draft.pk).first() if draft.pk else None
    initial = {"version": draft.version, "valid_until": revised.valid_until if revised else None}
    form = SaveForm(initial=initial, auto_id="quote-%s")
    return "orders/quotes/_save_as.html", {"form": form, "revised": revised, "draft": draft}
