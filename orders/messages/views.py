"""One message: its text, and whether it goes out."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from erp.kernel.actor import Actor
from erp.kernel.command import By
from erp.kernel.errors import BadInput
from erp.kernel.web import done, is_htmx, needs

from .actions.decide_messages import send_messages, waive_messages
from .errors import NoAddress
from .forms import WaiveForm
from .lists import STATES
from .models import OrderMessage
from .permissions import SEND_MESSAGE, VIEW_MESSAGE


def find_message(request: HttpRequest, pk: int) -> OrderMessage:
    messages = OrderMessage.objects.visible_to(request.user).select_related("order__customer__party")
    return get_object_or_404(messages, pk=pk)


@require_GET
@needs(VIEW_MESSAGE)
def message(request: HttpRequest, pk: int) -> HttpResponse:
    """The text as the customer reads it, in the drawer or on a page of its own."""
    found = find_message(request, pk)
    context = {"message": found, "state": STATES[found.state], "form": WaiveForm()}
    template = "orders/messages/_message.html" if is_htmx(request) else "orders/messages/message.html"
    return render(request, template, context)


@require_POST
@needs(SEND_MESSAGE)
def send(request: HttpRequest, pk: int) -> HttpResponse:
    """Send one draft."""
    found = find_message(request, pk)
    decided = send_messages(By(Actor.of(request.user)), message_ids=[found.pk])
    for order, reason in decided.refused:
        raise NoAddress(order=order, reason=reason)
    return done(request, _("The notice is sent"), back=reverse("orders:message_list"), queue__changed={})


@require_POST
@needs(SEND_MESSAGE)
def waive(request: HttpRequest, pk: int) -> HttpResponse:
    """Do not send one draft, with the reason."""
    found, form = find_message(request, pk), WaiveForm(request.POST)
    if not form.is_valid():
        raise BadInput(field=_("reason"), reason=_("say why the customer is not told."))
    reason = form.cleaned_data["reason"]
    waive_messages(By(Actor.of(request.user), reason=reason), message_ids=[found.pk], reason=reason)
    return done(request, _("The notice is waived"), back=reverse("orders:message_list"), queue__changed={})
