"""The page that compares where a draft's order could come from."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from erp.kernel.errors import BadInput
from erp.kernel.web import needs
from orders.entry.actions.submit_order import SUBMIT
from orders.entry.models import OrderDraft

from .alternatives import Alternative
from .order_sourcing import sources_of
from .policies import SOURCING
from .preview import wanted_of
from .queries import sites_of
from .rules import DraftChange, DraftLine, lines_of
from .views import draft_or_404, saved


@require_http_methods(["GET", "POST"])
@needs(SUBMIT)
def draft_sources(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """Every way of sending all of the draft's lines, with its day and what carriage costs; here one is taken."""
    draft = draft_or_404(request, str(public_id))
    lines = [line for line in lines_of(draft.lines) if not line.problem]
    if draft.order or draft.discarded_at or draft.customer_id is None or not lines:
        return redirect("orders:draft", public_id)
    if request.method == "POST":
        return saved(request, str(public_id), _taken(request, draft), whole=True)
    found = sources_of(wanted_of(draft, draft.customer_id, lines), request.user)
    numbers = [line.line for line in lines]
    now = {line.line: line.site_id or found.site_id for line in lines}
    rows = [
        (each, _numbered(each, numbers), _sent(each, numbers).items() <= now.items())
        for each in found.alternatives
    ]
    context = {"draft": draft, "sources": found, "rows": rows, "rule": dict(SOURCING.choices)[found.rule]}
    return render(request, "orders/desk/sources.html", context)


def _numbered(way: Alternative, numbers: Sequence[int]) -> list[tuple[object, list[int]]]:
    """Each part of a way with the numbers of its lines."""
    return [(part, [numbers[place] for place in part.places]) for part in way.parts]


def _sent(way: Alternative, numbers: Sequence[int]) -> dict[int, int]:
    """The site of each line, by number."""
    return {numbers[place]: part.site_id for part in way.parts for place in part.places}


def _taken(request: HttpRequest, draft: OrderDraft) -> DraftChange:
    """The draft as one way has it, "site:line,line" for each part; the first site is the order's own. Raises BadInput
    for others than the reader's."""
    known = {str(site.pk): site.pk for site in sites_of(draft, user=request.user)}
    parts: dict[int, list[str]] = {}
    for text in request.POST.getlist("part"):
        site, _colon, numbers = text.partition(":")
        if site not in known:
            raise BadInput(
                field="part",
                reason=_("it is no site that the order may leave from. Take a way that is listed."),
            )
        parts[known[site]] = numbers.split(",")
    if not parts:
        raise BadInput(field="part", reason=_("name the sites that deliver."))
    own, *others = parts
    named = {number: site_id for site_id in others for number in parts[site_id]}
    return DraftChange({"site_id": own}, [_at(line, named) for line in lines_of(draft.lines)])


def _at(line: DraftLine, named: Mapping[str, int]) -> dict[str, object]:
    return asdict(replace(line, site_id=named.get(str(line.line))))
