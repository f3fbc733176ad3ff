"""Documents are drawn from our own templates and static files, and nothing else is fetched."""

import pytest
from weasyprint.urls import FatalURLFetchingError

from erp.kernel.pdf import render_pdf
from erp.kernel.printing import StaticOnly


def test_document_is_a_pdf() -> None:
    assert render_pdf("erp/document.html", {}).startswith(b"%PDF-")


def test_static_files_are_served() -> None:
    assert StaticOnly().fetch("static:ui/document.css").read().startswith(b"/* Documents on paper")


@pytest.mark.parametrize(
    "address",
    [
        "file:///etc/passwd",
        "http://127.0.0.1/",
        "https://example.com/logo.png",
        "data:text/css,body{}",
        "static:../manage.py",
        "static:ui/../../erp/settings.py",
        "static:ui/missing.css",
    ],
)
def test_anything_else_stops_the_rendering(address: str) -> None:
    with pytest.raises(FatalURLFetchingError):
        StaticOnly().fetch(address)
