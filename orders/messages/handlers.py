"""Promises that moved become drafts; what is sent leaves the house after the commit."""

from collections.abc import Sequence

from django.core.mail import EmailMessage

from erp.kernel.batch import Batch
from erp.kernel.events import on
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


@on(MessageSent)
def deliver_messages(batch: Batch, events: Sequence[MessageSent]) -> None:
    """By e-mail, at least once; a mail server that is away is tried again."""
    waiting = OrderMessage.objects.filter(
        pk__in=[event.message_id for event in events], state=OrderMessage.State.SENT, delivered_at=None
    )
    for message in waiting:
        EmailMessage(message.subject, message.body, to=[message.recipient]).send()
    batch.update(OrderMessage, [message.pk for message in waiting], delivered_at=batch.now)


@on(DocumentSent)
def deliver_documents(batch: Batch, events: Sequence[DocumentSent]) -> None:
    """By e-mail with the document's file, at least once; a mail server that is away is tried again."""
    waiting = DocumentMessage.objects.filter(pk__in=[event.message_id for event in events], delivered_at=None)
    for message in waiting:
        mail = EmailMessage(message.subject, message.body, to=[message.recipient])
        mail.attach(f"{message.number}.pdf", file_of(message), "application/pdf")
        mail.send()
    batch.update(DocumentMessage, [message.pk for message in waiting], delivered_at=batch.now)
