"""Send a document to a customer, from the verb of the room that owns it."""

from erp.kernel.batch import Batch
from orders.messages.events import DocumentSent
from orders.messages.models import DocumentMessage


def send_document(
    batch: Batch,
    *,
    kind: str,
    document_id: int,
    number: str,
    company_id: int,
    site_id: int,
    language: str,
    recipient: str,
    subject: str,
    body: str,
) -> int:
    """Write the message, which leaves the house with its file after the commit; the message's id."""
    (message_id,) = batch.draw(orders_documentmessage=1)["orders_documentmessage"]
    batch.insert(
        DocumentMessage,
        id=message_id,
        company=company_id,
        site=site_id,
        kind=kind,
        document_id=document_id,
        number=number,
        language=language,
        recipient=recipient,
        subject=subject[:200],
        body=body,
        sent_by=batch.actor.name,
        sent_at=batch.now,
    )
    batch.publish(DocumentSent(message_id))
    return message_id
