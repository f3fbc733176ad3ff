"""Send drafted messages, or say why the customer is not told."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from erp.kernel.batch import Batch, Row
from erp.kernel.command import command
from erp.kernel.errors import BadInput
from orders.messages.events import MessageSent
from orders.messages.models import OrderMessage
from orders.messages.permissions import SEND_MESSAGE
from orders.messages.reads import LOCK_DRAFTS, LOCK_ORDERS_OF_DRAFTS

State = OrderMessage.State


@dataclass(frozen=True, slots=True)
class MessagesDecided:
    """Those decided now, and [order, reason] of those that could not be."""

    message_ids: list[int]
    refused: list[list[str]]


@command("orders.send_messages")
def send_messages(batch: Batch, *, message_ids: Sequence[int]) -> MessagesDecided:
    """Send drafts to their customers; one without an address stays. What is no draft any more is left alone."""
    rows = _lock(batch, message_ids)
    ids = [row[0] for row in rows if row[3]]
    refused = [[row[4], str(_("the customer has no e-mail address."))] for row in rows if not row[3]]
    _decide(batch, ids, State.SENT, "")
    batch.publish(*(MessageSent(message_id) for message_id in ids))
    return MessagesDecided(ids, refused)


@command("orders.waive_messages")
def waive_messages(batch: Batch, *, message_ids: Sequence[int], reason: str) -> MessagesDecided:
    """Keep the reason why the customers are not told (a telephone call, a correction). Raises BadInput."""
    if not reason.strip():
        raise BadInput(field="reason", reason=_("say why the customer is not told."))
    ids = [row[0] for row in _lock(batch, message_ids)]
    _decide(batch, ids, State.WAIVED, reason)
    return MessagesDecided(ids, [])


def _lock(batch: Batch, message_ids: Sequence[int]) -> list[Row]:
    ids = sorted(set(message_ids))
    batch.write(LOCK_ORDERS_OF_DRAFTS, ids)
    rows = batch.read(LOCK_DRAFTS, ids)
    for _message, company_id, site_id, *_rest in rows:
        batch.actor.require(SEND_MESSAGE, company=company_id, site=site_id)
    return rows


def _decide(batch: Batch, ids: Sequence[int], state: State, reason: str) -> None:
    batch.update(
        OrderMessage,
        ids,
        state=state.value,
        decided_by=batch.actor.name,
        decided_at=batch.now,
        reason=reason[:200],
    )
    for message_id in ids:
        batch.decide(
            "orders.decide_messages", OrderMessage, message_id, {"state": state.value, "reason": reason}
        )
