"""What messages announce."""

from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True, slots=True)
class MessageSent:
    """Someone decided that a message goes out."""

    topic: ClassVar[str] = "orders.message_sent.v1"
    message_id: int

    @property
    def document(self) -> str:
        return f"message:{self.message_id}"


@dataclass(frozen=True, slots=True)
class DocumentSent:
    """Someone sent a document to a customer."""

    topic: ClassVar[str] = "orders.document_sent.v1"
    message_id: int

    @property
    def document(self) -> str:
        return f"document_message:{self.message_id}"
