"""The item list of the order desk, and what is taken from it that only a supplier has."""

import uuid

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET, require_POST

from erp.kernel.actor import Actor
from erp.kernel.command import By
from erp.kernel.errors import StaleVersion
from erp.kernel.web import needs, refusal
from orders.entry.actions.submit_order import SUBMIT

from .actions.take_from_catalogue import take_from_catalogue
from .queries import MOST_HITS, catalogue_options, item_options
from .rules import typed_quantity
from .views import answer, draft_or_404


@require_GET
@needs(SUBMIT)
def items(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """The item list under the cell that is being typed in."""
    text = request.GET.get("q", "").replace("\0", "")[:80]
    draft = draft_or_404(request, str(public_id))
    found = item_options(text, draft=draft, user=request.user)
    offered = catalogue_options(text, draft=draft, user=request.user, most=MOST_HITS - len(found))
    return render(request, "orders/desk/_items.html", {"items": found, "offered": offered, "q": text.strip()})


@require_POST
@needs(SUBMIT)
def take_catalogue_row(request: HttpRequest, public_id: uuid.UUID, number: int) -> HttpResponse:
    """The line orders what only a supplier's catalogue has."""
    row, version = request.POST.get("row", ""), request.POST.get("version", "0")
    quantity, _unit = typed_quantity(request.POST.get("qty", "")[:40])
    try:
        take_from_catalogue(
            By(Actor.of(request.user)),
            public_id=str(public_id),
            version=int(version) if version.isdecimal() else 0,
            line=number,
            catalogue_item_id=int(row) if row.isdecimal() else 0,
            quantity=quantity,
        )
    except StaleVersion as error:
        return refusal(request, error)
    return answer(request, str(public_id), numbers=[number])
