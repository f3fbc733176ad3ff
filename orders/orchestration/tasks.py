"""The items of a run, one transaction each."""

from erp.kernel.actor import Actor
from erp.kernel.command import By
from erp.kernel.errors import DomainError
from erp.kernel.jobs import JobRun, job

from .actions.share_item import share_item, share_item_back
from .models import ReallocationItem

KIND = "orders.reallocate"
State = ReallocationItem.State


@job(KIND)
def reallocate(run: JobRun) -> str:
    """Share a run's items anew, or take them back (`undo`); an item that has changed since says so and stays."""
    undo: bool = run.params["undo"]
    verb, begins, fails = (
        (share_item_back, State.DONE, State.KEPT) if undo else (share_item, State.PROPOSED, State.STALE)
    )
    entries = ReallocationItem.objects.filter(run=run.params["run"])
    waiting = list(entries.filter(state=begins).order_by("item_id").values_list("pk", flat=True))
    run.total(len(waiting))
    done = 0
    assert run.requested_by is not None
    actor = Actor.of(run.requested_by)
    for pk in waiting:
        if run.cancelled:
            break
        try:
            verb(By(actor), entry_id=pk)
        except DomainError as refusal:
            entries.filter(pk=pk, state=begins).update(state=fails, detail=str(refusal)[:200])
            run.advance(1, failed=1)
        else:
            done += 1
            run.advance(1)
    left = len(waiting) - done
    word = "taken back" if undo else "shared anew"
    return f"{done} items {word}" + (f", {left} could not be" if left else "")
