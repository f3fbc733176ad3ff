"""A blanket order ends: closed with a reason, or past its last day. What was called off goes its way."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from erp.kernel.batch import Batch
from erp.kernel.command import command
from erp.kernel.errors import BadInput
from orders.blankets.models import BlanketOrder
from orders.blankets.permissions import WRITE_BLANKET
from orders.blankets.reads import LOCK_EXPIRED, lock_blanket

State = BlanketOrder.State


@dataclass(frozen=True, slots=True)
class EndedBlanket:
    blanket_id: int


@dataclass(frozen=True, slots=True)
class ExpiredBlankets:
    blanket_ids: list[int]


@command("orders.close_blanket")
def close_blanket(batch: Batch, *, blanket_id: int, version: int, reason: str) -> EndedBlanket:
    """Let nothing more be called off. Raises NotFound, StaleVersion, BlanketEnded, BadInput."""
    blanket = lock_blanket(batch, blanket_id, right=WRITE_BLANKET, version=version)
    blanket.refuse_ended()
    if not reason.strip():
        raise BadInput(field="reason", reason=_("say why it is closed."))
    batch.update(
        BlanketOrder,
        [blanket_id],
        state=State.CLOSED.value,
        closed_at=batch.now,
        closed_by=batch.actor.name,
        closing_note=reason.strip()[:200],
        version=version + 1,
    )
    batch.decide("orders.close_blanket", BlanketOrder, blanket_id, {"reason": reason.strip()[:200]})
    return EndedBlanket(blanket_id)


@command("orders.expire_blankets")
def expire_blankets(batch: Batch, *, most: int = 500) -> ExpiredBlankets:
    """End blanket orders whose last day is over in their company. Idempotent."""
    ids = [blanket_id for (blanket_id,) in batch.read(LOCK_EXPIRED, batch.now, most)]
    batch.update(
        BlanketOrder,
        ids,
        state=State.EXPIRED.value,
        closed_at=batch.now,
        closed_by=batch.actor.name,
        add={"version": 1},
    )
    for blanket_id in ids:
        batch.decide("orders.expire_blankets", BlanketOrder, blanket_id, {})
    return ExpiredBlankets(ids)
