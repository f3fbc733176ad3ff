"""Mail where no server is configured: on the console, as a person wants to read it there."""

from email.mime.base import MIMEBase

from django.core.mail import EmailMessage
from django.core.mail.backends import console

RULE = "-" * 79


class ConsoleBackend(console.EmailBackend):
    """Writes headers and text of a message; of its files, which are often long and never readable, only the names."""

    def write_message(self, message: EmailMessage) -> None:
        heads = [f"Subject: {message.subject}", f"From: {message.from_email}", f"To: {', '.join(message.to)}"]
        files = [f"Attached: {_name_of(file)}" for file in message.attachments]
        self.stream.write("\n".join([*heads, *files, "", str(message.body), RULE, ""]))


def _name_of(file: MIMEBase | tuple[str | None, object, str | None]) -> str:
    name = file.get_filename() if isinstance(file, MIMEBase) else file[0]
    return name or "a file without a name"
