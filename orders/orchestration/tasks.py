"""The items of a run, one transaction each."""

from erp.kernel.actor import Actor
from erp.kernel.command import By
from erp.kernel.errors import DomainError
from erp.kernel.jobs import JobRun, job

from .actions.decide_run import JOB
from .actions.share_item import share_item, share_item_back
from .models import ReallocationItem

State = ReallocationItem.State


@job(JOB)
def reallocate(run: JobRun) -> str:
    """Share a run's items anew, or take them back (`undo`); an item that has changed since says so and stays."""
    undo: bool = run.params["undo"]
    verb, begins, ends, fails = (
        (share_item_back, State.DONE, State.UNDONE, State.KEPT)
        if undo
        else (share_item, State.PROPOSED, State.DONE, State.STALE)
    )
    entries = ReallocationItem.objects.filter(run=run.params["run"])
    waiting = list(entries.filter(state=begins).order_by("item_id").values_list("pk", flat=True))
    run.total(len(waiting))
    done = 0
    actor = Actor.of(run.requested_by) if run.requested_by else Actor.system(JOB)
    for pk in waiting:
        if run.cancelled:
            break
        try:
            shared = verb(By(actor), entry_id=pk)
        except DomainError as refusal:
            entries.filter(pk=pk, state=begins).update(state=fails, detail=str(refusal)[:200])
            run.advance(1, failed=1)
        else:
            done += shared.state == ends
            run.advance(1)
    left = len(waiting) - done
    word = "taken back" if undo else "shared anew"
    return f"{done} items {word}" + (f", {left} could not be" if left else "")
