"""Jobs: progress commits with the work, restarts at the cursor, stops when asked, survives its worker."""

import threading
from datetime import timedelta

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import OperationalError, connection, transaction

from erp.kernel import clock, jobs
from erp.kernel.errors import Busy, InvalidTransition, NotFound
from erp.kernel.jobs import STALLED_AFTER, cancel_job, resume_job, run_job, start_job, sweep_jobs
from erp.kernel.models import IdempotencyKey, Job, OutboxEntry
from erp.kernel.upkeep import claim_period, make_partitions, purge_finished
from tests import factories

pytestmark = pytest.mark.django_db
State = Job.State


@pytest.fixture(autouse=True)
def kinds(monkeypatch, settings, tmp_path):
    """An empty registry and a folder of the test's own."""
    monkeypatch.setattr(jobs, "_runners", {})
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def sent(monkeypatch):
    """The jobs that a worker was told about."""
    told = []
    monkeypatch.setattr(run_job, "apply_async", lambda args, queue, retry: told.append((args[0], queue)))
    return told


def queued(runner, **values):
    jobs.job("test.count")(runner)
    return Job.objects.create(kind="test.count", title="Count", **values)


def seen(row):
    row.refresh_from_db()
    return row


def count_to_six(run):
    run.total(6)
    for first in range(run.position.get("next", 0), 6, 2):
        with transaction.atomic():
            run.cursor({"next": first + 2})
            run.advance(2, failed=1 if first == 2 else 0)
    return "six counted"


def test_a_job_runs_to_its_end():
    row = queued(count_to_six)
    run_job(row.pk)
    row = seen(row)
    assert (row.state, row.total, row.done, row.failed, row.message) == (State.DONE, 6, 6, 1, "six counted")
    assert row.started_at <= row.beat_at <= row.finished_at


def test_starting_tells_a_worker_after_the_commit(sent, django_capture_on_commit_callbacks):
    jobs.job("test.bill", queue="billing")(count_to_six)
    user = factories.user()
    with django_capture_on_commit_callbacks(execute=True):
        row = start_job("test.bill", "Bill", {"site": 3}, user)
        assert sent == []
    assert sent == [(row.pk, "billing")]
    assert (row.state, row.params, row.requested_by) == (State.QUEUED, {"site": 3}, user)


def test_without_a_broker_a_job_still_starts(monkeypatch, django_capture_on_commit_callbacks):
    def away(**options):
        raise ConnectionError

    monkeypatch.setattr(run_job, "apply_async", away)
    jobs.job("test.count")(count_to_six)
    with django_capture_on_commit_callbacks(execute=True):
        row = start_job("test.count", "Count", {}, None)
    assert seen(row).state == State.QUEUED


def test_an_unknown_kind_is_refused_at_the_start():
    with pytest.raises(KeyError):
        start_job("test.nothing", "Nothing", {}, None)
    assert not Job.objects.exists()


def test_a_kind_has_one_runner():
    jobs.job("test.count")(count_to_six)
    with pytest.raises(ValueError, match="registered twice"):
        jobs.job("test.count")(count_to_six)


def test_a_second_delivery_changes_nothing():
    calls = []
    row = queued(lambda run: calls.append(run.job_id))
    run_job(row.pk)
    run_job(row.pk)
    assert calls == [row.pk]


def test_a_job_alive_in_another_worker_is_left_alone():
    calls = []
    now = clock.now()
    row = queued(lambda run: calls.append(1), state=State.RUNNING, started_at=now, beat_at=now)
    run_job(row.pk)
    assert calls == []


def test_a_job_whose_worker_died_goes_on_at_its_cursor():
    long_ago = clock.now() - STALLED_AFTER - timedelta(seconds=1)
    row = queued(
        count_to_six,
        state=State.RUNNING,
        started_at=long_ago,
        beat_at=long_ago,
        total=6,
        done=4,
        cursor={"next": 4},
    )
    run_job(row.pk)
    row = seen(row)
    assert (row.state, row.done, row.failed, row.cursor) == (State.DONE, 6, 0, {"next": 6})


def test_a_run_that_was_taken_over_cannot_write():
    def overtaken(run):
        run.advance(0)
        Job.objects.filter(pk=run.job_id).update(started_at=clock.now() + timedelta(seconds=1))
        with transaction.atomic():
            factories.company(code="LOST")
            run.advance(1)

    row = queued(overtaken, total=3)
    run_job(row.pk)
    row = seen(row)
    assert (row.state, row.done) == (State.RUNNING, 0)
    assert not type(factories.company()).objects.filter(code="LOST").exists()


def test_a_refusal_fails_the_job_in_its_own_words():
    def refuse(run):
        run.total(2)
        run.advance(1)
        raise NotFound(what="item", reference="X")

    row = queued(refuse)
    run_job(row.pk)
    row = seen(row)
    message = str(NotFound(what="item", reference="X"))
    assert (row.state, row.done, row.message) == (State.FAILED, 1, message)


def test_a_defect_fails_the_job_without_telling_its_insides():
    def stumble(run):
        raise ZeroDivisionError("secret detail")

    row = queued(stumble)
    run_job(row.pk)
    assert seen(row).state == State.FAILED
    assert "secret" not in row.message


@pytest.mark.parametrize("error", [OperationalError("server closed the connection unexpectedly"), Busy()])
def test_a_job_that_is_cut_off_or_meets_a_lock_is_left_to_the_sweep(error):
    def cut_off(run):
        raise error

    row = queued(cut_off)
    run_job(row.pk)
    assert seen(row).state == State.RUNNING


def test_a_queued_job_is_cancelled_at_once():
    row = queued(count_to_six)
    cancel_job(row)
    run_job(row.pk)
    assert (seen(row).state, row.done) == (State.CANCELLED, 0)


def test_a_running_job_stops_after_its_chunk():
    def stoppable(run):
        run.total(6)
        for _ in range(3):
            if run.cancelled:
                return "stopped by hand"
            run.advance(2)
            cancel_job(row)
        return "finished"

    row = queued(stoppable)
    run_job(row.pk)
    assert (seen(row).state, row.done, row.message) == (State.CANCELLED, 2, "stopped by hand")


def test_a_failed_job_goes_on_where_it_stopped(sent, django_capture_on_commit_callbacks):
    row = queued(count_to_six, state=State.FAILED, total=6, done=2, cursor={"next": 2}, cancel_asked=True)
    with django_capture_on_commit_callbacks(execute=True):
        resume_job(row)
    assert sent == [(row.pk, "default")]
    run_job(row.pk)
    assert (seen(row).state, row.done) == (State.DONE, 6)


def test_a_finished_job_is_not_run_again():
    row = queued(count_to_six, state=State.DONE)
    with pytest.raises(InvalidTransition):
        resume_job(row)


def test_an_artefact_is_kept_whole_or_not_at_all():
    def half(run):
        def write(file):
            file.write(b"half")
            raise OSError("disk full")

        run.artefact("list.csv", write)

    def whole(run):
        run.artefact("list of 1 December.csv", lambda file: file.write(b"a;b\n"))

    failed = queued(half)
    run_job(failed.pk)
    assert (seen(failed).state, failed.artefact) == (State.FAILED, "")
    jobs._runners.clear()
    row = queued(whole)
    run_job(row.pk)
    assert (seen(row).artefact_name, row.artefact) == ("list of 1 December.csv", f"jobs/{row.public_id}.csv")
    assert default_storage.open(row.artefact).read() == b"a;b\n"
    assert default_storage.listdir("jobs") == ([], [f"{row.public_id}.csv"])


def test_the_sweep_tells_of_forgotten_and_stalled_jobs_only(sent):
    now = clock.now()
    stalled = now - STALLED_AFTER - timedelta(seconds=1)
    forgotten = queued(count_to_six, created_at=now - timedelta(minutes=2))
    dead = Job.objects.create(
        kind="test.count", title="D", state=State.RUNNING, started_at=stalled, beat_at=stalled
    )
    Job.objects.create(kind="test.count", title="fresh", created_at=now)
    Job.objects.create(kind="test.count", title="alive", state=State.RUNNING, started_at=now, beat_at=now)
    Job.objects.create(kind="test.count", title="done", state=State.DONE, beat_at=stalled)
    sweep_jobs()
    assert sorted(sent) == sorted([(forgotten.pk, "default"), (dead.pk, "default")])
    sent.clear()
    sweep_jobs()
    assert sent == [(dead.pk, "default")]  # the queued one was told a moment ago


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_run_a_job_once():
    calls, gate = [], threading.Barrier(2)

    def runner(run):
        calls.append(1)

    row = queued(runner)

    def deliver():
        gate.wait()
        run_job(row.pk)
        connection.close()

    threads = [threading.Thread(target=deliver) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert calls == [1]
    assert seen(row).state == State.DONE


# Upkeep ---------------------------------------------------------------------------------------------


def test_a_period_is_claimed_once():
    assert [claim_period("close", day) for day in ("2026-11-01", "2026-11-01", "2026-11-02")] == [
        True,
        False,
        True,
    ]


def test_old_rows_go_once_a_day_and_young_ones_stay(django_capture_on_commit_callbacks):
    old, young = clock.now() - timedelta(days=31), clock.now() - timedelta(days=6)
    for stamp in (old, young):
        OutboxEntry.objects.create(topic="t", subscriber="s", document="d", payload={}, done_at=stamp)
        IdempotencyKey.objects.create(
            actor="a", command="c", key=str(stamp), request_hash="", created_at=stamp
        )
        path = default_storage.save("jobs/x.csv", ContentFile(b"x"))
        Job.objects.create(kind="k", title="t", state=State.DONE, finished_at=stamp, artefact=path)
    OutboxEntry.objects.create(
        topic="t", subscriber="s", document="d", payload={}, due_at=old
    )  # not delivered
    with django_capture_on_commit_callbacks(execute=True):
        purge_finished()
    assert OutboxEntry.objects.count() == 2
    assert list(IdempotencyKey.objects.filter(actor="a").values_list("created_at", flat=True)) == [young]
    kept = Job.objects.get()
    assert kept.finished_at == young
    assert default_storage.listdir("jobs")[1] == [kept.artefact.removeprefix("jobs/")]
    OutboxEntry.objects.create(topic="t", subscriber="s", document="d", payload={}, done_at=old)
    purge_finished()
    assert OutboxEntry.objects.count() == 3  # today's turn was taken


def test_partitions_are_ready_three_months_ahead():
    make_partitions()
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_inherits WHERE inhparent = 'kernel_decision'::regclass")
        assert cursor.fetchone() == (5,)  # this month, three more and the default
