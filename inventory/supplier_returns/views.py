"""What goes back to a supplier: chosen, sent, asked for on paper, and answered."""

from uuid import uuid4

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from erp.kernel import chains
from erp.kernel.actor import Actor
from erp.kernel.command import By
from erp.kernel.errors import DomainError
from erp.kernel.pdf import render_pdf
from erp.kernel.web import needs

from .actions.send_back import send_back
from .actions.settle_supplier_return import settle_supplier_return
from .forms import AnswerForm, SendBackForm
from .models import SupplierReturn
from .permissions import SEND_BACK, SETTLE_SUPPLIER_RETURN, VIEW_SUPPLIER_RETURN
from .queries import for_vendors, lines_of, supplier_return_list, to_send
from .states import STATES


@require_GET
@needs(SEND_BACK)
def choose(request: HttpRequest) -> HttpResponse:
    """What lies for the vendor, by site and supplier."""
    goods = to_send(for_vendors(user=request.user))
    return render(request, "inventory/supplier_returns/choose.html", {"goods": goods})


@require_http_methods(["GET", "POST"])
@needs(SEND_BACK)
def new(request: HttpRequest, site: int, supplier: int) -> HttpResponse:
    """One supplier's batch out of one site: everything that lies for it is filled in."""
    goods = next(
        (
            each
            for each in to_send(for_vendors(user=request.user).filter(site=site))
            if each.supplier and each.supplier.pk == supplier
        ),
        None,
    )
    if goods is None:
        raise Http404
    data = request.POST if request.method == "POST" else None
    form = SendBackForm(goods, data, initial={"key": uuid4().hex})
    if form.is_bound and form.is_valid():
        given = form.cleaned_data
        try:
            sent = send_back(
                By(Actor.of(request.user), key=given.pop("key")),
                site_id=site,
                supplier_id=supplier,
                lines=form.lines,
                **given,
            )
        except DomainError as error:
            form.refuse(error)
        else:
            messages.success(request, _("%(number)s has gone back.") % {"number": sent.number})
            return redirect("inventory:supplier_return", sent.return_id)
    context = {"goods": goods, "form": form}
    return render(request, "inventory/supplier_returns/new.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
@needs(VIEW_SUPPLIER_RETURN)
def supplier_return(request: HttpRequest, pk: int) -> HttpResponse:
    """What went back, what is asked for it, and the supplier's answer."""
    found = get_object_or_404(supplier_return_list(user=request.user), pk=pk)
    may_answer = found.state == SupplierReturn.State.SENT and request.user.has_perm(SETTLE_SUPPLIER_RETURN)
    data = request.POST if request.method == "POST" else None
    form = AnswerForm(data, initial={"key": uuid4().hex, "credited": found.claimed})
    if form.is_bound and form.is_valid():
        given = form.cleaned_data
        try:
            settle_supplier_return(
                By(Actor.of(request.user), key=given["key"]),
                return_id=pk,
                credited=given["credited"],
                reference=given["reference"],
            )
        except DomainError as error:
            form.refuse(error)
        else:
            messages.success(request, _("The answer to %(number)s is noted.") % {"number": found.number})
            return redirect("inventory:supplier_return", pk)
    context = {
        "found": found,
        "state": STATES[found.state],
        "lines": lines_of(found),
        "links": chains.links_of(request.user, "inventory.supplier_return", found.pk),
        "form": form if may_answer or form.is_bound else None,
    }
    return render(
        request, "inventory/supplier_returns/return.html", context, status=422 if form.errors else 200
    )


@require_GET
@needs(VIEW_SUPPLIER_RETURN)
def request_pdf(request: HttpRequest, pk: int) -> HttpResponse:
    """The debit request as a PDF, for the supplier."""
    found = get_object_or_404(supplier_return_list(user=request.user), pk=pk)
    context = {"found": found, "lines": lines_of(found), "company": found.company, "site": found.site}
    response = HttpResponse(
        render_pdf("inventory/supplier_returns/request_pdf.html", context), content_type="application/pdf"
    )
    response["Content-Disposition"] = f'inline; filename="{found.number}.pdf"'
    return response
