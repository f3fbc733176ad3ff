"""Work too long for a request: a Job row with progress, run by a worker in chunks that each commit.

    @job("billing.invoice_run")
    def invoice_run(run: JobRun) -> str:
        run.total(len(ids))
        for chunk in chunks(ids, after=run.position.get("after", 0)):
            if run.cancelled:
                break
            with transaction.atomic():
                invoice_shipments(...)
                run.cursor({"after": chunk[-1]})
                run.advance(len(chunk))
        return "312 invoices, 4 exceptions"

    start_job("billing.invoice_run", "Invoice run of 1 December", {"site": 3}, user)

The row is the truth and the broker only a nudge: a job that no worker took, whose worker died, or that met a lock
which nobody let go of, is found by beat's sweep and goes on at its cursor. Two runs of one job cannot both commit: each
writes under its start.
"""

import logging
import threading
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO, Any

from celery import shared_task
from django.core.files import File
from django.core.files.storage import default_storage
from django.db import DatabaseError, InterfaceError, connection, transaction
from django.db.models import F, Q
from django.db.models.functions import Coalesce

from . import clock, logs
from .errors import Busy, DomainError, InvalidTransition, Unavailable
from .models import Job, User
from .refusals import let_go_if_broken, refusal_of

log = logging.getLogger(__name__)

BEAT_EVERY_S = 15.0
STALLED_AFTER = timedelta(seconds=60)  # four missed beats
POKE_AGAIN_AFTER = timedelta(seconds=30)

Runner = Callable[["JobRun"], str | None]

_runners: dict[str, tuple[Runner, str]] = {}


class RunLost(Exception):
    """Another worker has taken the job over; this run must stop, its open chunk rolls back."""


def job(kind: str, *, queue: str = "default") -> Callable[[Runner], Runner]:
    """Register what runs jobs of a kind, and on which queue. It returns one sentence on what came out."""

    def register(runner: Runner) -> Runner:
        if kind in _runners:
            raise ValueError(f"job kind {kind} is registered twice")
        _runners[kind] = (runner, queue)
        return runner

    return register


class JobRun:
    """What a runner holds: how far, where to go on, whether to stop, and what came out."""

    def __init__(self, row: Job) -> None:
        self.job_id = row.pk
        self.params: dict[str, Any] = row.params
        self.requested_by: User | None = row.requested_by
        self.position: dict[str, Any] = row.cursor  # where an earlier run of the job stopped; empty at first
        self._began = row.started_at
        self.stopping = False  # the runner has been told to stop

    def total(self, count: int) -> None:
        """How many items there are in all, those already done included."""
        self._write(total=count)

    def advance(self, count: int, *, failed: int = 0) -> None:
        """`count` more items are through, `failed` of them not well. Inside the chunk's transaction."""
        self._write(done=F("done") + count, failed=F("failed") + failed)

    def cursor(self, position: dict[str, Any]) -> None:
        """Where the next run goes on, should this one stop here. Inside the chunk's transaction."""
        self._write(cursor=position)
        self.position = position

    def message(self, sentence: str) -> None:
        """What the job does at present, for whoever watches."""
        self._write(message=sentence)

    @property
    def cancelled(self) -> bool:
        """Whether someone asked to stop: asked between chunks, the runner then returns."""
        self.stopping = self.stopping or Job.objects.filter(pk=self.job_id, cancel_asked=True).exists()
        return self.stopping

    def artefact(self, name: str, write: Callable[[IO[bytes]], object]) -> None:
        """Keep a file for download as `name`: `write` fills it, and only a whole file is stored."""
        public_id = Job.objects.values_list("public_id", flat=True).get(pk=self.job_id)
        with TemporaryFile() as draft:
            write(draft)
            draft.seek(0)
            path = default_storage.save(f"jobs/{public_id}{Path(name).suffix.lower()}", File(draft))
        self._write(artefact=path, artefact_name=name)

    def beat(self) -> None:
        """A sign of life; every other write is one as well."""
        self._write()

    def _write(self, **fields: Any) -> None:
        mine = Job.objects.filter(pk=self.job_id, started_at=self._began, state=Job.State.RUNNING)
        if not mine.update(**{"beat_at": clock.now(), **fields}):
            raise RunLost(self.job_id)


def start_job(kind: str, title: str, params: dict[str, Any], user: User | None) -> Job:
    """Queue a job and, after the commit, nudge a worker. Raises KeyError for a kind without runner."""
    _, queue = _runners[kind]
    row = Job.objects.create(kind=kind, title=title[:160], params=params, requested_by=user)
    _poke(row.pk, queue)
    return row


def cancel_job(row: Job) -> None:
    """Ask a job to stop: a queued one is cancelled at once, a running one after its present chunk."""
    stopped = Job.objects.filter(pk=row.pk, state=Job.State.QUEUED).update(
        state=Job.State.CANCELLED, cancel_asked=True, finished_at=clock.now()
    )
    if not stopped:
        Job.objects.filter(pk=row.pk, state=Job.State.RUNNING).update(cancel_asked=True)


def resume_job(row: Job) -> None:
    """Queue a failed or cancelled job again; it goes on where it stopped."""
    again = Job.objects.filter(pk=row.pk, state__in=[Job.State.FAILED, Job.State.CANCELLED]).update(
        state=Job.State.QUEUED, cancel_asked=False, finished_at=None, beat_at=None, message=""
    )
    if not again:
        row.refresh_from_db()
        raise InvalidTransition(
            document=row.title, state=row.get_state_display().lower(), verb="running it again"
        )
    _poke(row.pk, _runners[row.kind][1])


def _poke(job_id: int, queue: str) -> None:
    """After the commit, tell a worker. Without a broker the sweep finds the row."""
    transaction.on_commit(partial(_send, job_id, queue))


def _send(job_id: int, queue: str) -> None:
    try:
        run_job.apply_async(args=[job_id], queue=queue, retry=False)
    except Exception:
        log.warning("broker away, the sweep will start job %s", job_id)


@shared_task
def run_job(job_id: int) -> None:
    """Run a job that is queued or whose worker died; anything else, a second delivery too, is nothing."""
    row = _claim(job_id)
    if row is None:
        return
    with logs.bound(logs.job_id, str(row.public_id)), _Heartbeat(JobRun(row)):
        _work(row)


def _claim(job_id: int) -> Job | None:
    """Take the job for this run, or None when it is finished, cancelled or alive in another worker."""
    with transaction.atomic():
        row = Job.objects.select_for_update(skip_locked=True, of=("self",)).filter(_due(), pk=job_id).first()
        if row is None:
            return None
        row.state, row.started_at = Job.State.RUNNING, clock.now()
        row.beat_at = row.started_at
        row.save(update_fields=["state", "started_at", "beat_at"])
    return row


def _due(at: datetime | None = None) -> Q:
    at = at or clock.now()
    return Q(state=Job.State.QUEUED) | Q(state=Job.State.RUNNING, beat_at__lt=at - STALLED_AFTER)


def _work(row: Job) -> None:
    """Run the runner to its end and record how it ended."""
    run = JobRun(row)
    if row.kind not in _runners:
        _finish(run, Job.State.FAILED, f"Nobody runs jobs of the kind {row.kind} any more.")
        return
    try:
        outcome = _runners[row.kind][0](run) or ""
    except RunLost:
        log.warning("job %s goes on in another worker", row.pk)
    except Exception as error:
        refusal = refusal_of(error)
        if isinstance(refusal, Unavailable | Busy):
            log.warning("database away or busy, the sweep will go on with job %s", row.pk)
            let_go_if_broken()
            return
        if not isinstance(error, DomainError):
            log.exception("job %s failed", row.pk)
        _finish(
            run, Job.State.FAILED, str(refusal or "It stopped with an error of ours, which has been logged.")
        )
    else:
        _finish(run, Job.State.CANCELLED if run.stopping else Job.State.DONE, outcome)


def _finish(run: JobRun, state: str, message: str) -> None:
    at = clock.now()
    try:
        run._write(state=state, message=message, beat_at=at, finished_at=at)
    except RunLost:
        log.warning("job %s was finished by another worker", run.job_id)


class _Heartbeat:
    """Signs of life from a thread and connection of its own while one long chunk runs."""

    def __init__(self, run: JobRun) -> None:
        self._run = run
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._beat, daemon=True)

    def __enter__(self) -> None:
        self._thread.start()

    def __exit__(self, *exc: object) -> None:
        self._stop.set()
        self._thread.join()

    def _beat(self) -> None:
        while not self._stop.wait(BEAT_EVERY_S):
            try:
                self._run.beat()
            except RunLost:
                return
            except (DatabaseError, InterfaceError):
                log.info("no heartbeat: the chunk holds the job's row, or the database is away")
                let_go_if_broken()
        connection.close()


@shared_task
def sweep_jobs() -> None:
    """Beat, every 10 s: nudge for jobs that nobody took and for those whose worker died."""
    at = clock.now()
    quiet = Q(state=Job.State.RUNNING) | Q(nudged__lt=at - POKE_AGAIN_AFTER)
    waiting = Job.objects.annotate(nudged=Coalesce("beat_at", "created_at")).filter(_due(at) & quiet)
    for pk, kind, state in list(waiting.values_list("pk", "kind", "state")):
        if state == Job.State.QUEUED:  # remembered, so that a full queue is not flooded with nudges
            Job.objects.filter(pk=pk, state=state).update(beat_at=at)
        _send(pk, _runners[kind][1] if kind in _runners else "default")


def delete_jobs(rows: Iterable[Job]) -> None:
    """Remove jobs, and their files once that is committed: a file without row is only litter."""
    for row in rows:
        row.delete()
        if row.artefact:
            transaction.on_commit(partial(default_storage.delete, row.artefact))
