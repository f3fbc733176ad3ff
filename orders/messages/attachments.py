"""The files of documents that are sent: the room that owns a kind of document says how its file is made.

@attachment("orders.quote_revision")
def revision_file(document_id: int) -> bytes: ...
"""

from collections.abc import Callable

from django.utils import translation

from .models import DocumentMessage

Make = Callable[[int], bytes]

_makers: dict[str, Make] = {}


def attachment(kind: str) -> Callable[[Make], Make]:
    """Register what makes the PDF of one kind of document, in the language that is active. It may be made
    much later than the document was sent: the id names what cannot change since."""

    def register(make: Make) -> Make:
        _makers[kind] = make
        return make

    return register


def file_of(message: DocumentMessage) -> bytes:
    """The PDF that goes with a message, in the customer's language. Raises KeyError for a kind that nobody owns."""
    with translation.override(message.language):
        return _makers[message.kind](message.document_id)
