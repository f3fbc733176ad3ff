"""Placing and releasing a hold from the order's page."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from erp.kernel.actor import Actor
from erp.kernel.command import By
from erp.kernel.web import done, needs

from .actions.place_hold import PLACE_HOLD, place_hold
from .actions.release_hold import release_hold
from .models import Hold
from .permissions import RELEASE_HOLDS


@require_POST
@needs(RELEASE_HOLDS)
def release(request: HttpRequest, pk: int) -> HttpResponse:
    """Let one hold go, with the reason that was typed."""
    hold = get_object_or_404(Hold.objects.visible_to(request.user).select_related("order"), pk=pk)
    reason = request.POST.get("reason", "")
    release_hold(By(Actor.of(request.user), reason=reason), hold_id=hold.pk, reason=reason)
    text = _("Hold on %(order)s released") % {"order": hold.order.number}
    return done(request, text, back=reverse("orders:order", args=[hold.order.number]), queue__changed={})


@require_POST
@needs(PLACE_HOLD)
def place(request: HttpRequest, number: str) -> HttpResponse:
    """Hold an order by hand."""
    orders = Hold.order.field.related_model.objects
    order = get_object_or_404(orders.visible_to(request.user), number=number)
    reason = request.POST.get("reason", "")
    place_hold(By(Actor.of(request.user), reason=reason), order_id=order.pk, reason=reason)
    text = _("%(order)s is held") % {"order": number}
    return done(request, text, back=reverse("orders:order", args=[number]), queue__changed={})
