"""The KPI dictionary as a page."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from erp.kernel import clock
from erp.kernel.web import needs

from .dictionary import DICTIONARY
from .permissions import VIEW_FIGURES


@require_GET
@needs(VIEW_FIGURES)
def kpis(request: HttpRequest) -> HttpResponse:
    """What every figure means, with its target as it holds today for the enterprise."""
    today = clock.now().date()
    entries = [
        (kpi, kpi.target.say(kpi.target.value(on=today)) if kpi.target else "") for kpi in DICTIONARY.values()
    ]
    return render(request, "reporting/kpis/kpis.html", {"entries": entries})
