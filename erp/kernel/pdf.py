"""Documents as PDF: our own templates and static files go in, and nothing else is ever fetched."""

from pathlib import Path
from typing import Any

from django.contrib.staticfiles import finders
from django.template.loader import render_to_string
from weasyprint import HTML
from weasyprint.urls import FatalURLFetchingError, URLFetcher, URLFetcherResponse

SCHEME = "static:"
TYPES = {".css": "text/css", ".svg": "image/svg+xml", ".png": "image/png"}


class StaticOnly(URLFetcher):
    """Serves `static:ui/document.css` from our static files; any other address stops the rendering.

    So a document can neither read a file of the server nor call out, whatever text a customer has put in it.
    """

    def __init__(self) -> None:
        super().__init__(allowed_protocols=(), allow_redirects=False, fail_on_errors=True)

    def fetch(self, url: str, headers: dict[str, str] | None = None) -> URLFetcherResponse:
        name = url.removeprefix(SCHEME)
        kind = TYPES.get(Path(name).suffix)
        found = finders.find(name) if url.startswith(SCHEME) and kind and ".." not in name else None
        if not isinstance(found, str):
            raise FatalURLFetchingError(f"A document may not load {url!r}.")
        return URLFetcherResponse(url, Path(found).read_bytes(), {"Content-Type": kind})


def render_pdf(template: str, context: dict[str, Any]) -> bytes:
    """The template as a PDF file; it extends `erp/document.html`, which brings paper, type and page numbers.

    Runs in a worker, or for a single sheet in a request; never inside a transaction. Raises
    FatalURLFetchingError when the template refers to anything but our static files.
    """
    html = HTML(string=render_to_string(template, context), base_url=SCHEME, url_fetcher=StaticOnly())
    document: bytes = html.write_pdf()
    return document
