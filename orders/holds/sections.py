"""Orders that wait for credit, on the page of the limit that they wait for."""

from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from erp.kernel.sections import section
from orders.credit.models import CreditAccount

from .permissions import VIEW_HOLDS
from .queries import waiting_for_credit

SHOWN = 50


@section("orders.credit_account", VIEW_HOLDS, title=_("Orders that wait for credit"), order=20)
def waiting_orders(request: HttpRequest, account: CreditAccount) -> tuple[str, dict[str, Any]]:
    holds = waiting_for_credit(account, user=request.user)
    return "orders/credit/_waiting.html", {"holds": holds[:SHOWN]}
