"""Background jobs in the top bar, in their popover and as a list, with cancel and download."""

import mimetypes
from datetime import timedelta
from pathlib import Path

from django.conf import settings
from django.db.models import Q, QuerySet
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from .. import nav
from ..models import Job, User
from ..shell import role_of
from ..web import done, needs, tell

KEPT_DAYS = 7
RUNNING = (Job.State.QUEUED, Job.State.RUNNING)
STOP_POLLING = 286


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
    return render(request, "erp/_jobs.html", {"jobs": jobs, "running": any(job.state in RUNNING for job in jobs)})


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
    """Ask the job to stop; it does at its next row. What is done stays done."""
    jobs = jobs_of(request.user).order_by()
    asked = jobs.filter(public_id=public_id, state__in=RUNNING).update(cancel_asked=True)
    text = _("The job stops after the row it is at.") if asked else _("The job had already ended.")
    return done(request, text, back="/jobs/", job__started={})


@require_GET
@needs()
def artefact(request: HttpRequest, public_id: str) -> FileResponse:
    """The file that the job made, to the one who asked for it."""
    job = get_object_or_404(jobs_of(request.user), public_id=public_id)
    path = Path(settings.MEDIA_ROOT) / job.artefact
    if not job.artefact or not path.is_file():
        raise Http404
    kind = mimetypes.guess_type(job.artefact_name)[0] or "application/octet-stream"
    return FileResponse(path.open("rb"), as_attachment=True, filename=job.artefact_name, content_type=kind)
