"""One line to buy: who sells its item, and an order at other terms than the first offer's (OC12)."""

from typing import Any
from uuid import uuid4

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from erp.kernel.actor import Actor
from erp.kernel.command import By
from erp.kernel.errors import DomainError
from erp.kernel.web import needs

from .actions.buy_lines import Buy, buy_lines
from .actions.create_purchase_order import ORDER
from .forms import BuyForm
from .needs import needs_of, to_buy_list


@require_http_methods(["GET", "POST"])
@needs(ORDER)
def to_buy(request: HttpRequest, pk: int) -> HttpResponse:
    """The line with its offers, and the form that orders it."""
    (need,) = needs_of([get_object_or_404(to_buy_list(user=request.user), pk=pk)])
    bought = need.purchase
    initial: dict[str, Any] = {
        "key": uuid4().hex,
        "quantity": need.to_buy,
        "unit": need.demand.item.stock_unit_id,
    }
    if bought is not None:
        initial |= {
            "supplier": need.offers[0].supplier_id, "quantity": bought.quantity, "unit": bought.unit,
            "unit_cost": bought.unit_cost, "due_on": bought.due_on,
        }  # fmt: skip
    form = BuyForm(need, request.POST if request.method == "POST" else None, initial=initial)
    if form.is_bound and form.is_valid():
        given = form.cleaned_data
        demand = need.demand
        try:
            done = buy_lines(
                By(Actor.of(request.user), key=given["key"]),
                site_id=demand.site_id,
                supplier_id=given["supplier"].pk,
                buys=[
                    Buy(
                        demand.pk,
                        given["quantity"],
                        given["unit"].unit_id,
                        given["unit_cost"],
                        given["due_on"],
                    )
                ],
                group_id=demand.group_id if need.to_customer else None,
            )
        except DomainError as error:
            form.refuse(error)
        else:
            if done.purchase_order_id:
                messages.success(request, _("%(number)s is ordered.") % {"number": done.number})
                return redirect("inventory:purchase_order", done.purchase_order_id)
            ((document, reason),) = done.refused
            said = {"document": document, "reason": reason}
            form.add_error(None, _("%(document)s: %(reason)s It is bought once that is settled.") % said)
    context = {"need": need, "form": form}
    return render(request, "inventory/purchasing/to_buy.html", context, status=422 if form.errors else 200)
