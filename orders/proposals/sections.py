"""Proposals on the page of a set of prices: what waits, what is to come, and the way to the next one."""

from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from erp.kernel.sections import section
from masterdata.agreements.permissions import VIEW_PRICE
from masterdata.models import PriceScope

from .lists import STATES, standing
from .permissions import PROPOSE_PRICES
from .queries import proposal_list

SHOWN = 5


@section("masterdata.price_scope", VIEW_PRICE, title=_("Price proposals"), order=30)
def price_proposals(request: HttpRequest, scope: PriceScope) -> tuple[str, dict[str, Any]]:
    rows = proposal_list(user=request.user).filter(scope=scope)[:SHOWN]
    return "orders/proposals/_of_scope.html", {
        "proposals": [(row, STATES[standing(row)]) for row in rows],
        "may_propose": request.user.has_perm(PROPOSE_PRICES),
    }
