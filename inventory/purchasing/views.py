"""One purchase order, a new one, and a line that will not come."""

from uuid import uuid4

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from erp.kernel import chains
from erp.kernel.actor import Actor
from erp.kernel.command import By
from erp.kernel.errors import DomainError
from erp.kernel.models import Decision
from erp.kernel.web import needs
from erp.kernel.workplace import workplace_of

from .actions.cancel_purchase_line import CANCEL_LINE, cancel_purchase_line
from .actions.create_purchase_order import ORDER as CREATE
from .actions.create_purchase_order import create_purchase_order
from .forms import CancelLineForm, PurchaseOrderForm
from .models import PurchaseOrder
from .permissions import VIEW_PURCHASE_ORDER
from .queries import lines_of, purchase_order_list


@require_GET
@needs(VIEW_PURCHASE_ORDER)
def purchase_order(request: HttpRequest, pk: int) -> HttpResponse:
    """Header, lines with what has arrived, chain and decisions."""
    return _page(request, get_object_or_404(purchase_order_list(user=request.user), pk=pk))


@require_http_methods(["GET", "POST"])
@needs(CREATE)
def new(request: HttpRequest) -> HttpResponse:
    """Order goods from a supplier."""
    place = workplace_of(request.user)
    initial = {"key": uuid4().hex, "site": place and place.key}
    form = PurchaseOrderForm(
        request.user, request.POST if request.method == "POST" else None, initial=initial
    )
    if form.is_bound and form.is_valid():
        given = form.cleaned_data
        try:
            made = create_purchase_order(
                By(Actor.of(request.user), key=given["key"]),
                supplier_id=given["supplier"].pk,
                site_id=given["site"].pk,
                lines=form.lines,
                due_on=given["due_on"],
            )
        except DomainError as error:
            form.refuse(error)
        else:
            messages.success(request, _("%(number)s is ordered.") % {"number": made.number})
            return redirect("inventory:purchase_order", made.purchase_order_id)
    return render(
        request, "inventory/purchasing/new.html", {"form": form}, status=422 if form.errors else 200
    )


@require_POST
@needs(CANCEL_LINE)
def cancel_line(request: HttpRequest, pk: int, line: int) -> HttpResponse:
    """Give up what is open of one line."""
    order = get_object_or_404(purchase_order_list(user=request.user), pk=pk)
    found = get_object_or_404(order.lines, pk=line)
    form = CancelLineForm(request.POST)
    if form.is_valid():
        given = form.cleaned_data
        by = By(Actor.of(request.user), key=given["key"], reason=given["reason"])
        try:
            done = cancel_purchase_line(by, line_id=found.pk, reason=given["reason"])
        except DomainError as error:
            form.refuse(error)
        else:
            text = _("Line %(line)s is cancelled; %(n)s promises changed.")
            messages.success(request, text % {"line": found.line, "n": done.promises_changed})
            return redirect("inventory:purchase_order", pk)
    return _page(request, order, form)


def _page(request: HttpRequest, order: PurchaseOrder, form: CancelLineForm | None = None) -> HttpResponse:
    context = {
        "order": order,
        "lines": lines_of(order),
        "links": chains.links_of(request.user, "inventory.purchase_order", order.pk),
        "decisions": Decision.objects.filter(subject="inventory.purchaseorder", subject_id=order.pk).order_by(
            "-recorded_at"
        ),
        "may_receive": order.open_count
        and order.group_id is None
        and request.user.has_perm("inventory.post_receipt"),
        "may_confirm": order.open_count
        and order.group_id is not None
        and request.user.has_perm("inventory.confirm_drop_shipment"),
        "may_cancel": request.user.has_perm(CANCEL_LINE),
        "form": form,
        "key": uuid4().hex,
    }
    return render(request, "inventory/purchasing/order.html", context, status=422 if form else 200)
