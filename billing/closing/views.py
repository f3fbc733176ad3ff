"""The close cockpit, and one of its tasks with the documents behind its figure."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from billing.closing.actions.check_close import check_close
from billing.closing.actions.close_year import close_year
from billing.closing.actions.start_close import start_close
from billing.closing.actions.waive_tasks import ask_waiver, grant_waivers, withdraw_waivers
from billing.closing.actions.work_tasks import (
    add_close_task,
    assign_close_tasks,
    complete_close_tasks,
    reopen_close_tasks,
)
from billing.closing.checks import BY_KEY
from billing.closing.forms import AssignForm, NoteForm, StartForm, TaskForm, WaiverForm, YearForm
from billing.closing.models import CloseTask, PeriodClose
from billing.closing.permissions import CLOSE_YEAR, WAIVE_CLOSE_TASK, WORK_CLOSE
from billing.closing.queries import (
    breaks_of_task,
    close_list,
    task_list,
    timeline_of,
    today_of,
    worklist_of,
)
from billing.closing.rules import SETTLED, STATES, keeps_open, state_of
from billing.ledger.actions.close_period import close_period
from billing.ledger.permissions import CLOSE_PERIOD, VIEW_LEDGER
from erp.kernel import attachments
from erp.kernel.actor import Actor
from erp.kernel.command import By
from erp.kernel.errors import DomainError, NotPermitted, StaleVersion
from erp.kernel.forms import Form
from erp.kernel.templatetags.ui import money
from erp.kernel.web import done, needs


@require_http_methods(["GET", "POST"])
@needs(WORK_CLOSE)
def close_new(request: HttpRequest) -> HttpResponse:
    """Start the closing of a period."""
    form = StartForm(request.POST if request.method == "POST" else None, user=request.user)
    if form.is_valid():
        try:
            made = start_close(By(Actor.of(request.user)), period_id=form.cleaned_data["period"].pk)
        except NotPermitted:
            raise
        except DomainError as error:
            form.refuse(error)
        else:
            return done(request, _("Closing started"), back=reverse("billing:close", args=[made.close_id]))
    context = {
        "form": form,
        "title": _("Start closing"),
        "back": reverse("billing:close_list"),
        "list": _("Closing"),
    }
    return render(request, "billing/closing/start.html", context, status=422 if form.is_bound else 200)


@require_GET
@needs(VIEW_LEDGER)
def close(request: HttpRequest, pk: int) -> HttpResponse:
    """The cockpit of one month."""
    return _cockpit(request, get_object_or_404(close_list(user=request.user), pk=pk))


@require_POST
@needs(WORK_CLOSE)
def close_check(request: HttpRequest, pk: int) -> HttpResponse:
    """Run every check again."""
    found = get_object_or_404(close_list(user=request.user), pk=pk)
    checked = check_close(By(Actor.of(request.user)), close_id=found.pk)
    text = _("%(n)s checks are not green") % {"n": checked.red} if checked.red else _("Every check is green")
    return done(request, text, back=reverse("billing:close", args=[pk]))


@require_POST
@needs(CLOSE_PERIOD)
def close_finish(request: HttpRequest, pk: int) -> HttpResponse:
    """Close the period, if nothing keeps it open."""
    found = get_object_or_404(close_list(user=request.user), pk=pk)
    form = Form(request.POST)
    form.is_valid()
    try:
        close_period(By(Actor.of(request.user)), period_id=found.period_id)
    except NotPermitted:
        raise
    except DomainError as error:
        form.refuse(error)
        return _cockpit(request, found, bound=form, status=422)
    return done(
        request, _("%(period)s is closed") % {"period": found}, back=reverse("billing:close", args=[pk])
    )


@require_POST
@needs(WORK_CLOSE)
def close_add(request: HttpRequest, pk: int) -> HttpResponse:
    """Add a task for a person."""
    found = get_object_or_404(close_list(user=request.user), pk=pk)
    form = TaskForm(request.POST, user=request.user)
    if form.is_valid():
        try:
            add_close_task(By(Actor.of(request.user)), close_id=pk, **form.cleaned_data)
        except DomainError as error:
            form.refuse(error)
        else:
            return done(request, _("Task added"), back=reverse("billing:close", args=[pk]))
    return _cockpit(request, found, task_form=form, status=422)


def _cockpit(
    request: HttpRequest,
    found: PeriodClose,
    *,
    bound: Form | None = None,
    task_form: TaskForm | None = None,
    status: int = 200,
) -> HttpResponse:
    today = today_of(found)
    tasks = list(task_list(user=request.user).filter(close=found))
    rows = [{"task": task, "chip": STATES[state_of(task, today)], "url": worklist_of(task)} for task in tasks]
    is_over = found.period.closed_at is not None
    works = request.user.has_perm(WORK_CLOSE) and not is_over
    context = {
        "close": found,
        "today": today,
        "checks": [row for row in rows if row["task"].is_check],
        "people": [row for row in rows if not row["task"].is_check],
        "settled": sum(state_of(task, today) in SETTLED for task in tasks),
        "total": len(tasks),
        "blocking": sum(keeps_open(task) for task in tasks),
        "is_over": is_over,
        "works": works,
        "may_close": request.user.has_perm(CLOSE_PERIOD) and not is_over,
        "form": bound,
        "task_form": task_form
        or TaskForm(user=request.user, initial={"due_on": found.period.ends_on, "is_blocking": True}),
        "timeline": timeline_of(found),
        **attachments.panel(request, found),
    }
    return render(request, "billing/closing/close.html", context, status=status)


@require_GET
@needs(VIEW_LEDGER)
def task(request: HttpRequest, pk: int) -> HttpResponse:
    """One task: figure, documents behind it, waiver."""
    return _task_page(request, get_object_or_404(task_list(user=request.user), pk=pk), {})


@require_POST
@needs(VIEW_LEDGER)
def task_work(request: HttpRequest, pk: int, how: str) -> HttpResponse:
    """Complete, take up again, assign; ask for a waiver, grant or withdraw it. The verbs ask for the right."""
    found = get_object_or_404(task_list(user=request.user), pk=pk)
    form = _forms(request, found, request.POST).get(how)
    if form is None:
        return HttpResponse(status=404)
    if form.is_valid():
        try:
            text = _work(By(Actor.of(request.user)), found, how, form.cleaned_data)
        except (NotPermitted, StaleVersion):
            raise
        except DomainError as error:
            form.refuse(error)
        else:
            return done(request, text, back=reverse("billing:close_task", args=[pk]))
    return _task_page(request, found, {how: form}, status=422)


def _forms(request: HttpRequest, found: CloseTask, data: Any = None) -> dict[str, Form]:
    assigned = {"owner_id": found.owner_id, "due_on": found.due_on, "version": found.version}
    return {
        "complete": NoteForm(data),
        "reopen": Form(data),
        "assign": AssignForm(data, user=request.user, initial=assigned),
        "ask": WaiverForm(data),
        "grant": Form(data),
        "withdraw": Form(data),
    }


def _work(by: By, found: CloseTask, how: str, given: dict[str, Any]) -> str:
    ids = [found.pk]
    if how == "complete":
        complete_close_tasks(by, task_ids=ids, note=given["note"])
        return _("Done")
    if how == "reopen":
        reopen_close_tasks(by, task_ids=ids)
        return _("To be done again")
    if how == "assign":
        assign_close_tasks(
            by,
            task_ids=ids,
            owner_id=given["owner_id"],
            due_on=given["due_on"],
            version=given["version"] or 0,
        )
        return _("Assigned")
    if how == "ask":
        ask_waiver(by, task_id=found.pk, reason=given["reason"])
        return _("A second person grants the waiver")
    if how == "grant":
        grant_waivers(by, task_ids=ids)
        return _("Waived")
    withdraw_waivers(by, task_ids=ids)
    return _("The waiver is withdrawn")


def _task_page(
    request: HttpRequest, found: CloseTask, bound: dict[str, Form], status: int = 200
) -> HttpResponse:
    is_open = found.close.period.closed_at is None
    works = request.user.has_perm(WORK_CLOSE) and is_open
    check = BY_KEY.get(found.check_key)
    asked = bool(found.waiver_reason) and not found.waived_by
    own = found.waiver_asked_by == request.user.get_username()
    context = {
        "task": found,
        "chip": STATES[state_of(found, today_of(found.close))],
        "breaks": breaks_of_task(found),
        "worklist": worklist_of(found),
        "forms": {**_forms(request, found), **bound},
        "bound": bound,
        "may": {
            "work": works,
            "complete": works and not found.is_check and found.done_at is None,
            "reopen": works and not found.is_check and found.done_at is not None,
            "ask": works
            and keeps_open(found)
            and not found.waiver_reason
            and (check is None or check.is_waivable),
            "grant": asked and not own and is_open and request.user.has_perm(WAIVE_CLOSE_TASK),
            "withdraw": works and bool(found.waiver_reason),
        },
        "own": asked and own,
        **attachments.panel(request, found),
    }
    return render(request, "billing/closing/task.html", context, status=status)


@require_http_methods(["GET", "POST"])
@needs(CLOSE_YEAR)
def year_new(request: HttpRequest) -> HttpResponse:
    """Close a fiscal year with its last period."""
    form = YearForm(request.POST if request.method == "POST" else None, user=request.user)
    if form.is_valid():
        try:
            made = close_year(By(Actor.of(request.user)), period_id=form.cleaned_data["period"].pk)
        except NotPermitted:
            raise
        except DomainError as error:
            form.refuse(error)
        else:
            text = _("%(result)s carried forward") % {"result": money(made.result)}
            return done(request, text, back=reverse("billing:year_list"))
    return render(request, "billing/closing/year.html", {"form": form}, status=422 if form.is_bound else 200)
