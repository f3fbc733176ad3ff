"""Commit a previewed run, drop it, or take a committed one back; its items follow in a job of the same transaction."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from erp.kernel.batch import Batch
from erp.kernel.command import command
from erp.kernel.errors import NotFound
from erp.kernel.jobs import start_job
from erp.kernel.models import User
from orders.orchestration.errors import RunState
from orders.orchestration.models import ReallocationRun
from orders.orchestration.permissions import REALLOCATE
from orders.orchestration.reads import LOCK_RUN

State = ReallocationRun.State
JOB = "orders.reallocate"


@dataclass(frozen=True, slots=True)
class RunDecided:
    run_id: int
    number: str
    state: str


@command("orders.commit_run")
def commit_run(batch: Batch, *, run_id: int) -> RunDecided:
    """Let what was previewed come true; each item is checked again when its turn comes. Raises RunState."""
    decided = _decide(batch, run_id, State.PROPOSED, State.COMMITTED, _("committed"))
    _start(batch, decided, _("Share %(run)s anew"), undo=False)
    return decided


@command("orders.drop_run")
def drop_run(batch: Batch, *, run_id: int) -> RunDecided:
    """Forget a preview. Raises RunState."""
    return _decide(batch, run_id, State.PROPOSED, State.DROPPED, _("dropped"))


@command("orders.undo_run")
def undo_run(batch: Batch, *, run_id: int) -> RunDecided:
    """Let a committed run be taken back, item by item as far as nothing of it was released. Raises RunState."""
    decided = _decide(batch, run_id, State.COMMITTED, State.UNDONE, _("taken back"))
    _start(batch, decided, _("Take %(run)s back"), undo=True)
    return decided


def _start(batch: Batch, decided: RunDecided, title: str, *, undo: bool) -> None:
    user = User.objects.get(pk=batch.actor.user_id) if batch.actor.user_id else None
    start_job(JOB, title % {"run": decided.number}, {"run": decided.run_id, "undo": undo}, user)


def _decide(batch: Batch, run_id: int, needs: State, becomes: State, verb: Any) -> RunDecided:
    rows = batch.read(LOCK_RUN, run_id)
    if not rows:
        raise NotFound(what=_("re-allocation run"), reference=run_id)
    ((_id, number, company_id, site_id, state),) = rows
    batch.actor.require(REALLOCATE, company=company_id, site=site_id)
    if state != needs:
        raise RunState(run=number, state=State(state).label.lower(), verb=verb, remedy=_("Make a new run."))
    batch.update(
        ReallocationRun, [run_id], state=becomes.value, decided_by=batch.actor.name, decided_at=batch.now
    )
    batch.decide("orders.decide_run", ReallocationRun, run_id, {"state": becomes.value})
    return RunDecided(run_id, number, becomes.value)
