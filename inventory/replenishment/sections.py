"""What is expected and proposed of an item at each site, on the item's page."""

from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from erp.kernel.sections import section
from masterdata.items.models import Item

from .models import ReplenishmentProposal
from .permissions import VIEW_PLAN
from .queries import forecast_list, replenishment_list
from .states import METHODS


@section("masterdata.item", VIEW_PLAN, title=_("Plan"), order=24)
def plan(request: HttpRequest, item: Item) -> tuple[str, dict[str, Any]] | None:
    forecasts = forecast_list(user=request.user).filter(item=item).order_by("site__code")
    proposals = replenishment_list(user=request.user).filter(item=item, state__in=ReplenishmentProposal.OPEN)
    rows = [(row, METHODS.get(row.method, row.method)) for row in forecasts]
    found = {"forecasts": rows, "proposals": list(proposals.order_by("site__code", "kind")), "item": item}
    if not rows and not found["proposals"]:
        return None
    return "inventory/replenishment/_plan.html", found
