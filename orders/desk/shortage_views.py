"""Something else for what is short of an order: the offers, who agreed, why."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from erp.kernel.actor import Actor
from erp.kernel.command import By
from erp.kernel.errors import DomainError, StaleVersion
from erp.kernel.web import done, needs
from orders.entry.actions.substitute_lines import SUBSTITUTE, substitute_lines
from orders.entry.queries import lines_of_order
from orders.entry.shortages import Replacement
from orders.entry.views import find_order

from .forms import SubstituteForm
from .substitutes import offers_of_line


@needs(SUBSTITUTE)
def substitute(request: HttpRequest, number: str, line: str) -> HttpResponse:
    """Offers for the part of a line that no stock is reserved for; taking one makes it a line of its own."""
    order = find_order(request, number)
    view = next((each for each in lines_of_order(order) if each.line.line == int(line)), None)
    if view is None or (view.short <= 0 and request.method == "GET"):
        raise Http404
    seen, offers = offers_of_line(order, view, request.user) if view.short > 0 else (None, [])
    asks = seen is not None and seen.consent == "ask"
    first = next((offer.item_id for offer in offers if not offer.problem), None)
    form = SubstituteForm(
        request.POST or None,
        offers=offers,
        asks=asks,
        initial={"version": order.version, "quantity": view.short, "item": first},
    )
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            substitute_lines(
                By(Actor.of(request.user), reason=given["reason"]),
                order_id=order.pk,
                version=given["version"] or 0,
                replacements=[
                    Replacement(view.line.line, given["item"], given["quantity"], given["consent"])
                ],
                reason=given["reason"],
            )
        except StaleVersion:
            raise
        except DomainError as error:
            form.refuse(error)
        else:
            text = _("Line %(n)s of %(order)s is substituted") % {"n": line, "order": number}
            return done(request, text, back=reverse("orders:order", args=[number]), queue__changed={})
    context = {
        "order": order,
        "view": view,
        "offers": offers,
        "form": form,
        "asks": asks,
        "takes_none": seen is not None and seen.consent == "never",
    }
    return render(request, "orders/desk/substitute.html", context, status=422 if form.errors else 200)
