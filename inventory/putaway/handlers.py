"""What came in and stands in a receiving bin is to be put away."""

from datetime import timedelta

from erp.kernel.batch import Batch
from erp.kernel.events import inline
from inventory.inbound.events import GoodsTakenIn

from .models import PutawayTask
from .policies import PUTAWAY_HOURS, PUTAWAY_TASKS
from .reads import TO_PUT_AWAY


@inline(GoodsTakenIn)
def ask_to_put_away(batch: Batch, fact: GoodsTakenIn) -> None:
    """A task for each quantity in a receiving bin, where the site puts away by task; nothing is read elsewhere."""
    scope = {"site": fact.site_id, "company": fact.company_id}
    if not PUTAWAY_TASKS.value(on=batch.now.date(), **scope):
        return
    found = batch.read(TO_PUT_AWAY, [place[1] for place in fact.places])
    places = [fact.places[n - 1] for n, _ in found]
    ids = [task_id for _, task_id in found]
    batch.insert(
        PutawayTask,
        id=ids,
        number=[f"PUT-{task_id}" for task_id in ids],
        company=fact.company_id,
        site=fact.site_id,
        source=fact.source,
        source_id=fact.source_id,
        document=fact.document,
        item=[place[0] for place in places],
        bin=[place[1] for place in places],
        lot=[place[2] for place in places],
        status=[place[3] for place in places],
        quantity=[fact.quantities[n - 1] for n, _ in found],
        moved=0,
        state=PutawayTask.State.OPEN.value,
        priority=50,
        owner="",
        why="",
        made_at=batch.now,
        due_at=batch.now + timedelta(hours=PUTAWAY_HOURS.value(on=batch.now.date(), **scope)),
        ended_by="",
        reason="",
    )
