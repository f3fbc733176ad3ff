"""What is done with a list's selection: at once for a few, as a job beyond that; and its large exports."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from . import export
from .errors import BadInput, DomainError
from .jobs import JobRun, job, start_job
from .lists import INLINE_BULK_ROWS, BulkAction, ListPage, Outcome
from .models import User
from .web import done, is_htmx, tell

CHUNK = 100


def answer(page: ListPage, request: HttpRequest) -> HttpResponse:
    """A bulk action or its undo on the posted ids, or with `all` on everything the filter matches."""
    if name := request.POST.get("undo"):
        return _undo(page, request, action_of(page, name))
    action = action_of(page, request.POST.get("action", ""))
    if not page.user.has_perm(action.permission):
        raise PermissionDenied(action.permission)
    answers = _answers(page, request, action)
    if isinstance(answers, forms.Form):
        return _ask(page, request, action, answers)
    whole = request.POST.get("all") == "1"
    ids = chosen(page, None if whole else request.POST.getlist("id"), most=INLINE_BULK_ROWS + 1)
    if len(ids) > INLINE_BULK_ROWS:
        return _later(page, request, action, None if whole else request.POST.getlist("id"), answers)
    outcome = run(action, page.user, ids, answers)
    undo = None
    if action.undo and (outcome.undo or outcome.done):
        undo = {"url": request.get_full_path(), "fields": {"undo": action.name, "id": outcome.undo or ids}}
    told: dict[str, Any] = {"queue__changed": {}, "drawer__close": {}}
    return done(request, sentence(action, outcome), undo=undo, back=request.get_full_path(), **told)


def action_of(page: ListPage, name: str) -> BulkAction:
    for action in page.actions:
        if action.name == name:
            return action
    raise BadInput(field="action", reason=_("this list has no action of that name."))


def chosen(page: ListPage, posted: Iterable[str] | None, *, most: int, after: int = 0) -> list[int]:
    """Ids in ascending order that the reader may see: those posted, or with None all that match the filter."""
    if posted is None:
        rows = page.filtered()
    else:
        rows = page.queryset(page.user).filter(pk__in=[int(one) for one in posted if one.isdecimal()])
    return list(rows.order_by("pk").filter(pk__gt=after).values_list("pk", flat=True)[:most])


def run(action: BulkAction, user: User, ids: list[int], answers: dict[str, Any]) -> Outcome:
    if not ids:
        return Outcome(0)
    found = action.run(user, ids, **answers)
    return found if isinstance(found, Outcome) else Outcome(int(found))


def sentence(action: BulkAction, outcome: Outcome) -> str:
    """`3 invoices approved`, and what was refused with the first reason."""
    said = str(action.past % {"n": outcome.done})
    if not outcome.refused:
        return said
    count = len(outcome.refused)
    refused = ngettext("%(n)d refused: %(why)s", "%(n)d refused, first: %(why)s", count)
    return f"{said}; {refused % {'n': count, 'why': outcome.refused[0]}}"


def _undo(page: ListPage, request: HttpRequest, action: BulkAction) -> HttpResponse:
    if action.undo is None or not page.user.has_perm(action.permission):
        raise PermissionDenied(action.permission)
    # The rows have left this list, so they are found again by the verb itself, which checks scope and state.
    ids = [int(one) for one in request.POST.getlist("id") if one.isdecimal()][:INLINE_BULK_ROWS]
    action.undo(page.user, ids)
    return done(request, _("Undone"), back=request.get_full_path(), queue__changed={})


def _answers(page: ListPage, request: HttpRequest, action: BulkAction) -> dict[str, Any] | forms.Form:
    """The form's clean data; the form itself while it still has to be asked or corrected."""
    if action.form is None:
        return {}
    if "asked" not in request.POST:
        return action.form_of(page.user)
    form = action.form_of(page.user, request.POST)
    return form.cleaned_data if form.is_valid() else form


def _ask(page: ListPage, request: HttpRequest, action: BulkAction, form: forms.Form) -> HttpResponse:
    whole = request.POST.get("all") == "1"
    context = {
        "list": page,
        "action": action,
        "form": form,
        "ids": [] if whole else request.POST.getlist("id"),
        "whole": whole,
        "url": request.get_full_path(),
    }
    template = "erp/_bulk_form.html" if is_htmx(request) else "erp/bulk_form.html"
    response = render(request, template, context, status=422 if form.is_bound else 200)
    response["HX-Retarget"], response["HX-Reswap"] = "#drawer", "innerHTML"
    return response


def _later(
    page: ListPage,
    request: HttpRequest,
    action: BulkAction,
    posted: list[str] | None,
    answers: dict[str, Any],
) -> HttpResponse:
    params = {
        "list": page.key,
        "action": action.name,
        "query": page.params.urlencode(),
        "ids": posted,
        "answers": {name: str(value) for name, value in answers.items()},
    }
    start_job("kernel.bulk_action", f"{action.label}: {page.title}", params, page.user)
    text = _("This is a job now: you can go on working. Its progress is in the top bar.")
    return done(request, text, back=request.get_full_path(), job__started={}, drawer__close={})


@job("kernel.bulk_action")
def bulk_action(run_of: JobRun) -> str:
    """A bulk action over many rows, in chunks that each commit; a refused chunk is told and the next one goes on."""
    page = _standing(run_of)
    action = action_of(page, run_of.params["action"])
    answers = run_of.params["answers"]
    if action.form is not None:
        form = action.form_of(page.user, answers)
        answers = form.cleaned_data if form.is_valid() else {}
    posted = run_of.params["ids"]
    after, through = int(run_of.position.get("after", 0)), int(run_of.position.get("through", 0))
    expected = through + (len(posted) if posted is not None else page.filtered().filter(pk__gt=after).count())
    outcome = Outcome(0)
    while ids := chosen(page, posted, most=CHUNK, after=after):
        if run_of.cancelled:
            break
        after, through = ids[-1], through + len(ids)
        run_of.total(max(expected, through))  # rows may have come to match meanwhile
        _chunk(run_of, action, page.user, ids, answers, outcome, {"after": after, "through": through})
    return sentence(action, outcome)


def _chunk(
    run_of: JobRun,
    action: BulkAction,
    user: User,
    ids: list[int],
    answers: dict[str, Any],
    sum_up: Outcome,
    position: dict[str, int],
) -> None:
    # The verb commits on its own; a worker that dies before the cursor moves repeats a chunk that changes nothing.
    try:
        outcome = run(action, user, ids, answers)
    except DomainError as error:
        outcome = Outcome(0, refused=[str(error)] * len(ids))
    with transaction.atomic():
        run_of.cursor(position)
        run_of.advance(len(ids), failed=len(outcome.refused))
    sum_up.done += outcome.done
    sum_up.refused += outcome.refused


def export_later(page: ListPage, request: HttpRequest, kind: str) -> HttpResponse:
    """More than 5,000 rows are written by a worker; the file waits in the top bar."""
    params = {"list": page.key, "query": page.params.urlencode(), "format": kind}
    start_job("kernel.export_list", _("Export: %(title)s") % {"title": page.title}, params, page.user)
    text = _("The file is being written. It appears in the top bar when it is ready.")
    if is_htmx(request):
        return tell(HttpResponse(status=204), toast={"text": text}, job__started={})
    done(request, text)
    return redirect("job_list")


@job("kernel.export_list", queue="reports")
def export_list(run_of: JobRun) -> str:
    """Write the filtered set to a file. It is one file: a stopped run starts over."""
    page, kind = _standing(run_of), run_of.params["format"]
    count = page.filtered().order_by().count()
    run_of.total(count)
    written: list[int] = []
    run_of.artefact(
        page.file_name(kind), lambda file: written.append(export.WRITERS[kind](page.table(), file))
    )
    export.record_export(page.user, what=page.key, kind=kind, rows=written[0], caption=page.caption())
    return ngettext("%(n)d row", "%(n)d rows", written[0]) % {"n": written[0]}


def _standing(run_of: JobRun) -> ListPage:
    if run_of.requested_by is None:
        raise BadInput(field="requested_by", reason=_("a list job needs the user it is for."))
    listed: type[ListPage] = import_string(run_of.params["list"])
    page = listed.standing(run_of.requested_by, run_of.params["query"])
    if page.permission and not page.user.has_perm(page.permission):
        raise PermissionDenied(page.permission)
    return page
