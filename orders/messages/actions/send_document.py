"""Send documents to customers, from the verb of the room that owns them."""

from collections.abc import Sequence
from dataclasses import dataclass

from erp.kernel.batch import Batch
from orders.messages.events import DocumentSent
from orders.messages.models import DocumentMessage


@dataclass(frozen=True, slots=True)
class Paper:
    """A document on its way to a customer; its file is made of the row with this id."""

    document_id: int
    number: str
    company_id: int
    site_id: int
    language: str
    recipient: str
    subject: str
    body: str


def send_documents(batch: Batch, kind: str, papers: Sequence[Paper]) -> list[int]:
    """Write the messages, which leave the house with their files after the commit; their ids."""
    if not papers:
        return []
    ids = batch.draw(orders_documentmessage=len(papers))["orders_documentmessage"]
    batch.insert(
        DocumentMessage,
        id=ids,
        company=[paper.company_id for paper in papers],
        site=[paper.site_id for paper in papers],
        kind=kind,
        document_id=[paper.document_id for paper in papers],
        number=[paper.number for paper in papers],
        language=[paper.language for paper in papers],
        recipient=[paper.recipient for paper in papers],
        subject=[paper.subject[:200] for paper in papers],
        body=[paper.body for paper in papers],
        sent_by=batch.actor.name,
        sent_at=batch.now,
    )
    batch.publish(*(DocumentSent(message_id) for message_id in ids))
    return ids


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
    """One of them; the message's id."""
    paper = Paper(document_id, number, company_id, site_id, language, recipient, subject, body)
    return send_documents(batch, kind, [paper])[0]
