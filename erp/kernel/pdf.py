"""Documents as PDF: our own templates and static files go in, and nothing else is ever fetched."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.template.loader import render_to_string


@dataclass(frozen=True, slots=True)
class Embedded:
    """A file inside of a PDF, and what it is to the document: Alternative, Data, Source."""

    name: str
    content: bytes
    description: str
    relationship: str


def render_pdf(template: str, context: dict[str, Any]) -> bytes:
    """The template as a PDF file; it extends `erp/document.html`, which brings paper, type and page numbers.

    Runs in a worker, or for a single sheet in a request; never inside a transaction that holds rows others wait
    for. Raises WeasyPrint's
    FatalURLFetchingError when the template refers to anything but our static files.
    """
    from .printing import print_html  # half a second that no other process start shall pay

    return print_html(render_to_string(template, context))


def render_archival_pdf(
    template: str, context: dict[str, Any], *, files: Sequence[Embedded], metadata: bytes
) -> bytes:
    """The template as PDF/A-3b with files inside and further metadata, as `printing.print_archival` wants them."""
    from .printing import print_archival

    return print_archival(render_to_string(template, context), files, metadata)
