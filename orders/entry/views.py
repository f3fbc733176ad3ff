"""The page of one order."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from erp.kernel import attachments, chains, editing
from erp.kernel.actor import Actor
from erp.kernel.command import By
from erp.kernel.errors import BadInput, DomainError, NotFound, StaleVersion
from erp.kernel.pdf import render_pdf
from erp.kernel.web import done, is_htmx, needs
from inventory.outbound.permissions import CHANGE_SHIP_RULE
from inventory.outbound.states import rule_words
from masterdata.items.lookups import resolve_codes
from masterdata.items.permissions import VIEW_COST
from masterdata.places.models import Site
from masterdata.places.queries import site_list
from orders.holds.rules import HOLDS, RELEASE_RIGHT

from .actions.amend_order import AMEND_ORDER, amend_order
from .actions.cancel_order import CANCEL_ORDER, cancel_order
from .actions.change_supply import change_supply
from .actions.edit_order import edit_order
from .actions.substitute_lines import SUBSTITUTE
from .forms import AmendForm, CancelForm, ShipRuleForm, SupplyForm
from .impact import Impact, impact_of
from .models import SalesOrder
from .permissions import VIEW_ORDER
from .queries import (
    STANDINGS,
    LineView,
    decisions_of,
    lines_of_order,
    order_by_number,
    steps_of_order,
    timeline_of_order,
)
from .rules import tax_by_rate
from .shipping import deliveries_of_order, set_ship_rule, waits_of
from .why import explain_lines, explain_rules


@require_GET
@needs(VIEW_ORDER)
def order_page(request: HttpRequest, number: str) -> HttpResponse:
    """Where the order stands, line by line, what holds it, what was made of it, and what happened."""
    return render(request, "orders/order.html", order_context(request, find_order(request, number)))


def find_order(request: HttpRequest, number: str) -> SalesOrder:
    """The order when the reader may see it."""
    try:
        return order_by_number(number, user=request.user)
    except SalesOrder.DoesNotExist:
        raise Http404 from None


def order_context(request: HttpRequest, order: SalesOrder) -> dict[str, Any]:
    """Everything the order's page shows."""
    lines = lines_of_order(order)
    holds = list(order.holds.order_by("-released_at", "pk"))
    sees_cost = request.user.has_perm(VIEW_COST)
    decisions = list(decisions_of(order))
    explain_lines(order.number, lines, decisions, sees_cost=sees_cost)
    deliveries = deliveries_of_order(order)
    return {
        "order": order,
        "standing": STANDINGS[order.standing],
        "lines": lines,
        "ruled": explain_rules(decisions),
        "steps": steps_of_order(order, lines),
        "holds": [(hold, HOLDS[hold.kind], _may_release(request, hold)) for hold in holds],
        "held": any(hold.released_at is None for hold in holds),
        "chain": chains.links_of(request.user, "orders.salesorder", order.pk),
        "timeline": timeline_of_order(order, holds),
        "holding": editing.seen(SalesOrder, order.pk),
        "just_submitted": "submitted" in request.GET,
        "taxes": taxes_of(order, lines),
        "late": sum(view.state[1] in ("warn", "bad") for view in lines),
        "may_substitute": order.state == "submitted"
        and order.standing != "warehouse"
        and request.user.has_perm(SUBSTITUTE),
        "has_shipped": any(view.shipped for view in lines),
        "ships": rule_words(order.group) if order.group else "",
        "waits_for": waits_of(deliveries) if order.state == "submitted" else "",
        "deliveries": deliveries,
        "zero": Decimal(0),
        **attachments.panel(request, order),
    }


def taxes_of(order: SalesOrder, lines: Sequence[LineView]) -> list[tuple[Decimal, Decimal, Decimal]]:
    """Rate percent, base and tax, by rate: as the invoice of everything would have them."""
    by_rate = tax_by_rate([(view.line.net, view.line.tax_rate_percent) for view in lines], order.currency)
    return [(rate, base, tax) for rate, (base, tax) in sorted(by_rate.items())]


def _may_release(request: HttpRequest, hold: Any) -> bool:
    """Whether the button is worth showing: the verb decides again."""
    own = hold.caused_by == request.user.username
    return hold.released_at is None and not own and request.user.has_perm(RELEASE_RIGHT[hold.kind])


@require_POST
@needs(CANCEL_ORDER)
def cancel(request: HttpRequest, number: str) -> HttpResponse:
    """Cancel everything that is still open."""
    order = find_order(request, number)
    form = CancelForm(request.POST)
    if not form.is_valid():
        raise BadInput(field=_("reason"), reason=_("say why it is cancelled."))
    reason = form.cleaned_data["reason"]
    cancel_order(
        By(Actor.of(request.user), reason=reason),
        order_id=order.pk,
        version=form.cleaned_data["version"] or 0,
        reason=reason,
    )
    text = _("%(order)s is cancelled") % {"order": number}
    return done(request, text, back=reverse("orders:order", args=[number]), queue__changed={})


@needs(AMEND_ORDER)
def amend(request: HttpRequest, number: str) -> HttpResponse:
    """Change quantities, prices and the header before release; everything else follows."""
    order = find_order(request, number)
    lines = lines_of_order(order)
    form = AmendForm(request.POST or None, order=order, lines=lines, sites=_sites_of(request, order))
    impact: Impact | None = None
    if request.method == "POST" and form.is_valid():
        try:
            if "preview" in request.POST:
                impact = impact_of(By(Actor.of(request.user)), order, **_amendment(order, form))
            else:
                if "take_back" in request.POST:
                    said = _("Took it back to save.")
                    edit_order(By(Actor.of(request.user)), order_id=order.pk, take_over=True, note=said)
                _amend(request, order, form)
                text = _("%(order)s is changed") % {"order": number}
                return done(request, text, back=reverse("orders:order", args=[number]))
        except StaleVersion:
            raise
        except DomainError as error:
            form.refuse(error)
    context = {
        "order": order,
        "form": form,
        "impact": impact,
        "standing": STANDINGS[order.standing],
        **_editing(request, order, editing.seen(SalesOrder, order.pk)),
    }
    return render(request, "orders/amend.html", context, status=422 if form.errors else 200)


def _sites_of(request: HttpRequest, order: SalesOrder) -> list[Site]:
    """The active sites of the selling company that the reader may let lines leave from."""
    found = site_list(user=request.user).filter(company=order.company_id, is_active=True).order_by("code")
    actor = Actor.of(request.user)
    return [site for site in found if actor.may(AMEND_ORDER, company=site.company_id, site=site.pk)]


def _editing(request: HttpRequest, order: SalesOrder, holding: editing.Holding | None) -> dict[str, Any]:
    """What `erp/_editing.html` shows: who has the order, and whether it was taken from the reader."""
    return {
        "holding": holding,
        "others": holding is not None and holding.user_id != request.user.pk,
        "was_mine": holding is not None and holding.taken_from == request.user.pk,
        "heartbeat_s": editing.HEARTBEAT_S,
        "editing_url": reverse("orders:order_editing", args=[order.number]),
    }


@require_POST
@needs(AMEND_ORDER)
def presence(request: HttpRequest, number: str) -> HttpResponse:
    """The change page says that it is still there, or takes the order over from whoever has it."""
    order = find_order(request, number)
    take_over = "take_over" in request.POST
    note = request.POST.get("note", "")
    holding = edit_order(By(Actor.of(request.user)), order_id=order.pk, take_over=take_over, note=note)
    page = reverse("orders:order_amend", args=[number])
    if not is_htmx(request):
        return redirect(page)
    if take_over:
        response = HttpResponse(status=204)
        response["HX-Redirect"] = page  # opened anew: on what is there now
        return response
    return render(request, "erp/_editing.html", _editing(request, order, holding))


def _amendment(order: SalesOrder, form: AmendForm) -> dict[str, Any]:
    """What the form asks of the order, as the verb takes it."""
    code = form.cleaned_data["new_item"].replace("\0", "").strip()
    item_id = resolve_codes([code], order.customer_id).get(code) if code else None
    if code and item_id is None:
        raise BadInput(field="new_item", reason=_("no item is known as “%(code)s”.") % {"code": code})
    return {
        "version": form.cleaned_data["version"] or 0,
        "amendment": form.amendment(item_id),
        "reason": form.cleaned_data["reason"],
    }


def _amend(request: HttpRequest, order: SalesOrder, form: AmendForm) -> None:
    given = _amendment(order, form)
    by = By(Actor.of(request.user), reason=given["reason"])
    amend_order(by, order_id=order.pk, on_page=True, **given)


@require_GET
@needs(VIEW_ORDER)
def confirmation(request: HttpRequest, number: str) -> HttpResponse:
    """The order confirmation as a PDF."""
    order = find_order(request, number)
    lines = lines_of_order(order)
    taxes = tax_by_rate([(view.line.net, view.line.tax_rate_percent) for view in lines], order.currency)
    context = {"order": order, "lines": lines, "taxes": sorted(taxes.items()), "company": order.company}
    response = HttpResponse(
        render_pdf("orders/confirmation_pdf.html", context), content_type="application/pdf"
    )
    response["Content-Disposition"] = f'inline; filename="{order.number}.pdf"'
    return response


@needs(CHANGE_SHIP_RULE)
def ship_rule(request: HttpRequest, number: str) -> HttpResponse:
    """Show and change how an order ships."""
    order = find_order(request, number)
    if order.group is None:
        raise NotFound(what=_("delivery of"), reference=number)
    form = ShipRuleForm(request.POST or None, order=order)
    if request.method == "POST" and form.is_valid():
        by = By(Actor.of(request.user), reason=form.cleaned_data["reason"])
        try:
            waits = set_ship_rule(by, order, **form.answers())
        except StaleVersion:
            raise
        except DomainError as error:
            form.refuse(error)
        else:
            return done(
                request,
                waits or _("It ships as far as there is stock"),
                back=reverse("orders:order", args=[number]),
            )
    context = {"order": order, "form": form, "waits_for": waits_of(deliveries_of_order(order))}
    return render(request, "orders/ship_rule.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
@needs(AMEND_ORDER)
def supply(request: HttpRequest, number: str) -> HttpResponse:
    """Buy lines for the order, let the supplier send them, or serve them from stock after all."""
    order = find_order(request, number)
    data = request.POST if request.method == "POST" else None
    form = SupplyForm(data, lines=lines_of_order(order), initial={"version": order.version})
    if form.is_bound and form.is_valid():
        given = form.cleaned_data
        by = By(Actor.of(request.user), reason=given["reason"])
        try:
            change_supply(
                by, order_id=order.pk, version=form.opened_on, supply=form.answers(), reason=given["reason"]
            )
        except StaleVersion:
            raise
        except DomainError as error:
            form.refuse(error)
        else:
            text = _("%(order)s is changed") % {"order": number}
            return done(request, text, back=reverse("orders:order", args=[number]))
    context = {"order": order, "form": form}
    return render(request, "orders/supply.html", context, status=422 if form.errors else 200)
