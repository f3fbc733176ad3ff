"""Mail on the console: what a person reads there, and nothing of what files hold."""

from io import StringIO

from django.core.mail import EmailMessage

from erp.kernel.mail import RULE, ConsoleBackend


def test_headers_text_and_the_names_of_files() -> None:
    stream = StringIO()
    letter = EmailMessage(
        "Invoice INV-7", "Our invoice is attached.", "us@house.example", ["a@b.example", "c@d.example"]
    )
    letter.attach("INV-7.xml", b"<Invoice/>" * 9, "application/xml")
    letter.attach(None, b"\0", "application/octet-stream")
    assert ConsoleBackend(stream=stream).send_messages([letter]) == 1
    assert stream.getvalue() == "\n".join(
        [
            "Subject: Invoice INV-7",
            "From: us@house.example",
            "To: a@b.example, c@d.example",
            "Attached: INV-7.xml",
            "Attached: a file without a name",
            "",
            "Our invoice is attached.",
            RULE,
            "",
        ]
    )
