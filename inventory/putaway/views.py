"""The putaway station: take goods up, be told a bin, scan it. And a task as it went."""

from typing import Any
from uuid import uuid4

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from erp.kernel.actor import Actor
from erp.kernel.command import By, asked_before
from erp.kernel.errors import DomainError
from erp.kernel.web import is_htmx, needs
from masterdata.places.models import Bin

from .actions.begin_putaways import begin_putaways
from .actions.put_away import Placed, put_away
from .forms import PlaceForm, PutawayScanForm
from .models import PutawayTask
from .permissions import PUT_AWAY, VIEW_PUTAWAY
from .queries import in_hand, meant_by, putaway_list, there, timeline_of, to_put_away
from .states import STATES

MOST_SHOWN = 50


@require_GET
@needs(PUT_AWAY)
def station(request: HttpRequest) -> HttpResponse:
    """What stands at the dock, and the goods in hand."""
    return _work(request)


@require_POST
@needs(PUT_AWAY)
def scan(request: HttpRequest) -> HttpResponse:
    """One scan: goods are taken up, or those in hand put into the bin. A wrong scan answers 422 and changes nothing."""
    form = PutawayScanForm(request.POST)
    if not form.is_valid():
        return _work(request, said_bad=_("This scan could not be read."))
    by = By(Actor.of(request.user), key=form.cleaned_data["key"])
    if asked_before(by, begin_putaways, put_away):
        return _work(request, said_ok=_("This scan is done already."))
    try:
        meant = meant_by(form.cleaned_data["code"], user=request.user)
        if meant.bin is not None:
            return _work(
                request, said_ok=_put(by, meant.task, Placed(meant.task.pk, meant.bin.pk), meant.bin)
            )
        begin_putaways(by, task_ids=[meant.task.pk])
    except DomainError as error:
        return _work(request, said_bad=str(error))
    task = putaway_list(user=request.user).get(pk=meant.task.pk)
    if task.proposed is None:
        text = _("%(item)s: no bin fits. Choose one and scan it.") % {"item": task.item.name}
    else:
        text = _("%(item)s: take it to %(bin)s") % {"item": task.item.name, "bin": task.proposed.code}
    return _work(request, said_ok=text)


@require_POST
@needs(PUT_AWAY)
def place(request: HttpRequest, pk: int) -> HttpResponse:
    """Put goods into a bin that was typed, whole or in part."""
    task, form = get_object_or_404(putaway_list(user=request.user), pk=pk), PlaceForm(request.POST)
    if not form.is_valid():
        return _work(request, said_bad=_("Enter the bin, and a quantity if it is not all of it."))
    given = form.cleaned_data
    into = Bin.objects.filter(site=task.site_id, code__iexact=given["bin"].strip()).first()
    if into is None:
        return _work(request, said_bad=_("There is no bin “%(code)s” here.") % {"code": given["bin"]})
    by = By(Actor.of(request.user), key=given["key"])
    try:
        text = _put(by, task, Placed(task.pk, into.pk, given["quantity"]), into, given["note"])
    except DomainError as error:
        return _work(request, said_bad=str(error))
    if is_htmx(request):
        return _work(request, said_ok=text)
    messages.success(request, text)
    return redirect("inventory:putaway_station")


def _put(by: By, task: PutawayTask, placed: Placed, into: Bin, note: str = "") -> str:
    """Put it there, and say what came of it."""
    done = put_away(by, placed=[placed], note=note)
    words = {"item": task.item.name, "bin": into.code}
    if done.open_ids:
        return _("%(item)s is in %(bin)s. There is more of it.") % words
    if task.proposed_id not in (None, into.pk):
        return _("%(item)s is in %(bin)s, not as proposed. It is recorded.") % words
    return _("%(item)s is in %(bin)s.") % words


def _work(request: HttpRequest, *, said_ok: str = "", said_bad: str = "") -> HttpResponse:
    """The page, or for the scanner's own requests its parts; 422 when something was refused."""
    held = list(in_hand(user=request.user)[:MOST_SHOWN])
    current = held[0] if held else None
    others = to_put_away(user=request.user).exclude(pk__in=[task.pk for task in held])
    context: dict[str, Any] = {
        "current": current,
        "there": there(current) if current else None,
        "held": held[1:],
        "tasks": others[:MOST_SHOWN],
        "waiting": others.count(),
        "key": uuid4().hex,
        "said_ok": said_ok,
        "said_bad": said_bad,
    }
    template = "inventory/putaway/_work.html" if is_htmx(request) else "inventory/putaway/work.html"
    return render(request, template, context, status=422 if said_bad else 200)


@require_GET
@needs(VIEW_PUTAWAY)
def task(request: HttpRequest, pk: int) -> HttpResponse:
    """What stood where, where it went and why there."""
    found = get_object_or_404(putaway_list(user=request.user), pk=pk)
    label, tone = STATES[found.state]
    receipt = found.source_id if found.source == "inventory.receipt" else None
    context = {
        "task": found,
        "label": label,
        "tone": tone,
        "receipt": receipt,
        "transfer": found.source_id if receipt is None else None,
        "entries": timeline_of(found),
    }
    return render(request, "inventory/putaway/task.html", context)
