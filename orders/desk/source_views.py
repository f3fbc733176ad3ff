"""The page that compares where a draft's order could come from."""

import uuid

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET

from erp.kernel.web import needs
from orders.entry.actions.submit_order import SUBMIT
from orders.entry.models import OrderDraft

from .order_sourcing import sources_of
from .policies import SOURCING
from .preview import wanted_of
from .queries import draft_of
from .rules import lines_of


@require_GET
@needs(SUBMIT)
def draft_sources(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """Every way of sending all of the draft's lines, with its day and what carriage costs; a site is chosen here."""
    try:
        draft = draft_of(str(public_id), user=request.user)
    except OrderDraft.DoesNotExist:
        raise Http404 from None
    lines = [line for line in lines_of(draft.lines) if not line.problem]
    if draft.order or draft.discarded_at or draft.customer_id is None or not lines:
        return redirect("orders:draft", public_id)
    found = sources_of(wanted_of(draft, draft.customer_id, lines), request.user)
    numbers = [line.line for line in lines]
    rows = [
        (each, [(part, [numbers[place] for place in part.places]) for part in each.parts])
        for each in found.alternatives
    ]
    context = {"draft": draft, "sources": found, "rows": rows, "rule": dict(SOURCING.choices)[found.rule]}
    return render(request, "orders/desk/sources.html", context)
