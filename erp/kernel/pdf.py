"""Documents as PDF: our own templates and static files go in, and nothing else is ever fetched."""

from typing import Any

from django.template.loader import render_to_string


def render_pdf(template: str, context: dict[str, Any]) -> bytes:
    """The template as a PDF file; it extends `erp/document.html`, which brings paper, type and page numbers.

    Runs in a worker, or for a single sheet in a request; never inside a transaction that holds rows others wait
    for. Raises WeasyPrint's
    FatalURLFetchingError when the template refers to anything but our static files.
    """
    from .printing import print_html  # half a second that no other process start shall pay

    return print_html(render_to_string(template, context))
