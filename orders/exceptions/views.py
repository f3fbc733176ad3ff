"""One entry of the inbox: what it is, where it is put right, who has it, what was noted."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from erp.kernel import chains
from erp.kernel.actor import Actor
from erp.kernel.command import By
from erp.kernel.errors import DomainError
from erp.kernel.forms import Form
from erp.kernel.models import User
from erp.kernel.web import done, is_htmx, needs

from .actions.assign_exceptions import assign_exceptions
from .actions.note_exceptions import note_exceptions
from .actions.take_exceptions import take_exceptions
from .forms import NoteForm, OwnerForm
from .models import OrderException
from .permissions import VIEW_EXCEPTIONS, WORK_EXCEPTIONS
from .queries import exception_list, fix_url, story
from .sources import SOURCES


@require_GET
@needs(VIEW_EXCEPTIONS)
def exception(request: HttpRequest, pk: int) -> HttpResponse:
    """The drawer beside the inbox, or the page of its own."""
    return _page(request, _find(request, pk), {})


@require_POST
@needs(WORK_EXCEPTIONS)
def work(request: HttpRequest, pk: int, how: str) -> HttpResponse:
    """Take, assign or note one entry."""
    found = _find(request, pk)
    form = _forms(found, request.user, request.POST).get(how)
    if form is None or form.is_valid():
        try:
            text = _work(request, found, how, form.cleaned_data if form else {})
        except DomainError as error:
            if form is None:
                raise
            form.refuse(error)
        else:
            return done(
                request, text, back=reverse("orders:exception_list"), queue__changed={}, drawer__close={}
            )
    return _page(request, found, {how: form}, status=422)


def _work(request: HttpRequest, found: OrderException, how: str, given: dict[str, Any]) -> str:
    by = By(Actor.of(request.user), reason=given.get("note", ""))
    names = {"document": found.document}
    if how == "take":
        take_exceptions(by, exception_ids=[found.pk], strict=True)
        return _("%(document)s is yours") % names
    if how == "note":
        note_exceptions(by, exception_ids=[found.pk], text=given["text"], strict=True)
        return _("%(document)s is noted") % names
    assign_exceptions(
        by, exception_ids=[found.pk], owner_id=given["owner_id"], note=given["note"], strict=True
    )
    return _("%(document)s is assigned") % names


def _find(request: HttpRequest, pk: int) -> OrderException:
    return get_object_or_404(exception_list(user=request.user), pk=pk)


def _forms(found: OrderException, user: User, data: Any = None) -> dict[str, Form]:
    return {
        "assign": OwnerForm(data, user=user, initial={"owner_id": found.owner_id}),
        "note": NoteForm(data),
    }


def _page(
    request: HttpRequest, found: OrderException, bound: dict[str, Form], status: int = 200
) -> HttpResponse:
    source = SOURCES[found.kind]
    workable = found.closed_at is None and not source.read_only and request.user.has_perm(WORK_EXCEPTIONS)
    context = {
        "exception": found,
        "source": source,
        "fix_url": fix_url(found),
        "entries": story(found),
        "links": chains.links_of(request.user, "orders.salesorder", found.order_id) if found.order_id else [],
        "forms": {**_forms(found, request.user), **bound},
        "may": {"work": workable, "take": workable and found.owner_id is None},
    }
    template = "orders/exceptions/_peek.html" if is_htmx(request) else "orders/exceptions/exception.html"
    return render(request, template, context, status=status)
