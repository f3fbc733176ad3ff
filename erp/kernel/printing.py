"""HTML to PDF with WeasyPrint. Imported by whoever prints, at that moment: it looks for the fonts of the system."""

from collections.abc import Sequence
from pathlib import Path

from django.contrib.staticfiles import finders
from weasyprint import HTML, Attachment
from weasyprint.urls import FatalURLFetchingError, URLFetcher, URLFetcherResponse

from .pdf import Embedded

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


def print_html(html: str) -> bytes:
    """The page as a PDF file. Raises FatalURLFetchingError when it refers to anything but our static files."""
    document: bytes = HTML(string=html, base_url=SCHEME, url_fetcher=StaticOnly()).write_pdf()
    return document


def print_archival(html: str, files: Sequence[Embedded], metadata: bytes) -> bytes:
    """The page as PDF/A-3b with files inside; `metadata` are rdf:Description elements beside its own. Raises as
    print_html."""
    page = HTML(string=html, base_url=SCHEME, url_fetcher=StaticOnly()).render()
    page.metadata.attachments = [
        Attachment(
            string=file.content,
            name=file.name,
            description=file.description,
            relationship=file.relationship,
            url_fetcher=StaticOnly(),
        )
        for file in files
    ]
    own = page.metadata.generate_rdf_metadata

    def joined(*variant: object) -> bytes:
        # One rdf:RDF holds all of it, as XMP wants; the library's own option would write a second one.
        rdf: bytes = own(*variant)
        return rdf.replace(b"</rdf:RDF>", metadata + b"</rdf:RDF>")

    page.metadata.generate_rdf_metadata = joined
    document: bytes = page.write_pdf(pdf_variant="pdf/a-3b")
    return document
