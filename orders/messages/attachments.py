"""The files of documents that are sent: the room that owns a kind of document says how its file is made.

@attachment("orders.quote_revision")
def revision_file(document_id: int) -> bytes: ...
"""

from collections.abc import Callable

from django.utils import translation

from .models import DocumentMessage

Make = Callable[[int], bytes]

_makers: dict[str, tuple[Make, str, str]] = {}


def attachment(
    kind: str, *, suffix: str = "pdf", content_type: str = "application/pdf"
) -> Callable[[Make], Make]:
    """Register what makes the file of one kind of document, in the language that is active. It may be made
    much later than the document was sent: the id names what cannot change since."""

    def register(make: Make) -> Make:
        _makers[kind] = make, suffix, content_type
        return make

    return register


def file_of(message: DocumentMessage) -> tuple[str, bytes, str]:
    """Name, content and type of the file that goes with a message, in the customer's language.

    Raises KeyError for a kind that nobody owns.
    """
    make, suffix, content_type = _makers[message.kind]
    with translation.override(message.language):
        return f"{message.number}.{suffix}", make(message.document_id), content_type
