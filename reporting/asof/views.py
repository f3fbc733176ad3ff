"""Stock as of a day: an item at once, everything as a file."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from erp.kernel import clock
from erp.kernel.models import Job, User
from erp.kernel.web import needs
from inventory.stock.permissions import VIEW_VALUE
from masterdata.models import Item
from masterdata.places.queries import day_of
from reporting.asof.forms import AsOfForm
from reporting.asof.queries import Question, as_of, companies
from reporting.asof.tasks import KIND, caption_of, start_as_of

LATEST = 10


@require_GET
@needs(VIEW_VALUE)
def stock(request: HttpRequest) -> HttpResponse:
    """The question; with an item its answer; and the files that the reader had made."""
    return _page(request, AsOfForm(request.GET if "on" in request.GET else None, user=_reader(request)))


@require_POST
@needs(VIEW_VALUE)
def start(request: HttpRequest) -> HttpResponse:
    """Have the whole stock of the company written into a file; its progress is on the job's page."""
    form = AsOfForm(request.POST, user=_reader(request))
    if not form.is_valid():
        return _page(request, form)
    job = start_as_of(_reader(request), form.question())
    return redirect("job", public_id=job.public_id)


def _reader(request: HttpRequest) -> User:
    assert isinstance(request.user, User)  # `needs` lets nobody else in
    return request.user


def _page(request: HttpRequest, form: AsOfForm) -> HttpResponse:
    jobs = Job.objects.filter(kind=KIND, requested_by=request.user).order_by("-pk")
    context: dict[str, Any] = {"form": form, "jobs": jobs[:LATEST]}
    if not form.is_bound:
        if (of := next(iter(companies(user=request.user)), None)) is not None:
            form.initial = {"company": of.pk, "on": day_of(of, clock.now())}
    elif form.is_valid():
        asked = form.question()
        context |= {
            "caption": caption_of(asked),
            **(_of_item(form.found, asked) if form.found else _whole(form)),
        }
    return render(request, "reporting/asof/stock.html", context, status=422 if form.errors else 200)


def _of_item(item: Item, asked: Question) -> dict[str, Any]:
    rows = as_of(asked)
    return {
        "item": item,
        "rows": rows,
        "quantity": sum(row.quantity for row in rows),
        "value": sum(row.value for row in rows),
        "currency": asked.company.currency,
    }


def _whole(form: AsOfForm) -> dict[str, Any]:
    """What the file is asked for with: the entries as they were typed."""
    return {"whole": {name: form.data.get(name, "") for name in ("company", "on", "known_on")}}
