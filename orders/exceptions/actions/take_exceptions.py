"""Take what nobody works."""

from collections.abc import Sequence

from django.utils.translation import gettext as _

from erp.kernel.batch import Batch
from erp.kernel.command import command
from erp.kernel.errors import BadInput
from orders.exceptions.errors import OwnedByOther
from orders.exceptions.models import OrderException
from orders.exceptions.working import Worked, lock_entries


@command("orders.take_exceptions")
def take_exceptions(batch: Batch, *, exception_ids: Sequence[int], strict: bool = False) -> Worked:
    """Make the actor the owner of open entries that are nobody's; what is somebody's stays and is listed.

    With `strict` the first refusal is raised: OwnedByOther, ExceptionClosed, WorkedElsewhere. Taking one's own
    changes nothing.
    """
    if batch.actor.user_id is None:
        raise BadInput(field="owner", reason=_("only a user can own an entry."))
    free, refused = lock_entries(batch, exception_ids, strict=strict)
    taken = []
    for entry in free:
        if entry.owner_id in (None, batch.actor.user_id):
            taken.append(entry)
            continue
        why = OwnedByOther(document=entry.document, owner=entry.owner)
        if strict:
            raise why
        refused.append([entry.document, str(why)])
    batch.update(
        OrderException,
        [entry.id for entry in taken if entry.owner_id is None],
        owner=batch.actor.user_id,
        add={"version": 1},
    )
    for entry in taken:
        if entry.owner_id is None:
            outcome = {"from": None, "to": batch.actor.user_id}
            batch.decide("orders.assign_exceptions", OrderException, entry.id, outcome)
    return Worked([entry.id for entry in taken], refused)


@command("orders.give_back_exceptions")
def give_back_exceptions(batch: Batch, *, exception_ids: Sequence[int]) -> Worked:
    """Undo: what the actor took is nobody's again; what has changed hands since stays."""
    free, refused = lock_entries(batch, exception_ids, strict=False)
    own = [entry for entry in free if entry.owner_id == batch.actor.user_id]
    batch.update(OrderException, [entry.id for entry in own], owner=None, add={"version": 1})
    for entry in own:
        batch.decide(
            "orders.assign_exceptions", OrderException, entry.id, {"from": entry.owner_id, "to": None}
        )
    return Worked([entry.id for entry in own], refused)
