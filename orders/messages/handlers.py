"""Promises that moved become drafts; what is sent leaves the house after the commit, and apart from any other."""

from collections.abc import Callable, Sequence

from django.core.mail import EmailMessage

from erp.kernel.batch import Batch
from erp.kernel.events import apart, on
from inventory.commitments.events import PromisesMoved
from orders.entry.events import LinesSubstituted, OrderChanged

from .actions.draft_notices import draft_notices, redraft_notices
from .attachments import file_of
from .events import DocumentSent, MessageSent
from .models import DocumentMessage, OrderMessage


@on(PromisesMoved, size=50)
def draft_moved_promises(batch: Batch, events: Sequence[PromisesMoved]) -> None:
    """One draft per order, whatever moved how often."""
    draft_notices(batch, demand_ids=[demand_id for event in events for demand_id in event.demand_ids])


@on(LinesSubstituted, size=50)
def draft_substitutes(batch: Batch, events: Sequence[LinesSubstituted]) -> None:
    """The customer is told what comes instead, whoever agreed to it."""
    draft_notices(batch, demand_ids=[demand_id for event in events for demand_id in event.demand_ids])


@on(OrderChanged, size=50)
def redraft_changed_orders(batch: Batch, events: Sequence[OrderChanged]) -> None:
    """What is not sent yet follows the order: a cancelled one has nothing to tell any more."""
    redraft_notices(batch, order_ids=[event.order_id for event in events])


@apart(MessageSent)
def deliver_messages(event: MessageSent) -> Callable[[Batch], None] | None:
    """By e-mail, at least once; a mail server that is away is tried again."""
    waiting = OrderMessage.objects.filter(state=OrderMessage.State.SENT, delivered_at=None)
    message = waiting.filter(pk=event.message_id).first()
    if message is None:
        return None
    EmailMessage(message.subject, message.body, to=[message.recipient]).send()
    return lambda batch: batch.update(OrderMessage, [event.message_id], delivered_at=batch.now)


@apart(DocumentSent)
def deliver_documents(event: DocumentSent) -> Callable[[Batch], None] | None:
    """By e-mail with the document's file, at least once; a mail server that is away is tried again."""
    message = DocumentMessage.objects.filter(pk=event.message_id, delivered_at=None).first()
    if message is None:
        return None
    mail = EmailMessage(message.subject, message.body, to=[message.recipient])
    mail.attach(*file_of(message))
    mail.send()
    return lambda batch: batch.update(DocumentMessage, [event.message_id], delivered_at=batch.now)
