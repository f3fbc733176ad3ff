"""Background jobs in the top bar, in their popover and as a list, with cancel and download."""

from datetime import timedelta

from django.core.files.storage import default_storage
from django.db.models import Q, QuerySet
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from .. import nav
from ..columns import Column
from ..errors import NotFound
from ..filters import FacetFilter, Filters, SearchFilter
from ..jobs import cancel_job, resume_job
from ..lists import ListPage
from ..models import Job, User
from ..shell import role_of
from ..web import done, needs, tell

KEPT_DAYS = 7
RUNNING = (Job.State.QUEUED, Job.State.RUNNING)
STOP_POLLING = 286
STATES = {
    "queued": (gettext_lazy("Queued"), "mute"),
    "running": (gettext_lazy("Running"), "info"),
    "done": (gettext_lazy("Done"), "ok"),
    "failed": (gettext_lazy("Failed"), "bad"),
    "cancelled": (gettext_lazy("Cancelled"), "mute"),
}


def jobs_of(user: User) -> QuerySet[Job]:
    """The user's own jobs; an administrator sees everyone's."""
    jobs = Job.objects.select_related("requested_by").order_by("-pk")
    return jobs if user.has_perm("kernel.administer") else jobs.filter(requested_by=user)


@require_GET
@needs()
def news(request: HttpRequest) -> HttpResponse:
    """The moving corner of the top bar: the running job, finished jobs not yet seen, the menu's counters."""
    own = Job.objects.filter(requested_by=request.user)
    recent = own.filter(Q(state__in=RUNNING) | Q(finished_at__gte=timezone.now() - timedelta(days=KEPT_DAYS)))
    jobs = list(recent.order_by("-pk")[:20])
    running = [job for job in jobs if job.state in RUNNING]
    seen = request.session.get("jobs_seen", 0)
    unseen = [job for job in jobs if job.state not in RUNNING and job.pk > seen]
    role = role_of(request)
    first_of_page = request.GET.get("poll") is None
    context = {
        "running": running,
        "unseen": unseen,
        "counts": nav.counts(request.user, role) if role and first_of_page else {},
        "poll": bool(running),
    }
    response = render(request, "erp/_news.html", context, status=200 if running else STOP_POLLING)
    finished = [job for job in unseen if str(job.pk) in request.GET.get("poll", "").split(",")]
    return tell(response, job__finished={"text": _outcome(finished[0])}) if finished else response


def _outcome(job: Job) -> str:
    if job.state == Job.State.DONE and not job.failed:
        return _("%(title)s is done") % {"title": job.title}
    if job.state == Job.State.DONE:
        return _("%(title)s is done; %(failed)s failed") % {"title": job.title, "failed": job.failed}
    return f"{job.title}: {job.get_state_display()}"


@require_GET
@needs()
def recent(request: HttpRequest) -> HttpResponse:
    """The popover: what runs and what has finished. Opening it marks the finished ones as seen."""
    jobs = list(Job.objects.filter(requested_by=request.user).order_by("-pk")[:8])
    finished = [job.pk for job in jobs if job.state not in RUNNING]
    request.session["jobs_seen"] = max([request.session.get("jobs_seen", 0), *finished])
    return render(
        request, "erp/_jobs.html", {"jobs": jobs, "running": any(job.state in RUNNING for job in jobs)}
    )


@require_GET
@needs()
def progress(request: HttpRequest, public_id: str) -> HttpResponse:
    """One job's row; asked each second while it runs, stopped by the answer's status when it has ended."""
    job = get_object_or_404(jobs_of(request.user), public_id=public_id)
    status = 200 if job.state in RUNNING else STOP_POLLING
    return render(request, "erp/_job.html", {"job": job, "left": seconds_left(job)}, status=status)


def seconds_left(job: Job) -> int | None:
    """Time to the end at the rate so far; unknown before the first row is done."""
    if not (job.started_at and job.done and job.total):
        return None
    spent = (timezone.now() - job.started_at).total_seconds()
    return round(spent / job.done * (job.total - job.done))


@require_POST
@needs()
def cancel(request: HttpRequest, public_id: str) -> HttpResponse:
    """Ask the job to stop; what is done stays done."""
    cancel_job(get_object_or_404(jobs_of(request.user), public_id=public_id))
    return done(request, _("The job stops at the next row."), back=reverse("job_list"), job__started={})


@require_POST
@needs()
def resume(request: HttpRequest, public_id: str) -> HttpResponse:
    """Run a failed or cancelled job again, from where it stopped."""
    resume_job(get_object_or_404(jobs_of(request.user), public_id=public_id))
    return done(request, _("The job goes on."), back=reverse("job_list"), job__started={}, queue__changed={})


class JobFilters(Filters):
    q = SearchFilter(label=gettext_lazy("Title"), contains=["title"])
    state = FacetFilter(label=gettext_lazy("State"), choices=Job.State.choices)


class JobList(ListPage):
    title, noun = gettext_lazy("Background jobs"), gettext_lazy("jobs")
    permission = ""
    filters = JobFilters
    columns = (
        Column("title", gettext_lazy("Job")),
        Column("state", gettext_lazy("State"), "chip", states=STATES),
        Column("done", gettext_lazy("Done"), "number"),
        Column("total", gettext_lazy("Of"), "number"),
        Column("failed", gettext_lazy("Failed"), "number"),
        Column("message", gettext_lazy("Outcome"), optional=True),
        Column("requested_by__name", gettext_lazy("For"), optional=True),
        Column("created_at", gettext_lazy("Started"), "instant", sort="id"),
    )
    default_sort = "-created_at"
    empty_title = gettext_lazy("Nothing has run yet")
    empty_text = gettext_lazy("Exports, imports and bulk work appear here with their progress and files.")

    def queryset(self, user: User) -> QuerySet[Job]:
        return jobs_of(user)

    def row_url(self, row: Job) -> str:
        return reverse("job", args=[row.public_id])

    def peek_url(self, row: Job) -> str:
        return reverse("job", args=[row.public_id])


@require_GET
@needs()
def detail(request: HttpRequest, public_id: str) -> HttpResponse:
    """One job with its progress, outcome and file."""
    job = get_object_or_404(jobs_of(request.user), public_id=public_id)
    label, tone = STATES[job.state]
    context = {"job": job, "left": seconds_left(job), "label": label, "tone": tone}
    return render(request, "erp/_job_detail.html" if request.htmx else "erp/job.html", context)


@require_GET
@needs()
def artefact(request: HttpRequest, public_id: str) -> FileResponse:
    """The file that the job made, to the one who asked for it; to others the job does not exist."""
    job = get_object_or_404(Job, public_id=public_id, requested_by=request.user)
    if not job.artefact or not default_storage.exists(job.artefact):
        raise NotFound(what=_("file of"), reference=job.title)
    return FileResponse(default_storage.open(job.artefact), as_attachment=True, filename=job.artefact_name)
