"""One exception: comparison, timeline, resolutions; and the queue worked one by one."""

from typing import Any

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from billing.exceptions.actions.accept_exceptions import accept_exceptions
from billing.exceptions.actions.assign_exceptions import assign_exceptions, defer_exceptions
from billing.exceptions.actions.correct_exceptions import correct_exceptions
from billing.exceptions.forms import AcceptForm, CorrectForm, HoldForm, OwnerForm
from billing.exceptions.lists import KINDS, NEXT_STEPS, Kind
from billing.exceptions.models import InvoiceException
from billing.exceptions.permissions import (
    ACCEPT_EXCEPTION,
    ASSIGN_EXCEPTION,
    CORRECT_EXCEPTION,
    VIEW_EXCEPTION,
)
from billing.exceptions.queries import compared_lines, exception_list, open_exceptions, story
from billing.exceptions.resolving import Resolved
from billing.invoicing.models import Invoice
from erp.kernel import chains
from erp.kernel.actor import Actor
from erp.kernel.command import By
from erp.kernel.errors import DomainError
from erp.kernel.models import User
from erp.kernel.web import done, is_htmx, needs


@require_GET
@needs(VIEW_EXCEPTION)
def exception(request: HttpRequest, pk: int) -> HttpResponse:
    """The drawer beside the queue, or the page of its own."""
    found = get_object_or_404(exception_list(user=request.user), pk=pk)
    return _page(request, found, {})


@require_GET
@needs(VIEW_EXCEPTION)
def work(request: HttpRequest) -> HttpResponse:
    """Work the queue: the next open exception, one's own first, oldest first; `after` is the one just seen."""
    after = request.GET.get("after", "")
    waiting = open_exceptions(user=request.user).filter(Q(owner=request.user) | Q(owner=None))
    if after.isdecimal():
        waiting = waiting.exclude(pk=int(after))
    following = waiting.order_by("owner", "opened_at", "pk").first()
    if following is None:
        return redirect("billing:exception_list")
    return redirect(f"{reverse('billing:exception', args=[following.pk])}?walk=1")


@require_POST
@needs(VIEW_EXCEPTION)
def resolve(request: HttpRequest, pk: int, how: str) -> HttpResponse:
    """Accept, correct, assign or hold one exception."""
    found = get_object_or_404(exception_list(user=request.user), pk=pk)
    form = _forms(found, request.user, request.POST)[how]
    if form.is_valid():
        try:
            text = _resolve(request, found, how, form)
        except DomainError as error:
            form.refuse(error)
        else:
            walking = "walk" in request.POST
            back = f"{reverse('billing:exception_work')}?after={pk}" if walking else _list_url()
            response = done(request, text, back=back, queue__changed={}, drawer__close={})
            if walking and is_htmx(request):
                response["HX-Redirect"] = back
            return response
    return _page(request, found, {how: form}, status=422)


def _resolve(request: HttpRequest, found: InvoiceException, how: str, form: Any) -> str:
    by = By(Actor.of(request.user), key=request.POST.get("key", ""))
    ids, given = [found.pk], form.cleaned_data
    if how == "accept":
        return _said(accept_exceptions(by, exception_ids=ids, reason=given["reason"]))
    if how == "correct":
        return _said(correct_exceptions(by, exception_ids=ids, **form.answers()))
    if how == "hold":
        defer_exceptions(by, exception_ids=ids, until=given["until"], reason=given["reason"])
        return _("%(shipment)s is held") % {"shipment": found.shipment.number}
    assign_exceptions(by, exception_ids=ids, owner_id=given["owner_id"])
    return _("%(shipment)s is assigned") % {"shipment": found.shipment.number}


def _said(result: Resolved) -> str:
    numbers = (
        Invoice.objects.filter(pk__in=result.invoice_ids).order_by("pk").values_list("number", flat=True)
    )
    if numbers:
        return ngettext("%(numbers)s issued", "%(numbers)s issued", len(numbers)) % {
            "numbers": ", ".join(numbers)
        }
    if result.stopped:
        return _("Resolved. The shipment still waits for another reason.")
    return _("Resolved.")


def _forms(found: InvoiceException, user: User, data: Any = None) -> dict[str, Any]:
    return {
        "accept": AcceptForm(data, prefix=None),
        "correct": CorrectForm(data, exception=found, lines=compared_lines(found)),
        "assign": OwnerForm(data, user=user, initial={"owner_id": found.owner_id}),
        "hold": HoldForm(data),
    }


def _page(
    request: HttpRequest, found: InvoiceException, bound: dict[str, Any], status: int = 200
) -> HttpResponse:
    label, tone = KINDS[Kind(found.kind)]
    context = {
        "exception": found,
        "kind_label": label,
        "kind_tone": tone,
        "next_step": NEXT_STEPS[Kind(found.kind)],
        "lines": compared_lines(found),
        "entries": story(found),
        "links": chains.links_of(request.user, "inventory.shipment", found.shipment_id),
        "forms": {**_forms(found, request.user), **bound},
        "may": {
            "accept": found.kind != Kind.TAX_MISSING
            and request.user.has_perm(ACCEPT_EXCEPTION)
            and found.order.submitted_by != request.user.username,
            "own": found.order.submitted_by == request.user.username,
            "correct": request.user.has_perm(CORRECT_EXCEPTION),
            "assign": request.user.has_perm(ASSIGN_EXCEPTION),
        },
        "walk": "walk" in request.GET or "walk" in request.POST,
    }
    template = "billing/exceptions/_peek.html" if is_htmx(request) else "billing/exceptions/exception.html"
    return render(request, template, context, status=status)


def _list_url() -> str:
    return reverse("billing:exception_list")
