"""Counting at the bin: blind, by scan; and the count as it ended."""

from typing import Any
from uuid import uuid4

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from erp.kernel.actor import Actor
from erp.kernel.command import By
from erp.kernel.errors import BadInput, DomainError
from erp.kernel.formats import read_number, write_quantity
from erp.kernel.web import done, is_htmx, needs
from erp.kernel.workplace import workplace_of
from inventory.stock.permissions import VIEW_STOCK
from masterdata.places.queries import site_list

from .actions.count_item import count_item
from .actions.finish_count import finish_count
from .actions.plan_counts import plan_counts
from .forms import CountScanForm, FinishForm, TypedCountForm
from .models import OPEN, CountTask
from .permissions import COUNT_STOCK, PLAN_COUNTS
from .queries import count_list, lines_of, to_count
from .scanning import lot_of, see
from .states import STATES


@require_POST
@needs(PLAN_COUNTS)
def plan(request: HttpRequest) -> HttpResponse:
    """Plan the day at the reader's workplace, else at every site in reach."""
    place = workplace_of(request.user)
    sites = site_list(user=request.user).filter(is_active=True)
    if place is not None:
        sites = sites.filter(pk=place.key)
    made = 0
    for site_id in sites.values_list("pk", flat=True):
        made += len(plan_counts(By(Actor.of(request.user)), site_id=site_id).task_ids)
    text = ngettext("%(n)s count planned", "%(n)s counts planned", made) % {"n": made}
    return done(request, text, back=reverse("inventory:count_list"), queue__changed={})


@require_GET
@needs(VIEW_STOCK)
def count(request: HttpRequest, pk: int) -> HttpResponse:
    """The tablet's page while it is counted, what was found once it is closed."""
    task = get_object_or_404(count_list(user=request.user), pk=pk)
    if task.state in OPEN and request.user.has_perm(COUNT_STOCK):
        return _work(request, task)
    return _result(request, task)


@require_POST
@needs(COUNT_STOCK)
def scan(request: HttpRequest, pk: int) -> HttpResponse:
    """One scan, or one more or less of a line. A wrong scan answers 422 and changes nothing."""
    task, form = get_object_or_404(count_list(user=request.user), pk=pk), CountScanForm(request.POST)
    if not form.is_valid():
        return _work(request, task, said_bad=_("This scan could not be read."))
    given = form.cleaned_data
    try:
        if given["code"].strip():
            if given["code"].strip().upper() == task.bin.code.upper():
                return _work(request, task, said_ok=_("This is the right bin. Scan what lies in it."))
            seen = see(given["code"])
            item, lot_id, change = seen.item, seen.lot_id, seen.quantity
        else:
            line = task.lines.select_related("item").filter(pk=given["pick"]).first()
            if line is None or given["change"] is None:
                raise BadInput(field="pick", reason=_("nothing was scanned."))
            item, lot_id, change = line.item, line.lot_id, given["change"]
        by = By(Actor.of(request.user), key=given["key"])
        counted = count_item(by, task_id=pk, item_id=item.pk, lot_id=lot_id, change=change)
    except DomainError as error:
        return _work(request, task, said_bad=str(error))
    text = _("%(item)s: %(counted)s") % {
        "item": item.name,
        "counted": f"{counted.counted} {item.stock_unit_id}",
    }
    return _work(request, task, said_ok=text)


@require_POST
@needs(COUNT_STOCK)
def typed(request: HttpRequest, pk: int) -> HttpResponse:
    """How much there is of one item, typed in one go."""
    task, form = get_object_or_404(count_list(user=request.user), pk=pk), TypedCountForm(request.POST)
    if not form.is_valid():
        return _work(request, task, said_bad=_("Enter an item and how much of it there is."))
    given = form.cleaned_data
    try:
        seen = see(given["item"])
        lot_id = lot_of(seen.item, given["lot"].strip()) if given["lot"].strip() else seen.lot_id
        by = By(Actor.of(request.user), key=given["key"])
        counted = read_number(given["counted"])
        count_item(by, task_id=pk, item_id=seen.item.pk, lot_id=lot_id, counted=counted)
    except (DomainError, ValueError) as error:
        return _work(request, task, said_bad=str(error))
    said = f"{write_quantity(counted)} {seen.item.stock_unit_id}"
    return _work(
        request, task, said_ok=_("%(item)s: %(counted)s") % {"item": seen.item.name, "counted": said}
    )


@require_POST
@needs(COUNT_STOCK)
def finish(request: HttpRequest, pk: int) -> HttpResponse:
    """Close the count; the next bin stands ready."""
    task, form = get_object_or_404(count_list(user=request.user), pk=pk), FinishForm(request.POST)
    if not form.is_valid():
        return _work(request, task, said_bad=_("Choose why it differs."))
    given = form.cleaned_data
    try:
        finished = finish_count(
            By(Actor.of(request.user), key=given["key"]), task_id=pk, cause=given["cause"]
        )
    except DomainError as error:
        return _work(request, task, said_bad=str(error))
    if finished.state == CountTask.State.RECOUNT:
        messages.success(request, _("Thank you. Another person counts this bin again."))
    elif finished.waiting_ids:
        messages.success(request, _("Counted. The difference waits for an approval."))
    elif finished.adjustment_ids:
        messages.success(request, _("Counted. The difference is posted."))
    else:
        messages.success(request, _("Counted. Everything is as the ledger says."))
    here = to_count(user=request.user).filter(site=task.site_id)
    following = here.order_by("bin__pick_sequence", "bin__code").first()
    if following is not None and finished.state != CountTask.State.RECOUNT:
        return redirect("inventory:count", following.pk)
    return redirect("inventory:count_list")


def _turn(task: CountTask) -> int:
    return 2 if task.state == CountTask.State.RECOUNT else 1


def _work(request: HttpRequest, task: CountTask, *, said_ok: str = "", said_bad: str = "") -> HttpResponse:
    """The page, or for the scanner's own requests its parts; 422 when something was refused."""
    task.refresh_from_db(fields=["state", "first_by", "second_by"])
    label, tone = STATES[task.state]
    context: dict[str, Any] = {
        "task": task,
        "label": label,
        "tone": tone,
        "lines": lines_of(task, _turn(task)),
        "causes": CountTask.Cause.choices,
        "key": uuid4().hex,
        "said_ok": said_ok,
        "said_bad": said_bad,
    }
    template = "inventory/counting/_work.html" if is_htmx(request) else "inventory/counting/work.html"
    return render(request, template, context, status=422 if said_bad else 200)


def _result(request: HttpRequest, task: CountTask) -> HttpResponse:
    label, tone = STATES[task.state]
    lines = task.lines.select_related("item", "lot").order_by("turn", "pk")
    context = {"task": task, "label": label, "tone": tone, "lines": lines if task.state not in OPEN else []}
    return render(request, "inventory/counting/count.html", context)
