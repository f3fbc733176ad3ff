"""Orders from a file: look first, then take; and the page that corrects a parked line."""

import secrets
from typing import Any

from django import forms
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from erp.kernel.actor import Actor
from erp.kernel.command import By
from erp.kernel.errors import DomainError
from erp.kernel.forms import Form, NumberField
from erp.kernel.web import done, needs
from masterdata.items.lookups import resolve_codes
from orders.entry.models import SalesOrder

from .actions.intake_order import INTAKE_ORDER, intake_order
from .actions.resolve_parked import resubmit_parked
from .files import Read, read_orders
from .queries import parked_lines
from .rules import key_of_document, readable

KEPT_S = 1800  # how long a file that was looked at waits to be taken


class UploadForm(Form):
    """A file of orders."""

    file = forms.FileField(
        label=gettext_lazy("File"),
        help_text=gettext_lazy("CSV or Excel with the columns customer, item, quantity; and maybe unit, price, PO, "
                               "ship to, requested date. At most 10 MB and 200 orders."),
    )  # fmt: skip


class CorrectionForm(Form):
    """A parked line as it should have been."""

    item = forms.CharField(label=gettext_lazy("Item"), max_length=80)
    quantity = NumberField(label=gettext_lazy("Quantity"))
    unit = forms.CharField(label=gettext_lazy("Unit"), max_length=3, required=False)


@needs(INTAKE_ORDER)
def upload(request: HttpRequest) -> HttpResponse:
    """A file is read and shown; nothing is ordered before it is taken."""
    if token := request.POST.get("token"):
        return _take(request, token)
    form = UploadForm(request.POST or None, request.FILES or None)
    context: dict[str, Any] = {"form": form}
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            content = file.read()
            read = read_orders(content, timezone.localdate())
        except DomainError as error:
            form.refuse(error, "file")
        else:
            token = secrets.token_urlsafe(16)
            cache.set(_kept(request, token), (file.name[:120], content), KEPT_S)
            context |= {"read": read, "orders": _looked_at(read), "token": token, "name": file.name}
    return render(request, "orders/channels/upload.html", context, status=422 if form.errors else 200)


def _kept(request: HttpRequest, token: str) -> str:
    return f"intake:{request.user.pk}:{token}"


def _looked_at(read: Read) -> list[dict[str, Any]]:
    """Each order of a file with the lines that would park; one query for all codes."""
    found = resolve_codes(line.item for document in read.documents for line in document.lines)
    shown = []
    for document in read.documents:
        _good, _requests, parked = readable(document.lines, found)
        shown.append({"document": document, "parked": parked})
    return shown


def _take(request: HttpRequest, token: str) -> HttpResponse:
    kept = cache.get(_kept(request, token))
    if kept is None:
        return redirect("orders:intake_upload")
    name, content = kept
    read = read_orders(content, timezone.localdate())
    results = []
    for document in read.documents:
        key = key_of_document(document)
        try:
            result = intake_order(
                By(Actor.of(request.user), key=key),
                document=document,
                channel=SalesOrder.Channel.CSV.value,
                source=name,
                key=key,
                park_all=True,
            )
        except DomainError as error:
            results.append({"document": document, "error": error})
        else:
            results.append({"document": document, "result": result})
    taken = sum(bool(entry.get("result") and entry["result"].order_id) for entry in results)
    context = {"form": UploadForm(), "results": results, "read": read, "taken": taken, "name": name}
    return render(request, "orders/channels/upload.html", context)


@needs(INTAKE_ORDER)
def parked_line(request: HttpRequest, pk: int) -> HttpResponse:
    """What came, why it was not taken, and the form that takes it after all."""
    row = get_object_or_404(parked_lines(user=request.user), pk=pk)
    initial = {name: row.payload[name] for name in ("item", "quantity", "unit")}
    form = CorrectionForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            resubmit_parked(
                By(Actor.of(request.user)),
                parked_id=row.pk,
                item=given["item"].replace("\0", ""),
                quantity=f"{given['quantity']:f}",
                unit=given["unit"],
            )
        except DomainError as error:
            form.refuse(error)
        else:
            text = _("Line %(n)s is ordered") % {"n": row.line}
            return done(request, text, back=reverse("orders:parked_list"), queue__changed={})
    context = {"row": row, "form": form}
    return render(request, "orders/channels/parked_line.html", context, status=422 if form.errors else 200)
